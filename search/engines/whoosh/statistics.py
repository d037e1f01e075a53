"""What scoring needs to know of a whole index: document frequencies and average field lengths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache, partial

import numpy as np

from index.turkish import encode_term
from search.engines.weights import K1, B
from search.engines.whoosh.facetcolumn import Mask
from search.engines.whoosh.facetvalues import FacetValues
from search.engines.whoosh.matching import Scores, idf
from search.engines.whoosh.places import adjacent
from search.engines.whoosh.segment import Segment
from search.engines.whoosh.tally import between, filter_mask
from search.query.plan import WordTerm

FREQUENCIES_KEPT = 50_000
EXPANSIONS_KEPT = 32


class WhooshStatistics:
    """The `Statistics` of a view. Like Whoosh's, they count deleted documents until their segment is merged."""

    def __init__(self, segments: Sequence[Segment], values: Mapping[str, FacetValues]) -> None:
        self._segments = tuple(segments)
        self._values = values
        self.documents_with_deleted = sum(segment.doc_count for segment in segments)
        # Functions of the segments, not methods: a cache that knows its owner outlives it until garbage is collected.
        self.frequency = lru_cache(FREQUENCIES_KEPT)(partial(_frequency, self._segments))
        self.expansion = lru_cache(EXPANSIONS_KEPT)(partial(_expansion, self._segments, self.documents_with_deleted))
        self._norms: dict[tuple[str, str], Scores] = {}

    def pair_frequency(self, one: WordTerm, other: WordTerm) -> int:
        """In how many documents one word occurs right before the other."""
        return sum(len(adjacent(segment, one, other).ids) for segment in self._segments)

    def having(self, segment: Segment, facet: str, values: Sequence[str]) -> Mask:
        """The documents of a segment with at least one of the values in a facet."""
        return filter_mask(segment, self._values[facet], facet, values)

    def published(self, segment: Segment, first: date | None, last: date | None) -> Mask:
        """The documents of a segment published between two days."""
        return between(segment, first, last)

    def norms(self, segment: Segment, field: str) -> Scores:
        """BM25's length normalisation by doc id."""
        found = self._norms.get((segment.key, field))
        if found is None:
            average = self._average_length(field)
            found = (K1 * ((1 - B) + B * segment.lengths[field] / average)).astype(np.float32)
            self._norms[segment.key, field] = found
        return found

    def _average_length(self, field: str) -> float:
        total = sum(segment.field_length(field) for segment in self._segments)
        return total / self.documents_with_deleted if total else 1.0


def _frequency(segments: Sequence[Segment], field: str, term: bytes) -> int:
    return sum(segment.frequency(field, term) for segment in segments)


def _expansion(
    segments: Sequence[Segment], documents: int, field: str, names: tuple[str, ...]
) -> tuple[tuple[bytes, ...], Scores]:
    terms = tuple(sorted(encode_term(name).encode("utf-8") for name in names))
    counts = np.zeros(len(terms), dtype=np.int64)
    for segment in segments:
        counts += segment.frequencies(field, terms)
    weights = [idf(documents, count) for count in counts.tolist()]
    return terms, np.array(weights, dtype=np.float32)
