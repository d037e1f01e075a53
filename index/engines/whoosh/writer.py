"""Writes documents into a Whoosh index: one segment per commit, small segments merged on the way."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from index.disk import sync_directory
from index.document import Document
from index.engines.whoosh.blocks import PostingPool
from index.engines.whoosh.layout import (
    ID,
    ID_COLUMN,
    SEQ,
    SORT_KEY,
    STORED,
    STORY,
    SyncedStorage,
    told_as_damage,
    whoosh_schema,
)
from index.engines.whoosh.merging import DROPPED, merge_field, renumbering
from index.engines.whoosh.terms import TermTable
from index.facets import BY_NAME, pack
from index.schema import BODY_GAP, TEXT_FIELDS
from index.turkish import encode_term

MEMORY_LIMIT = 384 * 1024 * 1024
"""Bytes, the sort included, from which on a commit is asked for: about 10,000 articles of 2,600 characters."""

MAX_SEGMENTS = 8
"""More segments than this and the smallest are merged: each costs every query a little."""

MERGE_FACTOR = 5
ALIKE = 3
"""A segment so many times as large as all smaller ones together is not merged with them: a commit of a few articles
would write a large segment again, and its first reader would open it. Of 40,000 articles that come in hundreds each is
then written again six times, and one commit in twenty merges 1,900 or more; 11 times and 11,000 were it 10."""


def create_index(path: Path) -> None:
    """Lay out an empty index in a directory, which is made."""
    path.mkdir(parents=True, exist_ok=True)
    storage = SyncedStorage(path)
    FileIndex.create(storage, whoosh_schema(), "MAIN")
    storage.close()


def open_index(path: Path, *, readonly: bool = False) -> FileIndex:
    """Open the index in a directory.

    Raises:
        BrokenIndex: it can't be read.
    """
    with told_as_damage(path):
        return FileIndex(SyncedStorage(path, readonly=readonly), schema=whoosh_schema(), indexname="MAIN")


class WhooshWriter:
    """The Whoosh implementation of `DocumentWriter`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._index = open_index(path)
        self._writer: BulkWriter | None = None

    @property
    def watermark(self) -> int:
        """The highest `seq` in the committed index."""
        with told_as_damage(self._path), closing(self._index.reader()) as reader:
            leaves = [leaf for leaf, _ in reader.leaf_readers() if leaf.has_column(SEQ)]
            return max((max(leaf.column_reader(SEQ), default=0) for leaf in leaves), default=0)

    def add(self, document: Document) -> None:
        """Add a document, in place of the committed one with the same id if there is one."""
        writer = self._open()
        with told_as_damage(self._path):
            writer.delete_id(document.id)
        writer.write(document)

    def adopt(self, part: Path) -> None:
        """Take over the segments of another index; committed with the rest."""
        writer = self._open()
        with told_as_damage(part):
            with closing(open_index(part, readonly=True)) as index:
                segments = index._read_toc().segments
            writer.take_over(part, segments)
        shutil.rmtree(part)

    def remove(self, ids: Iterable[str]) -> int:
        """Remove committed documents; says how many there were."""
        writer = self._open()
        with told_as_damage(self._path):
            return sum(writer.delete_id(article_id) for article_id in ids)

    @property
    def wants_commit(self) -> bool:
        """Whether the postings held have reached the memory limit."""
        return self._writer is not None and self._writer.pool.size > MEMORY_LIMIT

    def commit(self) -> int:
        """Write the segment and the new table of contents; gives Whoosh's generation number."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.commit(mergetype=_merge_policy)
            self._index = open_index(self._path)
        return int(self._index.latest_generation())

    def close(self) -> None:
        """Drop what was not committed."""
        if self._writer is not None:
            self._writer.cancel()
            self._writer = None
        self._index.close()

    def _open(self) -> BulkWriter:
        if self._writer is None:
            # Our own lock already keeps other processes out; a lock left by a killed Whoosh writer is given up by
            # the operating system.
            with told_as_damage(self._path):
                self._writer = BulkWriter(self._index, timeout=10.0)
        return self._writer


class BulkWriter(SegmentWriter):  # type: ignore[misc]
    """A segment writer whose documents and merges go into the pool as arrays."""

    def __init__(self, index: FileIndex, timeout: float) -> None:
        super().__init__(index, timeout=timeout, compound=False)
        self.pool = PostingPool()
        self._lengths: dict[str, list[int]] = {field.name: [] for field in TEXT_FIELDS}
        self._lengths[ID] = []
        self._positional = {field.name: field.positional for field in TEXT_FIELDS} | {ID: False}
        self._committed: list[TermTable] = []
        for segment in self.segments:
            with closing(SegmentReader(self.storage, self.schema, segment)) as reader:
                self._committed.append(TermTable(reader))

    def delete_id(self, article_id: str) -> bool:
        """Mark the committed document with this id as deleted; says whether there was one."""
        key = article_id.encode("utf-8")
        for segment, table in zip(self.segments, self._committed, strict=True):
            entry = table.find(ID, key)
            for number in table.postings(entry).ids.tolist() if entry else ():
                if not segment.is_deleted(number):
                    segment.delete_document(number)
                    return True
        return False

    def take_over(self, part: Path, segments: Sequence[Any]) -> None:
        """Move another index's segments here, and delete the committed documents that theirs are newer versions of."""
        for segment in segments:
            for path in part.glob(f"{segment.segment_id()}.*"):
                path.replace(Path(self.storage.folder) / path.name)
            with closing(SegmentReader(self.storage, self.schema, segment)) as reader:
                table = TermTable(reader)
            for key in self._committed_ids() & table.columns(ID).terms():
                self.delete_id(key.decode("utf-8"))
            self.segments.append(segment)
            self._committed.append(table)
        sync_directory(Path(self.storage.folder))  # the files themselves were synced by whoever wrote them

    def _committed_ids(self) -> set[bytes]:
        return set().union(*(table.columns(ID).terms() for table in self._committed))

    def write(self, document: Document) -> None:
        """Add one document to the segment being written."""
        schema, docs = self.schema, self.perdocwriter
        docs.start_doc(self.docnum)
        for name, runs in document.terms.items():
            length = self._pool_runs(name, runs)
            self._lengths[name].append(length)
            docs.add_field(name, schema[name], None, length)
        self._pool_id(document.id)
        docs.add_field(ID, schema[ID], document.id, 0)
        docs.add_field(STORED, schema[STORED], dict(document.stored), 0)
        docs.add_column_value(ID_COLUMN, schema[ID_COLUMN].column_type, document.id.encode("utf-8"))
        docs.add_column_value(SEQ, schema[SEQ].column_type, document.seq)
        docs.add_column_value(STORY, schema[STORY].column_type, document.story)
        docs.add_column_value(SORT_KEY, schema[SORT_KEY].column_type, document.sort_key)
        for facet, values in document.facets.items():
            if values:
                column = BY_NAME[facet].column
                docs.add_column_value(column, schema[column].column_type, pack(values))
        docs.finish_doc()
        self._added = True
        self.docnum += 1

    def _pool_runs(self, name: str, runs: Sequence[Sequence[str]]) -> int:
        """Put a field's runs into the pool; says how many tokens they are."""
        pool = self.pool.field(name, positional=self._positional[name])
        position = 0
        for run in runs:
            pool.add(self.docnum, [_term_bytes(term) for term in run], position)
            position += len(run) + BODY_GAP
        return sum(map(len, runs))

    def _pool_id(self, article_id: str) -> None:
        self.pool.field(ID, positional=self._positional[ID]).add(self.docnum, [article_id.encode("utf-8")])
        self._lengths[ID].append(0)

    def add_reader(self, reader: SegmentReader) -> None:
        """Merge a segment into the one being written, a field at a time."""
        first = self.docnum
        names = {name for name in reader.indexed_field_names() if name in self.schema}
        docmap = self.write_per_doc(set(self.schema.names()) | names, reader)
        renumber = renumbering(reader.doc_count_all(), first, docmap)
        kept = np.flatnonzero(renumber != DROPPED).tolist()
        for name in self._lengths:
            # Whoosh 2.7.4 gives None for a field that an article lacks.
            self._lengths[name].extend(reader.doc_field_length(n, name) or 0 if name != ID else 0 for n in kept)
        table = TermTable(reader)
        for name in table.fields:
            merge_field(self.pool.field(name, positional=self._positional[name]), table, name, renumber)
        self._added = True

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        lengths = {name: np.array(column, dtype=np.uint32) for name, column in self._lengths.items()}
        self.pool.write(self.fieldwriter, self.schema, lengths)
        self.fieldwriter.close()

    def _finalize_segment(self) -> Any:
        segment = super()._finalize_segment()
        self.storage.write_sums(str(segment.segment_id()))
        return segment

    def _finish(self) -> None:
        self._committed = []  # Windows can't remove merged segments whose files are open
        super()._finish()

    def cancel(self) -> None:
        """Drop what was written."""
        self._committed = []
        super().cancel()


_TERM_BYTES: dict[str, bytes] = {}


def _term_bytes(term: str) -> bytes:
    found = _TERM_BYTES.get(term)
    if found is None:
        if len(_TERM_BYTES) > 500_000:  # about 100 MB; the frequent terms are back at once
            _TERM_BYTES.clear()
        found = _TERM_BYTES[term] = encode_term(term).encode("utf-8")
    return found


def _alike(sizes: Sequence[int]) -> int:
    """How many of the smallest segments to merge, two at least; `sizes` ascend."""
    count = 2
    while count < min(MERGE_FACTOR, len(sizes)) and sizes[count] <= ALIKE * sum(sizes[:count]):
        count += 1
    return count


def _merge_policy(writer: BulkWriter, segments: Sequence[Any]) -> list[Any]:
    """Keep few segments: past `MAX_SEGMENTS`, merge the smallest ones, and any that is mostly deleted."""
    live = sorted(segments, key=lambda segment: segment.doc_count())
    merged = [segment for segment in live if segment.deleted_count() * 2 > segment.doc_count_all()]
    rest = [segment for segment in live if segment not in merged]
    if len(rest) >= MAX_SEGMENTS:
        count = _alike([segment.doc_count() for segment in rest])
        merged += rest[:count]
        rest = rest[count:]
    for segment in merged:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return rest
