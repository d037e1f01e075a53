"""Why an article has its score: what each word of the query adds, term by term."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from index.document.schema import TEXT_STEM
from index.engines.whoosh.blocks import Ids
from search.engines.base import Contribution
from search.engines.weights import FORM_WEIGHT, LEMMA_WEIGHT, STEM_WEIGHT
from search.engines.whoosh.matching import (
    Scores,
    Statistics,
    match,
    pair_scores,
    term_scores,
)
from search.engines.whoosh.segment import Segment
from search.query.plan import (
    AllOf,
    AnyOf,
    ExactTerm,
    FuzzyTerm,
    Leaf,
    PhraseOf,
    Plan,
    PrefixTerm,
    SomeOf,
    WordTerm,
    leaves,
    neighbours,
)

Scored = tuple[str, str, float]
"""Field, term, what it adds."""


def explain(plan: Plan, segment: Segment, statistics: Statistics, doc: int) -> tuple[Contribution, ...]:
    """The contributions of all words that a document has, in the order of the query.

    They add up to the score, but for the factor of a relaxed query for articles with all of its words. A phrase is
    explained by its words.
    """
    reader = _Document(segment, statistics, doc)
    words = [
        Contribution(leaf, *scored) for leaf, term in enumerate(leaves(plan)) for scored in reader.contributions(term)
    ]
    return (*words, *(Contribution(None, *scored) for scored in reader.pairs(plan)))


class _Document:
    def __init__(self, segment: Segment, statistics: Statistics, doc: int) -> None:
        self._segment = segment
        self._statistics = statistics
        self._doc = doc

    def contributions(self, leaf: Leaf) -> Iterator[Scored]:
        match leaf:
            case PhraseOf(words):
                # Its words may stand apart in an article that a relaxed query found by other words.
                if match(leaf, self._segment, self._statistics).mask[self._doc]:
                    for word in words:
                        yield from self.contributions(word)
            case WordTerm(typed, lemmas, forms, part, stem):
                scored = [self._score(f"{part}_lemma", lemma, w) for lemma, w in lemmas or ((typed, 1.0),)]
                best = max(scored, key=lambda found: found[2])
                if best[2]:  # the forms of another reading don't count on their own
                    yield best
                    yield from self._forms(forms, part)
                    yield from self._family(stem, part)
            case ExactTerm(_, form, part):
                yield from self._forms((form,), part)
            case PrefixTerm(_, forms, part) | FuzzyTerm(_, forms, part):
                yield from self._forms(forms, part)

    def _forms(self, forms: tuple[str, ...], part: str) -> Iterator[Scored]:
        for form in forms:
            scored = self._score(f"{part}_form", form, FORM_WEIGHT)
            if scored[2]:
                yield scored

    def _family(self, stem: str, part: str) -> Iterator[Scored]:
        if part == TEXT_STEM.part and (scored := self._score(TEXT_STEM.name, stem, STEM_WEIGHT))[2]:
            yield scored

    def pairs(self, plan: Plan) -> Iterator[Scored]:
        """What words add that stand side by side as they were typed."""
        match plan:
            case AllOf(parts=parts) | SomeOf(parts=parts):
                if match(plan, self._segment, self._statistics).mask[self._doc]:
                    yield from self._neighbours(plan)
                    yield from (pair for part in parts for pair in self.pairs(part))
            case AnyOf(parts):
                yield from (pair for part in parts for pair in self.pairs(part))

    def _neighbours(self, plan: AllOf | SomeOf) -> Iterator[Scored]:
        for one, other in neighbours(plan):
            weight = self._at(pair_scores(self._segment, self._statistics, one, other))
            if weight:
                yield f"{one.part}_pair", f"{one.typed} {other.typed}", weight

    def _score(self, field: str, name: str, weight: float) -> Scored:
        boost = weight * LEMMA_WEIGHT if field.endswith("_lemma") else weight
        return field, name, self._at(term_scores(self._segment, self._statistics, field, name, boost))

    def _at(self, found: tuple[Ids, Scores] | None) -> float:
        """What is added to this document's score."""
        if found is None:
            return 0.0
        ids, scores = found
        at = int(np.searchsorted(ids, self._doc))
        return float(scores[at]) if at < len(ids) and int(ids[at]) == self._doc else 0.0
