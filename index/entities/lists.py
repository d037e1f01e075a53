"""The lists of names and words: how they are read, and what they say about the surface form of a capitalised word.

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

from index.entities.forms import derived_traits
from index.entities.traits import NAME, Trait
from index.turkish.casing import lower

DATA = Path(__file__).parent / "data"

_SAME = str.maketrans("ıâîû", "iaiu")


def key(text: str) -> str:
    """How a word stands in the lists: Turkish lower case, with ı as i and without circumflexes.

    Names arrive in capitals that were made by English rules (`RUBIO` would become `rubıo`), and with or without
    circumflex (`Kâzım`); the lists do not distinguish either.
    """
    return lower(text).translate(_SAME)


def name_words(name: str) -> tuple[str, ...]:
    """The words of a name as keys; a hyphen parts them too."""
    return tuple(key(name).replace("-", " ").split())


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
    "cities.txt": Trait.CITY,
}
_FOREIGN_LISTS = {"foreign_given_names.txt": Trait.GIVEN, "foreign_surnames.txt": Trait.SURNAME}
AFTER_NAMES = words("bey hanim paşa efendi hoca usta ağa dede hanimefendi beyefendi hazretleri reis abla abi")


@dataclass(frozen=True, slots=True)
class LexicalEntry:
    """A surface form and what the lists know of it."""

    key: str
    traits: int
    """The sum of its `Trait`s."""
    country: str
    """The code, where the word alone (its suffix off) is a country or demonym."""
    stem_length: int
    """Letters of the surface without a suffix that stands without apostrophe (`Almanya|dan`, `Suriyeli|ler`)."""


@dataclass(frozen=True, slots=True)
class NameLists:
    """All lists, as one table from word to traits, and the countries."""

    traits: dict[str, int]
    countries: dict[str, tuple[str, int]]
    """Name of one word to code and trait."""
    abbreviations: dict[str, str]
    """Names that count only in capitals: ABD, BAE."""
    phrases: dict[str, tuple[tuple[tuple[str, ...], str, int], ...]]
    """First word to the names of several words that begin with it, the longest first."""


_Names = dict[str, list[tuple[tuple[str, ...], str, int]]]


@cache
def name_lists() -> NameLists:
    """Reads the lists, once per process."""
    traits: dict[str, int] = {}
    for name, trait in _LISTS.items():
        for (entry,) in read_table(DATA / name, 1):
            _add(traits, entry, trait)
    _add_foreign(traits)
    _add_stems_of_titles(traits)
    for entry in AFTER_NAMES:
        _add(traits, entry, Trait.AFTER)
    countries, abbreviations, phrases = _read_countries()
    for first in phrases:
        _add(traits, first, Trait.OPENS)
    longest_first = {first: tuple(sorted(names, key=lambda n: -len(n[0]))) for first, names in phrases.items()}
    return NameLists(traits, countries, abbreviations, longest_first)


def _add(traits: dict[str, int], entry: str, trait: int) -> None:
    traits[entry] = traits.get(entry, 0) | trait


def _add_stems_of_titles(traits: dict[str, int]) -> None:
    """`Yardımcısı` and `Başkanvekili` are listed; `Yardımcılarından` and `Başkanvekilleri` hang on their stems."""
    titles = [entry for entry, found in traits.items() if found & Trait.TITLE]
    for entry in titles:
        if _POSSESSIVE.search(entry):
            _add(traits, entry[:-2], Trait.TITLE)
        if entry.endswith("vekili"):
            _add(traits, entry[:-1], Trait.TITLE)


def _read_countries() -> tuple[dict[str, tuple[str, int]], dict[str, str], _Names]:
    """The names of countries and peoples: of one word, in capitals only, and of several words by the first."""
    countries: dict[str, tuple[str, int]] = {}
    abbreviations: dict[str, str] = {}
    phrases: _Names = {}
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
    return countries, abbreviations, phrases


def _add_foreign(traits: dict[str, int]) -> None:
    """The lists of other languages: what the first lists do not have as a name, marked, since it is trusted less."""
    at_home = frozenset(entry for entry, found in traits.items() if found & NAME)
    for name, trait in _FOREIGN_LISTS.items():
        for (entry,) in read_table(DATA / name, 1):
            if entry not in at_home:
                traits[entry] = traits.get(entry, 0) | trait | Trait.FOREIGN


# Turkish writes suffixes of proper names after an apostrophe; hurried news does not. Only endings that no country's
# name has: not the dative alone (`Çin` + `e` is the district Çine).
_CASE = re.compile(r"(?:[dt][ae](?:n|ki(?:ler)?)?|n?[iu]n|n?ün|y[aeiuü]|yl[ae])$")
_PLURAL = re.compile(r"(?:s[iuü](?:n\w*)?|l[ae]r(?:[aeiuü]|[iuü]n|[dt][ae]n?|l[ae]|[iuü]y?l[ae])?|n[iuü]n|y[aeiuü])$")
_ABBREVIATION = 4
"""Letters in capitals that are sooner an abbreviation than a foreign name."""
_NO_BARE_SUFFIX = words("mali misir çad fas umman peru gine fin çek leh hint kore irak katar tonga benin")


@lru_cache(maxsize=1 << 16)
def word(surface: str) -> LexicalEntry:
    """The lexical entry of a capitalised surface form; never fails, an unknown form has no traits."""
    entry = key(surface)
    lists = name_lists()
    traits = lists.traits.get(entry, 0)
    if len(surface) == 1:
        traits |= Trait.INITIAL
    elif surface.isupper():
        traits |= Trait.CAPS
        if traits & Trait.FOREIGN and len(surface) <= _ABBREVIATION:
            traits &= ~(NAME | Trait.FOREIGN)
        code = lists.abbreviations.get(surface)
        if code:
            return LexicalEntry(entry, traits | Trait.COUNTRY, code, len(surface))
    found = lists.countries.get(entry)
    if found:
        return LexicalEntry(entry, traits | found[1], found[0], len(surface))
    if not traits & (Trait.COMMON | NAME):
        stem = _stem(entry, lists)
        if stem:
            code, trait = lists.countries[stem]
            return LexicalEntry(entry, traits | trait, code, len(stem))
    if not traits & (NAME | Trait.TITLE):
        if _CAMEL.match(surface):
            # `EuroVolley`, not `DeWine`.
            traits |= Trait.OTHER
        if _GLUED.search(surface) and lists.traits.get(key(_last_piece(surface)), 0) & Trait.TITLE:
            # `KurumuBaşkanı`: a space that got lost.
            traits |= Trait.TITLE
        traits |= derived_traits(entry, lists.traits)
    return LexicalEntry(entry, traits, "", len(surface))


_CAMEL = re.compile(r"[^\W\d_][a-zçğıöşü]{3,}[A-ZÇĞİÖŞÜ]")
_GLUED = re.compile(r"[^\W\d_][A-ZÇĞİÖŞÜ][a-zçğıöşü]{3,}$")


def _last_piece(surface: str) -> str:
    return surface[max(place for place, letter in enumerate(surface) if letter.isupper()) :]


def _stem(entry: str, lists: NameLists) -> str:
    """The country or demonym of which this is a form with a suffix and without an apostrophe; else empty."""
    for endings, trait in ((_CASE, Trait.COUNTRY), (_PLURAL, Trait.DEMONYM)):
        found = endings.search(entry)
        while found:
            stem = entry[: found.start()]
            if lists.countries.get(stem, ("", 0))[1] == trait and stem not in _NO_BARE_SUFFIX:
                return stem
            found = endings.search(entry, found.start() + 1)
    return ""


@cache
def callings() -> frozenset[str]:
    """Callings and kinships that stand in small letters just before a name: `oyuncu`, `eşi`, `isimli`."""
    return frozenset(entry for (entry,) in read_table(DATA / "callings.txt", 1))


@cache
def not_people() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Names of several words that are no people, by their first word."""
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for name in ("not_people.txt", "cities_of_several_words.txt"):
        for (entry,) in read_table(DATA / name, 1):
            words = tuple(entry.split())
            phrases.setdefault(words[0], []).append(words)
    return {first: tuple(found) for first, found in phrases.items()}
