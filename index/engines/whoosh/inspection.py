"""Whether a Whoosh index holds what it should, and can be read to the end."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.article.facets import FACETS, unpack
from index.document.schema import TEXT_LEMMA
from index.engines.base import Probe
from index.engines.whoosh.blocks import PostingArrays
from index.engines.whoosh.container import SegmentFiles, opened_segments, read_commit
from index.engines.whoosh.layout import ID, ID_COLUMN, SEQ, SORT_KEY, STORED
from index.engines.whoosh.terms import TermEntry, TermTable
from index.errors import BrokenIndex
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
    with opened_segments(path) as segments:
        live = sum(segment.entry.doc_count() for segment in segments)
        if live != documents:
            raise BrokenIndex(path, f"it holds {live} articles where the archive has {documents}")
        tables = [(segment, TermTable(segment)) for segment in segments]
        for probe in probes:
            _check_article(tables, probe, path)


def holdings(path: Path) -> tuple[int, int]:
    """How many documents the latest commit has, and the highest number of an article's version; 0 and 0 if empty.

    Raises:
        BrokenIndex: it can't be read.
    """
    with opened_segments(path) as segments:
        documents = sum(segment.entry.doc_count() for segment in segments)
        return documents, max((max(segment.column(SEQ), default=0) for segment in segments), default=0)


def segment_names(path: Path) -> list[SegmentName]:
    """The segments of the latest commit. Raises BrokenIndex."""
    return [SegmentName(path, str(entry.segment_id())) for entry in read_commit(path).segments]


def check_segment(name: SegmentName) -> None:
    """Read a segment to its end: terms and where their postings lie, postings, columns, stored texts.

    Raises:
        BrokenIndex: saying what is wrong.
    """
    with opened_segments(name.path) as segments:
        for segment in segments:
            if segment.id == name.segment_id:
                _check_terms(segment)
                _check_documents(segment)


def _check_article(tables: Sequence[tuple[SegmentFiles, TermTable]], probe: Probe, path: Path) -> None:
    key = probe.article_id.encode("utf-8")
    for segment, table in tables:
        entry = table.find(ID, key)
        for doc in table.postings(entry).ids.tolist() if entry else ():
            if not segment.entry.is_deleted(doc):
                _check_lemmas(table, probe, doc, path)
                return
    raise BrokenIndex(path, f"the article {probe.article_id!r} can't be found in it")


def _check_lemmas(table: TermTable, probe: Probe, doc: int, path: Path) -> None:
    for lemma in probe.lemmas:
        entry = table.find(TEXT_LEMMA.name, encode_term(lemma).encode("utf-8"))
        if entry is None or doc not in table.postings(entry).ids:
            raise BrokenIndex(path, f"the article {probe.article_id!r} is not found by its word {lemma!r}")


def _check_terms(segment: SegmentFiles) -> None:
    """The postings of all terms lie one after another and fill their file, and agree with their terms."""
    table, count, path = TermTable(segment), segment.doc_count, segment.path
    end = 0
    for field in table.fields:
        before = b""
        for place, entry in enumerate(table.span(field)):
            if entry.offset != end or not 0 < entry.documents <= count or (place and entry.term <= before):
                raise BrokenIndex(path, f"the entry of the term {entry.term!r} in {field} is damaged")
            end, before = entry.offset + entry.length, entry.term
            if not _agrees(table.postings(entry, positions=True), entry, count):
                raise BrokenIndex(path, f"the postings of {entry.term!r} in {field} don't agree with its entry")
    size = segment.postings_path.stat().st_size
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


def _check_documents(segment: SegmentFiles) -> None:
    """Every value of every column, and every stored text."""
    count, path = segment.doc_count, segment.path
    columns = {name: segment.column(name) for name in (ID_COLUMN, SEQ, SORT_KEY)}
    if any(len(values) != count for values in columns.values()) or len(set(columns[SEQ])) != count:
        raise BrokenIndex(path, f"its columns don't have the {count} documents of the segment")
    for facet in FACETS:
        if segment.has_column(facet.column):
            for value in segment.column(facet.column):
                unpack(value)
    for doc in range(count):
        _check_stored(segment.stored_values(doc), columns[ID_COLUMN][doc], path)


def _check_stored(stored: dict[str, Any], article_id: bytes, path: Path) -> None:
    if stored.get(ID, "").encode("utf-8") != article_id or not {"title", "body"} <= stored.get(STORED, {}).keys():
        raise BrokenIndex(path, f"the text of the article {article_id.decode('utf-8', 'replace')!r} can't be read")
