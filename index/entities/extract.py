"""Everything named in one article."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from functools import cache

from index.article import Entities, Field, Kind, Mention
from index.entities.countries import CountryMention, find_countries
from index.entities.dates import DateMention, find_dates
from index.entities.found import FieldTokens
from index.entities.lexicon import data_hash
from index.entities.organisations import find_organisations
from index.entities.people import PersonMention, find_people
from index.entities.scan import Token, scan

RULES_VERSION = "5"
"""Raise it with any change of the rules that changes what is found; the data files are hashed."""

_FIELDS: tuple[Field, Field] = ("title", "body")


@cache
def fingerprint() -> str:
    """Changes with the rules or the lists: entities stored under another one are stale."""
    return hashlib.sha256(f"{RULES_VERSION} {data_hash()}".encode()).hexdigest()[:12]


def extract(title: str, body: str, published: date | None) -> Entities:
    """People, countries, demonyms, dates and organisations named in an article, in order.

    A pure function of its arguments: what an undated article leaves relative stays without a value.
    """
    texts = (_plain(title), _plain(body))
    tokens = tuple(scan(text) for text in texts)
    phrases = [find_countries(text, found, phrases_only=True) for text, found in zip(texts, tokens, strict=True)]
    dates = [find_dates(text, published) for text in texts]
    blocked = [_blocked(*found) for found in zip(tokens, phrases, dates, strict=True)]
    people = find_people([FieldTokens(n, texts[n], tokens[n], blocked[n]) for n in range(len(texts))])
    mentions: list[Mention] = []
    for number, field in enumerate(_FIELDS):
        named = [person for person in people if person.field == number]
        spans = _spans(texts[number], tokens[number], named, dates[number])
        text = (title, body)[number]
        mentions += [Mention(field, start, end, kind, text[start:end], value) for start, end, kind, value in spans]
    return Entities(tuple(mentions))


def _plain(text: str) -> str:
    """The modifier apostrophe (U+02BC) counts as a letter; as a quotation mark it ends a word. No offset moves."""
    return text.replace("ʼ", "’")


def _blocked(tokens: Sequence[Token], phrases: Sequence[CountryMention], dates: Sequence[DateMention]) -> bytearray:
    """Which tokens are no people: countries of several words, and months and weekdays of dates (`10 Kasım'da`)."""
    blocked = bytearray(len(tokens))
    for phrase in phrases:
        blocked[phrase.first : phrase.last + 1] = b"\1" * (phrase.last + 1 - phrase.first)
    starts = [token.start for token in tokens]
    for named in dates:
        first, last = bisect_left(starts, named.start), bisect_left(starts, named.end)
        blocked[first:last] = b"\1" * (last - first)
    return blocked


def _spans(
    text: str, tokens: Sequence[Token], people: Sequence[PersonMention], dates: Sequence[DateMention]
) -> list[tuple[int, int, Kind, str]]:
    spans: list[tuple[int, int, Kind, str]] = [(p.start, p.end, Kind.PERSON, p.name) for p in people if p.name]
    covered = {place for person in people for place in range(person.start, person.end)}
    for country in find_countries(text, tokens):
        if country.start not in covered:
            spans.append((country.start, country.end, Kind.DEMONYM if country.demonym else Kind.COUNTRY, country.code))
    spans += [(d.start, d.end, Kind.DATE, d.value) for d in dates if d.start not in covered]
    spans += _organisations(text, tokens, spans)
    spans.sort(key=lambda span: span[:2])
    return spans


def _organisations(
    text: str, tokens: Sequence[Token], spans: Sequence[tuple[int, int, Kind, str]]
) -> list[tuple[int, int, Kind, str]]:
    """Organisations beside what was found; one that begins with a country (`Türkiye Büyük ...`) leaves that out."""
    covered = {place: span[1] for span in spans for place in range(span[0], span[1])}
    found: list[tuple[int, int, Kind, str]] = []
    for organisation in find_organisations(text, tokens):
        start = organisation.start
        if start in covered:
            start = covered[start]
            start += len(text[start : organisation.end]) - len(text[start : organisation.end].lstrip())
        if start < organisation.end and covered.keys().isdisjoint(range(start, organisation.end)):
            found.append((start, organisation.end, Kind.ORGANISATION, organisation.name))
    return found
