"""Words of a text: where they stand, the form they have without an apostrophe's suffix, and evidence of names.

Offsets are code points of the text as given. Nothing is normalized before the text is cut into words; each word's form
is normalized by itself, so that no offset has to be mapped back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from index.turkish.casing import lower
from index.turkish.folding import fold

WRITTEN_APOSTROPHES: Final = "'’‘ʼ´`′"
"""What stands for an apostrophe in news texts that were mended as they were read."""

APOSTROPHES: Final = WRITTEN_APOSTROPHES + "\uff07\x92\x91"
"""The same in any text, typed or not yet mended; U+0091 and U+0092 are the quotes of cp1252, left by bad decoding."""

_MARKS = "\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff"  # combining marks; soft hyphen, zero-width characters
# 37.5, 2,5 and 1.500 are one word; dates (5.3.2024) are not, so that their year is found.
_NUMBER = r"\d+(?:[.,]\d{1,3})+(?![^\W_]|[.,]\d)"
_WORD = rf"(?:{_NUMBER}|[^\W_]+)(?:(?:[{_MARKS}]+[{APOSTROPHES}]?|[{APOSTROPHES}])[^\W_]+)*[{_MARKS}]*"

_SPLIT = re.compile(rf"({_WORD})").split
_FIRST_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
_NO_LETTERS = re.compile(r"[\W_]+")
_CIRCUMFLEX = str.maketrans("âîû", "aiu")

# Words in which the apostrophe is a letter of the word (Arabic hamza and ayn), and their usual spelling.
_INNER_APOSTROPHE: Final = {
    "kur'an": "kuran",
    "san'at": "sanat",
    "mes'ele": "mesele",
    "mes'ul": "mesul",
    "cür'et": "cüret",
    "sun'i": "suni",
    "mer'i": "meri",
    "kat'i": "kati",
    "kur'a": "kura",
    "def'a": "defa",
}

# Words that a circumflex tells apart from other words: kâr (profit) and kar (snow). In all other words it is a matter
# of taste (resmî, hâkim) and dropped.
_TELLING_CIRCUMFLEX = re.compile(r"kâr(?!gir|van|[ıi]z)|hâlâ|âlem|âdet|âşı[kğ]|dâhi(?!l)|yâr|âmâ|hayâ")

CASE_SUFFIXES: Final = (
    *("ın", "in", "un", "ün", "nın", "nin", "nun", "nün", "a", "e", "ya", "ye", "na", "ne", "ı", "i", "u", "ü"),
    *("yı", "yi", "yu", "yü", "nı", "ni", "nu", "nü", "da", "de", "ta", "te", "nda", "nde", "dan", "den", "tan"),
    *("ten", "ndan", "nden", "la", "le", "yla", "yle", "daki", "deki", "taki", "teki", "ndaki", "ndeki"),
    *("lar", "ler", "ları", "leri", "ların", "lerin"),
)
"""What a name takes after its apostrophe in any case, singular and plural."""

# They stand alone where a text has a space or a quote before the apostrophe's suffix: `Türkiye 'nin`. So do those that
# make other words of a name: `Ankara 'lı`.
_ORPHAN_SUFFIXES: Final = frozenset((*CASE_SUFFIXES, "lı", "li", "lu", "lü", "ca", "ce"))
_SENTENCE_START = re.compile(r"[.!?…:;\n\r\"“”„«»*•]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text: `text[start:end]` is how it stands there (`Pakistan’da`), `form` how it counts (`pakistan`).

    `name` says that it is written like a proper name: with a capital within a sentence, or before an apostrophe.
    """

    start: int
    end: int
    form: str
    name: bool


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text cut into words: parallel lists of surfaces, starts, ends and the characters before each word."""

    surfaces: list[str]
    starts: list[int]
    ends: list[int]
    before: list[str]


def cut(text: str) -> Pieces:
    """Cut a text into words. This runs over every text indexed: `split` and `accumulate` stay within C."""
    parts = _SPLIT(text)
    borders = list(accumulate(map(len, parts)))
    pieces = Pieces(parts[1::2], borders[0:-1:2], borders[1::2], parts[0:-1:2])
    return _without_orphans(pieces) if _has_orphans(pieces.before) else pieces


def tokens(text: str) -> Iterator[Token]:
    """The words of a text in order."""
    pieces = cut(text)
    for surface, start, end, before in zip(pieces.surfaces, pieces.starts, pieces.ends, pieces.before, strict=True):
        form = form_of(surface)
        if form:
            yield Token(start, end, form, is_name(surface, starts_sentence(before, start)))


def words_of(text: str) -> str:
    """Folded, every word with one blank before it; a blank at the end of an unfinished name stays.

    By this any word of a name is found by how it begins: `words_of(beginning) in words_of(name)`.

    >>> words_of("Bosna-Hersek"), words_of("  Her")
    (' bosna hersek', ' her')
    """
    return " " + _NO_LETTERS.sub(" ", fold(text)).lstrip()


def form_of(surface: str) -> str:
    """The word in Turkish lower case, without what follows its apostrophe, in normalized characters.

    >>> form_of("Pakistan’da"), form_of("TBMM'nin"), form_of("Hakkâri")
    ('pakistan', 'tbmm', 'hakkari')
    """
    apostrophe = _FIRST_APOSTROPHE.search(surface)
    form = lower(surface) if apostrophe is None else _before_apostrophe(surface, apostrophe.start())
    return form if form.isascii() else _without_idle_circumflex(_normalized(form))


def _normalized(form: str) -> str:
    # NFKC composes letters, and opens ligatures and full-width letters. It may give characters that are no letters (½).
    composed = lower(unicodedata.normalize("NFKC", form))
    return composed if composed.isalnum() else "".join(c for c in composed if c.isalnum())


def _before_apostrophe(surface: str, at: int) -> str:
    head, rest = surface[:at], surface[at + 1 :]
    segment = _FIRST_APOSTROPHE.split(rest, maxsplit=1)[0]
    low = lower(head) + "'" + lower(segment)
    for spelled, usual in _INNER_APOSTROPHE.items():
        if low.startswith(spelled):
            return usual + low[len(spelled) :]
    if len(head) == 1 and head.isalpha() and segment[:1].isupper() and len(segment) > 3:
        return lower(head + segment)  # O'Neill, D'Alema, N'Golo
    return lower(head)


def _without_idle_circumflex(form: str) -> str:
    return form if _TELLING_CIRCUMFLEX.match(form) else form.translate(_CIRCUMFLEX)


def starts_sentence(before: str, start: int) -> bool:
    """Whether a word at `start` begins a sentence, judged by the characters before it."""
    return start == len(before) or (before != " " and _SENTENCE_START.search(before) is not None)


def is_name(surface: str, sentence_start: bool) -> bool:
    """Whether the word is written like a name: a capital that the start of a sentence doesn't explain, or a capital
    and an apostrophe. A word all in capitals says nothing (headlines), except before an apostrophe (TBMM'nin)."""
    if not surface[0].isupper():
        return False
    if _FIRST_APOSTROPHE.search(surface):
        return True
    return not sentence_start and not (len(surface) > 1 and surface.isupper())


def _has_orphans(before: list[str]) -> bool:
    return any(b[-1:] in _APOSTROPHE_SET and len(b) > 1 for b in set(before))


_APOSTROPHE_SET = frozenset(APOSTROPHES)


def _without_orphans(pieces: Pieces) -> Pieces:
    kept = [
        i
        for i, (surface, before) in enumerate(zip(pieces.surfaces, pieces.before, strict=True))
        if not (i and before[-1:] in _APOSTROPHE_SET and len(before) > 1 and surface in _ORPHAN_SUFFIXES)
    ]
    return Pieces(
        [pieces.surfaces[i] for i in kept],
        [pieces.starts[i] for i in kept],
        [pieces.ends[i] for i in kept],
        [pieces.before[i] for i in kept],
    )
