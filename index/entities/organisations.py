"""Organisations that rules give cheaply: a table of names and abbreviations, and names that end in what they are.

The table decides first. A run of capitalised words that ends in `Bakanlığı`, `Partisi`, `Üniversitesi` and the like is
an organisation of that name; a state's ministry bears the state's name (`Rusya Dışişleri Bakanlığı`), though the
mention leaves the country to the country's own mention.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from index.entities.lists import DATA, key, read_table
from index.entities.scan import NONE, CapitalisedToken
from index.entities.traits import Trait


@dataclass(frozen=True, slots=True)
class OrganisationMention:
    """An organisation at text[start:end] under the name to show."""

    start: int
    end: int
    name: str


@cache
def _table() -> dict[str, tuple[tuple[tuple[str, ...], str, str], ...]]:
    """First word to (words, surface, name to show), the longest first."""
    rows: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for surface, name in read_table(DATA / "organisations.tsv", 2):
        parts = tuple(key(part) for part in surface.replace("-", " ").split() if part != "ve")
        rows.setdefault(parts[0], []).append((parts, surface, name))
    return {first: tuple(sorted(found, key=lambda row: -len(row[0]))) for first, found in rows.items()}


_ENDINGS = {
    "bakanliği": "Bakanlığı",
    "partisi": "Partisi",
    "üniversitesi": "Üniversitesi",
    "federasyonu": "Federasyonu",
    "konfederasyonu": "Konfederasyonu",
    "holding": "Holding",
    "bankasi": "Bankası",
    "vakfi": "Vakfı",
    "derneği": "Derneği",
    "sendikasi": "Sendikası",
    "belediyesi": "Belediyesi",
    "konseyi": "Konseyi",
    "mahkemesi": "Mahkemesi",
    "aş": "AŞ",
}
_LONGEST = 6
_STATE = Trait.COUNTRY | Trait.DEMONYM


def find_organisations(text: str, tokens: Sequence[CapitalisedToken]) -> Iterator[OrganisationMention]:
    """Organisations in order, none within another."""
    table = _table()
    done = 0
    for place, token in enumerate(tokens):
        if place < done:
            continue
        found = _listed(text, tokens, place, table.get(token.word.key, ()))
        if found is None and token.word.traits & Trait.HEAD:
            found = _ending(text, tokens, place, done)
        if found is not None:
            mention, done = found
            yield mention


def _listed(
    text: str, tokens: Sequence[CapitalisedToken], place: int, rows: Sequence[tuple[tuple[str, ...], str, str]]
) -> tuple[OrganisationMention, int] | None:
    for parts, surface, name in rows:
        last = place + len(parts)
        span = tokens[place:last]
        if len(span) < len(parts) or not _same(span, parts, surface) or not _together(text, span):
            continue
        end = min(span[-1].end, span[-1].start + len(surface.split()[-1].split("-")[-1]))
        return OrganisationMention(span[0].start, end, name), last
    return None


def _same(span: Sequence[CapitalisedToken], parts: tuple[str, ...], surface: str) -> bool:
    if surface.isupper() and len(parts) == 1 and not span[0].text.startswith(surface):
        return False
    if any(token.word.key != part for token, part in zip(span[:-1], parts[:-1], strict=True)):
        return False
    last, part = span[-1].word.key, parts[-1]
    # `Avrupa Birliğinin`: long closing words take suffixes without an apostrophe in agency style.
    return last == part or (len(parts) > 1 and len(part) > 5 and last.startswith(part) and len(last) <= len(part) + 4)


def _together(text: str, span: Sequence[CapitalisedToken]) -> bool:
    return all(after.link != NONE or text[before.end : after.start] == " ve " for before, after in pairwise(span))


def _ending(
    text: str, tokens: Sequence[CapitalisedToken], place: int, done: int
) -> tuple[OrganisationMention, int] | None:
    """A run that closes with what the organisation is."""
    closing = _closing(tokens[place].word.key)
    if closing is None:
        return None
    first = place
    while first > max(done, place - _LONGEST) and _belongs(text, tokens, first, closing == "Bakanlığı"):
        first -= 1
    while first < place and tokens[first].initial and tokens[first].word.traits & Trait.COMMON and first + 1 < place:
        first += 1
    state = ""
    if first < place and tokens[first].word.traits & _STATE:
        state = text[tokens[first].start : tokens[first].start + tokens[first].word.stem_length] + " "
        first += 1
    if first == place:
        return None
    start, end = tokens[first].start, tokens[place].start + len(closing)
    name = f"{state}{text[start : tokens[place].start]}{closing}"
    return OrganisationMention(start, min(end, tokens[place].end), " ".join(name.split())), place + 1


def _closing(entry: str) -> str | None:
    found = _ENDINGS.get(entry)
    if found:
        return found
    return next((shown for stem, shown in _ENDINGS.items() if len(stem) > 5 and entry.startswith(stem)), None)


def _belongs(text: str, tokens: Sequence[CapitalisedToken], place: int, joined: bool) -> bool:
    """Whether the word before tokens[place] belongs to the same name; `joined`: also over `ve`, as in ministries."""
    before = tokens[place - 1]
    if before.apostrophe or (before.word.traits & Trait.TITLE and not before.word.traits & Trait.SURNAME):
        return False
    return tokens[place].link != NONE or (joined and text[before.end : tokens[place].start] == " ve ")
