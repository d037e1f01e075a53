"""A plan run against one segment: a mask of the documents that match and an array of their scores.

Scores are BM25 per field, summed with the fields' weights, exactly as Whoosh's `BM25F` gives them with the same
weights (the tests compare the two). Reference: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
Beyond" (2009).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import log
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.document.schema import TEXT_STEM
from index.engines.whoosh.blocks import Ids, PostingArrays
from index.turkish import encode_term
from search.engines.weights import COMPLETE, FORM_WEIGHT, K1, LEMMA_WEIGHT, PAIR_WEIGHT, STEM_WEIGHT
from search.engines.whoosh.facetcolumn import Mask
from search.engines.whoosh.places import adjacent, phrase_starts
from search.engines.whoosh.segment import POSITION_BITS, Expansion, Segment
from search.query.plan import (
    AllOf,
    AnyOf,
    Everything,
    ExactTerm,
    FacetTerm,
    FuzzyTerm,
    NoneOf,
    Nothing,
    Part,
    PhraseOf,
    Plan,
    PrefixTerm,
    PublishedIn,
    SomeOf,
    WordTerm,
    neighbours,
)

Scores = npt.NDArray[np.float32]


class Statistics(Protocol):
    """What scoring needs to know of the whole index."""

    documents_with_deleted: int

    def frequency(self, field: str, term: bytes) -> int:
        """The document frequency of a term."""
        ...

    def expansion(self, field: str, names: tuple[str, ...]) -> tuple[tuple[bytes, ...], Scores]:
        """The encoded terms in byte order, and the inverse document frequency of each."""
        ...

    def pair_frequency(self, one: WordTerm, other: WordTerm) -> int:
        """In how many documents one word occurs right before the other."""
        ...

    def norms(self, segment: Segment, field: str) -> Scores:
        """`K1 * (1 - B + B * length / average length)` by doc id."""
        ...

    def having(self, segment: Segment, facet: str, values: Sequence[str]) -> Mask:
        """The documents with at least one of the values in a facet."""
        ...

    def published(self, segment: Segment, first: date | None, last: date | None) -> Mask:
        """The documents published between two days."""
        ...


@dataclass(frozen=True, slots=True)
class Matched:
    """Which documents of a segment match, and their scores (0 where they don't)."""

    mask: Mask
    scores: Scores


def match(plan: Plan, segment: Segment, statistics: Statistics) -> Matched:
    """Run a plan against a segment. Deleted documents are among the matches."""
    return _Matcher(segment, statistics).run(plan)


def term_scores(
    segment: Segment, statistics: Statistics, field: str, name: str, weight: float
) -> tuple[Ids, Scores] | None:
    """The documents of a segment that have a term, and what it adds to the score of each; None if none has it."""
    term = encode_term(name).encode("utf-8")
    found = segment.postings(field, term)
    if found is None:
        return None
    weight *= idf(statistics.documents_with_deleted, statistics.frequency(field, term))
    return found.ids, _saturated(found, statistics.norms(segment, field), weight)


def pair_scores(segment: Segment, statistics: Statistics, one: WordTerm, other: WordTerm) -> tuple[Ids, Scores] | None:
    """The documents of a segment with one word right before another, and what that adds to the score of each."""
    found = adjacent(segment, one, other)
    if not len(found.ids):
        return None
    weight = PAIR_WEIGHT * idf(statistics.documents_with_deleted, statistics.pair_frequency(one, other))
    return found.ids, _saturated(found, statistics.norms(segment, f"{one.part}_lemma"), weight)


def idf(documents: int, frequency: int) -> float:
    """The inverse document frequency of a term.

    The two constants are Whoosh's, not those of the usual Robertson idf, so that no term scores below zero.
    """
    return log(documents / (frequency + 1)) + 1


def _saturated(found: PostingArrays | Expansion, norms: Scores, weight: float | Scores) -> Scores:
    """What each posting adds; `weight` is one for all of them or one for each."""
    return (weight * (K1 + 1)) * found.freqs / (found.freqs + norms[found.ids])


class _Matcher:
    def __init__(self, segment: Segment, statistics: Statistics) -> None:
        self._segment = segment
        self._statistics = statistics

    def run(self, plan: Plan) -> Matched:
        match plan:
            case WordTerm():
                return self._word(plan)
            case ExactTerm(_, form, where):
                return self._each((form,), where)
            case PrefixTerm(_, forms, where):
                return self._expanded(forms, where)
            case FuzzyTerm(_, forms, where):
                return self._each(forms, where)
            case PhraseOf():
                return self._phrase(plan)
            case PublishedIn(first, last):
                return self._constant(self._statistics.published(self._segment, first, last))
            case FacetTerm(facet, values, weight):
                mask = self._statistics.having(self._segment, facet, values)
                return Matched(mask, mask * np.float32(weight))
            case AllOf():
                return self._all(plan)
            case AnyOf(parts):
                return self._any(parts)
            case SomeOf():
                return self._some(plan)
            case NoneOf(part):
                return self._constant(~self.run(part).mask)
            case Everything():
                return self._constant(np.ones(self._segment.doc_count, dtype=bool))
            case Nothing():
                return self._constant(np.zeros(self._segment.doc_count, dtype=bool))

    def _constant(self, mask: Mask) -> Matched:
        return Matched(mask, self._zeros())

    def _zeros(self) -> Scores:
        return np.zeros(self._segment.doc_count, dtype=np.float32)

    def _scored(self, field: str, name: str, weight: float) -> tuple[Ids, Scores] | None:
        return term_scores(self._segment, self._statistics, field, name, weight)

    def _add(self, matched: Matched, field: str, name: str, weight: float) -> None:
        found = self._scored(field, name, weight)
        if found is not None:
            ids, scores = found
            matched.scores[ids] += scores
            matched.mask[ids] = True

    def _word(self, word: WordTerm) -> Matched:
        """The best reading counts, so that a word with many readings does not count more than one with few."""
        matched = self._constant(np.zeros(self._segment.doc_count, dtype=bool))
        for lemma, weight in word.lemmas or ((word.typed, 1.0),):
            found = self._scored(f"{word.part}_lemma", lemma, weight * LEMMA_WEIGHT)
            if found is not None:
                ids, scores = found
                matched.scores[ids] = np.maximum(matched.scores[ids], scores)
                matched.mask[ids] = True
        # The forms of another reading and the words of the family don't count on their own.
        for form in word.forms:
            self._lift(matched, f"{word.part}_form", form, FORM_WEIGHT)
        if word.stem and word.part == TEXT_STEM.part:
            self._lift(matched, TEXT_STEM.name, word.stem, STEM_WEIGHT)
        return matched

    def _lift(self, matched: Matched, field: str, name: str, weight: float) -> None:
        """Add a term's scores where the documents match already."""
        found = self._scored(field, name, weight)
        if found is not None:
            ids, scores = found
            matched.scores[ids] += scores * matched.mask[ids]

    def _each(self, forms: Iterable[str], part: Part) -> Matched:
        matched = self._constant(np.zeros(self._segment.doc_count, dtype=bool))
        for form in forms:
            self._add(matched, f"{part}_form", form, FORM_WEIGHT)
        return matched

    def _expanded(self, forms: tuple[str, ...], part: Part) -> Matched:
        """Score all forms at once, since a prefix may have a thousand."""
        field = f"{part}_form"
        terms, weights = self._statistics.expansion(field, forms)
        found = self._segment.expansion(field, terms)
        norms = self._statistics.norms(self._segment, field)
        added = _saturated(found, norms, FORM_WEIGHT * weights[found.terms])
        scores = np.bincount(found.ids, added, self._segment.doc_count).astype(np.float32)
        mask = np.zeros(self._segment.doc_count, dtype=bool)
        mask[found.ids] = True
        return Matched(mask, scores)

    def _all(self, plan: AllOf) -> Matched:
        mask = np.ones(self._segment.doc_count, dtype=bool)
        scores = self._zeros()
        for part in plan.parts:
            found = self.run(part)
            mask &= found.mask
            scores += found.scores
        self._lift_neighbours(plan, scores)
        scores[~mask] = 0
        return Matched(mask, scores)

    def _any(self, parts: Sequence[Plan]) -> Matched:
        counts, scores = self._counted(parts)
        return Matched(counts >= 1, scores)

    def _some(self, plan: SomeOf) -> Matched:
        counts, scores = self._counted(plan.parts)
        mask = counts >= plan.least
        self._lift_neighbours(plan, scores)
        scores[~mask] = 0
        scores[counts == len(plan.parts)] *= COMPLETE
        return Matched(mask, scores)

    def _counted(self, parts: Sequence[Plan]) -> tuple[npt.NDArray[np.uint16], Scores]:
        """How many of the parts match each document, and the sums of their scores."""
        counts = np.zeros(self._segment.doc_count, dtype=np.uint16)
        scores = self._zeros()
        for part in parts:
            found = self.run(part)
            counts += found.mask
            scores += found.scores
        return counts, scores

    def _lift_neighbours(self, plan: AllOf | SomeOf, scores: Scores) -> None:
        for one, other in neighbours(plan):
            found = pair_scores(self._segment, self._statistics, one, other)
            if found is not None:
                ids, added = found
                scores[ids] += added

    def _sum(self, words: Iterable[Plan]) -> Scores:
        scores = self._zeros()
        for word in words:
            scores += self.run(word).scores
        return scores

    def _phrase(self, phrase: PhraseOf) -> Matched:
        mask = np.zeros(self._segment.doc_count, dtype=bool)
        mask[phrase_starts(self._segment, phrase) >> POSITION_BITS] = True
        if not mask.any():
            return self._constant(mask)
        scores = self._sum(phrase.words)
        scores[~mask] = 0
        return Matched(mask, scores)
