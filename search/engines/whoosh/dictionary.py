"""The terms and facet values of a view, for resolving queries, for suggestions and for spelling."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
import numpy.typing as npt

from index.article.facets import FACETS
from index.document.schema import TEXT_FORM, TEXT_LEMMA, TITLE_FORM
from index.turkish import decode_term, encode_term, folded_prefix, sort_key
from search.engines.whoosh.facetcolumn import Chosen, Mask
from search.engines.whoosh.facetvalues import FacetValues
from search.engines.whoosh.ranking import largest
from search.engines.whoosh.segment import Segment
from search.engines.whoosh.titleforms import TitleForms
from search.query.dictionary import MAX_SPELLINGS

SPELLINGS_KEPT = 20_000
"""Folded words whose spellings are remembered: a query asks for each of its words several times."""

LEMMAS_KEPT = 50_000
"""Lemmas whose frequency is remembered: articles share most of their words."""

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SegmentLeaf:
    """A segment as a leaf of a view, with the documents that are alive in its commit."""

    segment: Segment
    live: Mask


@dataclass(frozen=True, slots=True)
class _Names:
    """Names, and the document frequency of each by its index."""

    names: Sequence[str]
    beginning: Callable[[str], Counts]
    counts: Counts


class WhooshDictionary:
    """The term dictionary of a view. Its terms are `folded|form`, so that all spellings of a word are neighbours."""

    def __init__(self, leaves: Sequence[SegmentLeaf], values: Mapping[str, FacetValues], titles: TitleForms) -> None:
        self._leaves = leaves
        self._titles = titles
        self._values = values
        # Functions of the leaves, not methods: a cache that knows its owner outlives it until garbage is collected.
        self._spellings = lru_cache(SPELLINGS_KEPT)(partial(_spellings, leaves))
        self._lemma_documents = lru_cache(LEMMAS_KEPT)(partial(_lemma_documents, leaves))
        self._lock = threading.Lock()
        self._named: dict[str, _Names] = {}

    def warm(self) -> None:
        """Compute now what the first suggestion and the first spelling would have to compute."""
        for leaf in self._leaves:
            leaf.segment.spelled_forms()
        for kind in (TITLE_FORM.name, *(facet.name for facet in FACETS if facet.suggested)):
            _most_frequent(self._names_of(kind), "a", 1)

    def forms(self, folded: str) -> Mapping[str, int]:
        """Surface forms with this folded spelling, and in how many documents each is."""
        return self._spellings(TEXT_FORM.name, folded)

    def lemmas(self, folded: str) -> Mapping[str, int]:
        """Lemmas with this folded spelling, and in how many documents each is."""
        return self._spellings(TEXT_LEMMA.name, folded)

    def forms_with_prefix(self, folded: str, limit: int) -> list[str]:
        """Surface forms whose folded spelling begins so, at most `limit` + 1."""
        found: dict[str, int] = {}
        for term, count in _scan(self._leaves, TEXT_FORM.name, folded.encode("utf-8"), limit + 1):
            found[term] = found.get(term, 0) + count
        return sorted(found)[: limit + 1]

    def forms_near(self, folded: str, edits: int, limit: int) -> list[tuple[str, int]]:
        """Surface forms at most so many edits away with their documents, nearest first, then most frequent first."""
        counts: dict[bytes, int] = {}
        apart: dict[bytes, int] = {}
        for leaf in self._leaves:
            for term, distance, count in leaf.segment.spelled_forms().near(folded, edits):
                counts[term] = counts.get(term, 0) + count
                apart[term] = distance
        order = sorted(counts, key=lambda term: (apart[term], -counts[term], term))[: limit + 1]
        return [(decode_term(term.decode("utf-8")), counts[term]) for term in order]

    def title_forms(self, beginning: str, limit: int) -> list[tuple[str, int]]:
        """Forms in titles that begin so, most frequent first, with how many titles have each."""
        found = self._names_of(TITLE_FORM.name)
        chosen = _most_frequent(found, beginning, limit if self._is_clean else 2 * limit)
        if not self._is_clean:  # the counts of terms take deleted documents in
            alive = ((form, self._living(form)) for form, _ in chosen)
            chosen = sorted((pair for pair in alive if pair[1]), key=lambda pair: -pair[1])
        return chosen[:limit]

    def values(self, facet: str, beginning: str, limit: int) -> list[tuple[str, int]]:
        """Values of a facet with a word that begins so, most frequent first, with how many articles have each."""
        return _most_frequent(self._names_of(facet), beginning, limit)

    def lemma_documents(self, lemmas: Sequence[str]) -> list[int]:
        """In how many documents each lemma is, deleted ones included."""
        return [self._lemma_documents(lemma) for lemma in lemmas]

    def value_documents(self, facet: str, values: Sequence[str]) -> list[int]:
        """How many articles have each value of a facet."""
        counts = self._names_of(facet).counts
        ordinals = (self._values[facet].get(value) for value in values)
        return [0 if ordinal is None or ordinal >= len(counts) else int(counts[ordinal]) for ordinal in ordinals]

    def canonical(self, facet: str, value: str) -> str:
        """The facet's own spelling of a value."""
        return self._values[facet].canonical(value)

    @property
    def _is_clean(self) -> bool:
        return all(leaf.live.all() for leaf in self._leaves)

    def _living(self, form: str) -> int:
        term = encode_term(form).encode("utf-8")
        postings = [(leaf.live, leaf.segment.postings(TITLE_FORM.name, term)) for leaf in self._leaves]
        return sum(int(np.count_nonzero(live[found.ids])) for live, found in postings if found is not None)

    def _names_of(self, kind: str) -> _Names:
        """The values of a facet, or the forms of titles; gathered when they are first asked for."""
        with self._lock:
            found = self._named.get(kind)
            if found is None:
                found = self._title_names() if kind == TITLE_FORM.name else self._facet_names(kind)
                self._named[kind] = found
            return found

    def _title_names(self) -> _Names:
        titles = self._titles
        return _Names(titles.names, titles.beginning, titles.counts(leaf.segment for leaf in self._leaves))

    def _facet_names(self, facet: str) -> _Names:
        values = self._values[facet]
        counts = np.zeros(len(values), dtype=np.int64)
        for leaf in self._leaves:
            found = leaf.segment.facets[facet].levels[0].tally(Chosen(leaf.live))
            counts += np.bincount(found, minlength=len(counts))[: len(counts)]
        return _Names(values.names, values.beginning, counts)


def _lemma_documents(leaves: Sequence[SegmentLeaf], lemma: str) -> int:
    term = encode_term(lemma).encode("utf-8")
    return sum(leaf.segment.frequency(TEXT_LEMMA.name, term) for leaf in leaves)


def _spellings(leaves: Sequence[SegmentLeaf], field: str, folded: str) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for term, count in _scan(leaves, field, folded_prefix(folded).encode("utf-8"), MAX_SPELLINGS):
        found[term] = found.get(term, 0) + count
    return found


def _scan(leaves: Sequence[SegmentLeaf], field: str, prefix: bytes, limit: int) -> Iterator[tuple[str, int]]:
    for leaf in leaves:
        for term, count in leaf.segment.terms_from(field, prefix, limit):
            yield decode_term(term.decode("utf-8")), count


def _most_frequent(found: _Names, beginning: str, limit: int) -> list[tuple[str, int]]:
    """The `limit` most frequent names with a word that begins so, equally frequent ones in Turkish order."""
    name_ids = found.beginning(beginning)
    # A later commit may have given the facet values that this view knows nothing of.
    name_ids = name_ids[name_ids < len(found.counts)]
    name_ids = name_ids[found.counts[name_ids] > 0]
    if limit > 0:
        name_ids = largest(name_ids, found.counts, limit)
    counts = found.counts[name_ids]
    order = sorted(
        zip(name_ids.tolist(), counts.tolist(), strict=True),
        key=lambda pair: (-pair[1], sort_key(found.names[pair[0]]), found.names[pair[0]]),
    )
    return [(found.names[name_id], count) for name_id, count in order[:limit]]
