"""One segment of an index, opened for reading. Immutable, and safe for threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.reading import SegmentReader, TermNotFound

from index.engines.whoosh.blocks import Ids, PostingArrays, read_postings
from index.engines.whoosh.layout import ID_COLUMN, SORT_KEY, STORED, told_as_damage
from index.entities import canonical_key
from index.facets import BY_NAME, FACETS, unpack
from index.schema import TEXT_FIELDS
from search.engines.whoosh.cache import ArrayCache

Mask = npt.NDArray[np.bool_]
NO_DAY = 0
POSITION_BITS = 24
"""Positions stand beside document numbers in one integer; a text has fewer than 16 million tokens."""


@dataclass(frozen=True, slots=True)
class FacetColumn:
    """A facet's values in one segment, flat: document `docs[i]` has the value number `ordinals[i]`.

    Ordinals are those of the index-wide `FacetValues`; a document has a value once.
    """

    docs: Ids
    ordinals: Ids
    has_value: Mask


class FacetValues:
    """The values of one facet over the whole index, numbered as they are met. Numbers never change.

    `resolve` gives the canonical name of a value, an empty one for a value to hide, None for one it does not know.
    With it, spellings that differ in case or diacritics only are one value, named as it was met first.
    """

    def __init__(self, resolve: Callable[[str], str | None] | None = None) -> None:
        self.names: list[str] = []
        self._numbers: dict[str, int] = {}
        self._keys: dict[str, int] = {}
        self._resolve = resolve
        self._resolved: dict[str, tuple[int, ...]] = {}

    def __len__(self) -> int:
        return len(self.names)

    def get(self, value: str) -> int | None:
        """The number of a value, or None if no article has it."""
        return self._numbers.get(value)

    def canonical(self, value: str) -> str:
        """The name that is meant, typed in any case, with or without Turkish letters; as it stands if none is."""
        if self._resolve is None:
            return value
        name = self._resolve(value) or value
        number = self._numbers.get(name, self._keys.get(canonical_key(name)))
        return name if number is None else self.names[number]

    def shown(self, value: str) -> str:
        """The name that a value counts under, empty if it is hidden. Gives no numbers: requests run side by side."""
        return "" if self._resolve and self._resolve(value) == "" else self.canonical(value)

    def numbers(self, value: str, hierarchical: bool) -> tuple[int, ...]:
        """The numbers that an article with this value counts under, new ones given as needed."""
        found = self._resolved.get(value)
        if found is None:
            found = self._resolved[value] = tuple(self._number(name) for name in self._names_of(value, hierarchical))
        return found

    def _names_of(self, value: str, hierarchical: bool) -> Iterator[str]:
        if hierarchical:  # 2024-03-05 counts under 2024 and 2024-03 too
            yield from (value[:length] for length in (4, 7, 10) if length <= len(value))
        else:
            known = self._resolve(value) if self._resolve else None
            name = value if known is None else known
            if name:  # an empty one is hidden by the user
                yield name

    def _number(self, name: str) -> int:
        number = self._numbers.get(name)
        if number is None:
            key = canonical_key(name)
            number = self._keys.get(key) if self._resolve else None
            if number is None:
                number = len(self.names)
                self.names.append(name)
                self._keys.setdefault(key, number)
            self._numbers[name] = number
        return number


class Segment:
    """Postings, lengths, columns and stored values of one segment.

    Whoosh's readers share one file position, so that every read of theirs happens under a lock; what comes out are
    arrays that nobody changes.
    """

    def __init__(self, reader: SegmentReader, values: dict[str, FacetValues], cache: ArrayCache) -> None:
        self._reader = reader
        self._path = Path(reader._storage.folder)
        self._lock = threading.Lock()
        self._users = 0
        self._cache = cache
        self.key = str(reader.segment().segment_id())
        self.count = int(reader.doc_count_all())
        self.lengths = {field.name: self._lengths(field.name) for field in TEXT_FIELDS}
        self.sort_keys = self._numbers(SORT_KEY, np.int64)
        self.ids = [bytes(value) for value in self._column(ID_COLUMN)]
        self.facets: dict[str, FacetColumn] = {
            facet.name: self._facet(facet.name, values[facet.name]) for facet in FACETS
        }
        self.days = self._days()

    def retain(self) -> Segment:
        """Count one more view that needs the files."""
        with self._lock:
            self._users += 1
        return self

    def release(self) -> None:
        """Count one view less; the last closes the files."""
        with self._lock:
            self._users -= 1
            if not self._users:
                self._reader.close()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """The files for one thread alone; damage to them is told as such."""
        with self._lock, told_as_damage(self._path):
            yield

    def field_length(self, field: str) -> int:
        """How many tokens the field has over all documents."""
        with self._lock:
            return int(self._reader.field_length(field))

    # -- postings

    def postings(self, field: str, term: bytes) -> PostingArrays | None:
        """A term's postings, without positions; None if the segment does not have it."""
        return self._cache.get((self.key, field, term), lambda: self._read(field, term, positions=False), _size)

    def positions(self, field: str, term: bytes) -> npt.NDArray[np.int64]:
        """Where a term stands: ascending `document << POSITION_BITS | position`."""
        key = (self.key, field, term, "positions")
        return self._cache.get(key, lambda: self._read_positions(field, term), lambda found: found.nbytes)

    def frequency(self, field: str, term: bytes) -> int:
        """How many documents have a term, deleted ones included."""
        with self._reading():
            try:
                return int(self._reader._terms.doc_frequency(field, term))
            except (KeyError, TermNotFound):
                return 0

    def terms_from(self, field: str, prefix: bytes, limit: int) -> list[tuple[bytes, int]]:
        """Terms that begin so with their document frequencies, in byte order, at most `limit` of them."""
        found: list[tuple[bytes, int]] = []
        with self._reading():
            if field not in self._reader._terms.indexed_field_names():
                return found
            for (name, term), info in self._reader._terms.items_from(field, prefix):
                if name != field or not term.startswith(prefix) or len(found) >= limit:
                    break
                found.append((term, int(info.doc_frequency())))
        return found

    def _read(self, field: str, term: bytes, *, positions: bool) -> PostingArrays | None:
        with self._reading():
            terms = self._reader._terms
            if (field, term) not in terms:
                return None
            return read_postings(terms.matcher(field, term, self._reader.schema[field].format), positions=positions)

    def _read_positions(self, field: str, term: bytes) -> npt.NDArray[np.int64]:
        found = self._read(field, term, positions=True)
        if found is None or found.positions is None:
            return np.zeros(0, dtype=np.int64)
        owners = np.repeat(found.ids.astype(np.int64), found.freqs.astype(np.int64))
        return (owners << POSITION_BITS) | found.positions

    # -- documents

    def stored(self, number: int) -> dict[str, Any]:
        """The stored values of a document, its id among them."""
        with self._reading():
            fields = self._reader.stored_fields(number)
        return {"id": fields["id"], **fields[STORED]}

    def find(self, article_id: str) -> list[int]:
        """The numbers of the documents with this id, deleted ones included."""
        found = self._read("id", article_id.encode("utf-8"), positions=False)
        return [] if found is None else found.ids.tolist()

    # -- columns

    def _column(self, name: str) -> Iterable[Any]:
        reader = self._reader
        if not reader.has_column(name):  # no document of the segment has a value
            return [b""] * self.count
        column = reader.column_reader(name)
        return [column[number] for number in range(self.count)]

    def _numbers(self, name: str, dtype: Any) -> npt.NDArray[Any]:
        reader = self._reader
        if not reader.has_column(name):
            return np.zeros(self.count, dtype=dtype)
        column = reader.column_reader(name)
        return np.fromiter((column[number] for number in range(self.count)), dtype=dtype, count=self.count)

    def _lengths(self, name: str) -> npt.NDArray[np.float32]:
        # Whoosh 2.7.4 gives None for a field that an article lacks.
        length = self._reader.doc_field_length
        return np.fromiter((length(n, name) or 0 for n in range(self.count)), dtype=np.float32, count=self.count)

    def _facet(self, name: str, values: FacetValues) -> FacetColumn:
        hierarchical = BY_NAME[name].hierarchical
        docs: list[int] = []
        ordinals: list[int] = []
        for number, packed in enumerate(self._column(BY_NAME[name].column)):
            if not packed:
                continue
            found = dict.fromkeys(o for value in unpack(packed) for o in values.numbers(value, hierarchical))
            docs += [number] * len(found)
            ordinals += found
        has_value = np.zeros(self.count, dtype=bool)
        has_value[docs] = True
        return FacetColumn(np.array(docs, np.uint32), np.array(ordinals, np.uint32), has_value)

    def _days(self) -> npt.NDArray[np.int32]:
        """Publication days as proleptic ordinals, `NO_DAY` for undated articles."""
        packed = (bytes(value) for value in self._column(BY_NAME["date"].column))
        days = (date.fromisoformat(value.decode()).toordinal() if value else NO_DAY for value in packed)
        return np.fromiter(days, dtype=np.int32, count=self.count)


def _size(found: PostingArrays | None) -> int:
    return 64 if found is None else found.ids.nbytes + found.freqs.nbytes
