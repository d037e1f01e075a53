"""Words that stand together, as interval queries. They let articles through or not; the words of a phrase score.

Interval queries are minimal-interval semantics, after Clarke, Cormack and Burkowski, "An algebra for structured text
search and a framework for its implementation" (1995).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from index.engines.opensearch.encoding import term_of
from search.engines.opensearch.filters import Query
from search.query.plan import ExactTerm, PhraseOf, WordTerm

ORDERED_WORDS = 5
"""Words of a phrase with slop whose orders are all tried where two of them may stand for the same token."""


def phrase(plan: PhraseOf) -> Query:
    """Articles in which the words of a phrase stand together."""
    lemmas = any(isinstance(word, WordTerm) for word in plan.words)
    field = f"{plan.part}_lemma" if lemmas else f"{plan.part}_form"
    return {"intervals": {field: _together([_place(word, field) for word in plan.words], plan.slop)}}


def lemmas_of(word: WordTerm) -> tuple[tuple[str, float], ...]:
    """The lemmas that a word is looked for by, with their weights."""
    return word.lemmas or ((word.typed, 1.0),)


@dataclass(frozen=True, slots=True)
class _Place:
    """One word of a phrase: the terms that may stand in its place, those of another field if there is one named."""

    terms: frozenset[str]
    other_field: str = ""

    def rule(self) -> Query:
        other = {"use_field": self.other_field} if self.other_field else {}
        rules = [{"match": {"query": term, "analyzer": "whitespace", **other}} for term in sorted(self.terms)]
        return rules[0] if len(rules) == 1 else {"any_of": {"intervals": rules}}


def _place(word: WordTerm | ExactTerm, field: str) -> _Place:
    if isinstance(word, WordTerm):
        return _Place(frozenset(term_of(lemma) for lemma, _ in lemmas_of(word)))
    own = f"{word.part}_form"
    return _Place(frozenset((term_of(word.form),)), "" if own == field else own)


def _together(words: Sequence[_Place], slop: int) -> Query:
    if not slop:
        return _sequence(words, 0)
    if _apart(words) or len(words) > ORDERED_WORDS:
        return _sequence(words, slop, ordered=False)
    # Two of the words may stand for the same token: only in order is each sure to have a place of its own.
    sequences = [_sequence(order, slop) for order in dict.fromkeys(itertools.permutations(words))]
    return sequences[0] if len(sequences) == 1 else {"any_of": {"intervals": sequences}}


def _sequence(words: Sequence[_Place], slop: int, *, ordered: bool = True) -> Query:
    mode = "ordered" if ordered else "unordered"
    return {"all_of": {"intervals": [word.rule() for word in words], "mode": mode, "max_gaps": slop}}


def _apart(words: Sequence[_Place]) -> bool:
    """Whether no token can stand for two of the words."""
    if any(word.other_field for word in words):
        return False
    everything = frozenset(term for word in words for term in word.terms)
    return len(everything) == sum(len(word.terms) for word in words)
