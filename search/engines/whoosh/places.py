"""Positions of terms in the documents of a segment: phrases, and words next to one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.engines.whoosh.blocks import PostingArrays
from index.turkish import encode_term
from search.engines.whoosh.segment import POSITION_BITS, Segment
from search.query.plan import ExactTerm, PhraseOf, WordTerm
from search.query.proximity import windows

Positions = npt.NDArray[np.int64]
"""Ascending integers `doc id << POSITION_BITS | position`."""

_NOWHERE: Positions = np.zeros(0, dtype=np.int64)


def word_places(segment: Segment, word: WordTerm | ExactTerm) -> Positions:
    """The positions of a word's lemmas, or of its exact form."""
    field, names = _terms(word)
    found = [segment.positions(field, encode_term(name).encode("utf-8")) for name in names]
    if not found:
        return _NOWHERE
    return found[0] if len(found) == 1 else np.unique(np.concatenate(found))


def phrase_starts(segment: Segment, phrase: PhraseOf) -> Positions:
    """Where a phrase begins: word i is i positions after the first or, with slop, all words are near one another."""
    if phrase.slop:
        asked = Counter(map(_terms, phrase.words))
        words = {_terms(word): word for word in phrase.words}
        return windows([(word_places(segment, words[terms]), times) for terms, times in asked.items()], phrase.slop)
    starts: Positions | None = None
    for offset, word in enumerate(phrase.words):
        places = word_places(segment, word) - offset
        starts = places if starts is None else _common(starts, places)
        if not len(starts):
            break
    assert starts is not None, "a phrase has words"
    return starts


def adjacent(segment: Segment, one: WordTerm, other: WordTerm) -> PostingArrays:
    """The documents in which one word occurs right before another, and how often."""

    def find() -> PostingArrays:
        starts = _common(word_places(segment, one) + 1, word_places(segment, other))
        ids, counts = np.unique(starts >> POSITION_BITS, return_counts=True)
        return PostingArrays(ids.astype(np.uint32), counts.astype(np.float32))

    return segment.cached((_terms(one), _terms(other)), find)


def _terms(word: WordTerm | ExactTerm) -> tuple[str, Sequence[str]]:
    if isinstance(word, ExactTerm):
        return f"{word.part}_form", (word.form,)
    return f"{word.part}_lemma", tuple(lemma for lemma, _ in word.lemmas)


def _common(one: Positions, other: Positions) -> Positions:
    """The integers in both of two ascending arrays."""
    few, many = (one, other) if len(one) <= len(other) else (other, one)
    if not len(few):
        return few
    at = np.searchsorted(many, few)
    at[at == len(many)] = 0
    common: Positions = few[many[at] == few]
    return common
