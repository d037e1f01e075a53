"""One pass over a text that finds its capitalised words, which people, countries and organisations are made of.

A token is one word; a hyphen before a capital divides (`Trump-Zelenskiy`), a hyphen before a small letter does not
(`Jong-un`). What stands between two tokens is kept as the later one's `link`, since it decides what can be one name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.entities.lists import LexicalEntry, word, words
from index.entities.traits import Trait
from index.turkish import WRITTEN_APOSTROPHES

_UPPERCASE = "".join(chr(c) for c in range(0x41, 0x530) if chr(c).isupper()) + "".join(
    chr(c) for c in range(0x1E00, 0x1F00) if chr(c).isupper()
)

# The character class stands first so that the search skips to the next capital without entering the pattern.
_TOKEN = re.compile(
    rf"[{_UPPERCASE}](?<![\w@#].)"
    rf"(?:(?<=\b[ODN])[{WRITTEN_APOSTROPHES}](?=[{_UPPERCASE}])|(?<=l)[{WRITTEN_APOSTROPHES}](?=[{_UPPERCASE}])|[^\W_]|[\u0300-\u036f])*"
    rf"(?:-(?![{_UPPERCASE}])[^\W\d_]+)*"
)

_ABBREVIATED = Trait.TITLE | Trait.INITIAL
# What stands small within a name; `da` and `de` are mostly Turkish words, so only before the names that go with them.
_ARTICLES = (
    "el-",
    "al-",
    "es-",
    "ez-",
    "er-",
    "ed-",
    "en-",
    "et-",
    "eş-",
    "aş-",
    "as-",
    "az-",
    "ud-",
    "ür-",
    "bin el-",
)
_SMALL = (
    "bin",
    "bint",
    "ibn",
    "von",
    "van",
    "von der",
    "van der",
    "van den",
    "van de",
    "de la",
    "del",
    "dos",
    "du",
    "di",
)
_PARTICLES = frozenset([*(f" {article}" for article in _ARTICLES), *(f" {small} " for small in _SMALL)])
_DE_DA = words(
    "Silva Gaulle Mistura Klerk Niro Bruyne Jong Ligt Gea Kirchner Souza Costa Guindos Boer Vrij Villepin Rossi Blasio "
    "Gama Vinci Maria Palma Cruz Santos Kretser Zeeuw Villiers Oliveira Castro Margerie Beauvoir Ridder "
    "Maiziere Savoie Musset Gramont Mello Freitas Carvalho Barros"
)
_LONGEST_LINK = 9
_LONGEST_WORD = 50
_UNKNOWN = LexicalEntry("", Trait.COMMON, "", 0)
"""A longer word is no word: a damaged text, a web address."""

_SENTENCE_END = frozenset(".!?:;•…\n\r\t|*>")
_OPENING = frozenset("\"“”„«»‘’'`([{-–—")
# `Muhsin ez-Zindani`, `Ebu'l`: the Arabic article stands small before a hyphen and is part of the name.
_ARTICLE = re.compile(r"(?<!\w)(?:el|al|ul|es|ez|er|ed|en|et|eş|aş|as|az|ar|ad|an|at|ud|üd|ür)-$")

NONE, SPACE, HYPHEN, ARTICLE = range(4)


@dataclass(slots=True, eq=False)
class CapitalisedToken:
    """A capitalised word at text[start:end]."""

    start: int
    end: int
    text: str
    word: LexicalEntry
    link: int
    """How it hangs on the token before: NONE, SPACE, HYPHEN, or over an Arabic ARTICLE."""
    initial: bool
    """First in a sentence, a line or a quotation: its capital says nothing."""
    apostrophe: bool
    """A suffix follows after an apostrophe: a name, and the end of it."""


def scan(text: str) -> list[CapitalisedToken]:
    """The capitalised words of a text, in order."""
    tokens: list[CapitalisedToken] = []
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        surface = found[0]
        before = tokens[-1] if tokens else None
        if before and start == before.end + 1 and surface.isupper() and _hangs_on(before):
            # `BDP'Lİ`, `ANKARA'DA`: the suffix of a word in capitals.
            continue
        known = word(surface) if len(surface) <= _LONGEST_WORD else _UNKNOWN
        link = _link(text, before, start, surface) if before and start - before.end <= _LONGEST_LINK else NONE
        apostrophe = text[end : end + 1] in _APOSTROPHES and _has_suffix(text, end, surface)
        tokens.append(CapitalisedToken(start, end, surface, known, link, _initial(text, start), apostrophe))
    return tokens


_APOSTROPHES = frozenset(WRITTEN_APOSTROPHES)
_ENGLISH = re.compile(r"s(?![^\W_])")
"""`King's College`: no Turkish suffix."""


def _has_suffix(text: str, end: int, surface: str) -> bool:
    """Whether a Turkish suffix stands after the apostrophe at `end`."""
    return _is_suffix(text[end + 1 : end + 2], surface) and not _ENGLISH.match(text, end + 1)


def _hangs_on(before: CapitalisedToken) -> bool:
    return before.apostrophe and len(before.text) > 1 and before.text.isupper()


def _is_suffix(letter: str, surface: str) -> bool:
    """Whether a suffix begins with this letter: `Mısır'dan`, and `MISIR'DAN` where all is in capitals."""
    return letter.islower() or (letter.isupper() and surface.isupper())


def _link(text: str, before: CapitalisedToken, start: int, surface: str) -> int:
    """How the word at `start` hangs on the one before."""
    gap = text[before.end : start]
    if gap in _SPACES:
        return SPACE
    if gap in _HYPHENS:
        return HYPHEN
    if gap == ".":
        return SPACE if before.word.traits & _ABBREVIATED else NONE
    if gap == ". ":
        # `Prof. Dr. Ali`, `M. Kemal`: the stop of an abbreviation.
        return SPACE if before.word.traits & _ABBREVIATED and len(before.text) <= 5 else NONE
    if gap in _PARTICLES:
        return ARTICLE if gap.endswith("-") else SPACE
    if gap in (" de ", " da ") and surface in _DE_DA:
        return SPACE
    return NONE


_SPACES = frozenset(" \xa0")
_HYPHENS = frozenset("-–")


def _initial(text: str, start: int) -> bool:
    place = start - 1
    if place >= 0 and text[place] == " ":
        place -= 1
    if place < 0:
        return True
    before = text[place]
    return before in _SENTENCE_END or before in _OPENING or before in " \xa0"


def article_before(text: str, start: int) -> int:
    """Where the Arabic article before a word begins; `start` itself where there is none."""
    if text[start - 1 : start] != "-":
        return start
    found = _ARTICLE.search(text, max(0, start - 5), start)
    return found.start() if found else start


_PLACE_SUFFIX = re.compile(rf"[{WRITTEN_APOSTROPHES}](?:[dt][ae](?:n|ki)?|DA|DE|TA|TE|DAN|DEN|TAN|TEN)(?!\w)")


def place_suffix(text: str, end: int) -> bool:
    """Whether a suffix that places have sooner than people follows at `end`: `Uşak'ta`, `Sivas'tan`."""
    return bool(_PLACE_SUFFIX.match(text, end))


def is_one_run(span: Sequence[CapitalisedToken]) -> bool:
    """Whether some tokens stand together, and no suffix but the last word's parts them."""
    return all(token.link != NONE for token in span[1:]) and not any(token.apostrophe for token in span[:-1])
