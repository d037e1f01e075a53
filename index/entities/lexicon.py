"""The word lists of this room: reading them, and what they say about one capitalised word.

Everything is read once, at the first use, and never changed: the functions here are safe to call from any thread and
from spawned workers. Each data file says in its header where it comes from.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntFlag, auto
from functools import cache, lru_cache
from pathlib import Path

from index.turkish.casing import lower

DATA = Path(__file__).parent / "data"

_SAME = str.maketrans("ıâîû", "iaiu")


def key(text: str) -> str:
    """How a word stands in the lists: Turkish lower case, with ı as i and without circumflexes.

    Names arrive in capitals that were made by English rules (`RUBIO` would become `rubıo`), and with or without
    circumflex (`Kâzım`); the lists do not distinguish either.
    """
    return lower(text).translate(_SAME)


def read_table(path: Path, columns: int) -> Iterator[tuple[str, ...]]:
    """The rows of a data file: `#` begins a comment line, the first other line of a table names the columns."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    for line in lines[1 if columns > 1 else 0 :]:
        row = tuple(line.split("\t"))
        if len(row) != columns:
            raise ValueError(f"{path.name}: {line!r} has {len(row)} columns, not {columns}")
        yield row


@cache
def data_hash() -> str:
    """Changes with any data file of this room."""
    digest = hashlib.sha256()
    for path in sorted(DATA.iterdir(), key=lambda p: p.name):
        if path.suffix in {".txt", ".tsv"}:
            digest.update(path.name.encode())
            # Line ends differ between checkouts on Windows and elsewhere.
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


class Trait(IntFlag):
    """What a capitalised word can be. A word may have several: Deniz is a name and a word, Fatih a name and a place."""

    GIVEN = auto()
    SURNAME = auto()
    TITLE = auto()
    """A title or calling that may stand before a name: Bakanı, Prof, Orgeneral."""
    AFTER = auto()
    """A title that follows a given name: Bey, Hanım, Paşa."""
    HEAD = auto()
    """Closes the proper name of something that is no person: Caddesi, Üniversitesi, Ödülü."""
    PLACE = auto()
    PROVINCE = auto()
    CLUB = auto()
    COMMON = auto()
    """Mostly written small."""
    NEVER = auto()
    """No part of a person's name."""
    INITIAL = auto()
    """A single letter."""
    COUNTRY = auto()
    DEMONYM = auto()
    OPENS = auto()
    """Begins a country's name of several words: Suudi, Kuzey."""
    CAPS = auto()
    """All in capitals, two letters or more."""


_LISTS = {
    "given_names.txt": Trait.GIVEN,
    "surnames.txt": Trait.SURNAME,
    "titles.txt": Trait.TITLE,
    "heads.txt": Trait.HEAD,
    "places.txt": Trait.PLACE,
    "provinces.txt": Trait.PROVINCE,
    "clubs.txt": Trait.CLUB,
    "common_words.txt": Trait.COMMON,
    "not_names.txt": Trait.NEVER,
}
AFTER_NAMES = frozenset(
    [
        "bey",
        "hanim",
        "paşa",
        "efendi",
        "hoca",
        "usta",
        "ağa",
        "dede",
        "hanimefendi",
        "beyefendi",
        "hazretleri",
        "reis",
        "abla",
        "abi",
    ]
)
_NAME = int(Trait.GIVEN | Trait.SURNAME)


@dataclass(frozen=True, slots=True)
class Word:
    """One word form and what the lists know of it."""

    key: str
    traits: int
    """`Trait`s; a plain int, since this is asked a hundred times per article."""
    country: str
    """The code, where the word alone (its suffix off) is a country or demonym."""
    stem_length: int
    """Letters of the surface without a suffix that stands without apostrophe (`Almanya|dan`, `Suriyeli|ler`)."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All lists, as one table from word to traits, and the countries."""

    traits: dict[str, int]
    countries: dict[str, tuple[str, int]]
    """Name of one word to code and trait."""
    abbreviations: dict[str, str]
    """Names that count only in capitals: ABD, BAE."""
    phrases: dict[str, tuple[tuple[tuple[str, ...], str, int], ...]]
    """First word to the names of several words that begin with it, the longest first."""


@cache
def lexicon() -> Lexicon:
    """Reads the lists, once per process."""
    traits: dict[str, int] = {}
    for name, trait in _LISTS.items():
        for (entry,) in read_table(DATA / name, 1):
            traits[entry] = traits.get(entry, 0) | trait
    for entry in AFTER_NAMES:
        traits[entry] = traits.get(entry, 0) | Trait.AFTER
    countries: dict[str, tuple[str, int]] = {}
    abbreviations: dict[str, str] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], str, int]]] = {}
    for kind, surface, code in read_table(DATA / "countries.tsv", 3):
        trait = int(Trait.COUNTRY if kind == "name" else Trait.DEMONYM)
        parts = tuple(key(part) for part in re.split(r"[ -]", surface))
        if len(parts) > 1:
            phrases.setdefault(parts[0], []).append((parts, code, trait))
        elif surface.isupper():
            abbreviations[surface] = code
        else:
            countries[parts[0]] = (code, trait)
    for first in phrases:
        traits[first] = traits.get(first, 0) | Trait.OPENS
    longest_first = {first: tuple(sorted(names, key=lambda n: -len(n[0]))) for first, names in phrases.items()}
    return Lexicon(traits, countries, abbreviations, longest_first)


# Turkish writes suffixes of proper names after an apostrophe; hurried news does not. Only endings that no country's
# name has: not the dative alone (`Çin` + `e` is the district Çine).
_CASE = re.compile(r"(?:[dt][ae](?:n|ki(?:ler)?)?|n?[iu]n|n?ün|y[aeiuü]|yl[ae])$")
_PLURAL = re.compile(r"(?:l[ae]r(?:[aeiuü]|[iuü]n|[dt][ae]n?|l[ae]|[iuü]y?l[ae])?|n[iuü]n|y[aeiuü]|ce|ca)$")
_HEAD_CASE = re.compile(r"(?:n[dt][ae](?:n|ki)?|n[aeiuü]|n[iuü]n|[iuüy]+l[ae]|l[ae]r[iuü](?:n\w*)?)$")
_INSTITUTION = re.compile(r"l[iuü]ğ[iuü](?:n(?:[aeiuü]n?|d[ae]n?))?$|^.{2,}(?:iyeti|lar birliği)$")
_NO_BARE_SUFFIX = frozenset(
    [
        "mali",
        "misir",
        "çad",
        "fas",
        "umman",
        "peru",
        "gine",
        "fin",
        "çek",
        "leh",
        "hint",
        "kore",
        "irak",
        "katar",
        "tonga",
        "benin",
    ]
)


@lru_cache(maxsize=1 << 16)
def word(surface: str) -> Word:
    """What the lists know of one capitalised word form."""
    entry = key(surface)
    lists = lexicon()
    traits = lists.traits.get(entry, 0)
    if len(surface) == 1:
        traits |= Trait.INITIAL
    elif surface.isupper():
        traits |= Trait.CAPS
        code = lists.abbreviations.get(surface)
        if code:
            return Word(entry, traits | Trait.COUNTRY, code, len(surface))
    found = lists.countries.get(entry)
    if found:
        return Word(entry, traits | found[1], found[0], len(surface))
    if not traits & (Trait.COMMON | _NAME):
        stem = _stem(entry, lists)
        if stem:
            code, trait = lists.countries[stem]
            return Word(entry, traits | trait, code, len(stem))
    if not traits & (Trait.HEAD | _NAME) and _is_head(entry, lists):
        traits |= Trait.HEAD
    return Word(entry, traits, "", len(surface))


def _stem(entry: str, lists: Lexicon) -> str:
    """The country or demonym of which this is a form with a suffix and without an apostrophe; else empty."""
    for endings, trait in ((_CASE, Trait.COUNTRY), (_PLURAL, Trait.DEMONYM)):
        found = endings.search(entry)
        while found:
            stem = entry[: found.start()]
            if lists.countries.get(stem, ("", 0))[1] == trait and stem not in _NO_BARE_SUFFIX:
                return stem
            found = endings.search(entry, found.start() + 1)
    return ""


def _is_head(entry: str, lists: Lexicon) -> bool:
    """`Caddesinde`, `Bakanlığından`: a closing word with a suffix, or any word in -lığı (an office, not its holder)."""
    if _INSTITUTION.search(entry):
        return True
    found = _HEAD_CASE.search(entry)
    return bool(found and lists.traits.get(entry[: found.start()], 0) & Trait.HEAD)


@cache
def callings() -> frozenset[str]:
    """Callings and kinships that stand in small letters just before a name: `oyuncu`, `eşi`, `isimli`."""
    return frozenset(entry for (entry,) in read_table(DATA / "callings.txt", 1))
