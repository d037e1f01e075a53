"""Whoosh's container: commits, segments, and the files of a segment, opened and written.

Only this module touches Whoosh's private parts. `layout` has the schema and the storage, which are made of its public
classes; `blocks`, `terms` and `termcolumns` know the bytes of posting lists and of the term dictionary, but no object
of Whoosh. The same code runs on whoosh3 and on Whoosh 2.7.4. It relies on:

* the names of files: `_MAIN_7.toc` is the table of contents of commit 7, `MAIN_<id>.<extension>` belongs to the segment
  `MAIN_<id>`, a column has the extension `.<field>.col`, field lengths have `._<field>_len.col`;
* `TOC.create` and `clean_files`, and that a table of contents lists pickled segments with the methods of
  `whoosh.codec.base.Segment`; its bytes are read here, its segments by `unpickling`, and made anew from what they say;
* `W3Segment._fieldlengths`; `FileIndex._read_toc`, by which a writer gets at the table of contents;
* that Whoosh's readers call `pickle` by names in their modules, where `restrict_whoosh` replaces it: whatever else
  Whoosh unpickles (extras of term dictionaries, stored values) can be plain values only;
* `SegmentReader._terms._tindex`, the term dictionary (`OrderedHashReader`): `indexbase`, `indexlen` and the values
  `indextype` and `fieldmap` of its `extras`;
* `SegmentReader._perdoc.column_reader`, and of the reader of a `VarBytesColumn` `_lengths`, `_basepos`, `_dbfile`;
* `W3FieldWriter._fieldid`, `_postfile`, `_tindex`, and the arguments of `W3TermInfo`;
* the steps of `SegmentWriter.commit`: `_flush_segment`, `_finalize_segment`, `_finish`; and its flag `_added`.
"""

from __future__ import annotations

import io
import os
import re
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from whoosh.codec.base import Segment as SegmentEntry
from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC as POSTINGS_BEGIN
from whoosh.codec.whoosh3 import W3Codec, W3Segment, W3TermInfo
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC, FileIndex, clean_files
from whoosh.reading import SegmentReader
from whoosh.util.numeric import byte_to_length, length_to_byte
from whoosh.writing import SegmentWriter

from index.engines.whoosh.layout import SyncedStorage, raising_broken_index, whoosh_schema
from index.engines.whoosh.unpickling import Refused, SegmentState, read_segments, restrict_whoosh
from index.errors import BrokenIndex

restrict_whoosh()

__all__ = [
    "FIELD_ID",
    "POSTINGS_BEGIN",
    "Commit",
    "ContainerWriter",
    "SegmentEntry",
    "SegmentFiles",
    "TermFile",
    "TermSink",
    "TermSummary",
    "create_index",
    "is_index_file",
    "latest_commit",
    "length_to_byte",
    "naming_file",
    "opened_segments",
    "read_commit",
    "remove_uncommitted",
    "segment_of",
    "toc_name",
]

_NAME = "MAIN"
_TOC = re.compile(rf"_{_NAME}_(\d+)\.toc")

FIELD_ID = struct.Struct("!H")
"""The id of a field, with which the keys of its terms begin in the term dictionary."""

_TOC_LIMIT = 64 * 1024 * 1024
"""Bytes of the largest table of contents that is read: 2 KB are usual, and 3 to 5 for each deleted document."""
_TOC_HEAD = (-12345, -111)
"""A number that shows the order of bytes, and the version of Whoosh's format."""

_ENTRY_LEAST = 8
"""Bytes that a term takes in the term dictionary, or more; each document has one that no other has, its id."""

_PLACE_TYPES = {"B": ">u1", "H": ">u2", "i": ">i4", "I": ">u4", "q": ">i8"}

_LENGTHS = np.array([0, *(byte_to_length(code) for code in range(1, 256))], dtype=np.uint32)
"""Field lengths by the byte to which Whoosh rounds them. The byte of a field that a document lacks is 0."""


# -- commits


@dataclass(frozen=True, slots=True)
class Commit:
    """The table of contents of a commit: its number, and its segments with the documents deleted in them."""

    number: int
    segments: tuple[SegmentEntry, ...]


def create_index(path: Path) -> None:
    """Lay out an empty index in a directory, which is made."""
    path.mkdir(parents=True, exist_ok=True)
    TOC.create(SyncedStorage(path), whoosh_schema(), _NAME)


def latest_commit(path: Path) -> int:
    """The number of the latest commit of the index in a directory, from the names of the files.

    Raises:
        BrokenIndex: there is no directory, or no table of contents in it.
    """
    try:
        # Every request asks, and a Path for each of 150 files takes four times as long.
        names = os.listdir(path)  # noqa: PTH208
    except FileNotFoundError as error:
        raise BrokenIndex(path, "its directory is missing") from error
    numbers = [int(found[1]) for name in names if (found := _TOC.fullmatch(name))]
    if not numbers:
        raise BrokenIndex(path, "it has no table of contents")
    return max(numbers)


def read_commit(path: Path) -> Commit:
    """Read the latest commit of the index in a directory. Raises BrokenIndex if it can't be read."""
    number = latest_commit(path)
    file = path / toc_name(number)
    with raising_broken_index(path), naming_file(file):
        return Commit(number, tuple(map(_segment, _listed_segments(file, number))))


@contextmanager
def naming_file(file: Path) -> Iterator[None]:
    """Raise BrokenIndex with the name of a file where what was pickled in it is refused."""
    try:
        yield
    except Refused as error:
        raise BrokenIndex(file.parent, f"its file {file.name} {error}") from error


def _listed_segments(file: Path, number: int) -> list[SegmentState]:
    with file.open("rb") as opened:
        data = opened.read(_TOC_LIMIT + 1)
    if len(data) > _TOC_LIMIT:
        raise Refused("is larger than any table of contents")
    stream = StructFile(io.BytesIO(data))
    for _ in range(3):  # sizes of numbers, which the format has fixed since
        stream.read_varint()
    if (stream.read_int(), stream.read_int()) != _TOC_HEAD:
        raise Refused("is of another version of Whoosh")
    for _ in range(3):  # Whoosh's release
        stream.read_varint()
    stream.skip_string()  # the pickled schema; ours is `whoosh_schema`
    if stream.read_int() != number:
        raise Refused("is of another commit")
    stream.read_int()
    return read_segments(stream.read())


def _segment(state: SegmentState) -> SegmentEntry:
    deleted = set(state.deleted) or None
    segment: Any = W3Segment(W3Codec(), _NAME, doccount=state.documents, segid=state.segment_id, deleted=deleted)
    segment._fieldlengths = dict(state.total_lengths)
    made: SegmentEntry = segment
    return made


def _checked_contents(_cls: type, storage: Any, _name: str, _number: object = None, schema: Any = None) -> TOC:
    """In the place of `TOC.read`, for whoever opens an index by Whoosh itself."""
    commit = read_commit(Path(storage.folder))
    return TOC(schema or whoosh_schema(), list(commit.segments), commit.number)


setattr(TOC, "read", classmethod(_checked_contents))  # noqa: B010 -- mypy refuses the assignment


def remove_uncommitted(path: Path) -> None:
    """Remove segments and tables of contents that don't belong to the latest commit. Raises BrokenIndex."""
    commit = read_commit(path)
    clean_files(SyncedStorage(path), _NAME, commit.number, commit.segments)


def toc_name(number: int) -> str:
    """The name of the file with the table of contents of a commit."""
    return f"_{_NAME}_{number}.toc"


def segment_of(file: Path) -> str:
    """The id of the segment that a file belongs to, if it belongs to one."""
    return file.name.partition(".")[0]


def is_index_file(file: Path) -> bool:
    """Whether a file is named like one of a segment, or like a table of contents."""
    return file.name.startswith((f"{_NAME}_", f"_{_NAME}_"))


# -- segments


class TermFile(NamedTuple):
    """How the term dictionary of a segment is laid out.

    `terms` entries in the order of their keys; at `places_at` begins an array of `place_type` that says where each of
    them is. `field_ids` are those of the fields that have terms.
    """

    path: Path
    place_type: np.dtype[Any]
    places_at: int
    terms: int
    field_ids: dict[str, int]


class SegmentFiles:
    """A segment of a commit with its files open for reading.

    Whoosh's reader has one position in each file: one thread at a time may ask for stored values and columns.
    """

    def __init__(self, path: Path, entry: SegmentEntry) -> None:
        """Open the segment `entry` of the index in `path`. Raises whatever Whoosh raises over damaged files."""
        self.path = path
        self.entry = entry
        self.id = str(entry.segment_id())
        terms = Path(path, entry.make_filename(W3Codec.TERMS_EXT))
        with naming_file(terms):
            if self.doc_count * _ENTRY_LEAST > terms.stat().st_size:
                raise Refused("has fewer terms than the segment has documents")
            self._reader = SegmentReader(SyncedStorage(path, readonly=True), whoosh_schema(), entry)

    def __enter__(self) -> SegmentFiles:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files."""
        self._reader.close()

    @property
    def doc_count(self) -> int:
        """How many documents the segment has, deleted ones included; their doc ids are the numbers below it."""
        return int(self.entry.doc_count_all())

    @property
    def postings_path(self) -> Path:
        """The file with the postings of all terms, one after another."""
        return Path(self.path, self.entry.make_filename(W3Codec.POSTS_EXT))

    @property
    def stored_path(self) -> Path:
        """The file with what is stored of all documents."""
        return Path(self.path, W3Codec.column_filename(self.entry, "_stored"))

    def term_file(self) -> TermFile:
        """The term dictionary."""
        index = self._reader._terms._tindex
        return TermFile(
            path=Path(self.path, self.entry.make_filename(W3Codec.TERMS_EXT)),
            place_type=np.dtype(_PLACE_TYPES[index.extras["indextype"]]),
            places_at=int(index.indexbase),
            terms=int(index.indexlen),
            field_ids=dict(index.extras["fieldmap"]),
        )

    def stored_values(self, doc: int) -> dict[str, Any]:
        """What is stored of a document, by field."""
        with naming_file(self.stored_path):
            return dict(self._reader.stored_fields(doc))

    def has_column(self, name: str) -> bool:
        """Whether any document has a value in a column."""
        return bool(self._reader.has_column(name))

    def column(self, name: str) -> list[Any]:
        """The values of a column by doc id; a document without one has the column's default."""
        return list(self._reader.column_reader(name)) if self.doc_count else []

    def bytes_column(self, name: str) -> tuple[bytes, npt.NDArray[np.uint32]]:
        """The values of a column of byte strings, joined, and the length of each by doc id."""
        if not self.has_column(name):
            return b"", np.zeros(self.doc_count, dtype=np.uint32)
        column: Any = self._reader._perdoc.column_reader(name, self._reader.schema[name].column_type)
        lengths = np.array(column._lengths, dtype=np.uint32)
        return bytes(column._dbfile.get(column._basepos, int(lengths.sum()))), lengths

    def numeric_column(self, name: str, typecode: str) -> npt.NDArray[Any]:
        """The values of a column of numbers by doc id; what the file leaves out at its end is zero."""
        values = np.zeros(self.doc_count, dtype=typecode)
        file = self.path / W3Codec.column_filename(self.entry, name)
        if file.exists():
            written = np.fromfile(file, dtype=np.dtype(typecode).newbyteorder(">"))
            values[: len(written)] = written
        return values

    def field_lengths(self, field: str) -> npt.NDArray[np.uint32]:
        """The number of tokens of a field by doc id, as Whoosh rounds it; 0 where a document lacks the field."""
        lengths: npt.NDArray[np.uint32] = _LENGTHS[self.numeric_column(f"_{field}_len", "B")]
        return lengths

    def total_length(self, field: str) -> int:
        """How many tokens a field has over all documents."""
        return int(self._reader.field_length(field))


@contextmanager
def opened_segments(path: Path) -> Iterator[list[SegmentFiles]]:
    """The segments of the latest commit, open. Raises BrokenIndex over damage, also within the context."""
    opened: list[SegmentFiles] = []
    with raising_broken_index(path):
        try:
            for entry in read_commit(path).segments:
                opened.append(SegmentFiles(path, entry))
            yield opened
        finally:
            for segment in opened:
                segment.close()


# -- writing


class TermSummary(NamedTuple):
    """What the term dictionary says of a term: total and highest frequency, documents, field lengths, doc ids."""

    frequency: float
    documents: int
    shortest: int
    longest: int
    highest: float
    first: int
    last: int


class TermSink:
    """Takes the terms of one field of a new segment, in byte order, each with its postings."""

    def __init__(self, writer: ContainerWriter, field: str) -> None:
        files = writer.fieldwriter
        files.start_field(field, writer.schema[field])
        self._finish = files.finish_field
        self._prefix = FIELD_ID.pack(files._fieldid)
        self._offset = files._postfile.tell()
        self._write_postings = files._postfile.write
        self._write_entry = files._tindex.add

    def add(self, term: bytes, postings: bytes, summary: TermSummary) -> None:
        """Write one term."""
        info = W3TermInfo(*summary)
        info.set_extent(self._offset, len(postings))
        self._write_postings(postings)
        self._write_entry(self._prefix + term, info.to_bytes())
        self._offset += len(postings)

    def close(self) -> None:
        """The field has no more terms."""
        self._finish()


class _Index(FileIndex):
    """An index as Whoosh's writer wants it, with the table of contents as it is read here."""

    def __init__(self, path: Path) -> None:
        # Not Whoosh's own, which reads the table of contents itself.
        self.path = path
        self.storage = SyncedStorage(path)
        self.indexname = _NAME

    def _read_toc(self) -> TOC:
        commit = read_commit(self.path)
        return TOC(whoosh_schema(), list(commit.segments), commit.number)


class ContainerWriter(SegmentWriter):
    """Whoosh's segment writer as a writer of files alone: terms and postings come from a subclass.

    `segments` are those of the latest commit, and documents may be deleted in them; `docnum` is the doc id of the next
    document. The writer holds Whoosh's lock until `commit` or `cancel`.
    """

    def __init__(self, path: Path, timeout: float) -> None:
        """Open the index in `path` for writing, waiting at most `timeout` seconds for the lock."""
        super().__init__(_Index(path), timeout=timeout, compound=False)
        self.path = path

    def write_terms(self) -> None:
        """Write the terms of all documents of the new segment, by a `TermSink` for each field in order of its name."""
        raise NotImplementedError

    def release(self) -> None:
        """Let go of the files of committed segments: Windows can't remove a merged segment whose files are open."""
        raise NotImplementedError

    def open_segment(self, entry: SegmentEntry) -> SegmentFiles:
        """Open a committed segment, or one that lies in the directory already and will be."""
        return SegmentFiles(self.path, entry)

    def start_document(self) -> int:
        """Begin a document; gives its doc id."""
        self.perdocwriter.start_doc(self.docnum)
        return int(self.docnum)

    def store(self, field: str, value: Any, length: int) -> None:
        """Keep a value of the document, None for nothing, and the number of its tokens in a field."""
        self.perdocwriter.add_field(field, self.schema[field], value, length)

    def add_column_value(self, column: str, value: Any) -> None:
        """Give the document its value in a column."""
        self.perdocwriter.add_column_value(column, self.schema[column].column_type, value)

    def finish_document(self) -> None:
        """End the document."""
        self.perdocwriter.finish_doc()
        self._added = True
        self.docnum += 1

    def copy_documents(self, segment: SegmentFiles) -> dict[int, int] | None:
        """Copy stored values, lengths and columns of a segment's living documents.

        Gives the new doc ids by the old ones; None if all documents were copied, in order.
        """
        with naming_file(segment.stored_path):
            renumbered: dict[int, int] | None = self.write_per_doc(set(self.schema.names()), segment._reader)
        self._added = True
        return renumbered

    def commit_merging(self, policy: Callable[[Any, Sequence[SegmentEntry]], list[SegmentEntry]]) -> None:
        """Write the new segment and the table of contents.

        The merge policy gets this writer and the committed segments. It merges some of them into the new segment and
        gives those that stay.
        """
        self.commit(mergetype=policy)

    def cancel(self, **kwargs: Any) -> None:
        """Drop what was written."""
        self.release()
        super().cancel(**kwargs)

    # Steps of `SegmentWriter.commit`.

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        self.write_terms()
        self.fieldwriter.close()

    def _finalize_segment(self) -> Any:
        segment = super()._finalize_segment()
        self.storage.write_sums(str(segment.segment_id()))
        return segment

    def _finish(self) -> None:
        self.release()
        super()._finish()
