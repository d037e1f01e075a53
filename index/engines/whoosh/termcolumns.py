"""All terms of a field as arrays: going through them one by one takes a second for the 190,000 forms of a segment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_LENGTHS = 8
"""Bytes before a key: two integers, the lengths of key and value."""
_FIELD = 2
"""Bytes at the beginning of a key: the id of the field."""
_DOCUMENTS_AT = 5
"""Where `W3TermInfo` has its document frequency: after a byte of flags and the total weight."""

Integers = npt.NDArray[np.int64]
Counts = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class TermColumns:
    """The terms of a field in byte order: term i is `keys[starts[i]:ends[i]]`, and `documents[i]` have it."""

    keys: bytes
    starts: Counts
    ends: Counts
    documents: Counts

    def __len__(self) -> int:
        return len(self.starts)

    def term(self, term_id: int) -> bytes:
        """One term."""
        return self.keys[int(self.starts[term_id]) : int(self.ends[term_id])]

    def terms(self) -> set[bytes]:
        """All of them."""
        ends = zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        return {self.keys[start:end] for start, end in ends}


def term_columns(file: bytes, places: Integers) -> TermColumns:
    """The terms of consecutive entries of a term file, at some places in a piece of it that ends with the last."""
    if not len(places):
        return TermColumns(b"", *(np.zeros(0, np.uint32) for _ in range(3)))
    data = np.frombuffer(file, np.uint8)
    sizes = _integers(data, places) - _FIELD
    keys = places + _LENGTHS + _FIELD
    ends = np.cumsum(sizes)
    starts = ends - sizes
    # Every byte of every key: where its key lies, less what lies before it in the result, plus its place there.
    chosen = np.repeat(keys - starts, sizes) + np.arange(int(ends[-1]))
    documents = _integers(data, keys + sizes + _DOCUMENTS_AT)
    return TermColumns(data[chosen].tobytes(), *(part.astype(np.uint32) for part in (starts, ends, documents)))


def _integers(data: npt.NDArray[np.uint8], places: Integers) -> Integers:
    """The big-endian 32-bit integers at some places."""
    found = np.zeros(len(places), dtype=np.int64)
    for offset in range(4):
        found = (found << 8) | data[places + offset]
    return found
