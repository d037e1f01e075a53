"""Whoosh's posting blocks, read and written as arrays.

A term's postings are a run of blocks, each a pickled tuple (doc id deltas, weights, values). Going through
them one posting at a time costs a Python call each; as arrays, a block of 1,024 costs as much as a handful.

Within what the codec's own reader understands, the tuples are laid out for speed: deltas and weights are bytes where
all of them fit (bytes are a sequence of integers too), and the values of a block are one string of positions, as many
for each posting as its weight says. Whoosh's own scoring reads such blocks; its positional queries don't. `terms`
finds the blocks of a term.
"""

from __future__ import annotations

import itertools
import pickle
import re
import struct
import sys
import zlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from index.engines.whoosh.container import POSTINGS_BEGIN, ContainerWriter, TermSink, TermSummary, length_to_byte
from index.engines.whoosh.layout import BLOCK_LIMIT
from index.engines.whoosh.unpickling import Refused, load_values

Ids = npt.NDArray[np.uint32]
Floats = npt.NDArray[np.float32]

COMPRESS_FROM = 100
"""Blocks of at least so many bytes are compressed; zlib would make shorter ones larger."""
COMPRESSION = 3
LARGEST_BLOCK = 256 * 1024 * 1024
"""Bytes of a block that is unpacked; `BLOCK_LIMIT` articles would have a word 65,000 times each."""
_NO_LENGTH = sys.maxsize
"""Longer than any field: what the shortest of no fields is."""
_INT = struct.Struct("!i")
_HEAD = re.compile(rb"(?s)\x80\x02\((?:K.|M..|J.{4}){2}G.{8}K(.)K.K.tq\0\.")
"""The head of a block as `pickle` writes it in protocol 2: three numbers, the level of compression, two lengths."""


@dataclass(frozen=True, slots=True)
class PostingArrays:
    """One term's postings in one segment, deleted documents included.

    `ids` are doc ids, ascending; `freqs` how often the term stands in each; `positions` where, flat, `freqs`
    of them for each document. None where they were not asked for or the field has none.
    """

    ids: Ids
    freqs: Floats
    positions: Ids | None = None


def read_postings(data: bytes, *, positions: bool = False) -> PostingArrays:
    """Decode the posting list of a term from its bytes in the posting file.

    Raises:
        ValueError, Refused: it is none.
    """
    ids: list[Ids] = []
    freqs: list[Floats] = []
    places: list[Ids] = []
    for deltas, weights, values in posting_blocks(data):
        ids.append(np.cumsum(_integers(deltas), dtype=np.uint32))
        freqs.append(_weights(weights, len(deltas)))
        if positions and values:
            places.append(_positions(values[0], int(freqs[-1].sum())))
    return PostingArrays(_join(ids, np.uint32), _join(freqs, np.float32), _join(places, np.uint32) if places else None)


def posting_blocks(data: bytes, at: int = 0) -> Iterator[tuple[Any, Any, Any]]:
    """The blocks of a term from a place in the posting file on, unpacked: deltas, weights, values.

    Raises:
        ValueError: no postings begin there.
        Refused: a block is no pickle of plain values.
    """
    if not data.startswith(POSTINGS_BEGIN, at):
        raise ValueError("no postings where the term's entry says that they are")
    at, last = at + len(POSTINGS_BEGIN), False
    while not last:
        (length,) = _INT.unpack_from(data, at)
        last = length < 0
        begin = at + _INT.size
        at = begin + abs(length)
        yield _unpack_block(data[begin:at])


def _unpack_block(block: bytes) -> Any:
    head = _HEAD.match(block)
    if head is None:
        raise Refused("is scrambled (a posting block has no head)")
    packed = block[head.end() :]
    return load_values(packed if head[1] == b"\0" else _decompressed(packed))


def _decompressed(packed: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    data = unpacking.decompress(packed, LARGEST_BLOCK)
    if not unpacking.eof:
        raise Refused("has a posting block that is cut short, or larger than any")
    return data


def _integers(packed: Any) -> npt.NDArray[Any]:
    return np.frombuffer(packed, np.uint8) if isinstance(packed, bytes) else np.array(packed, dtype=np.uint32)


def _weights(weights: Any, count: int) -> Floats:
    # The codec writes None for all ones and a number for all equal.
    if weights is None:
        return np.ones(count, dtype=np.float32)
    if isinstance(weights, float):
        return np.full(count, weights, dtype=np.float32)
    return _integers(weights).astype(np.float32)


def _positions(packed: bytes, count: int) -> Ids:
    return np.frombuffer(packed, "<u2" if len(packed) == 2 * count else "<u4").astype(np.uint32)


def _join(parts: list[Any], dtype: Any) -> Any:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=dtype)


@dataclass(frozen=True, slots=True)
class FieldPostings:
    """All postings of a field, by term in byte order, then by document.

    Term i has the postings `bounds[i]` to `bounds[i + 1]`; posting j has the positions `places[j]` to `places[j + 1]`.
    """

    terms: Sequence[bytes]
    bounds: npt.NDArray[np.int64]
    ids: Ids
    freqs: Ids
    positions: Ids | None
    places: npt.NDArray[np.int64]


class FieldBlocks:
    """The postings of one field, laid out in blocks for the term dictionary and the posting file."""

    def __init__(self, postings: FieldPostings, lengths: Ids) -> None:
        """`lengths` are the field's lengths by doc id."""
        self._postings = postings
        self._lengths = lengths[postings.ids]

    def write(self, sink: TermSink) -> None:
        """Write every term."""
        bounds = self._postings.bounds.tolist()
        for term_id, term in enumerate(self._postings.terms):
            sink.add(term, *self._term(bounds[term_id], bounds[term_id + 1]))

    def _term(self, first: int, last: int) -> tuple[bytes, TermSummary]:
        parts = [POSTINGS_BEGIN]
        shortest, longest, highest = _NO_LENGTH, 0, 0
        for begin in range(first, last, BLOCK_LIMIT):
            end = min(begin + BLOCK_LIMIT, last)
            block, low, high, most = self._block(begin, end)
            parts += (_INT.pack(-len(block) if end == last else len(block)), block)
            shortest, longest, highest = min(shortest, low), max(longest, high), max(highest, most)
        ids = self._postings.ids
        total = float(self._postings.freqs[first:last].sum()) if last - first > 1 else float(highest)
        summary = TermSummary(
            total, last - first, shortest, longest, float(highest), int(ids[first]), int(ids[last - 1])
        )
        return b"".join(parts), summary

    def _block(self, begin: int, end: int) -> tuple[bytes, int, int, int]:
        """A block, the shortest and the longest of the fields that its postings are of, the highest frequency."""
        postings = self._postings
        if end - begin == 1:  # half of all terms stand in one document
            ids = [int(postings.ids[begin])]
            freqs = [int(postings.freqs[begin])]
            shortest = longest = int(self._lengths[begin])
        else:
            ids = postings.ids[begin:end].tolist()
            freqs = postings.freqs[begin:end].tolist()
            lengths = self._lengths[begin:end].tolist()
            shortest, longest = min(lengths), max(lengths)
        highest = max(freqs)
        data = pickle.dumps((_deltas(ids), _pack_weights(freqs, highest), self._values(begin, end)), 4)
        compressed = zlib.compress(data, COMPRESSION) if len(data) >= COMPRESS_FROM else data
        level = COMPRESSION if compressed is not data else 0
        head = (len(ids), ids[-1], float(highest), level, length_to_byte(shortest), length_to_byte(longest))
        return pickle.dumps(head, 2) + compressed, shortest, longest, highest

    def _values(self, begin: int, end: int) -> tuple[bytes, ...] | None:
        positions = self._postings.positions
        if positions is None:
            return None
        places = positions[self._postings.places[begin] : self._postings.places[end]]
        return (places.astype("<u2" if int(places.max()) < 65_536 else "<u4").tobytes(),)


def _deltas(ids: list[int]) -> bytes | tuple[int, ...]:
    deltas = [ids[0], *(after - before for before, after in itertools.pairwise(ids))]
    return bytes(deltas) if max(deltas) < 256 else tuple(deltas)


def _pack_weights(freqs: list[int], most: int) -> bytes | tuple[float, ...] | None:
    if most == 1:
        return None
    return bytes(freqs) if most < 256 else tuple(map(float, freqs))


class PostingPool:
    """The tokens of all documents of a new segment, held in memory until the segment is written.

    It replaces Whoosh's sorting pool, which keeps a tuple for each posting and spills to disk. Here a commit comes
    before memory runs out (`size`), and one sort for each field groups its tokens into posting lists.
    """

    def __init__(self) -> None:
        self._fields: dict[str, FieldPool] = {}

    @property
    def size(self) -> int:
        """An estimate of the bytes in memory, those that the sort will need included."""
        return sum(field.size for field in self._fields.values())

    def field(self, name: str, *, positional: bool = True) -> FieldPool:
        """The pool of one field."""
        pool = self._fields.get(name)
        if pool is None:
            pool = self._fields[name] = FieldPool(positional)
        return pool

    def write(self, writer: ContainerWriter, lengths: dict[str, Ids]) -> None:
        """Write all fields in the order that the codec wants, and forget them; `lengths` are by field and doc id."""
        for name in sorted(self._fields):
            sink = TermSink(writer, name)
            FieldBlocks(self._fields.pop(name).postings(), lengths[name]).write(sink)
            sink.close()


class FieldPool:
    """The tokens of one field as flat arrays: term id, doc id, position."""

    def __init__(self, positional: bool) -> None:
        self._term_ids: dict[bytes, int] = {}
        self._positional = positional
        self._terms = array("I")
        self._ids = array("I")
        self._positions = array("I")

    @property
    def size(self) -> int:
        """Bytes: 12 for each token and about 40 more during the sort, and for each term an entry of the dictionary."""
        return 50 * len(self._terms) + 150 * len(self._term_ids)

    def add(self, doc: int, terms: list[bytes], position: int = 0) -> None:
        """Add a run of terms of a document, the first at `position`. Doc ids and positions must not decrease."""
        term_ids = self._term_ids
        self._terms.extend([term_ids.setdefault(term, len(term_ids)) for term in terms])
        self._ids.extend([doc] * len(terms))
        if self._positional:
            self._positions.extend(range(position, position + len(terms)))

    def merge(
        self, terms: list[bytes], counts: npt.NDArray[np.int64], ids: Ids, freqs: Ids, positions: Ids | None
    ) -> None:
        """Add posting lists of another segment; `counts` are the lengths of the lists by term, each at least one."""
        term_ids = self._term_ids
        known = np.array([term_ids.setdefault(term, len(term_ids)) for term in terms], dtype=np.uint32)
        self._terms.frombytes(np.repeat(np.repeat(known, counts), freqs).tobytes())
        self._ids.frombytes(np.repeat(ids, freqs).tobytes())
        if positions is not None:
            self._positions.frombytes(positions.tobytes())

    def postings(self) -> FieldPostings:
        """All tokens grouped: by term in byte order, then by document, then by position."""
        names = sorted(self._term_ids)
        rank = np.empty(len(names), dtype=np.uint32)
        rank[[self._term_ids[name] for name in names]] = np.arange(len(names), dtype=np.uint32)
        ranks = rank[np.frombuffer(self._terms, dtype=np.uint32)]
        # A stable sort by term leaves documents and positions in the order in which they were added.
        order = np.argsort(ranks, kind="stable")
        ranks, ids = ranks[order], np.frombuffer(self._ids, dtype=np.uint32)[order]
        fresh = np.ones(len(ids), dtype=bool)
        fresh[1:] = (ids[1:] != ids[:-1]) | (ranks[1:] != ranks[:-1])
        starts = np.flatnonzero(fresh)
        places = np.append(starts, len(ids))
        return FieldPostings(
            terms=names,
            bounds=np.append(np.searchsorted(ranks[starts], np.arange(len(names))), len(starts)),
            ids=ids[starts],
            freqs=np.diff(places).astype(np.uint32),
            positions=np.frombuffer(self._positions, dtype=np.uint32)[order] if self._positional else None,
            places=places,
        )
