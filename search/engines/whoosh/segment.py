"""One segment of an index, opened for reading. Immutable, and safe for threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice, takewhile
from typing import Any

import numpy as np
import numpy.typing as npt

from index.article.facets import DATE, FACETS
from index.document.schema import TEXT_FIELDS, TEXT_FORM
from index.engines.whoosh.blocks import Floats, Ids, PostingArrays
from index.engines.whoosh.container import SegmentFiles
from index.engines.whoosh.layout import ID_COLUMN, SORT_KEY, STORED, STORY, raising_broken_index
from index.engines.whoosh.termcolumns import TermColumns
from index.engines.whoosh.terms import TermEntry, TermTable
from search.engines.whoosh.bytescolumn import BytesColumn
from search.engines.whoosh.cache import ArrayCache
from search.engines.whoosh.facetcolumn import FacetColumns, Mask, read_columns
from search.engines.whoosh.facetvalues import FacetValues
from search.engines.whoosh.vocabulary import SpelledForms

NO_DAY = 0
POSITION_BITS = 24
"""The low bits of an integer that hold a position, below the doc id. A text has fewer than 16 million tokens."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """The postings of many terms: parallel arrays of doc id, frequency and the term's place in a list."""

    ids: Ids
    freqs: Floats
    terms: Ids

    @property
    def size(self) -> int:
        """Bytes held."""
        return self.ids.nbytes + self.freqs.nbytes + self.terms.nbytes


class Segment:
    """Postings, lengths, columns and stored values of one segment.

    Terms and postings are read at their places; what comes out are arrays that nobody changes. Whoosh's reader of
    stored fields has one file position, so that these are read under a lock.
    """

    def __init__(self, files: SegmentFiles, values: dict[str, FacetValues], cache: ArrayCache) -> None:
        self._files = files
        self._path = files.path
        self._lock = threading.Lock()
        self._users = 0
        self._cache = cache
        self.key = files.id
        self.doc_count = files.doc_count
        self._table = TermTable(files)
        self.lengths = {field.name: files.field_lengths(field.name).astype(np.float32) for field in TEXT_FIELDS}
        self.sort_keys = files.numeric_column(SORT_KEY, "q")
        self.stories = files.numeric_column(STORY, "q")
        self.ids = self._column(ID_COLUMN)
        self.facets: dict[str, FacetColumns] = {
            facet.name: read_columns(self._column(facet.column), values[facet.name], facet.hierarchical)
            for facet in FACETS
        }
        self.days = self._days()
        if self.doc_count:  # Whoosh opens the file at the first read, when a merge may have taken it away
            files.stored_values(0)
        self._spelled: SpelledForms | None = None

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
                self._files.close()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Keep the files for one thread alone, and raise BrokenIndex if they are damaged."""
        with self._lock, raising_broken_index(self._path):
            yield

    def field_length(self, field: str) -> int:
        """How many tokens the field has over all documents."""
        with self._lock:
            return self._files.total_length(field)

    # -- postings

    def postings(self, field: str, term: bytes) -> PostingArrays | None:
        """A term's postings, without positions; None if the segment does not have it."""
        return self._cache.get((self.key, field, term), lambda: self._read(field, term, positions=False), _size)

    def positions(self, field: str, term: bytes) -> npt.NDArray[np.int64]:
        """The positions of a term: ascending `doc id << POSITION_BITS | position`."""
        key = (self.key, field, term, "positions")
        return self._cache.get(key, lambda: self._read_positions(field, term), lambda found: found.nbytes)

    def cached(self, key: Hashable, make: Callable[[], PostingArrays]) -> PostingArrays:
        """What `make` computes from posting lists of this segment, cached like these."""
        return self._cache.get((self.key, key), make, _size)

    def frequency(self, field: str, term: bytes) -> int:
        """The document frequency of a term, deleted documents included."""
        with raising_broken_index(self._path):
            found = self._table.find(field, term)
        return found.documents if found else 0

    def frequencies(self, field: str, terms: Sequence[bytes]) -> npt.NDArray[np.int64]:
        """The document frequencies of many terms, which are ascending and begin alike."""
        places = {term: place for place, term in enumerate(terms)}
        counts = np.zeros(len(terms), dtype=np.int64)
        for entry in self._entries(field, terms):
            counts[places[entry.term]] = entry.documents
        return counts

    def _entries(self, field: str, terms: Sequence[bytes]) -> list[TermEntry]:
        if not terms:
            return []
        wanted = frozenset(terms)
        with raising_broken_index(self._path):
            span = self._table.span(field, _shared(terms[0], terms[-1]))
            return [entry for entry in span if entry.term in wanted]

    def terms_from(self, field: str, prefix: bytes, limit: int) -> list[tuple[bytes, int]]:
        """At most `limit` terms that begin with `prefix`, in byte order, with their document frequencies."""
        with raising_broken_index(self._path):
            return [(found.term, found.documents) for found in islice(self._table.span(field, prefix), limit)]

    def terms(self, field: str) -> TermColumns:
        """All terms of a field with their document frequencies, in byte order."""
        with raising_broken_index(self._path):
            return self._table.columns(field)

    def spelled_forms(self) -> SpelledForms:
        """All surface forms by their spelling, computed once."""
        if self._spelled is None:
            self._spelled = SpelledForms(self.terms(TEXT_FORM.name))
        return self._spelled

    def expansion(self, field: str, terms: Sequence[bytes]) -> Expansion:
        """The posting lists of many terms, which are ascending and begin alike, in one."""
        key = (self.key, field, terms)
        return self._cache.get(key, lambda: self._expand(field, terms), lambda found: found.size + 100 * len(terms))

    def _expand(self, field: str, terms: Sequence[bytes]) -> Expansion:
        places = {term: place for place, term in enumerate(terms)}
        entries = self._entries(field, terms)
        # Of a term in one document the dictionary says it all: half of the terms need no postings.
        alone = [entry for entry in entries if entry.documents == 1]
        with raising_broken_index(self._path):
            others = [(places[entry.term], self._table.postings(entry)) for entry in entries if entry.documents > 1]
        return Expansion(
            ids=_joined([[entry.first for entry in alone], *(found.ids for _, found in others)], np.uint32),
            freqs=_joined([[entry.weight for entry in alone], *(found.freqs for _, found in others)], np.float32),
            terms=_joined(
                [[places[entry.term] for entry in alone], *(np.full(len(f.ids), place) for place, f in others)],
                np.uint32,
            ),
        )

    def _read(self, field: str, term: bytes, *, positions: bool) -> PostingArrays | None:
        with raising_broken_index(self._path):
            entry = self._table.find(field, term)
            return None if entry is None else self._table.postings(entry, positions=positions)

    def _read_positions(self, field: str, term: bytes) -> npt.NDArray[np.int64]:
        found = self._read(field, term, positions=True)
        if found is None or found.positions is None:
            return np.zeros(0, dtype=np.int64)
        owners = np.repeat(found.ids.astype(np.int64), found.freqs.astype(np.int64))
        return (owners << POSITION_BITS) | found.positions

    # -- documents

    def stored(self, doc: int) -> dict[str, Any]:
        """The stored values of a document, its id among them."""
        with self._reading():
            fields = self._files.stored_values(doc)
        return {"id": fields["id"], **fields[STORED]}

    def find(self, article_id: str) -> list[int]:
        """The doc ids of an article's documents, deleted ones included."""
        found = self._read("id", article_id.encode("utf-8"), positions=False)
        return [] if found is None else found.ids.tolist()

    # -- columns

    def holders(self, facet: str, value: str, ordinal: int) -> Mask:
        """The documents that have a value, with its ordinal, in a facet."""
        key = (self.key, "holders", facet, ordinal)
        packed = self._cache.get(key, lambda: self._packed(facet, value, ordinal), lambda found: found.nbytes)
        return np.unpackbits(packed, count=self.doc_count).view(np.bool_)

    def _packed(self, facet: str, value: str, ordinal: int) -> npt.NDArray[np.uint8]:
        return np.packbits(self.facets[facet].level_of(value).holders(ordinal))

    def _column(self, name: str) -> BytesColumn:
        return BytesColumn.of(*self._files.bytes_column(name))

    def _days(self) -> npt.NDArray[np.int32]:
        """Publication days as proleptic ordinals, `NO_DAY` for undated articles."""
        column = list(self._column(DATE.column))
        known = {value: date.fromisoformat(value.decode()).toordinal() if value else NO_DAY for value in set(column)}
        return np.fromiter(map(known.__getitem__, column), dtype=np.int32, count=self.doc_count)


def _size(found: PostingArrays | None) -> int:
    return 64 if found is None else found.ids.nbytes + found.freqs.nbytes


def _shared(one: bytes, other: bytes) -> bytes:
    """The longest common prefix of two terms."""
    return bytes(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _joined(parts: Iterable[Any], dtype: Any) -> npt.NDArray[Any]:
    return np.concatenate([np.asarray(part, dtype=dtype) for part in parts])
