"""Reads what Whoosh pickled without running anything: the one place where bytes become objects.

A pickle is a program. It may name anything that Python can import, and calls it; whoever writes a file of an index for
somebody else would run code as them. So nothing is imported here, and names that Whoosh has no need of are refused:

* extras of term dictionaries, stored values and posting blocks are plain values (numbers, texts, bytes, tuples, lists,
  dicts, sets). The only names are those by which protocol 2 makes byte strings; they stand for a class of ours that
  makes byte strings and nothing else;
* the list of segments names four classes. Each stands for one of ours without methods, whose instances only hold what
  the pickle says of them; what they hold is checked, and a `SegmentState` is made of it. No class of Whoosh is made.

A pickle can call the classes that it may name, and set attributes of them and of their instances: so there is nothing
else in them, and classes can't be changed.

The schema in a table of contents isn't read at all: the program has its own.

`restrict_whoosh` puts these readers into Whoosh's own modules, where they take the place of `pickle` and `marshal`.
"""

from __future__ import annotations

import io
import marshal
import pickle
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType, ModuleType, SimpleNamespace
from typing import Any

__all__ = ["Refused", "SegmentState", "load_values", "read_segments", "read_values", "restrict_whoosh"]

_SEGMENT_ID = re.compile(r"[0-9a-z]{1,32}")
_MOST_DOCUMENTS = 2**31 - 1
"""Doc ids are signed numbers of four bytes in some of Whoosh's files."""


class Refused(pickle.UnpicklingError):
    """A pickle isn't one that Whoosh writes in this place; the message says what is wrong, after "its file X"."""


@dataclass(frozen=True, slots=True)
class SegmentState:
    """What a table of contents says of a segment.

    `total_lengths` are the tokens of each field over all documents, `deleted` the doc ids of deleted documents.
    """

    segment_id: str
    documents: int
    deleted: frozenset[int]
    total_lengths: Mapping[str, int]


def load_values(data: bytes) -> Any:
    """The plain value that is pickled in these bytes. Raises Refused, EOFError."""
    return _load(io.BytesIO(data), data)


def _load(stream: io.BytesIO, data: bytes) -> Any:
    # As short as can be: each posting block has two pickles.
    if (b"r" in data or b"p" in data) and _LARGE_MEMO.search(data):
        _check_opcodes(data)  # most often it stands in a text
    try:
        return _Values(stream).load()
    except (Refused, EOFError):
        raise
    except (Exception, MemoryError) as error:  # scrambled bytes make almost any
        raise _scrambled(error) from error


def read_values(file: Any) -> Any:
    """The plain value that is pickled at the place where a binary file stands; it is left at the pickle's end.

    Raises:
        Refused, EOFError: there is none.
    """
    begin = file.tell()
    data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise Refused("has a value that is larger than any")
    stream = io.BytesIO(data)
    value = _load(stream, data)
    file.seek(begin + stream.tell())
    return value


def read_segments(data: bytes) -> list[SegmentState]:
    """The segments that are listed in a table of contents. Raises Refused."""
    _check_opcodes(data)
    try:
        found = _Segments(io.BytesIO(data)).load()
    except Refused:
        raise
    except (Exception, MemoryError) as error:
        raise _scrambled(error) from error
    if type(found) is not list:
        raise Refused("has no list of segments")
    states = [_state(entry) for entry in found]
    if len({state.segment_id for state in states}) < len(states):
        raise Refused("lists a segment twice")
    return states


def _scrambled(error: BaseException) -> Refused:
    return Refused(f"is scrambled ({str(error) or type(error).__name__})")


def _named(module: str, name: str) -> Refused:
    shown = f"{module}.{name}"
    if len(shown) > 80 or not shown.isprintable():
        shown = ascii(shown)[:80]
    return Refused(f"names {shown}, which could run code and was not loaded")


class _Sealed(type):
    """Classes that a pickle can't change: it may set attributes of whatever it can name."""

    def __setattr__(cls, name: str, value: object) -> None:
        raise Refused(f"sets {name[:40]!a} of a class")


class _Bytes(metaclass=_Sealed):
    """Stands for what makes byte strings in the protocol in which Whoosh pickles stored values, which has none."""

    def __new__(cls, text: object = "", encoding: object = "latin1") -> Any:
        """The byte string; of anything else, no object. Raises Refused."""
        if type(text) is str and encoding == "latin1":
            return text.encode("latin-1")
        raise Refused("has a byte string that is none")


class _Values(pickle.Unpickler):
    """Reads plain values. All ways by which a pickle gets at a name lead to `find_class`."""

    KNOWN: Mapping[tuple[str, str], type] = MappingProxyType(
        {("_codecs", "encode"): _Bytes, ("__builtin__", "bytes"): _Bytes}
    )

    def find_class(self, module: str, name: str) -> Any:
        found = self.KNOWN.get((module, name))
        if found is None:
            raise _named(module, name)
        return found


class _Record(metaclass=_Sealed):
    """Stands for a class of Whoosh; its attributes are those of the pickle."""


class _Segment(_Record):
    pass


class _Codec(_Record):
    pass


class _Int(_Record):
    """Only named as the argument of `_Counts`."""


class _Counts(dict[Any, Any], metaclass=_Sealed):
    """Stands for a `defaultdict`, and calls nothing."""

    def __init__(self, _factory: object = None) -> None:
        super().__init__()


class _Segments(_Values):
    """Reads a list of segments."""

    KNOWN = MappingProxyType(
        {
            ("whoosh.codec.whoosh3", "W3Segment"): _Segment,
            ("whoosh.codec.whoosh3", "W3Codec"): _Codec,
            ("collections", "defaultdict"): _Counts,
            ("builtins", "int"): _Int,
        }
    )


def _state(entry: object) -> SegmentState:
    """The checked state of a segment. Its name becomes part of names of files, its numbers sizes of arrays."""
    if type(entry) is not _Segment:
        raise Refused("lists something else than segments")
    state = vars(entry)
    if state.get("indexname") != "MAIN" or state.get("compound") is not False:
        raise Refused("lists a segment of another kind")
    name, documents = state.get("segid"), state.get("_doccount")
    if type(name) is not str or not _SEGMENT_ID.fullmatch(name):
        raise Refused("lists a segment without a proper name")
    if type(documents) is not int or not _is_count(documents, _MOST_DOCUMENTS):
        raise Refused(f"gives segment {name} no proper number of documents")
    return SegmentState(name, documents, _deleted(name, documents, state), _total_lengths(name, state))


def _deleted(name: str, documents: int, state: Mapping[str, Any]) -> frozenset[int]:
    deleted = state.get("_deleted")
    if deleted is not None and not (type(deleted) is set and all(_is_count(doc, documents - 1) for doc in deleted)):
        raise Refused(f"says that segment {name} lost documents that it never had")
    return frozenset(deleted or ())


def _total_lengths(name: str, state: Mapping[str, Any]) -> dict[str, int]:
    lengths = state.get("_fieldlengths", {})  # an empty segment may have none
    proper = isinstance(lengths, dict) and all(
        type(field) is str and _is_count(length, 2**63 - 1) for field, length in lengths.items()
    )
    if not proper:
        raise Refused(f"gives segment {name} no proper lengths of fields")
    return dict(lengths)


def _is_count(value: object, most: int) -> bool:
    return type(value) is int and 0 <= value <= most


# Opcodes of pickle protocol 4 by the number of bytes that follow them, or by how their length is written.
_FIXED = {
    **dict.fromkeys(b"(.0)]}\x8f\x90\x93\x94aesutlbNRd\x81\x85\x86\x87\x88\x89", 0),
    **dict.fromkeys(b"\x80Kh", 1),
    **dict.fromkeys(b"M", 2),
    **dict.fromkeys(b"Jj", 4),
    **dict.fromkeys(b"\x95G", 8),
}
_COUNTED = {0x8C: 1, 0x8A: 1, ord("C"): 1, ord("X"): 4, ord("B"): 4}
_BINPUT, _LONG_BINPUT = ord("q"), ord("r")
_LARGE_MEMO = re.compile(rb"r(?s:..)(?:[^\0](?s:.)|\0[^\0])|p[-+_\s0-9]{5}")
"""What may be an opcode that gives an object a high number: Python's reader makes room for all numbers below it."""
_LARGEST = 64 * 1024 * 1024
"""Bytes of the largest value that is read from a file: extras of a term dictionary, which have some hundred."""


def _check_opcodes(data: bytes) -> None:
    """Refuse what Whoosh's pickles don't have: numbers that make the reader take gigabytes, opcodes of protocol 0."""
    at, size = 0, len(data)
    while at < size:
        code = data[at]
        if code == ord("."):
            return
        fixed = _FIXED.get(code)
        if fixed is None:
            fixed = _operand(code, data, at + 1)
        at += 1 + fixed
    raise Refused("is cut short")


def _operand(code: int, data: bytes, at: int) -> int:
    """How many bytes belong to an opcode that is not in `_FIXED`. Raises Refused if Whoosh's pickles have none."""
    if code == ord("c"):  # the way of old protocols to name something
        end = data.find(b"\n", data.find(b"\n", at) + 1)
        if end < at:
            raise Refused("is cut short")
        names = data[at:end].decode("ascii", "replace").partition("\n")
        if (names[0], names[2]) not in _Values.KNOWN:
            raise _named(names[0], names[2])
        return end + 1 - at
    if code == _BINPUT:
        return 1
    if code == _LONG_BINPUT and int.from_bytes(data[at : at + 4], "little") <= len(data):
        return 4
    if code not in _COUNTED:
        raise Refused(f"is scrambled (opcode {code:#04x})")
    width = _COUNTED[code]
    return width + int.from_bytes(data[at : at + width], "little")


def restrict_whoosh() -> None:
    """Put these readers in the place of `pickle` and `marshal` in all modules of Whoosh that are loaded.

    A name that a module took from `pickle` (`loads`, `load_pickle`), the module `pickle` itself and unpicklers of
    Whoosh's own are replaced, so that no reader of Whoosh's files gets around this one. Writers stay as they are.
    """
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "whoosh":
            for attribute, value in list(vars(module).items()):
                restricted = _restricted(value)
                if restricted is not None:
                    setattr(module, attribute, restricted)


def _restricted(value: object) -> object | None:
    if isinstance(value, ModuleType):
        return _WRITERS.get(value)
    if isinstance(value, type) and issubclass(value, pickle.Unpickler):
        return _no_unpickler
    try:
        return _READERS.get(value)
    except TypeError:  # no hash: no function
        return None


def _no_unpickler(*_args: object, **_kwargs: object) -> Any:
    """Stands for an unpickler. Raises Refused."""
    raise Refused("is of another version of Whoosh")


_READERS: dict[object, Callable[..., Any]] = {
    pickle.load: read_values,
    pickle.loads: load_values,
    pickle.Unpickler: _no_unpickler,
    marshal.load: _no_unpickler,
    marshal.loads: _no_unpickler,
}
_WRITERS = {
    pickle: SimpleNamespace(
        load=read_values,
        loads=load_values,
        dump=pickle.dump,
        dumps=pickle.dumps,
        PicklingError=pickle.PicklingError,
        UnpicklingError=pickle.UnpicklingError,
        HIGHEST_PROTOCOL=pickle.HIGHEST_PROTOCOL,
    ),
    marshal: SimpleNamespace(load=_no_unpickler, loads=_no_unpickler, dump=marshal.dump, dumps=marshal.dumps),
}
