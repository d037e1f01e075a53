"""A segment's terms and their postings, read from memory-mapped files.

Whoosh looks a term up through a file object with one position, a Python call for each integer; two threads need a lock
and a dictionary look-up costs half a millisecond. The files are simple enough to be read where they are mapped: the
term file is a run of keys and values in byte order with an array of their places, the posting file what `blocks` wrote.
Nothing here has a state, so that any number of threads may read; the pages belong to the operating system.
"""

from __future__ import annotations

import mmap
import os
import struct
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from whoosh.codec.whoosh3 import W3Codec
from whoosh.reading import SegmentReader

from index.engines.whoosh.blocks import PostingArrays, read_postings
from index.engines.whoosh.termcolumns import TermColumns, term_columns

_LENGTHS = struct.Struct("!ii")
_FIELD = struct.Struct("!H")
_EXTENT = struct.Struct("!qi")
_INFO = struct.Struct("!BfIBBfII")
"""Of `W3TermInfo`: flags, weight, document frequency, shortest, longest, highest weight, first and last document."""

_INDEX_TYPES = {"B": ">u1", "H": ">u2", "i": ">i4", "I": ">u4", "q": ">i8"}


SAMPLED = 64
"""Every so many-th key is held in memory, where searching costs little: a hundredth of the term file."""


class TermEntry(NamedTuple):
    """A term of one field: in how many documents it is, how often in all, the first of them, where its postings are."""

    term: bytes
    documents: int
    weight: float
    first: int
    offset: int
    length: int


class TermTable:
    """All terms of a segment by field. The table keeps its files mapped as long as it lives."""

    def __init__(self, reader: SegmentReader) -> None:
        segment, folder = reader.segment(), Path(reader._storage.folder)
        self._terms = _map(folder / segment.make_filename(W3Codec.TERMS_EXT))
        self._postings = _map(folder / segment.make_filename(W3Codec.POSTS_EXT))
        index = reader._terms._tindex
        self._places = np.frombuffer(
            self._terms, _INDEX_TYPES[index.extras["indextype"]], index.indexlen, index.indexbase
        )
        self._fields: dict[str, int] = dict(index.extras["fieldmap"])
        self._sample = [self._key(at) for at in range(0, len(self._places), SAMPLED)]

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that have terms."""
        return tuple(self._fields)

    def find(self, field: str, term: bytes) -> TermEntry | None:
        """One term, or None if no document has it."""
        if field not in self._fields:
            return None
        key = _FIELD.pack(self._fields[field]) + term
        at = self._bisect(key)
        if at == len(self._places):
            return None
        found = self._entry(at)
        return found if found.term == term and self._key(at) == key else None

    def span(self, field: str, prefix: bytes = b"") -> Iterator[TermEntry]:
        """The terms of a field that begin so, in byte order."""
        if field in self._fields:
            key = _FIELD.pack(self._fields[field]) + prefix
            for at in range(self._bisect(key), len(self._places)):
                if not self._key(at).startswith(key):
                    return
                yield self._entry(at)

    def columns(self, field: str) -> TermColumns:
        """All terms of a field as arrays."""
        number = self._fields.get(field)
        if number is None:
            return term_columns(self._terms, self._places[:0])
        first, last = self._bisect(_FIELD.pack(number)), self._bisect(_FIELD.pack(number + 1))
        return term_columns(self._terms, self._places[first:last])

    def postings(self, entry: TermEntry, *, positions: bool = False) -> PostingArrays:
        """The postings of a term, deleted documents included."""
        return read_postings(self._postings[entry.offset : entry.offset + entry.length], positions=positions)

    def _bisect(self, key: bytes) -> int:
        """The place of the first key that is not less."""
        coarse = bisect_left(self._sample, key)
        low, high = max(0, coarse - 1) * SAMPLED, min(coarse * SAMPLED, len(self._places))
        while low < high:
            middle = (low + high) // 2
            if self._key(middle) < key:
                low = middle + 1
            else:
                high = middle
        return low

    def _key(self, at: int) -> bytes:
        place = int(self._places[at])
        begin = place + _LENGTHS.size
        key: bytes = self._terms[begin : begin + _LENGTHS.unpack_from(self._terms, place)[0]]
        return key

    def _entry(self, at: int) -> TermEntry:
        place = int(self._places[at])
        begin = place + _LENGTHS.size
        value = begin + _LENGTHS.unpack_from(self._terms, place)[0]
        _, weight, documents, _, _, _, first, _ = _INFO.unpack_from(self._terms, value)
        offset, length = _EXTENT.unpack_from(self._terms, value + _INFO.size)
        return TermEntry(self._terms[begin + _FIELD.size : value], documents, weight, first, offset, length)


def _map(path: Path) -> Any:
    """A file as bytes; an empty one can't be mapped."""
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return b""
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
