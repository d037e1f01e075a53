"""ZIP, tar and WARC: their members are read, and what is made to do harm is refused in bounded memory."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import struct
import sys
import tarfile
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from test_readers_fuzz import CSV, JSONL, PAGE, TEXT, warc

from index.article import Article, BadRecord
from index.errors import SourceError
from index.readers import ReadOptions, containers, read_files, read_source, streams

MEMBERS = {"2024/a.jsonl": JSONL, "b.csv": CSV, "c/d.txt": TEXT, "e.jsonl.gz": gzip.compress(JSONL), "f.html": PAGE}


def read(path: Path | str, **options) -> list[Article | BadRecord]:
    return list(read_source(path, ReadOptions(**options)))


def said(records: list[Article | BadRecord]) -> list[str]:
    return [str(record) for record in records if isinstance(record, BadRecord)]


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def tarred(path: Path, members: dict[str, bytes | tarfile.TarInfo], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:
        for name, content in members.items():
            if isinstance(content, tarfile.TarInfo):
                archive.addfile(content)
                continue
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


PACKS = {
    "a.zip": zipped,
    "a.tar": tarred,
    "a.tar.gz": lambda path, members: tarred(path, members, "w:gz"),
    "a.tgz": lambda path, members: tarred(path, members, "w:gz"),
    "a.tar.xz": lambda path, members: tarred(path, members, "w:xz"),
    "a.tar.bz2": lambda path, members: tarred(path, members, "w:bz2"),
    "noname": zipped,
}


@pytest.mark.parametrize("name", PACKS)
def test_members_are_read_each_as_its_kind(tmp_path: Path, name: str):
    path = PACKS[name](
        tmp_path / name, MEMBERS | {"g.jpg": b"\xff\xd8", ".hidden.jsonl": b"x", "__MACOSX/._b.csv": b"x"}
    )
    found = {file.origin.removeprefix(path.as_posix()): list(file.records) for file in read_files(path, ReadOptions())}
    assert {place: sum(isinstance(r, Article) for r in records) for place, records in found.items()} == {
        "/2024/a.jsonl": 2,
        "/b.csv": 2,
        "/c/d.txt": 1,
        "/e.jsonl.gz": 2,
        "/f.html": 1,
        "": 0,
    }
    assert said(found[""]) == [f"{path}/g.jpg: left out: unknown kind of file (.jpg)"]


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_a_folder_holds_archives(tmp_path: Path, name: str):
    PACKS[name](tmp_path / name, {"a.jsonl": JSONL})
    (tmp_path / "b.jsonl").write_bytes(JSONL)
    assert sum(isinstance(record, Article) for record in read(tmp_path)) == 4


@pytest.mark.parametrize("name", ["a.zip", "a.tar"])
def test_a_rejection_names_archive_member_and_line(tmp_path: Path, name: str):
    path = PACKS[name](tmp_path / name, {"x/a.jsonl": b'{"title": "a"}\n{"title": \n', "b.jsonl": b""})
    records = read(path)
    assert isinstance(records[0], Article)
    assert said(records)[0].startswith(f"{path}/x/a.jsonl:2: is not valid JSON")
    assert said(records)[1] == f"{path}/b.jsonl: holds no records"


@pytest.mark.parametrize("name", ["a.zip", "a.tar"])
def test_archives_come_through_a_pipe(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch):
    path = PACKS[name](tmp_path / name, {"a.jsonl": JSONL})
    reading, writing = os.pipe()
    os.write(writing, path.read_bytes())
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(pipe))
        assert sum(isinstance(record, Article) for record in read("-")) == 2


def test_the_format_names_the_members(tmp_path: Path):
    path = zipped(tmp_path / "a.zip", {"readme": b"title;body\na;b\n"})
    assert [r.title for r in read(path, format="csv") if isinstance(r, Article)] == ["a"]


# -- what is refused


@pytest.mark.parametrize("name", ["../../etc/a.jsonl", "/etc/a.jsonl", "..\\a.jsonl", "C:\\a.jsonl", "x/../../a.jsonl"])
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_names_that_lead_out(tmp_path: Path, pack, name: str):
    records = read(pack(tmp_path / "a", {name: JSONL, "good.jsonl": JSONL}))
    assert sum(isinstance(record, Article) for record in records) == 2
    (refused,) = said(records)
    assert "its name leads out of the archive" in refused


def link(kind: bytes, name: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type = kind
    member.linkname = "/etc/passwd"
    return member


def test_links_and_devices_in_a_tar(tmp_path: Path):
    kinds = {"s.txt": tarfile.SYMTYPE, "h.txt": tarfile.LNKTYPE, "c.txt": tarfile.CHRTYPE, "f.txt": tarfile.FIFOTYPE}
    path = tarred(tmp_path / "a.tar", {name: link(kind, name) for name, kind in kinds.items()} | {"a.jsonl": JSONL})
    records = read(path)
    assert [one.rpartition(": ")[2] for one in said(records)] == ["it is a link"] * 2 + ["is not a regular file"] * 2
    assert sum(isinstance(record, Article) for record in records) == 2


def test_links_in_a_zip(tmp_path: Path):
    entry = zipfile.ZipInfo("a.txt")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert said(read(tmp_path / "a.zip")) == [f"{tmp_path}/a.zip/a.txt: is refused: it is a link"]


@pytest.mark.parametrize("inner", ["a.zip", "a.tar", "a.tar.gz"])
def test_archives_in_archives(tmp_path: Path, inner: str):
    content = PACKS[inner](tmp_path / inner, {"a.jsonl": JSONL}).read_bytes()
    for pack in (zipped, tarred):
        (refused,) = said(read(pack(tmp_path / "outer", {inner: content})))
        assert "an archive in an archive" in refused


def test_an_encrypted_member(tmp_path: Path):
    raw = bytearray(zipped(tmp_path / "a.zip", {"a.jsonl": JSONL}).read_bytes())
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(raw)
    assert said(read(tmp_path / "a.zip")) == [f"{tmp_path}/a.zip/a.jsonl: is encrypted"]


def measured(path: Path) -> tuple[list[Article | BadRecord], float]:
    """The records, and the most memory that reading took, in MB."""
    tracemalloc.start()
    try:
        try:
            records = read(path)
        except SourceError as error:
            records = [BadRecord(str(path), error.reason)]
        return records, tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


ZEROS = b" " * 3_000_000


def bombs(folder: Path) -> dict[str, Path]:
    made = {name: folder / name for name in ("a.txt.gz", "a.txt.xz", "a.txt.bz2", "a.zip", "a.tar.gz", "a.csv.gz")}
    for name, pack in (("a.txt.gz", gzip.compress), ("a.txt.xz", lzma.compress), ("a.txt.bz2", bz2.compress)):
        made[name].write_bytes(pack(ZEROS))
    made["a.csv.gz"].write_bytes(gzip.compress(b"title;body\n" + ZEROS))
    zipped(made["a.zip"], {"a.txt": ZEROS})
    tarred(made["a.tar.gz"], {"a.txt": ZEROS}, "w:gz")
    return made


def test_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for module in (streams, containers):
        monkeypatch.setattr(module, "HARMLESS_SIZE", 1_000_000)
    for name, path in bombs(tmp_path).items():
        records, megabytes = measured(path)
        assert len(said(records)) == len(records) >= 1, name
        assert "expands to more than 200 times its size" in said(records)[0], name
        assert megabytes < 20, name


def test_what_grows_as_news_does_is_no_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(streams, "HARMLESS_SIZE", 1_000)
    path = tmp_path / "a.jsonl.xz"
    path.write_bytes(lzma.compress(JSONL * 40))
    assert len(read(path, update=True)) == 80


def test_a_zip_whose_members_share_their_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A thousand entries of one member: none of them is a bomb, together they are."""
    monkeypatch.setattr(containers, "HARMLESS_SIZE", 1_000_000)
    raw = zipped(tmp_path / "a.zip", {"a.txt": os.urandom(20_000).hex().encode() * 10}).read_bytes()
    assert isinstance(read(tmp_path / "a.zip")[0], Article)
    begin, end = raw.index(b"PK\x01\x02"), raw.index(b"PK\x05\x06")
    entries = raw[begin:end] * 1_000
    tail = bytearray(raw[end:])
    struct.pack_into("<HHII", tail, 8, 1_000, 1_000, len(entries), begin)
    (tmp_path / "a.zip").write_bytes(raw[:begin] + entries + tail)
    with pytest.raises(SourceError, match="expands to more than 200 times its size"):
        read(tmp_path / "a.zip")


def test_a_tar_header_that_would_fill_the_memory(tmp_path: Path):
    header = tarfile.TarInfo("././@LongLink")
    header.type = tarfile.GNUTYPE_LONGNAME
    header.size = 50_000_000
    (tmp_path / "a.tar").write_bytes(header.tobuf(tarfile.GNU_FORMAT) + b"x" * 50_000_000)
    records, megabytes = measured(tmp_path / "a.tar")
    assert "a header of 50,000,000 bytes" in said(records)[0]
    assert megabytes < 10


def test_a_sparse_member_is_no_file(tmp_path: Path):
    member = tarfile.TarInfo("a.txt")
    member.pax_headers = {"GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.name": "a.txt"}
    member.pax_headers |= {"GNU.sparse.size": "99999999999", "GNU.sparse.numblocks": "0", "GNU.sparse.map": ""}
    with tarfile.open(tmp_path / "a.tar", "w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(member)
    records, megabytes = measured(tmp_path / "a.tar")
    assert said(records)
    assert megabytes < 10


def header(kind: bytes, size: int, name: str = "a.txt") -> bytearray:
    made = tarfile.TarInfo(name)
    made.type, made.size = kind, size
    return bytearray(made.tobuf(tarfile.GNU_FORMAT))


def summed(raw: bytearray) -> bytes:
    """A header with its sum made right."""
    raw[148:156] = b" " * 8
    raw[148:156] = b"%06o\0 " % sum(raw)
    return bytes(raw)


def blocks(content: bytes) -> bytes:
    return content + bytes(-len(content) % 512)


def attributes(content: bytes, kind: bytes = tarfile.XHDTYPE) -> bytes:
    return bytes(header(kind, len(content))) + blocks(content)


def record(name: bytes, value: bytes) -> bytes:
    rest = b" " + name + b"=" + value + b"\n"
    length = len(rest) + 1
    while len(str(length)) + len(rest) != length:
        length += 1
    return str(length).encode() + rest


def sparse_map(numbers: bytes) -> bytes:
    """Of a member whose map, of format 1.0, stands before its content and has as many numbers as it says."""
    marks = {b"major": b"1", b"minor": b"0", b"name": b"a.txt", b"realsize": b"9"}
    made = b"".join(record(b"GNU.sparse." + name, value) for name, value in marks.items())
    return attributes(made) + bytes(header(tarfile.REGTYPE, len(numbers))) + blocks(numbers)


def old_sparse(many: int) -> bytes:
    """A member of the old GNU kind, with a map that goes on for so many blocks behind its header."""
    first = header(tarfile.GNUTYPE_SPARSE, 0)
    first[482] = 1
    more = (b"%011o\0" % 1) * 42
    return summed(first) + (more + b"\1" + bytes(7)) * many + more + bytes(8)


GOOD = bytes(header(tarfile.REGTYPE, len(JSONL), "b.jsonl")) + blocks(JSONL)
TARS = {
    "map of numbers": (sparse_map(b"99999999\n" + b"0\n" * 20_000_000) + GOOD, "is not a regular file"),
    "map in blocks": (old_sparse(60_000) + GOOD, "is not a regular file"),
    "map as an attribute": (
        attributes(record(b"GNU.sparse.map", b"1,2," * 30_000 + b"1")) + bytes(header(tarfile.REGTYPE, 0)) + GOOD,
        "is not a regular file",
    ),
    "digits": (attributes(b"1" * 100_000) + GOOD, "more than 100 digits"),
    "digits in a value": (attributes(record(b"comment", b"1" * 100_000)) + GOOD, "more than 100 digits"),
    "lengths that are too short": (attributes(b"2 " * 50_000 + b"x=1\n") + GOOD, "no attributes of a tar"),
    "length of nothing": (attributes(b"0 x=1\n") + GOOD, "no attributes of a tar"),
    "many attributes": (attributes(b"".join(record(b"%d" % n, b"") for n in range(9_000))) + GOOD, "too many"),
    "many global attributes": (
        b"".join(
            attributes(b"".join(record(b"%d" % (n + at), b"") for n in range(900)), tarfile.XGLTYPE)
            for at in range(0, 90_000, 900)
        )
        + GOOD,
        "too many attributes",
    ),
    "headers in headers": (attributes(record(b"comment", b"x" * 130_000)) * 500 + GOOD, "is damaged"),
    "long attributes": (attributes(record(b"comment", b"x" * 200_000)) + GOOD, "a header of 200,0"),
}


@pytest.mark.parametrize("kind", TARS)
def test_tar_headers_that_keep_a_reader_busy(tmp_path: Path, kind: str):
    """What can be passed over costs the member, the rest the archive from there on; neither takes time or memory."""
    content, reason = TARS[kind]
    (tmp_path / "a.tar").write_bytes(content + bytes(1024))
    start = time.process_time()
    records, megabytes = measured(tmp_path / "a.tar")
    assert time.process_time() - start < 10, "minutes, before"
    assert megabytes < 100
    assert reason in said(records)[0]
    assert sum(isinstance(one, Article) for one in records) == (2 if "regular" in reason else 0)


def test_ordinary_attributes_are_read(tmp_path: Path):
    """Of programs that write long names, moments and comments there."""
    name = "ç" * 120 + ".jsonl"
    member = tarfile.TarInfo(name)
    member.size = len(JSONL)
    member.mtime = 1_700_000_000.123456789
    member.pax_headers = {"comment": "a=b\nc", "SCHILY.xattr.user.x": "y" * 60_000}
    with tarfile.open(tmp_path / "a.tar", "w", format=tarfile.PAX_FORMAT, pax_headers={"comment": "0" * 40}) as archive:
        archive.addfile(member, io.BytesIO(JSONL))
    assert [type(one) for one in read(tmp_path / "a.tar")] == [Article, Article]


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tar.xz"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_truncated_archives(tmp_path: Path, name: str, share: float):
    raw = PACKS[name](tmp_path / name, {"a.jsonl": JSONL * 500, "b.jsonl": JSONL}).read_bytes()
    (tmp_path / name).write_bytes(raw[: int(len(raw) * share)])
    records = read(tmp_path / name, update=True)
    assert said(records)


def test_xz_that_asks_for_too_much_memory(tmp_path: Path):
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 30}]
    (tmp_path / "a.txt.xz").write_bytes(lzma.compress(b"x", filters=filters))
    (refused,) = said(read(tmp_path / "a.txt.xz"))
    assert "is damaged (Memory usage limit" in refused or "emory" in refused


# -- WARC


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_web_archive(tmp_path: Path, pack):
    pytest.importorskip("warcio", reason="no warcio: pip install 'haberara[warc]'")
    raw = warc()
    picture = raw.replace(b"text/html", b"image/png").replace(b"a.example/1", b"a.example/2")
    (tmp_path / "a.warc.gz").write_bytes(pack(raw) + pack(picture))
    article, left_out = read(tmp_path / "a.warc.gz")
    assert isinstance(article, Article)
    assert article.url.startswith("https://www.ornekgazetesi.example/")
    assert "1 left out (not article pages): image/png" in str(left_out)


def test_a_web_archive_with_a_wrong_length_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    pytest.importorskip("warcio", reason="no warcio: pip install 'haberara[warc]'")
    (tmp_path / "a.warc").write_bytes(warc().replace(b"Content-Length: ", b"Content-Length: 1"))
    assert said(read(tmp_path / "a.warc"))
    (tmp_path / "a.warc").write_bytes(warc().replace(b"\r\n\r\n<!DOCTYPE", b"\r\n\r\n<!DOCTYPE" + b" " * 50) + warc())
    assert said(read(tmp_path / "a.warc"))
    assert capsys.readouterr().err == ""


def test_without_the_extra_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "warcio.archiveiterator", None)
    (tmp_path / "a.warc").write_bytes(warc())
    with pytest.raises(SourceError, match=r"haberara\[warc\]"):
        read(tmp_path / "a.warc")


def test_a_member_that_asks_for_more_memory_than_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """LZMA in a ZIP says how much it wants, up to 4 GB."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.jsonl", JSONL)
        archive.writestr("b.jsonl", JSONL, zipfile.ZIP_DEFLATED)
    assert sum(isinstance(record, Article) for record in read(tmp_path / "a.zip")) == 4

    def too_much(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(lzma, "LZMADecompressor", too_much)
    records = read(tmp_path / "a.zip")
    assert "more memory than there is" in said(records)[0]
    assert sum(isinstance(record, Article) for record in records) == 2
