"""Writes documents into a Whoosh index: one segment per commit, small segments merged on the way."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from index.article.facets import BY_NAME, pack
from index.disk import sync_directory
from index.document import Document
from index.document.schema import BODY_GAP, TEXT_FIELDS
from index.engines.whoosh.blocks import PostingPool
from index.engines.whoosh.container import ContainerWriter, SegmentEntry, opened_segments, read_commit
from index.engines.whoosh.layout import ID, ID_COLUMN, SEQ, SORT_KEY, STORED, STORY, raising_broken_index
from index.engines.whoosh.merging import DROPPED, merge_field, renumbering
from index.engines.whoosh.terms import TermTable
from index.turkish import encode_term

MEMORY_LIMIT = 384 * 1024 * 1024
"""Bytes of memory, those for the sort included, at which a commit is due: about 10,000 articles of 2,600 characters."""

MAX_SEGMENTS = 8
"""With this many segments the merge policy merges the smallest ones, since each segment costs every query a little."""

MERGE_FACTOR = 5
ALIKE = 3
"""The merge policy doesn't merge a segment that is more than this many times as large as all smaller ones together.

Otherwise a commit of a few articles would write a large segment again, which the next reader would have to open. When
40,000 articles come in hundreds, each is written again six times, and one commit in twenty merges 1,900 articles or
more. With 10 in place of 3, each is written again 11 times, and such a commit merges 11,000.
"""


LOCK_PATIENCE = 10.0
"""Seconds to wait for Whoosh's lock. Our own keeps other processes out already, and the operating system gives up the
lock of a writer that was killed."""


class WhooshWriter:
    """The Whoosh implementation of `DocumentWriter`."""

    def __init__(self, path: Path) -> None:
        """Write into the index in a directory. Raises BrokenIndex if it can't be read."""
        self._path = path
        self._commit = read_commit(path).number
        self._writer: BulkWriter | None = None

    @property
    def watermark(self) -> int:
        """The highest `seq` in the committed index."""
        with opened_segments(self._path) as segments:
            return max((max(segment.column(SEQ), default=0) for segment in segments), default=0)

    def add(self, document: Document) -> None:
        """Add a document, in place of the committed one with the same id if there is one."""
        writer = self._open()
        with raising_broken_index(self._path):
            writer.delete_id(document.id)
        writer.write(document)

    def adopt(self, part: Path) -> None:
        """Take over the segments of another index, which become visible with the next commit."""
        writer = self._open()
        with raising_broken_index(part):
            writer.take_over(part, read_commit(part).segments)
        shutil.rmtree(part)

    def remove(self, ids: Iterable[str]) -> int:
        """Remove committed documents; says how many there were."""
        writer = self._open()
        with raising_broken_index(self._path):
            return sum(writer.delete_id(article_id) for article_id in ids)

    @property
    def wants_commit(self) -> bool:
        """Whether the postings in memory have reached `MEMORY_LIMIT`."""
        return self._writer is not None and self._writer.tokens.size > MEMORY_LIMIT

    def commit(self) -> int:
        """Write the segment and the new table of contents; gives the number of the commit."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.commit_merging(_merge_policy)
            self._commit = read_commit(self._path).number
        return self._commit

    def close(self) -> None:
        """Drop everything that was not committed."""
        if self._writer is not None:
            self._writer.cancel()
            self._writer = None

    def _open(self) -> BulkWriter:
        if self._writer is None:
            with raising_broken_index(self._path):
                self._writer = BulkWriter(self._path, LOCK_PATIENCE)
        return self._writer


class BulkWriter(ContainerWriter):
    """Writes one segment, whose tokens are gathered as arrays, and merges other segments into it."""

    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__(path, timeout)
        self.tokens = PostingPool()
        self._lengths: dict[str, list[int]] = {field.name: [] for field in TEXT_FIELDS}
        self._lengths[ID] = []
        self._positional = {field.name: field.positional for field in TEXT_FIELDS} | {ID: False}
        self._committed = [self._terms_of(entry) for entry in self.segments]

    def _terms_of(self, entry: SegmentEntry) -> TermTable:
        with self.open_segment(entry) as segment:
            return TermTable(segment)

    def delete_id(self, article_id: str) -> bool:
        """Mark the committed document with this id as deleted; says whether there was one."""
        key = article_id.encode("utf-8")
        for segment, table in zip(self.segments, self._committed, strict=True):
            entry = table.find(ID, key)
            for doc in table.postings(entry).ids.tolist() if entry else ():
                if not segment.is_deleted(doc):
                    segment.delete_document(doc)
                    return True
        return False

    def take_over(self, part: Path, entries: Sequence[SegmentEntry]) -> None:
        """Move the segments of another index here, and delete committed documents of which they hold newer versions."""
        for entry in entries:
            for file in part.glob(f"{entry.segment_id()}.*"):
                file.replace(self.path / file.name)
            table = self._terms_of(entry)
            for key in self._committed_ids() & table.columns(ID).terms():
                self.delete_id(key.decode("utf-8"))
            self.segments.append(entry)
            self._committed.append(table)
        sync_directory(self.path)  # the files themselves were synced by whoever wrote them

    def _committed_ids(self) -> set[bytes]:
        return set().union(*(table.columns(ID).terms() for table in self._committed))

    def write(self, document: Document) -> None:
        """Add one document to the segment being written."""
        doc = self.start_document()
        for name, runs in document.terms.items():
            length = self._add_runs(name, doc, runs)
            self._lengths[name].append(length)
            self.store(name, None, length)
        self._add_id(doc, document.id)
        self.store(ID, document.id, 0)
        self.store(STORED, dict(document.stored), 0)
        self.add_column_value(ID_COLUMN, document.id.encode("utf-8"))
        self.add_column_value(SEQ, document.seq)
        self.add_column_value(STORY, document.story)
        self.add_column_value(SORT_KEY, document.sort_key)
        for facet, values in document.facets.items():
            if values:
                self.add_column_value(BY_NAME[facet].column, pack(values))
        self.finish_document()

    def _add_runs(self, name: str, doc: int, runs: Sequence[Sequence[str]]) -> int:
        """Gather the tokens of a field; says how many they are."""
        pool = self.tokens.field(name, positional=self._positional[name])
        position = 0
        for run in runs:
            pool.add(doc, [_term_bytes(term) for term in run], position)
            position += len(run) + BODY_GAP
        return sum(map(len, runs))

    def _add_id(self, doc: int, article_id: str) -> None:
        self.tokens.field(ID, positional=self._positional[ID]).add(doc, [article_id.encode("utf-8")])
        self._lengths[ID].append(0)

    def merge_segment(self, entry: SegmentEntry) -> None:
        """Merge a segment into the one being written, a field at a time."""
        first = self.docnum
        with self.open_segment(entry) as segment:
            renumber = renumbering(segment.doc_count, first, self.copy_documents(segment))
            kept = renumber != DROPPED
            for name, lengths in self._lengths.items():
                lengths.extend(segment.field_lengths(name)[kept].tolist())
            table = TermTable(segment)
            for name in table.fields:
                merge_field(self.tokens.field(name, positional=self._positional[name]), table, name, renumber)

    def write_terms(self) -> None:
        """Write the posting lists of all tokens in memory."""
        self.tokens.write(self, {name: np.array(column, np.uint32) for name, column in self._lengths.items()})

    def release(self) -> None:
        """Let go of the term tables of committed segments, whose files they keep open."""
        self._committed = []


_TERM_BYTES: dict[str, bytes] = {}


def _term_bytes(term: str) -> bytes:
    found = _TERM_BYTES.get(term)
    if found is None:
        if len(_TERM_BYTES) > 500_000:  # about 100 MB; the frequent terms are back at once
            _TERM_BYTES.clear()
        found = _TERM_BYTES[term] = encode_term(term).encode("utf-8")
    return found


def _alike(sizes: Sequence[int]) -> int:
    """How many of the smallest segments to merge, at least two; `sizes` are ascending."""
    count = 2
    while count < min(MERGE_FACTOR, len(sizes)) and sizes[count] <= ALIKE * sum(sizes[:count]):
        count += 1
    return count


def _merge_policy(writer: BulkWriter, entries: Sequence[SegmentEntry]) -> list[SegmentEntry]:
    """The merge policy: from `MAX_SEGMENTS` on merge the smallest segments, and always the mostly deleted ones."""
    live = sorted(entries, key=lambda entry: int(entry.doc_count()))
    merged = [entry for entry in live if entry.deleted_count() * 2 > entry.doc_count_all()]
    rest = [entry for entry in live if entry not in merged]
    if len(rest) >= MAX_SEGMENTS:
        count = _alike([entry.doc_count() for entry in rest])
        merged += rest[:count]
        rest = rest[count:]
    for entry in merged:
        writer.merge_segment(entry)
    return rest
