"""Removing documents from a Whoosh index so that nothing of them is left in its files.

Whoosh marks a deleted document and leaves its text, its terms and its postings in the segment until that is merged.
Here each segment that has anything of a document, marked or not, is written anew without it, one at a time, and the old
files go with the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from whoosh.reading import SegmentReader

from index.engines.whoosh.layout import ID_COLUMN, SEQ, told_as_damage
from index.engines.whoosh.terms import TermTable
from index.engines.whoosh.tidying import tidy
from index.engines.whoosh.writer import BulkWriter, open_index
from index.schema import TEXT_FORM
from index.turkish import decode_term

Doomed = Callable[[str], bool]


def purge(path: Path, is_doomed: Doomed) -> int:
    """Write every segment anew that has documents with such ids; says how many segments had.

    What a crash left beside the segments goes too: it may have such documents, and nothing reads it.

    Raises:
        BrokenIndex: the index can't be read.
    """
    rewritten = 0
    with told_as_damage(path):
        tidy(path)
        while found := next(_affected(path, is_doomed), None):
            _rewrite(path, *found)
            rewritten += 1
    return rewritten


def documents(path: Path) -> tuple[dict[str, int], int]:
    """The ids of all live documents with their `seq`, and how many documents there are. Raises BrokenIndex."""
    found: dict[str, int] = {}
    count = 0
    with told_as_damage(path), _readers(path) as readers:
        for reader in readers:
            if not reader.doc_count_all():
                continue
            for number, (name, seq) in enumerate(zip(_ids(reader), reader.column_reader(SEQ), strict=True)):
                if not reader.is_deleted(number):
                    found[name.decode("utf-8")] = int(seq)
                    count += 1
    return found, count


def forms(path: Path) -> Iterator[str]:
    """Every word form that stands in the index, once for each segment. Raises BrokenIndex."""
    with told_as_damage(path), _readers(path) as readers:
        for reader in readers:
            if reader.doc_count_all():
                for entry in TermTable(reader).span(TEXT_FORM.name):
                    yield decode_term(entry.term.decode("utf-8"))


class _readers:  # noqa: N801 -- a context manager that reads as a function
    """The readers of all segments of the latest commit."""

    def __init__(self, path: Path) -> None:
        self._index = open_index(path, readonly=True)
        self._open: list[SegmentReader] = []

    def __enter__(self) -> Sequence[SegmentReader]:
        for segment in self._index._read_toc().segments:
            self._open.append(SegmentReader(self._index.storage, self._index.schema, segment))
        return self._open

    def __exit__(self, *error: object) -> None:
        for reader in self._open:
            reader.close()
        self._index.close()


def _ids(reader: SegmentReader) -> list[bytes]:
    return list(reader.column_reader(ID_COLUMN)) if reader.doc_count_all() else []


def _affected(path: Path, is_doomed: Doomed) -> Iterator[tuple[str, list[int]]]:
    """Segments with such documents: the segment's id and the numbers of the documents."""
    with _readers(path) as readers:
        for reader in readers:
            numbers = [n for n, name in enumerate(_ids(reader)) if is_doomed(name.decode("utf-8"))]
            if numbers:
                yield str(reader.segment().segment_id()), numbers


def _rewrite(path: Path, segment_id: str, numbers: Sequence[int]) -> None:
    def alone(writer: BulkWriter, segments: Sequence[Any]) -> list[Any]:
        """Whoosh's merge policy: this segment into the new one, the others as they are."""
        rest = [segment for segment in segments if str(segment.segment_id()) != segment_id]
        for segment in segments:
            if segment not in rest and segment.doc_count():  # one without documents is just left out
                with closing(SegmentReader(writer.storage, writer.schema, segment)) as reader:
                    writer.add_reader(reader)
        return rest

    index = open_index(path)
    try:
        writer = BulkWriter(index, timeout=10.0)
        for segment in writer.segments:
            if str(segment.segment_id()) == segment_id:
                for number in numbers:
                    if not segment.is_deleted(number):
                        segment.delete_document(number)
        writer.commit(mergetype=alone)
    finally:
        index.close()
