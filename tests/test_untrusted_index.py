"""An index that somebody else wrote runs nothing: whatever is pickled in it, in whichever file, in every command.

Each gadget is a pickle that makes a file when it is loaded; `test_the_gadgets_work` shows that it does.
"""

from __future__ import annotations

import ast
import codecs
import contextlib
import copyreg
import functools
import gc
import importlib
import marshal
import operator
import os
import pickle
import runpy
import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import whoosh.legacy
from cli_support import Ran, haberara, write
from whoosh.columns import CompressedBytesColumn
from whoosh.filedb.structfile import StructFile
from whoosh.util.loading import find_object

from index.backup import making
from index.backup.manifest import NAME, describe, read_manifest
from index.engines.whoosh import unpickling
from index.engines.whoosh.blocks import read_postings
from index.engines.whoosh.container import (
    POSTINGS_BEGIN,
    SegmentFiles,
    latest_commit,
    opened_segments,
    read_commit,
    toc_name,
)
from index.engines.whoosh.layout import SyncedStorage
from index.engines.whoosh.terms import TermTable
from index.engines.whoosh.unpickling import Refused, load_values, read_segments
from index.errors import BrokenIndex
from index.generations import Generations
from search.request import SearchRequest
from search.service import SearchEngine
from web.app import create_app

ROOT = Path(__file__).resolve().parents[1]
READER = ROOT / "index/engines/whoosh/unpickling.py"
ARTICLES = [
    {"id": f"{name}", "title": f"{title} haberi", "body": f"{title} için toplandılar.", "published": "1999-08-17"}
    for name, title in (("a", "Deprem"), ("b", "Sandık"), ("c", "Köprü"))
]

# Whoosh leaves files open when it can't read one.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


# -- gadgets


@dataclass(frozen=True)
class Call:
    """Pickled as a call, whose result is the object."""

    function: Any
    arguments: tuple[Any, ...]

    def __call__(self) -> None:
        """Only so that a call can be what is called."""

    def __reduce__(self) -> tuple[Any, ...]:
        return self.function, self.arguments


def text(value: str) -> bytes:
    data = value.encode("utf-8")
    return b"X" + struct.pack("<I", len(data)) + data


def global_by_stack(module: str, name: str) -> bytes:
    return text(module) + text(name) + b"\x93"


W3SEGMENT = global_by_stack("whoosh.codec.whoosh3", "W3Segment") + b")\x81"


def gadgets(mark: Path) -> dict[str, bytes]:
    """Pickles that make the file."""
    touch = f"touch {mark}"
    python = f"open({str(mark)!r}, 'w').close()"
    os_module = Call(importlib.import_module, ("os",))
    calls = {
        "os.system": Call(os.system, (touch,)),
        "subprocess.Popen": Call(subprocess.Popen, (["touch", str(mark)],)),
        "eval": Call(eval, (python,)),
        "exec": Call(exec, (python,)),
        "__import__ and getattr": Call(Call(getattr, (Call(__import__, ("os",)), "system")), (touch,)),
        "functools.partial": Call(functools.partial(os.system, touch), ()),
        "operator.attrgetter": Call(Call(operator.attrgetter("system"), (os_module,)), (touch,)),
        "operator.methodcaller": Call(operator.methodcaller("system", touch), (os_module,)),
        "codecs.open": Call(codecs.open, (str(mark), "w")),
        "copyreg._reconstructor": Call(
            copyreg._reconstructor, (subprocess.Popen, subprocess.Popen, ["touch", str(mark)])
        ),
        "pickle.loads": Call(pickle.loads, (pickle.dumps(Call(os.system, (touch,))),)),
        "whoosh's find_object": Call(Call(find_object, ("os.system",)), (touch,)),
        "runpy.run_path": Call(runpy.run_path, (str(mark.with_suffix(".py")),)),
        "os.mkdir": Call(os.mkdir, (str(mark),)),
    }
    raw = {
        "GLOBAL of protocol 0": b"cposix\nsystem\n(V" + touch.encode() + b"\ntR.",
        "INST": b"(V" + touch.encode() + b"\niposix\nsystem\n.",
        "OBJ": b"(cposix\nsystem\nV" + touch.encode() + b"\no.",
        "a dotted name": b"\x80\x04" + global_by_stack("shutil", "os.system") + text(touch) + b"\x85R.",
        # The first state gives the instance a method that is called with the second.
        "a segment with __setstate__": b"\x80\x04"
        + W3SEGMENT
        + b"}"
        + text("__setstate__")
        + global_by_stack("os", "system")
        + b"sb"
        + text(touch)
        + b"b.",
    }
    pickled = {name: pickle.dumps(call, 4 if at % 2 else 2) for at, (name, call) in enumerate(calls.items())}
    return {**pickled, **raw}


GADGETS = tuple(gadgets(Path("mark")))


def inner(payload: bytes) -> bytes:
    """The opcodes of a pickle, to be put into another."""
    return payload.removesuffix(b".")[2 if payload.startswith(b"\x80") else 0 :]


# -- places


def forge_file(change: Callable[[Path, bytes], None]) -> Callable[[Path, bytes], None]:
    """Changes the files of a generation, and makes the checksums of its segments again."""

    @functools.wraps(change)
    def forge(generation: Path, payload: bytes) -> None:
        names = [str(entry.segment_id()) for entry in read_commit(generation).segments]
        change(generation, payload)
        for name in names:
            SyncedStorage(generation).write_sums(name)

    return forge


def contents(generation: Path) -> tuple[Path, bytes, bytes, bytes, bytes]:
    """The table of contents: its file, its bytes up to the schema, the schema, two numbers, the list of segments."""
    file = generation / toc_name(latest_commit(generation))
    with file.open("rb") as opened:
        stream = StructFile(opened)
        for _ in range(3):
            stream.read_varint()
        stream.read_long()
        for _ in range(3):
            stream.read_varint()
        begin = stream.tell()
        schema = stream.read_string()
        numbers = stream.read(8)
        return file, file.read_bytes()[:begin], schema, numbers, stream.read()


def varint(number: int) -> bytes:
    found = b""
    while number > 127:
        found += bytes((number & 127 | 128,))
        number >>= 7
    return found + bytes((number,))


@forge_file
def schema(generation: Path, payload: bytes) -> None:
    file, head, _, numbers, segments = contents(generation)
    file.write_bytes(head + varint(len(payload)) + payload + numbers + segments)


@forge_file
def old_contents(generation: Path, payload: bytes) -> None:
    """Whoosh has an unpickler of its own for tables of contents of old versions."""
    file, head, _, numbers, segments = contents(generation)
    version = struct.pack("!i", max(whoosh.legacy.toc_loaders))
    at = head.index(struct.pack("!i", -111))
    file.write_bytes(head[:at] + version + head[at + 4 :] + varint(len(payload)) + payload + numbers + segments)


@forge_file
def segment_list(generation: Path, payload: bytes) -> None:
    file, head, old, numbers, _ = contents(generation)
    file.write_bytes(head + varint(len(old)) + old + numbers + payload)


@forge_file
def beside_segments(generation: Path, payload: bytes) -> None:
    file, head, old, numbers, segments = contents(generation)
    file.write_bytes(head + varint(len(old)) + old + numbers + inner(segments) + inner(payload) + b"a.")


@forge_file
def codec_of_segment(generation: Path, payload: bytes) -> None:
    file, head, old, numbers, _ = contents(generation)
    state = b"}" + text("indexname") + text("MAIN") + b"s" + text("_codec") + inner(payload) + b"s"
    file.write_bytes(head + varint(len(old)) + old + numbers + b"\x80\x04]" + W3SEGMENT + state + b"ba.")


@forge_file
def term_extras(generation: Path, payload: bytes) -> None:
    for file in generation.glob("*.trm"):
        data = file.read_bytes()
        (size,) = struct.unpack("!i", data[-4:])
        file.write_bytes(data[: -4 - size] + payload + struct.pack("!i", len(payload)))


@forge_file
def stored_values(generation: Path, payload: bytes) -> None:
    for segment in read_commit(generation).segments:
        with SyncedStorage(generation).create_file(f"{segment.segment_id()}._stored.col") as file:
            column = CompressedBytesColumn().writer(file)
            for doc in range(segment.doc_count_all()):
                column.add(doc, payload)
            column.finish(segment.doc_count_all())


def posting_block(block: bytes) -> Callable[[Path, bytes], None]:
    """Gives every term the same posting list, of one block."""

    @forge_file
    def forge(generation: Path, payload: bytes) -> None:
        for entry in read_commit(generation).segments:
            with SegmentFiles(generation, entry) as segment:
                table, file = TermTable(segment), segment.term_file()
                places = [place for at in range(len(table._starts) - 1) for place in table._places_in(at)]
                terms, postings = bytearray(file.path.read_bytes()), segment.postings_path
            data = block % payload
            posting = POSTINGS_BEGIN + struct.pack("!i", -len(data)) + data
            for place in places:
                key, value = struct.unpack_from("!ii", terms, place)
                at = place + 8 + key + value - 12
                struct.pack_into("!qi", terms, at, postings.stat().st_size, len(posting))
            file.path.write_bytes(terms)
            postings.write_bytes(postings.read_bytes() + posting)

    return forge


posting_head = posting_block(b"%b")
posting_body = posting_block(pickle.dumps((1, 0, 1.0, 0, 3, 3), 2).replace(b"%", b"%%") + b"%b")

PLACES: dict[str, Callable[[Path, bytes], None]] = {
    "the schema": schema,
    "contents of an old version": old_contents,
    "the list of segments": segment_list,
    "beside segments": beside_segments,
    "the codec of a segment": codec_of_segment,
    "extras of a term dictionary": term_extras,
    "stored values": stored_values,
    "the head of a posting block": posting_head,
    "a posting block": posting_body,
}
REFUSING = {"search", "export", "serve", "doctor", "add", "rollback"}
"""Commands that need the index; the others say what is wrong with it, or make another."""
SILENT = {"reindex", "remove"}
"""Commands that only make another, or take the index away."""
HARMLESS = {"the schema"}
"""Places that are never read."""


# -- commands


@dataclass(frozen=True)
class Place:
    """Where a gadget is tried: a data directory, a backup of it, the gadget's file."""

    data: Path
    backup: Path
    mark: Path

    def payload(self, gadget: str) -> bytes:
        return gadgets(self.mark)[gadget]

    @property
    def live(self) -> Path:
        return Generations(self.data).current().path

    def forge_backup(self, place: str, payload: bytes) -> None:
        """In the backup, with digests made again."""
        manifest = read_manifest(self.backup)
        PLACES[place](self.backup / "index" / str(manifest.generation), payload)
        files = {name: describe(self.backup / name) for name in manifest.files}
        (self.backup / NAME).write_text(replace(manifest, files=files).text(), "utf-8")


@pytest.fixture(scope="module")
def template(lemma_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("untrusted")
    data = folder / "data"
    data.mkdir()
    for path in lemma_store.glob("lemmas-*"):
        shutil.copy(path, data)
    ran(haberara("add", write(folder / "one.jsonl", *ARTICLES[:2]), "--data", data, "--jobs", 1), 0)
    ran(haberara("reindex", "--data", data, "--jobs", 1), 0)
    ran(haberara("add", write(folder / "two.jsonl", ARTICLES[2]), "--data", data, "--jobs", 1), 0)
    ran(haberara("backup", folder / "backup", "--data", data), 0)
    write(folder / "more.jsonl", {"id": "d", "title": "Yeni haber", "body": "Kar yağdı."})
    return folder


@pytest.fixture
def place(template: Path, tmp_path: Path) -> Iterator[Place]:
    found = Place(tmp_path / "data", tmp_path / "backup", tmp_path / "mark")
    shutil.copytree(template / "data", found.data)
    shutil.copytree(template / "backup", found.backup)
    shutil.copy(template / "more.jsonl", tmp_path)
    found.mark.with_suffix(".py").write_text(f"open({str(found.mark)!r}, 'w').close()", "utf-8")
    yield found
    gc.collect()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A backup tries an index that can't be read again, a little later."""
    monkeypatch.setattr(making, "ATTEMPTS", 1)


def ran(result: Ran, *statuses: int) -> Ran:
    assert result.status in statuses, result
    return result


def served(place: Place) -> Ran:
    """A page, as the server answers it."""
    engine = SearchEngine.open(place.data)
    try:
        answer = create_app(place.data, engine=engine).test_client().get("/api/v1/search?q=deprem&match=all")
        return Ran(0 if answer.status_code == 200 else 1, answer.get_data(as_text=True), "")
    finally:
        engine.close()


def restored(place: Place) -> Ran:
    return haberara("restore", place.backup, "--data", place.data.with_name("restored"))


COMMANDS: dict[str, Callable[[Place], Ran]] = {
    "status": lambda place: haberara("status", "--data", place.data),
    "search": lambda place: haberara("search", "deprem", "--data", place.data),
    "export": lambda place: haberara("export", "", "--format", "jsonl", "--data", place.data),
    "serve": served,
    "doctor": lambda place: haberara("doctor", "--data", place.data),
    "add": lambda place: haberara("add", place.data.with_name("more.jsonl"), "--data", place.data, "--jobs", 1),
    "reindex": lambda place: haberara("reindex", "--data", place.data, "--jobs", 1),
    "rollback": lambda place: haberara("rollback", "--data", place.data, "--jobs", 1),
    "remove": lambda place: haberara("remove", "a", "--yes", "--data", place.data),
    "backup": lambda place: haberara("backup", place.data.with_name("another"), "--data", place.data),
    "restore": restored,
}


def attack(place: Place, gadget: str, where: str, command: str) -> Ran:
    """Run a command over a forged index. Whatever it says, nothing was run, and an error is one line."""
    payload = place.payload(gadget)
    if command == "restore":
        place.forge_backup(where, payload)
    elif command == "rollback":  # to the forged one
        earlier = next(found for found in Generations(place.data).all() if found.path != place.live)
        PLACES[where](earlier.path, payload)
    else:
        PLACES[where](place.live, payload)
    found = ran(COMMANDS[command](place), 0, 1)
    assert not place.mark.exists(), f"{command} ran what stood in {where}"
    assert "Traceback" not in found.out + found.err
    if found.status:
        told = [line for line in found.err.splitlines() if line.startswith("haberara:")]
        assert len(told) == 1 or command in ("doctor", "serve"), found.err
    return found


# -- tests


@pytest.mark.parametrize("gadget", GADGETS)
def test_the_gadgets_work(gadget: str, place: Place):
    with contextlib.suppress(Exception):
        made = pickle.loads(place.payload(gadget))
        if isinstance(made, subprocess.Popen):
            made.wait(30)
    gc.collect()
    assert place.mark.exists()


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("gadget", GADGETS)
def test_nothing_runs_in_any_place(gadget: str, where: str, place: Place):
    PLACES[where](place.live, place.payload(gadget))
    engine = SearchEngine.open(place.data)
    try:
        if where in HARMLESS:
            assert engine.search(SearchRequest(text="deprem", match="all")).total == 1
        else:
            with pytest.raises(BrokenIndex, match=r"its file \S+ (names|is) .*`haberara reindex`"):
                engine.search(SearchRequest(text="deprem", match="all"))
    finally:
        engine.close()
    assert not place.mark.exists()


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("gadget", GADGETS)
def test_nothing_runs_in_any_command(gadget: str, command: str, place: Place):
    found = attack(place, gadget, "the list of segments", command)
    assert found.status == (command in REFUSING)
    if command not in SILENT:
        assert "can't be read: its file _MAIN_" in found.out + found.err


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("where", PLACES)
def test_nothing_runs_in_any_command_and_place(where: str, command: str, place: Place):
    attack(place, "os.system", where, command)


# -- what may be loaded


def segments_of(**state: object) -> bytes:
    """A list of one segment with this state, pickled as Whoosh does."""
    given: dict[str, object] = {"indexname": "MAIN", "segid": "a1", "_doccount": 3, "_deleted": None, "compound": False}
    pickled = pickle.dumps({key: value for key, value in {**given, **state}.items() if value is not ...}, 4)
    return b"\x80\x04]" + W3SEGMENT + inner(pickled) + b"ba."


def test_segments_are_what_whoosh_wrote(place: Place):
    (entry, other) = read_commit(place.live).segments
    assert (entry.doc_count_all(), other.doc_count_all()) == (2, 1)
    states = read_segments(contents(place.live)[4])
    assert [state.segment_id for state in states] == [str(one.segment_id())[5:] for one in (entry, other)]
    assert states[0].total_lengths["text_form"] > 5
    (state,) = read_segments(segments_of(_deleted={1, 2}))
    assert (state.documents, state.deleted, dict(state.total_lengths)) == (3, {1, 2}, {})


@pytest.mark.parametrize(
    "state",
    [
        {"segid": "../../../etc/passwd"},
        {"segid": ""},
        {"segid": "a" * 300},
        {"segid": b"a1"},
        {"segid": ...},
        {"indexname": "../MAIN"},
        {"compound": True},
        {"_doccount": -1},
        {"_doccount": 2**40},
        {"_doccount": 1.5},
        {"_doccount": True},
        {"_deleted": {3}},
        {"_deleted": [1]},
        {"_deleted": {"1"}},
        {"_fieldlengths": [1]},
        {"_fieldlengths": {1: 1}},
        {"_fieldlengths": {"text_form": "many"}},
    ],
)
def test_a_segment_that_is_none_is_refused(state: dict[str, object]):
    with pytest.raises(Refused, match="segment"):
        read_segments(segments_of(**state))


def test_a_segment_twice_or_something_else_is_refused():
    one = inner(segments_of())[1:]
    for data in (b"\x80\x04]" + one + one + b".", pickle.dumps([3], 4), pickle.dumps({}, 4), pickle.dumps(None, 4)):
        with pytest.raises(Refused):
            read_segments(data)


def test_classes_that_may_be_named_can_t_be_changed():
    """A state that is given to a class sets its attributes, for all instances to come."""
    state = b"N}" + text("segid") + text("a1") + b"s\x86"
    name = global_by_stack("whoosh.codec.whoosh3", "W3Segment")
    for change in (state, b"}" + text("segid") + text("a1") + b"s"):
        with pytest.raises(Refused):
            read_segments(b"\x80\x04]" + name + change + b"ba.")
    with pytest.raises(Refused):
        load_values(b"\x80\x04" + global_by_stack("_codecs", "encode") + state + b"b.")


def test_plain_values_are_loaded():
    for value in (None, True, 3, 2**70, 1.5, "şey", b"", b"\xff" * 300, (1, (2,)), [1], {"a": {1, 2}}):
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
            if not (protocol < 4 and isinstance(value, dict)):  # a set has a name there
                assert load_values(pickle.dumps(value, protocol)) == value
    for arguments in ((5,), ("a", "utf-8"), ("ş", "latin1")):
        with pytest.raises(Refused):
            load_values(pickle.dumps(Call(bytes, arguments), 2).replace(b"c__builtin__\nbytes", b"c_codecs\nencode"))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\x80\x04]r\xff\xff\xff\xff.", id="a memo of gigabytes"),
        pytest.param(b"\x80\x04]p4294967295\n.", id="the same in letters"),
        pytest.param(b"\x80\x04\x8e" + b"\xff" * 7 + b"\x7f.", id="a byte string of exabytes"),
        pytest.param(b"\x80\x04\x96" + b"\xff" * 5 + b"\0\0\0.", id="a byte array of terabytes"),
        pytest.param(b"\x80\x04B\xff\xff\xff\x7f.", id="a byte string of two gigabytes"),
        pytest.param(b"\x80\x04\x95" + b"\xff" * 7 + b"\x7f].", id="a frame of exabytes"),
        pytest.param(b"\x80\x04" + b"]" * 300_000 + b"a" * 299_999 + b".", id="deeply nested"),
        pytest.param(b"\x80\x04" + b"(" * 300_000 + b"t" * 300_000 + b".", id="tuples in tuples"),
        pytest.param(b"\x80\xff].", id="an unknown protocol"),
        pytest.param(b"\x80\x04\x82\x01.", id="an extension"),
        pytest.param(b"\x80\x04Q.", id="a persistent id"),
        pytest.param(b"\x80\x05\x97.", id="a buffer"),
        pytest.param(b"\x80\x04]", id="cut short"),
        pytest.param(b"a", id="nothing to append"),
        pytest.param(b"", id="empty"),
        pytest.param(b"c_codecs\nencode.", id="a name without an end"),
        pytest.param(b"c_codecs", id="half a name"),
    ],
)
def test_bombs_and_scrambled_bytes_are_refused(data: bytes):
    with pytest.raises(Refused):
        read_segments(data)


def test_values_of_gigabytes_are_refused(tmp_path: Path):
    for data in (b"\x80\x04]r\xff\xff\xff\xff.", b"\x80\x02]r\0\0\0\x10.", b"]p99999999\n.", b"]p 9_999_999\n."):
        with pytest.raises(Refused):
            load_values(data)
    texts = [f"r\U0010ffff p1234567 {number}" for number in range(1000)]
    for protocol in (2, 4):
        assert load_values(pickle.dumps(texts, protocol)) == texts, "that looks like one"
    long = zlib.compress(pickle.dumps((bytes(300 * 1024 * 1024), None, None), 4), 1)
    block = pickle.dumps((1, 0, 1.0, 3, 3, 3), 2) + long
    with pytest.raises(Refused, match="larger than any"):
        read_postings(POSTINGS_BEGIN + struct.pack("!i", -len(block)) + block)


def test_a_huge_table_of_contents_is_not_read(place: Place):
    with (place.live / toc_name(latest_commit(place.live))).open("ab") as file:
        file.truncate(2**40)
    with pytest.raises(BrokenIndex, match=r"its file _MAIN_\d+\.toc is larger than"):
        read_commit(place.live)


def test_more_documents_than_terms_are_refused(place: Place):
    """Columns have as many values as the table of contents says, whatever their files have."""
    entry = read_commit(place.live).segments[0]
    entry.set_doc_count(2**31 - 1)
    with pytest.raises(BrokenIndex, match=r"\.trm has fewer terms"):
        SegmentFiles(place.live, entry)


def test_flipped_bits_raise_broken_index_or_nothing(place: Place):
    file = contents(place.live)[0]
    sound = file.read_bytes()
    for bit in range(0, 8 * len(sound), 41):
        flipped = bytearray(sound)
        flipped[bit // 8] ^= 1 << bit % 8
        file.write_bytes(flipped)
        with contextlib.suppress(BrokenIndex), opened_segments(place.live):
            pass


# -- no way around


def plain_readers(module: Any) -> list[str]:
    """What a module has that loads pickles, or marshalled code."""
    plain = (pickle.load, pickle.loads, pickle.Unpickler, pickle, marshal.load, marshal.loads, marshal)
    return [
        f"{module.__name__}.{name}"
        for name, value in vars(module).items()
        if any(value is one for one in plain) or (isinstance(value, type) and issubclass(value, pickle.Unpickler))
    ]


def test_no_module_of_whoosh_that_is_loaded_has_a_plain_reader(place: Place):
    for command in COMMANDS.values():
        command(place)
    loaded = [module for name, module in sys.modules.items() if name.partition(".")[0] == "whoosh"]
    assert {"whoosh.index", "whoosh.columns", "whoosh.codec.whoosh3"} <= {module.__name__ for module in loaded}
    assert [found for module in loaded for found in plain_readers(module)] == []
    assert plain_readers(unpickling) == [
        *("index.engines.whoosh.unpickling.marshal", "index.engines.whoosh.unpickling.pickle"),
        *("index.engines.whoosh.unpickling._Values", "index.engines.whoosh.unpickling._Segments"),
    ]


LOADERS = {
    "pickle": {"load", "loads", "Unpickler", "_Unpickler"},
    "marshal": {"load", "loads"},
    "shelve": {"open"},
    "dill": {"load", "loads"},
    "yaml": {"load", "unsafe_load", "full_load"},
    "numpy": {"load"},
    "np": {"load"},
}
RUNNERS = {"eval", "exec", "compile", "__import__"}
SQL_RUNNERS = {
    "create_function",
    "create_aggregate",
    "create_window_function",
    "enable_load_extension",
    "load_extension",
}
"""By these a trigger or a view in a database that others made could reach Python, or a library."""


def loaders(source: str) -> list[str]:
    """Where a module makes objects or code of bytes."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(value=ast.Name(module), attr=name) if name in LOADERS.get(module, ()):
                found.append(f"{module}.{name}")
            case ast.ImportFrom(module=str(module), names=names) if module in LOADERS:
                found += [f"{module}.{one.name}" for one in names if one.name in {*LOADERS[module], "*"}]
            case ast.Import(names=names):  # under another name they would not be seen
                found += [one.name for one in names if one.name in LOADERS and one.asname not in (None, "np")]
            case ast.Attribute(attr=name) if name in SQL_RUNNERS:
                found.append(name)
            case ast.Name(name) if name in RUNNERS:
                found.append(name)
            case ast.keyword(arg="allow_pickle"):
                found.append("allow_pickle")
    return found


def test_no_other_module_makes_objects_of_bytes():
    modules = [path for room in ("index", "search", "web") for path in sorted((ROOT / room).rglob("*.py"))]
    assert READER in modules
    found = {path: names for path in modules if (names := loaders(path.read_text("utf-8")))}
    assert set(found) == {READER}


@pytest.mark.parametrize(
    "source",
    [
        "import pickle\npickle.loads(b'')",
        "from pickle import Unpickler",
        "from pickle import *",
        "import pickle as p",
        "import marshal\nf = marshal.load",
        "eval('1')",
        "f = exec",
        "import numpy as np\nnp.load('a')",
        "f(allow_pickle=True)",
        "database.create_function('f', 0, f)",
    ],
)
def test_the_search_for_them_finds_them(source: str):
    assert loaders(source)
    assert loaders("import pickle, numpy as np\npickle.dumps(np.zeros(3))\njson.load(f)\nre.compile('a')") == []
