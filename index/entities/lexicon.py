"""The word lists of this room: reading them, and what they say about one capitalised word.

Everything is read once, at the first use, and never changed: the functions here are safe to call from any thread and
from spawned workers. Each data file says in its header where it comes from.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
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


def words(text: str) -> frozenset[str]:
    """The words of a text: short lists that belong to one rule stand beside it."""
    return frozenset(text.split())


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


class Trait:
    """What a capitalised word can be. A word may have several: Deniz is a name and a word, Fatih a name and a place.

    Plain integers: they are asked some thousand times per article, where an `IntFlag` is ten times as slow.
    """

    GIVEN = 1
    SURNAME = 2
    TITLE = 4
    """A title or calling that may stand before a name: Bakanı, Prof, Orgeneral."""
    AFTER = 8
    """A title that follows a given name: Bey, Hanım, Paşa."""
    HEAD = 16
    """Closes the proper name of something that is no person: Caddesi, Üniversitesi, Ödülü."""
    PLACE = 32
    PROVINCE = 64
    CLUB = 128
    COMMON = 256
    """Mostly written small."""
    NEVER = 512
    """No part of a person's name, unless it is a name as well and stands among names."""
    OTHER = 1024
    """Often written with a capital, seldom in a name: brands, works, institutions."""
    INITIAL = 2048
    """A single letter."""
    COUNTRY = 4096
    DEMONYM = 8192
    OPENS = 16384
    """Begins a country's name of several words: Suudi, Kuzey."""
    CAPS = 32768
    """All in capitals, two letters or more."""
    ALONE = 65536
    """Known to stand alone for a person: Putin, Icardi."""


_POSSESSIVE = re.compile(r"[aeiuü]s[iuü]$")
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
    "other_words.txt": Trait.OTHER,
    "stand_alone.txt": Trait.ALONE,
}
AFTER_NAMES = words("bey hanim paşa efendi hoca usta ağa dede hanimefendi beyefendi hazretleri reis abla abi")
_NAME = Trait.GIVEN | Trait.SURNAME


@dataclass(frozen=True, slots=True)
class Word:
    """One word form and what the lists know of it."""

    key: str
    traits: int
    """The sum of its `Trait`s."""
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
    for entry in [entry for entry, found in traits.items() if found & Trait.TITLE and _POSSESSIVE.search(entry)]:
        # `Yardımcısı` is listed; `Yardımcılarından` and `Yardımcılar` hang on its stem.
        stem = entry[:-2]
        traits[stem] = traits.get(stem, 0) | Trait.TITLE
    for entry in AFTER_NAMES:
        traits[entry] = traits.get(entry, 0) | Trait.AFTER
    countries: dict[str, tuple[str, int]] = {}
    abbreviations: dict[str, str] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], str, int]]] = {}
    for kind, surface, code in read_table(DATA / "countries.tsv", 3):
        trait = Trait.COUNTRY if kind == "name" else Trait.DEMONYM
        # `ve` stands small and is no token: Trinidad ve Tobago.
        parts = tuple(key(part) for part in re.split(r"[ .-]", surface) if part != "ve")
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
_PLURAL = re.compile(r"(?:s[iuü](?:n\w*)?|l[ae]r(?:[aeiuü]|[iuü]n|[dt][ae]n?|l[ae]|[iuü]y?l[ae])?|n[iuü]n|y[aeiuü])$")
_HEAD_CASE = re.compile(
    r"(?:n[dt][ae](?:n|ki)?|n[aeiuü]|n[iuü]n|n?c[ae]|[iuüy]+l[ae]|l[ae]r(?:[iuü](?:n\w*)?|[dt][ae]n?|e|a)?)$"
)
# `Cumhurbaşkanımıza`, `Meclisimizde`: our president, our parliament.
# `Odyometrist`, `Kardiyolog`, `Diyetisyen`: callings that Turkish took from French.
_CALLING = re.compile(r"^.{3,}(?:ist|olog|isyen|[aiu]tör)[iu]?$")
_OURS = re.compile(r"[iuü]m[iuü]z(?:[aeiuü]|[iuü]n|[dt][ae]n?|l[ae])?$")
_TITLE_CASE = re.compile(r"(?:l[ae]r)?[iuü]?(?:m[iuü]z)?(?:n?[dt][ae]n?|n?[iuü]n|y?l[ae]|n?[aeiuü]|n?ce|nca)?$")
_RESIDENT = re.compile(r"l[iuü](?:l[ae]r\w*)?$")
_INSTITUTION = re.compile(r"l[iuü]ğ[iuü](?:n(?:[aeiuü]n?|d[ae]n?))?$|^.{2,}(?:iyeti|lar birliği)$")
_NO_BARE_SUFFIX = words("mali misir çad fas umman peru gine fin çek leh hint kore irak katar tonga benin")


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
    if not traits & (_NAME | Trait.TITLE):
        traits |= _derived(entry, lists)
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


def _derived(entry: str, lists: Lexicon) -> int:
    """What a form with suffixes is: a closing word, a title, somebody from a place (`Galatasaraylı`)."""
    if _is_head(entry, lists):
        return Trait.HEAD
    if entry.endswith("spor") and len(entry) > 6:
        return Trait.CLUB
    if _CALLING.match(entry):
        return Trait.TITLE
    ours = _OURS.search(entry)
    if ours and ours.start() > 3:
        return Trait.NEVER
    found = _TITLE_CASE.search(entry)
    if found and len(entry) - found.start() > 1:
        for start in range(found.start(), len(entry)):
            if lists.traits.get(entry[:start], 0) & Trait.TITLE and start > 4:
                return Trait.TITLE
    found = _RESIDENT.search(entry)
    if found and lists.traits.get(entry[: found.start()], 0) & (Trait.PLACE | Trait.PROVINCE | Trait.CLUB):
        return Trait.NEVER
    return 0


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


@cache
def not_people() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Names of several words that are no people, by their first word."""
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for (entry,) in read_table(DATA / "not_people.txt", 1):
        words = tuple(entry.split())
        phrases.setdefault(words[0], []).append(words)
    return {first: tuple(found) for first, found in phrases.items()}
