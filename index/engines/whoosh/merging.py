"""All posting lists of a field of a segment at once, for writing them into another segment.

Arrays for each term would cost 40 µs a term, and half of the terms occur in one document only. Here the blocks of all
terms are unpacked into flat columns, and all doc ids are computed at once.
"""

from __future__ import annotations

import struct
from array import array
from itertools import islice
from typing import Any

import numpy as np

from index.engines.whoosh.blocks import FieldPool, FieldPostings, Ids, posting_blocks
from index.engines.whoosh.container import naming_file
from index.engines.whoosh.layout import BLOCK_LIMIT
from index.engines.whoosh.termcolumns import Integers
from index.engines.whoosh.terms import TermTable

DROPPED = np.uint32(0xFFFFFFFF)
"""The new doc id of a document that is left out."""

TERMS_AT_ONCE = 4_096
_ONCE = bytes([1]) * BLOCK_LIMIT


def renumbering(doc_count: int, first: int, docmap: dict[int, int] | None) -> Ids:
    """The new doc id of each document of a merged segment; `docmap` has those that stay, None means all of them."""
    if docmap is None:
        return np.arange(first, first + doc_count, dtype=np.uint32)
    docs = np.full(doc_count, DROPPED, dtype=np.uint32)
    docs[list(docmap)] = list(docmap.values())
    return docs


def merge_field(pool: FieldPool, table: TermTable, field: str, renumber: Ids) -> None:
    """Put a segment's postings of a field into a pool, under the new doc ids."""
    found = field_postings(table, field)
    ids = renumber[found.ids]
    keep = ids != DROPPED
    # How many postings of each term stay; a term without any must not come into the pool.
    staying = np.concatenate(([0], np.cumsum(keep)))[found.bounds]
    counts = np.diff(staying)
    terms = [found.terms[term_id] for term_id in np.flatnonzero(counts).tolist()]
    positions = found.positions
    if positions is not None and len(terms) and not keep.all():
        positions = positions[np.repeat(keep, found.freqs)]
    pool.merge(terms, counts[counts > 0], ids[keep], found.freqs[keep], positions)


def field_postings(table: TermTable, field: str) -> FieldPostings:
    """All postings of a field in a segment, deleted documents included."""
    terms: list[bytes] = []
    columns = _Columns()
    span = table.span(field)
    while entries := list(islice(span, TERMS_AT_ONCE)):
        begin, last = entries[0].offset, entries[-1]
        data = table.posting_bytes(begin, last.offset + last.length)
        with naming_file(table.postings_path):
            for entry in entries:
                columns.add(data, entry.offset - begin)
                terms.append(entry.term)
    return columns.postings(terms)


class _Columns:
    """What the blocks of many terms hold, one after another."""

    def __init__(self) -> None:
        self._deltas, self._freqs, self._positions = array("I"), array("I"), array("I")
        self._sizes = array("I")
        """Postings of each block."""
        self._counts = array("I")
        """Postings of each term."""

    def add(self, data: bytes, at: int) -> None:
        """Take in the blocks of one term, which begin at a place."""
        count = 0
        for deltas, weights, values in posting_blocks(data, at):
            size = len(deltas)
            count += size
            self._deltas.extend(deltas)
            self._sizes.append(size)
            freqs = _freqs(weights, size)
            self._freqs.extend(freqs)
            if values:
                self._positions.extend(_places(values[0], sum(freqs)))
        self._counts.append(count)

    def postings(self, terms: list[bytes]) -> FieldPostings:
        """Everything that was taken in."""
        sizes, freqs = _integers(self._sizes), _integers(self._freqs)
        # Each block counts from zero: what the blocks before it add up to is taken off again.
        ids = np.concatenate(([0], np.cumsum(_integers(self._deltas))))
        begins = np.cumsum(sizes) - sizes
        ids = ids[1:] - np.repeat(ids[begins], sizes)
        positions = np.frombuffer(self._positions, dtype=np.uint32) if self._positions else None
        return FieldPostings(
            terms=terms,
            bounds=np.concatenate(([0], np.cumsum(_integers(self._counts)))),
            ids=ids.astype(np.uint32),
            freqs=freqs.astype(np.uint32),
            positions=positions,
            places=np.concatenate(([0], np.cumsum(freqs))),
        )


def _integers(column: array[int]) -> Integers:
    return np.array(column, dtype=np.int64)


def _freqs(weights: Any, size: int) -> bytes | list[int]:
    if weights is None:
        return _ONCE[:size] if size <= BLOCK_LIMIT else [1] * size
    if isinstance(weights, bytes):
        return weights
    return [int(weights)] * size if isinstance(weights, float) else [int(weight) for weight in weights]


def _places(packed: bytes, count: int) -> tuple[int, ...]:
    return struct.unpack(f"<{count}{'H' if len(packed) == 2 * count else 'I'}", packed)
