"""Finds which tokens of a stored text match a query: by the hashes of their lemmas, or by their surface forms.

The offsets and lemma hashes of the tokens are stored with the text, so that inflected forms are marked without
analyzing the text again. Words that match by form (exact words, prefixes) are compared with the text itself, but only
where the first letters fit, which few tokens of a page do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.document.tokenmap import TokenMap, lemma_hash
from index.turkish import fold, form_of
from search.query.plan import ExactTerm, FuzzyTerm, PhraseOf, Plan, PrefixTerm, WordTerm, leaves
from search.query.proximity import inside, windows

Hits = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class StoredText:
    """One part of a stored article, title or body, with the offsets of its tokens."""

    part: str
    text: str
    tokens: TokenMap


@dataclass(frozen=True, slots=True)
class Marks:
    """The spans of code points that match, ascending and without overlap, each with the word of the query it is."""

    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    words: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.starts)


class Marker:
    """Marks any number of texts for one plan, whose words it prepares once."""

    def __init__(self, plan: Plan) -> None:
        self._leaves = leaves(plan)
        words = [word for leaf in self._leaves for word in (leaf.words if isinstance(leaf, PhraseOf) else (leaf,))]
        self._words = {word: _matcher(word) for word in words}

    def marks(self, stored: StoredText) -> Marks:
        """The marks of one text; the words of a phrase are marked only where they stand together."""
        tokens = stored.tokens
        owner = np.full(len(tokens), -1, dtype=np.int32)
        for number, leaf in enumerate(self._leaves):
            if leaf.part == "title" and stored.part != "title":
                continue
            hit = self._phrase(leaf, stored) if isinstance(leaf, PhraseOf) else self._words[leaf].hits(stored)
            owner[hit & (owner < 0)] = number
        at = np.flatnonzero(owner >= 0)
        return Marks(tuple(tokens.starts[at].tolist()), tuple(tokens.ends[at].tolist()), tuple(owner[at].tolist()))

    def _phrase(self, phrase: PhraseOf, stored: StoredText) -> Hits:
        count, size = len(stored.tokens), len(phrase.words)
        hit = np.zeros(count, dtype=bool)
        if phrase.slop:
            return self._near(phrase, stored)
        if count < size:
            return hit
        begins = np.ones(count - size + 1, dtype=bool)
        for offset, word in enumerate(phrase.words):
            begins &= self._words[word].hits(stored)[offset : offset + len(begins)]
        for offset in range(size):
            hit[offset : offset + len(begins)] |= begins
        return hit

    def _near(self, phrase: PhraseOf, stored: StoredText) -> Hits:
        asked = Counter(self._words[word] for word in phrase.words)
        hits = {matcher: matcher.hits(stored) for matcher in asked}
        starts = windows([(np.flatnonzero(hits[matcher]), times) for matcher, times in asked.items()], phrase.slop)
        any_word: Hits = np.logical_or.reduce(list(hits.values()))
        return any_word & inside(np.arange(len(any_word)), starts, len(phrase.words), phrase.slop)


@dataclass(frozen=True, slots=True)
class _ByLemma:
    hashes: tuple[np.uint32, ...]

    def hits(self, stored: StoredText) -> Hits:
        hit = np.zeros(len(stored.tokens), dtype=bool)
        for lemma in self.hashes:  # `isin` costs more than a few comparisons
            hit |= stored.tokens.lemmas == lemma
        return hit


@dataclass(frozen=True, slots=True)
class _ByForm:
    """Tokens that have one of some forms. `letters` are the first, second and third letters of the forms, folded.

    Behind the end of a form, any letter fits.
    """

    forms: frozenset[str]
    letters: tuple[frozenset[str], ...]

    def hits(self, stored: StoredText) -> Hits:
        text, tokens = stored.text, stored.tokens
        hit = np.zeros(len(tokens), dtype=bool)
        for at in np.flatnonzero(self._possible(text, tokens)).tolist():
            hit[at] = form_of(text[int(tokens.starts[at]) : int(tokens.ends[at])]) in self.forms
        return hit

    def _possible(self, text: str, tokens: TokenMap) -> Hits:
        """Tokens whose first letters fit. Computed on arrays, without a loop over the letters of a long text."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        possible = np.ones(len(tokens), dtype=bool)
        odd = np.zeros(len(tokens), dtype=bool)
        for offset, letters in enumerate(self.letters):
            at = tokens.starts + np.uint32(offset)
            inside = at < tokens.ends
            here = codes[np.where(inside, at, tokens.starts)]
            present = np.flatnonzero(np.bincount(here)).tolist() if len(here) else []
            fits = np.zeros(max(present, default=0) + 1, dtype=np.uint8)
            for code in present:
                fits[code] = _fit(chr(code), letters)
            found = fits[here] * inside
            # A combining mark or a ligature shifts the letters behind it: then only comparing the whole form decides.
            odd |= found == _ODD
            possible &= odd | (found == _FITS) | (~inside if "" in letters else False)
        return possible


_FITS, _ODD = 1, 2


def _fit(letter: str, letters: frozenset[str]) -> int:
    folded = fold(letter)
    if len(folded) != 1 or not letter.isalnum():
        return _ODD
    return _FITS if folded in letters or "" in letters else 0


def _matcher(word: WordTerm | ExactTerm | PrefixTerm | FuzzyTerm) -> _ByLemma | _ByForm:
    match word:
        case WordTerm(_, lemmas):
            return _ByLemma(tuple(dict.fromkeys(np.uint32(lemma_hash(lemma)) for lemma, _ in lemmas)))
        case ExactTerm(_, form):
            return _by_form((form,))
        case PrefixTerm(_, forms) | FuzzyTerm(_, forms):
            return _by_form(forms)


def _by_form(forms: Sequence[str]) -> _ByForm:
    folded = [fold(form) for form in forms]
    return _ByForm(frozenset(forms), tuple(frozenset(form[at : at + 1] for form in folded) for at in range(3)))
