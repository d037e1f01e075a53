"""Whether a Whoosh index holds what it should, and can be read to the end."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import W3Codec
from whoosh.reading import SegmentReader

from index.engines.base import Probe
from index.engines.whoosh.blocks import PostingArrays
from index.engines.whoosh.layout import ID, ID_COLUMN, SEQ, SORT_KEY, STORED, told_as_damage
from index.engines.whoosh.terms import TermEntry, TermTable
from index.engines.whoosh.writer import open_index
from index.errors import BrokenIndex
from index.facets import FACETS, unpack
from index.schema import TEXT_LEMMA
from index.turkish import encode_term


@dataclass(frozen=True, slots=True)
class SegmentName:
    """A segment of the latest commit of the index in `path`."""

    path: Path
    segment_id: str


def verify(path: Path, documents: int, probes: Sequence[Probe]) -> None:
    """Check the count of documents, and that each probe is found. The segments are for `check_segment`.

    Raises:
        BrokenIndex: saying what is wrong.
    """
    with _opened(path) as segments:
        live = sum(segment.doc_count() for segment in (reader.segment() for reader in segments))
        if live != documents:
            raise BrokenIndex(path, f"it holds {live} articles where the archive has {documents}")
        tables = [(reader, TermTable(reader)) for reader in segments]
        for probe in probes:
            _check_article(tables, probe, path)


def holdings(path: Path) -> tuple[int, int]:
    """How many documents the latest commit has, and the highest number of an article's version; 0 and 0 if empty.

    Raises:
        BrokenIndex: it can't be read.
    """
    with _opened(path) as segments:
        documents = sum(reader.segment().doc_count() for reader in segments)
        return documents, max((max(reader.column_reader(SEQ)) for reader in segments), default=0)


def segment_names(path: Path) -> list[SegmentName]:
    """The segments of the latest commit. Raises BrokenIndex."""
    with told_as_damage(path), closing(open_index(path, readonly=True)) as index:
        return [SegmentName(path, str(segment.segment_id())) for segment in index._read_toc().segments]


def check_segment(name: SegmentName) -> None:
    """Read a segment to its end: terms and where their postings lie, postings, columns, stored texts.

    Raises:
        BrokenIndex: saying what is wrong.
    """
    with _opened(name.path) as segments:
        for reader in segments:
            if reader.segment().segment_id() == name.segment_id:
                _check_terms(reader, name.path)
                _check_documents(reader, name.path)


@contextmanager
def _opened(path: Path) -> Iterator[list[SegmentReader]]:
    readers: list[SegmentReader] = []
    with told_as_damage(path), closing(open_index(path, readonly=True)) as index:
        try:
            for segment in index._read_toc().segments:
                readers.append(SegmentReader(index.storage, index.schema, segment))
            yield readers
        finally:
            for reader in readers:
                reader.close()


def _check_article(tables: Sequence[tuple[SegmentReader, TermTable]], probe: Probe, path: Path) -> None:
    key = probe.article_id.encode("utf-8")
    for reader, table in tables:
        entry = table.find(ID, key)
        for number in table.postings(entry).ids.tolist() if entry else ():
            if not reader.is_deleted(number):
                _check_lemmas(table, probe, number, path)
                return
    raise BrokenIndex(path, f"the article {probe.article_id!r} can't be found in it")


def _check_lemmas(table: TermTable, probe: Probe, number: int, path: Path) -> None:
    for lemma in probe.lemmas:
        entry = table.find(TEXT_LEMMA.name, encode_term(lemma).encode("utf-8"))
        if entry is None or number not in table.postings(entry).ids:
            raise BrokenIndex(path, f"the article {probe.article_id!r} is not found by its word {lemma!r}")


def _check_terms(reader: SegmentReader, path: Path) -> None:
    """The postings of all terms lie one after another and fill their file, and agree with their terms."""
    table, count = TermTable(reader), reader.doc_count_all()
    end = 0
    for field in table.fields:
        before = b""
        for number, entry in enumerate(table.span(field)):
            if entry.offset != end or not 0 < entry.documents <= count or (number and entry.term <= before):
                raise BrokenIndex(path, f"the entry of the term {entry.term!r} in {field} is damaged")
            end, before = entry.offset + entry.length, entry.term
            if not _agrees(table.postings(entry, positions=True), entry, count):
                raise BrokenIndex(path, f"the postings of {entry.term!r} in {field} don't agree with its entry")
    size = (Path(reader._storage.folder) / reader.segment().make_filename(W3Codec.POSTS_EXT)).stat().st_size
    if size != end:
        raise BrokenIndex(path, f"its postings have {size} bytes where the terms know of {end}")


def _agrees(found: PostingArrays, entry: TermEntry, count: int) -> bool:
    ids = found.ids.tolist()
    total = int(found.freqs.sum(dtype=np.float64)) if len(ids) > 1 else int(found.freqs[0])
    return (
        len(ids) == entry.documents
        and ids[0] == entry.first
        and ids[-1] < count
        and all(map(operator.lt, ids, ids[1:]))
        and float(np.float32(total)) == entry.weight  # the entry has it in single precision
        and (found.positions is None or len(found.positions) == total)
    )


def _check_documents(reader: SegmentReader, path: Path) -> None:
    """Every value of every column, and every stored text."""
    count = reader.doc_count_all()
    names = {name: list(reader.column_reader(name)) for name in (ID_COLUMN, SEQ, SORT_KEY)}
    if any(len(values) != count for values in names.values()) or len(set(names[SEQ])) != count:
        raise BrokenIndex(path, f"its columns don't have the {count} documents of the segment")
    for facet in FACETS:
        if reader.has_column(facet.column):
            for value in reader.column_reader(facet.column):
                unpack(value)
    for number in range(count):
        _check_stored(reader.stored_fields(number), names[ID_COLUMN][number], path)


def _check_stored(stored: dict[str, Any], article_id: bytes, path: Path) -> None:
    if stored.get(ID, "").encode("utf-8") != article_id or not {"title", "body"} <= stored.get(STORED, {}).keys():
        raise BrokenIndex(path, f"the text of the article {article_id.decode('utf-8', 'replace')!r} can't be read")
