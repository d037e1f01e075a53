"""Removing documents from a Whoosh index so that nothing of them is left in its files.

Whoosh marks a deleted document and leaves its text, its terms and its postings in the segment until that is merged.
Here each segment that has anything of a document, marked or not, is written anew without it, one at a time, and the old
files go with the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from index.document.schema import TEXT_FORM
from index.engines.whoosh.container import SegmentEntry, opened_segments
from index.engines.whoosh.layout import ID_COLUMN, SEQ, raising_broken_index
from index.engines.whoosh.terms import TermTable
from index.engines.whoosh.tidying import tidy
from index.engines.whoosh.writer import LOCK_PATIENCE, BulkWriter
from index.turkish import decode_term

Doomed = Callable[[str], bool]


def purge(path: Path, is_doomed: Doomed) -> int:
    """Write every segment anew that holds documents with such ids, and say how many segments did.

    What a crash left beside the segments goes too: it may have such documents, and nothing reads it.

    Raises:
        BrokenIndex: the index can't be read.
    """
    rewritten = 0
    with raising_broken_index(path):
        tidy(path)
        while found := next(_affected(path, is_doomed), None):
            _rewrite(path, *found)
            rewritten += 1
    return rewritten


def documents(path: Path) -> tuple[dict[str, int], int]:
    """The ids of all live documents with their `seq`, and how many documents there are. Raises BrokenIndex."""
    found: dict[str, int] = {}
    count = 0
    with opened_segments(path) as segments:
        for segment in segments:
            for doc, (name, seq) in enumerate(zip(segment.column(ID_COLUMN), segment.column(SEQ), strict=True)):
                if not segment.entry.is_deleted(doc):
                    found[name.decode("utf-8")] = int(seq)
                    count += 1
    return found, count


def forms(path: Path) -> Iterator[str]:
    """Every word form that stands in the index, once for each segment. Raises BrokenIndex."""
    with opened_segments(path) as segments:
        for segment in segments:
            if segment.doc_count:
                for entry in TermTable(segment).span(TEXT_FORM.name):
                    yield decode_term(entry.term.decode("utf-8"))


def _affected(path: Path, is_doomed: Doomed) -> Iterator[tuple[str, list[int]]]:
    """Segments with such documents: the segment's id and the doc ids."""
    with opened_segments(path) as segments:
        for segment in segments:
            docs = [doc for doc, name in enumerate(segment.column(ID_COLUMN)) if is_doomed(name.decode("utf-8"))]
            if docs:
                yield segment.id, docs


def _rewrite(path: Path, segment_id: str, docs: Sequence[int]) -> None:
    def alone(writer: BulkWriter, entries: Sequence[SegmentEntry]) -> list[SegmentEntry]:
        """A merge policy: this segment goes into the new one, the others stay as they are."""
        rest = [entry for entry in entries if str(entry.segment_id()) != segment_id]
        for entry in entries:
            if entry not in rest and entry.doc_count():  # one without documents is just left out
                writer.merge_segment(entry)
        return rest

    writer = BulkWriter(path, LOCK_PATIENCE)
    for entry in writer.segments:
        if str(entry.segment_id()) == segment_id:
            for doc in docs:
                if not entry.is_deleted(doc):
                    entry.delete_document(doc)
    writer.commit_merging(alone)
