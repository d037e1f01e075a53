"""Why an article has its score: what each word of the query adds, term by term."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from search.engines.base import Contribution
from search.engines.whoosh.matching import FORM_WEIGHT, LEMMA_WEIGHT, Statistics, match, term_scores
from search.engines.whoosh.segment import Segment
from search.query.plan import ExactTerm, PhraseOf, Plan, PrefixTerm, WordTerm, leaves

Scored = tuple[str, str, float]
"""Field, term, what it adds."""


def explain(plan: Plan, segment: Segment, statistics: Statistics, number: int) -> tuple[Contribution, ...]:
    """The contributions of all words that a document has, in the order of the query.

    They add up to the score, but for the factor of a relaxed query for articles with all of its words. A phrase is
    explained by its words.
    """
    reader = _Document(segment, statistics, number)
    return tuple(
        Contribution(leaf, *scored) for leaf, term in enumerate(leaves(plan)) for scored in reader.contributions(term)
    )


class _Document:
    def __init__(self, segment: Segment, statistics: Statistics, number: int) -> None:
        self._segment = segment
        self._statistics = statistics
        self._number = number

    def contributions(self, leaf: WordTerm | ExactTerm | PrefixTerm | PhraseOf) -> Iterator[Scored]:
        match leaf:
            case PhraseOf(words):
                # Its words may stand apart in an article that a relaxed query found by other words.
                if match(leaf, self._segment, self._statistics).mask[self._number]:
                    for word in words:
                        yield from self.contributions(word)
            case WordTerm(typed, lemmas, forms, part):
                scored = [self._score(f"{part}_lemma", lemma, w) for lemma, w in lemmas or ((typed, 1.0),)]
                best = max(scored, key=lambda found: found[2])
                if best[2]:  # the forms of another reading don't count on their own
                    yield best
                    yield from self._forms(forms, part)
            case ExactTerm(_, form, part):
                yield from self._forms((form,), part)
            case PrefixTerm(_, forms, part):
                yield from self._forms(forms, part)

    def _forms(self, forms: tuple[str, ...], part: str) -> Iterator[Scored]:
        for form in forms:
            scored = self._score(f"{part}_form", form, FORM_WEIGHT)
            if scored[2]:
                yield scored

    def _score(self, field: str, name: str, weight: float) -> Scored:
        boost = weight * LEMMA_WEIGHT if field.endswith("_lemma") else weight
        found = term_scores(self._segment, self._statistics, field, name, boost)
        if found is None:
            return field, name, 0.0
        ids, scores = found
        at = int(np.searchsorted(ids, self._number))
        here = at < len(ids) and int(ids[at]) == self._number
        return field, name, float(scores[at]) if here else 0.0
