"""Whoosh's posting blocks, read and written as arrays.

A term's postings are a run of blocks, each a pickled tuple (document number deltas, weights, values). Going through
them one posting at a time costs a Python call each; as arrays, a block of 1,024 costs as much as a handful.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from index.engines.whoosh.layout import BLOCK_LIMIT

Ids = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class PostingArrays:
    """One term's postings in one segment, deleted documents included.

    `ids` are document numbers, ascending; `freqs` how often the term stands in each; `values` the encoded positions,
    None where they were not asked for.
    """

    ids: Ids
    freqs: npt.NDArray[np.float32]
    values: list[bytes] | None = None


def read_postings(matcher: Any, *, values: bool = False) -> PostingArrays:
    """All postings of a fresh W3 matcher. Not safe for threads: the file behind it has one position."""
    ids: list[Ids] = []
    freqs: list[npt.NDArray[np.float32]] = []
    found: list[bytes] = []
    while matcher.is_active():
        matcher._read_data()
        deltas, weights, block_values = matcher._data
        ids.append(np.cumsum(np.array(deltas, dtype=np.uint32), dtype=np.uint32))
        freqs.append(_weights(weights, len(deltas)))
        if values:
            # A format without values (the id field's) writes None for the whole block.
            found.extend(block_values if block_values is not None else [b""] * len(deltas))
        matcher._next_block()
    return PostingArrays(_join(ids, np.uint32), _join(freqs, np.float32), found if values else None)


def _weights(weights: Any, count: int) -> npt.NDArray[np.float32]:
    # The codec writes None for all ones and a number for all equal.
    if weights is None:
        return np.ones(count, dtype=np.float32)
    if isinstance(weights, float):
        return np.full(count, weights, dtype=np.float32)
    return np.array(weights, dtype=np.float32)


def _join(parts: list[Any], dtype: Any) -> Any:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=dtype)


def write_term(
    field_writer: Any, term: bytes, ids: Ids, freqs: npt.NDArray[np.float32], values: list[bytes], lengths: Ids
) -> None:
    """Write one term's postings block by block. `lengths` are the field's lengths by document number."""
    field_writer.start_term(term)
    writer = field_writer._postwriter
    for first in range(0, len(ids), BLOCK_LIMIT):
        if first:
            writer._write_block()
        block = slice(first, first + BLOCK_LIMIT)
        block_lengths = lengths[ids[block]]
        writer._ids = array("I", ids[block].tolist())
        writer._weights = array("f", freqs[block].tolist())
        writer._values = values[block]
        writer._minlength = int(block_lengths.min())
        writer._maxlength = int(block_lengths.max())
        writer._maxweight = float(freqs[block].max())
    field_writer.finish_term()


class PostingPool:
    """Postings gathered in memory until their segment is written, in flat arrays per field.

    Stands in for Whoosh's sorting pool, which keeps a tuple per posting and spills to disk; a commit comes before
    memory runs out (`size`).
    """

    def __init__(self) -> None:
        self._fields: dict[str, _FieldPool] = {}

    @property
    def size(self) -> int:
        """Bytes held, roughly."""
        return sum(field.size for field in self._fields.values())

    def field(self, name: str) -> _FieldPool:
        """The pool of one field."""
        pool = self._fields.get(name)
        if pool is None:
            pool = self._fields[name] = _FieldPool()
        return pool

    def write(self, field_writer: Any, schema: Any, lengths: dict[str, Ids]) -> None:
        """Write all fields in the order that the codec wants, and forget them."""
        for name in sorted(self._fields):
            field_writer.start_field(name, schema[name])
            self._fields.pop(name).write(field_writer, lengths[name])
            field_writer.finish_field()

    def cleanup(self) -> None:
        """Forget everything; Whoosh calls this when a writer ends."""
        self._fields.clear()


class _FieldPool:
    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}
        self._terms = array("I")
        self._ids = array("I")
        self._freqs = array("f")
        self._values: list[bytes] = []

    @property
    def size(self) -> int:
        # Four numbers and a pointer per posting; a dictionary entry and its key per term.
        return 40 * len(self._ids) + 150 * len(self._numbers)

    def number(self, term: bytes) -> int:
        """The pool's own number of a term."""
        return self._numbers.setdefault(term, len(self._numbers))

    def extend(self, terms: list[int], ids: list[int], freqs: list[float], values: list[bytes]) -> None:
        """Add postings, parallel lists. Document numbers never go back."""
        self._terms.extend(terms)
        self._ids.extend(ids)
        self._freqs.extend(freqs)
        self._values.extend(values)

    def write(self, field_writer: Any, lengths: Ids) -> None:
        names = sorted(self._numbers)
        rank = np.empty(len(names), dtype=np.uint32)
        rank[[self._numbers[name] for name in names]] = np.arange(len(names), dtype=np.uint32)
        ranks = rank[np.frombuffer(self._terms, dtype=np.uint32)]
        # A stable sort by term leaves each term's documents in the order in which they were added.
        order = np.argsort(ranks, kind="stable")
        ids = np.frombuffer(self._ids, dtype=np.uint32)[order]
        freqs = np.frombuffer(self._freqs, dtype=np.float32)[order]
        values = [self._values[i] for i in order.tolist()]
        ends = np.searchsorted(ranks[order], np.arange(len(names)), side="right").tolist()
        for name, first, last in zip(names, chain((0,), ends), ends, strict=False):
            write_term(field_writer, name, ids[first:last], freqs[first:last], values[first:last], lengths)
