"""All entities of one article: the steps that find them, and the mentions in their order."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

from index.article import Entities, Field, Kind, Mention
from index.entities.countries import CountryMention, find_countries
from index.entities.dates import DateMention, find_dates
from index.entities.found import FieldTokens
from index.entities.lists import data_hash
from index.entities.organisations import find_organisations
from index.entities.people import PersonMention, find_people
from index.entities.rules import Rule
from index.entities.scan import CapitalisedToken, scan

RULES_VERSION = "5"
"""Raise it with any change of the rules that changes what is found; the data files are hashed."""

SAMPLE_GIVES = {"5": "8acde3816e31"}
"""A digest of what the sample archive gives under this version, held by `tests/test_versions.py`."""

_FIELDS: tuple[Field, Field] = ("title", "body")


@cache
def fingerprint() -> str:
    """Changes with the rules or the lists: entities stored under another one are stale."""
    return hashlib.sha256(f"{RULES_VERSION} {data_hash()}".encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class ExplainedEntities:
    """The entities of an article, and for each mention the rule that took it: None for what is no person."""

    entities: Entities
    rules: tuple[Rule | None, ...]


def extract(title: str, body: str, published: date | None) -> Entities:
    """People, countries, demonyms, dates and organisations named in an article, in order.

    A pure function of its arguments: what an undated article leaves relative stays without a value.
    """
    return explain(title, body, published).entities


def explain(title: str, body: str, published: date | None) -> ExplainedEntities:
    """What `extract` answers, with the rule that took each person."""
    texts = (_plain(title), _plain(body))
    tokens = tuple(scan(text) for text in texts)
    phrases = [find_countries(text, found, phrases_only=True) for text, found in zip(texts, tokens, strict=True)]
    dates = [find_dates(text, published) for text in texts]
    blocked = [_blocked(*found) for found in zip(tokens, phrases, dates, strict=True)]
    people = find_people([FieldTokens(n, texts[n], tokens[n], blocked[n]) for n in range(len(texts))])
    mentions: list[Mention] = []
    rules: list[Rule | None] = []
    for number, field in enumerate(_FIELDS):
        named = [person for person in people if person.field == number]
        spans = _spans(texts[number], tokens[number], named, dates[number])
        text = (title, body)[number]
        mentions += [Mention(field, s.start, s.end, s.kind, text[s.start : s.end], s.value) for s in spans]
        rules += [span.rule for span in spans]
    return ExplainedEntities(Entities(tuple(mentions)), tuple(rules))


def _plain(text: str) -> str:
    """The modifier apostrophe (U+02BC) counts as a letter; as a quotation mark it ends a word. No offset moves."""
    return text.replace("ʼ", "’")


def _blocked(
    tokens: Sequence[CapitalisedToken], phrases: Sequence[CountryMention], dates: Sequence[DateMention]
) -> bytearray:
    """Which tokens are no people: countries of several words, and months and weekdays of dates (`10 Kasım'da`)."""
    blocked = bytearray(len(tokens))
    for phrase in phrases:
        blocked[phrase.first : phrase.last + 1] = b"\1" * (phrase.last + 1 - phrase.first)
    starts = [token.start for token in tokens]
    for named in dates:
        first, last = bisect_left(starts, named.start), bisect_left(starts, named.end)
        blocked[first:last] = b"\1" * (last - first)
    return blocked


class _Span(NamedTuple):
    """A mention within its field."""

    start: int
    end: int
    kind: Kind
    value: str
    rule: Rule | None = None


def _spans(
    text: str, tokens: Sequence[CapitalisedToken], people: Sequence[PersonMention], dates: Sequence[DateMention]
) -> list[_Span]:
    spans = [_Span(p.start, p.end, Kind.PERSON, p.name, p.rule) for p in people if p.name]
    covered = {place for person in people for place in range(person.start, person.end)}
    for country in find_countries(text, tokens):
        if country.start not in covered:
            kind = Kind.DEMONYM if country.demonym else Kind.COUNTRY
            spans.append(_Span(country.start, country.end, kind, country.code))
    spans += [_Span(d.start, d.end, Kind.DATE, d.value) for d in dates if d.start not in covered]
    spans += _organisations(text, tokens, spans)
    spans.sort(key=lambda span: span[:2])
    return spans


def _organisations(text: str, tokens: Sequence[CapitalisedToken], spans: Sequence[_Span]) -> list[_Span]:
    """Organisations beside what was found; one that begins with a country (`Türkiye Büyük ...`) leaves that out."""
    covered = {place: span.end for span in spans for place in range(span.start, span.end)}
    found: list[_Span] = []
    for organisation in find_organisations(text, tokens):
        start = organisation.start
        if start in covered:
            start = covered[start]
            start += len(text[start : organisation.end]) - len(text[start : organisation.end].lstrip())
        if start < organisation.end and covered.keys().isdisjoint(range(start, organisation.end)):
            found.append(_Span(start, organisation.end, Kind.ORGANISATION, organisation.name))
    return found
