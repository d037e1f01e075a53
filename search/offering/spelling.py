"""Did you mean: for words that the archive hardly has, the words of the archive with almost the same spelling.

Candidates are scored as a noisy channel (Kernighan, Church and Gale 1990): the frequency of a form, times the
probability that it is mistyped like this. The cheap edits are the usual slips in Turkish: letters without their dots
and hooks, ğ left out, neighbours swapped, d for t. A query is never corrected on its own: the correction is only
offered, and only if it finds many times more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import log

from index.turkish import fold, has_turkish_letters, lower, title_case
from search.query.dictionary import TermDictionary
from search.query.plan import PhraseOf, Plan, WordTerm, leaves
from search.query.resolve import edits_of

MIN_LETTERS = 4
MAX_SUSPECTS = 2
MAX_CANDIDATES = 400
KEPT = 2
"""How many candidates are tried for a word."""

MARKEDLY = 10
"""How many times as many articles a corrected query must find."""

KNOWN_APART = 1.0
"""The largest distance of a candidate for a word that some article has: such a word may well be a name."""

RARE = 5_000
"""A word in more than one of this many articles, and in more than three, is taken as meant."""

COMMON = 8_000
"""A form in fewer than one of this many articles is not offered."""

_EDIT = 4.0
"""The cost of a full edit, in units of the natural logarithm of a frequency: one typing in fifty has such a slip."""

_DOTS, _SWAP, _DOUBLE, _SOFT, _SOUND, _FIRST = 0.2, 0.6, 0.5, 0.5, 0.7, 0.4
_SOUNDS = {frozenset(pair) for pair in ("bp", "dt", "cç", "gk", "ğg", "ei", "ae", "ıu", "iü", "ou", "öü", "vw", "zs")}


def corrections(text: str, plan: Plan, dictionary: TermDictionary, documents: int) -> Iterator[str]:
    """Corrected query texts that may be meant, likeliest first; none if every word looks right."""
    suspects = sorted(_suspects(plan, dictionary, max(3, documents // RARE)), key=lambda pair: pair[1])
    best: list[tuple[str, list[str]]] = []
    for typed, known in suspects[:MAX_SUSPECTS]:
        found = candidates(typed, known, dictionary, max(1, documents // COMMON))
        if found:
            best.append((typed, found))
    if not best:
        return
    yield _replaced(text, {typed: found[0] for typed, found in best})
    for typed, found in best:
        # Of several words one alone may be wrong; for a single word the second candidate may be the better one.
        if len(best) > 1:
            yield _replaced(text, {typed: found[0]})
        elif len(found) > 1:
            yield _replaced(text, {typed: found[1]})


def _suspects(plan: Plan, dictionary: TermDictionary, rare: int) -> Iterator[tuple[str, int]]:
    seen: set[str] = set()
    for word in _words(plan):
        form = lower(word.typed)
        if word.typed in seen or not form.isalpha() or len(form) < MIN_LETTERS:
            continue
        seen.add(word.typed)
        known = max((dictionary.lemmas(fold(lemma)).get(lemma, 0) for lemma, _ in word.lemmas), default=0)
        if known <= rare:
            yield word.typed, known


def _words(plan: Plan) -> Iterator[WordTerm]:
    for leaf in leaves(plan):
        parts: Iterable[object] = leaf.words if isinstance(leaf, PhraseOf) else (leaf,)
        yield from (part for part in parts if isinstance(part, WordTerm))


def candidates(typed: str, known: int, dictionary: TermDictionary, least: int = 1) -> list[str]:
    """Forms in at least `least` articles that may be meant by a word of `known` articles, likeliest first."""
    word = lower(typed)
    dots = _DOTS if has_turkish_letters(word) else 0.0
    near = dictionary.forms_near(fold(word), edits_of(word), MAX_CANDIDATES)
    scored: list[tuple[float, str]] = []
    for form, count in sorted(near, key=lambda pair: -pair[1]):
        if count < max(least, MARKEDLY * known) or (len(scored) == KEPT and log(count) < scored[-1][0]):
            break  # candidates are sorted by frequency, so all others are rarer still
        if form == word or not form.isalpha():
            continue
        apart = distance(word, form, dots)
        if not known or apart <= KNOWN_APART:
            scored.append((log(count) - _EDIT * apart, form))
            scored = sorted(scored, reverse=True)[:KEPT]
    return [form for _, form in scored]


def distance(typed: str, meant: str, dots: float = _DOTS) -> float:
    """How far apart two words are: 1 for a full edit, less for the usual slips of Turkish typists.

    This is a weighted optimal string alignment. `dots` is the cost of a letter typed without its Turkish sign.
    """
    before: list[float] = []
    last = [0.0]
    for j, letter in enumerate(meant):
        last.append(last[j] + _put_in(meant, j, letter))
    for i, a in enumerate(typed):
        row = [last[0] + _put_in(typed, i, a)]
        for j, b in enumerate(meant):
            best = min(
                last[j + 1] + _put_in(typed, i, a),
                row[j] + _put_in(meant, j, b),
                last[j] + _exchanged(a, b, dots, i == j == 0),
            )
            if i and j and a == meant[j - 1] and typed[i - 1] == b:
                best = min(best, before[j - 1] + _SWAP)
            row.append(best)
        before, last = last, row
    return last[-1]


def _put_in(word: str, at: int, letter: str) -> float:
    if letter == "ğ":
        return _SOFT
    return _DOUBLE if at and word[at - 1] == letter else 1.0 + (_FIRST if at == 0 else 0.0)


@lru_cache(5_000)
def _exchanged(a: str, b: str, dots: float, first: bool) -> float:
    if a == b:
        return 0.0
    if fold(a) == fold(b):
        return dots
    return (_SOUND if frozenset((a, b)) in _SOUNDS else 1.0) + (_FIRST if first else 0.0)


def _replaced(text: str, words: dict[str, str]) -> str:
    """The text as it was typed, with its operators, but with some words replaced; initial capitals are kept."""

    def written(match: re.Match[str]) -> str:
        word = words[match.group()]
        return title_case(word) if match.group()[0].isupper() else word

    pattern = "|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words)
    return re.sub(pattern, written, text)


def markedly_more(found: int, before: int) -> bool:
    """Whether a corrected query finds enough more articles to be offered."""
    return found >= max(1, MARKEDLY * before)
