"""A segment's terms and their postings, read where they lie in their files.

Whoosh looks a term up through a file object with one position, a Python call for each integer; two threads need a lock
and a dictionary look-up costs half a millisecond. The files are simple enough to be read without it: the term file is a
run of keys and values in byte order with an array of their places, the posting file what `blocks` wrote. Nothing here
has a state, so that any number of threads may read.
"""

from __future__ import annotations

import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from index.engines.whoosh.blocks import PostingArrays, read_postings
from index.engines.whoosh.container import FIELD_ID, SegmentFiles, naming_file
from index.engines.whoosh.filebytes import open_bytes
from index.engines.whoosh.termcolumns import TermColumns, term_columns

_LENGTHS = struct.Struct("!ii")
_EXTENT = struct.Struct("!qi")
_INFO = struct.Struct("!BfIBBfII")
"""Of `W3TermInfo`: flags, weight, document frequency, shortest, longest, highest weight, first and last document."""

SAMPLED = 64
"""Every 64th key is held in memory, a hundredth of the term file, and searched there. The entries between two of them
are read at once."""


class TermEntry(NamedTuple):
    """A term of a field: its document frequency, its total frequency, its first doc id, where its posting list lies."""

    term: bytes
    documents: int
    weight: float
    first: int
    offset: int
    length: int


class TermTable:
    """All terms of a segment by field. The table keeps its files open as long as it lives.

    `postings_path` is the file with their postings.
    """

    def __init__(self, segment: SegmentFiles) -> None:
        file = segment.term_file()
        self._terms = open_bytes(file.path)
        self.postings_path = segment.postings_path
        self._postings = open_bytes(self.postings_path)
        self._place_type = file.place_type
        self._places_at = file.places_at
        self._count = file.terms
        self._field_ids = file.field_ids
        places = self._places(0, self._count)
        self._starts: list[int] = places[::SAMPLED].tolist()
        self._sample = [self._key(at) for at in self._starts]
        # Where the last entry ends.
        self._starts.append(self._end_of(int(places[-1])) if self._count else 0)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that have terms."""
        return tuple(self._field_ids)

    def find(self, field: str, term: bytes) -> TermEntry | None:
        """One term, or None if no document has it."""
        field_id = self._field_ids.get(field)
        if field_id is None:
            return None
        key = FIELD_ID.pack(field_id) + term
        block = bisect_right(self._sample, key) - 1
        if block < 0:
            return None
        data, places = self._block(block), self._places_in(block)
        start = self._starts[block]
        at = bisect_left(places, key, key=lambda place: _key_at(data, place - start))
        if at == len(places) or _key_at(data, places[at] - start) != key:
            return None
        return _entry_at(data, places[at] - start)

    def span(self, field: str, prefix: bytes = b"") -> Iterator[TermEntry]:
        """The terms of a field that begin so, in byte order."""
        field_id = self._field_ids.get(field)
        if field_id is None:
            return
        key = FIELD_ID.pack(field_id) + prefix
        begin = self._bisect(key)
        if begin == self._count:
            return
        first = begin // SAMPLED
        place = self._places_in(first)[begin % SAMPLED] - self._starts[first]
        for block in range(first, len(self._sample)):
            data = self._block(block)
            while place < len(data):
                length, value = _LENGTHS.unpack_from(data, place)
                found = data[place + _LENGTHS.size : place + _LENGTHS.size + min(length, len(key))]
                if found == key:
                    yield _entry_at(data, place)
                elif found > key:
                    return
                place += _LENGTHS.size + length + value
            place = 0

    def columns(self, field: str) -> TermColumns:
        """All terms of a field as arrays."""
        field_id = self._field_ids.get(field)
        if field_id is None:
            return term_columns(b"", np.zeros(0, dtype=np.int64))
        places = self._places(self._bisect(FIELD_ID.pack(field_id)), self._bisect(FIELD_ID.pack(field_id + 1)))
        if not len(places):
            return term_columns(b"", np.zeros(0, dtype=np.int64))
        first = int(places[0])
        return term_columns(self._terms.read(first, self._end_of(int(places[-1]))), places.astype(np.int64) - first)

    def postings(self, entry: TermEntry, *, positions: bool = False) -> PostingArrays:
        """The postings of a term, deleted documents included."""
        data = self._postings.read(entry.offset, entry.offset + entry.length)
        with naming_file(self.postings_path):
            return read_postings(data, positions=positions)

    def posting_bytes(self, begin: int, end: int) -> bytes:
        """A piece of the posting file."""
        return self._postings.read(begin, end)

    def _bisect(self, key: bytes) -> int:
        """The place of the first key that is not less."""
        block = max(0, bisect_left(self._sample, key) - 1)
        if block == len(self._sample):
            return self._count
        data, start = self._block(block), self._starts[block]
        places = self._places_in(block)
        return block * SAMPLED + bisect_left(places, key, key=lambda place: _key_at(data, place - start))

    def _block(self, block: int) -> bytes:
        """The entries from one sampled key to the next."""
        return self._terms.read(self._starts[block], self._starts[block + 1])

    def _places_in(self, block: int) -> list[int]:
        """Where the entries of a block are in the file."""
        first = block * SAMPLED
        found: list[int] = self._places(first, min(first + SAMPLED, self._count)).tolist()
        return found

    def _places(self, first: int, last: int) -> npt.NDArray[Any]:
        size = self._place_type.itemsize
        data = self._terms.read(self._places_at + first * size, self._places_at + last * size)
        return np.frombuffer(data, self._place_type)

    def _key(self, place: int) -> bytes:
        length, _ = _LENGTHS.unpack(self._terms.read(place, place + _LENGTHS.size))
        return self._terms.read(place + _LENGTHS.size, place + _LENGTHS.size + length)

    def _end_of(self, place: int) -> int:
        """Where the entry at a place ends."""
        length, value = _LENGTHS.unpack(self._terms.read(place, place + _LENGTHS.size))
        return place + _LENGTHS.size + int(length) + int(value)


def _key_at(data: bytes, place: int) -> bytes:
    begin = place + _LENGTHS.size
    return data[begin : begin + _LENGTHS.unpack_from(data, place)[0]]


def _entry_at(data: bytes, place: int) -> TermEntry:
    begin = place + _LENGTHS.size
    value = begin + _LENGTHS.unpack_from(data, place)[0]
    _, weight, documents, _, _, _, first, _ = _INFO.unpack_from(data, value)
    offset, length = _EXTENT.unpack_from(data, value + _INFO.size)
    return TermEntry(data[begin + FIELD_ID.size : value], documents, weight, first, offset, length)
