"""What the tests of the web room share: an engine in memory that answers like the real one, and an app over it.

The engine matches words by plain substring: the pages are tested here, not the Turkish.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

import index
from index.article import Article, Kind, Mention, Publication
from index.article.facets import FACETS, UNKNOWN
from index.entities import country_label
from index.errors import NotFoundError
from index.turkish import sort_key
from search.facets import FacetListing
from search.offering.values import SimilarArticles, Suggestion, Suggestions
from search.query import FacetIs, parse
from search.request import SearchRequest
from search.results import (
    ArticleView,
    FacetCounts,
    FacetValue,
    MarkedText,
    SearchHit,
    SearchResults,
    Snapshot,
)
from web.app import create_app

SAMPLE = Path(index.__file__).parent / "sample"
PEOPLE = ("Süleyman Demirel", "Mesut Yılmaz", "Turgut Özal", "Bülent Ecevit", "Boris Yeltsin", "Tansu Çiller")
COUNTRIES = {"Türkiye": "TR", "Rusya": "RU", "Yunanistan": "GR", "Almanya": "DE", "Bulgaristan": "BG", "Fransa": "FR"}


FIRST_VALUES = FacetListing()


@dataclass(frozen=True)
class Stored:
    article: Article
    mentions: tuple[Mention, ...]

    def values(self, facet: str) -> set[str]:
        day = self.article.published.day.isoformat() if self.article.published else ""
        found = {
            "person": {m.value for m in self.mentions if m.kind == Kind.PERSON},
            "country": {m.value for m in self.mentions if m.kind == Kind.COUNTRY},
            "source": {self.article.source} - {None},
            "category": {self.article.category} - {None},
            "date": {day[:4], day[:7], day} if day else set(),
            "mentioned": {m.value[:length] for m in self.mentions if m.kind == Kind.DATE for length in (4, 7, 10)},
            "organisation": {m.value for m in self.mentions if m.kind == Kind.ORGANISATION},
        }[facet]
        return found or {UNKNOWN}


@cache
def stored(article: Article) -> Stored:
    """An article with the mentions that a look-up of a few names finds."""
    names = [(name, Kind.PERSON, name) for name in PEOPLE]
    names += [(name, Kind.COUNTRY, code) for name, code in COUNTRIES.items()]
    names += [(str(year), Kind.DATE, str(year)) for year in range(1985, 2030)]
    mentions = []
    for name, kind, value in names:
        at = article.body.find(name)
        if at >= 0:
            mentions.append(Mention("body", at, at + len(name), kind, name, value))
    return Stored(article, tuple(mentions))


def segments(text: str, words: Iterable[str]) -> tuple[MarkedText, ...]:
    """The text with the first occurrence of each word marked."""
    places = sorted((at, at + len(w)) for w in words if (at := text.casefold().find(w.casefold())) >= 0)
    made, last = [], 0
    for start, end in places:
        if start >= last:
            made += [MarkedText(text[last:start]), MarkedText(text[start:end], marked=True)]
            last = end
    return tuple(s for s in (*made, MarkedText(text[last:])) if s.text)


class FakeEngine:
    """The methods of `SearchEngine`, by brute force."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self.stored = {a.id: stored(a) for a in articles}
        self.commit = 1
        self.searches = 0

    def snapshot(self) -> Snapshot:
        return Snapshot("g1", self.commit, "0")

    def held(self) -> FakeEngine:
        return self

    def status(self) -> Any:
        return SimpleNamespace(documents=len(self.stored), generation="g1", size_bytes=1)

    def collapses(self) -> bool:
        return True

    def search(self, request: SearchRequest, *, locale: str = "tr", facet_limit: int = 10) -> SearchResults:
        self.searches += 1
        found = sorted(self._matching(request), key=_newest, reverse=request.sort != "oldest")
        first = (request.page - 1) * request.limit
        words = request.text.replace('"', " ").split()
        facets = tuple(self.facet(request, f.name, FacetListing(limit=facet_limit), locale=locale) for f in FACETS)
        hits = tuple(_hit(s, words) for s in found[first : first + request.limit])
        return SearchResults(request, " AND ".join(words), len(found), hits, facets, 1.25, self.snapshot())

    def article(self, article_id: str, text: str = "", *, locale: str = "tr") -> ArticleView:
        if article_id not in self.stored:
            raise NotFoundError(article_id)
        one = self.stored[article_id]
        a, words = one.article, text.replace('"', " ").split()
        people, countries, dates = (
            tuple(sorted(one.values(n) - {UNKNOWN})) for n in ("person", "country", "mentioned")
        )
        return ArticleView(
            a.id, a.title, a.body, a.published.iso if a.published else None, a.source, a.url, a.category,
            people, countries, countries, dates, (), one.mentions,
            segments(a.title, words), segments(a.body, words), self.snapshot(),
        )  # fmt: skip

    def facet(
        self, request: SearchRequest, name: str, listing: FacetListing = FIRST_VALUES, *, locale: str = "tr"
    ) -> FacetCounts:
        prefix, limit = listing.prefix, listing.limit
        without = replace(request, selected=tuple(p for p in request.selected if p[0] != name))
        counts: Counter[str] = Counter()
        documents = 0
        for one in self._matching(without):
            counts.update(one.values(name))
            documents += UNKNOWN not in one.values(name)
        chosen = request.values(name)
        if name in ("date", "mentioned"):
            shown = {v for v in counts if len(v) in (4, 7) and (len(v) == 4 or any(c[:4] == v[:4] for c in chosen))}
            shown |= {v for v in counts if len(v) == 10 and any(len(c) >= 7 and c[:7] == v[:7] for c in chosen)}
            shown |= {UNKNOWN} & set(counts)
            counts = Counter({v: counts[v] for v in shown})
            limit = 10_000
        labels = {v: country_label(v, locale) if name == "country" and v != UNKNOWN else v for v in (*counts, *chosen)}
        by_name = listing.order == "alphabet"
        order = sorted(counts, key=lambda v: (0 if by_name else -counts[v], sort_key(v)))
        order = [v for v in order if labels[v].casefold().startswith(prefix.casefold())]
        listed = dict.fromkeys([*(c for c in chosen), *order[listing.offset : listing.offset + limit]])
        values = tuple(FacetValue(v, labels[v], counts[v], v in chosen) for v in listed)
        return FacetCounts(name, documents, values, len(order) > listing.offset + limit)

    def suggest(self, text: str, *, locale: str = "tr", limit: int = 5) -> Suggestions:
        names = sorted({v for s in self.stored.values() for v in s.values("person") if v != UNKNOWN})
        found = [name for name in names if text.strip() and f" {text.strip().casefold()}" in f" {name.casefold()}"]
        values = tuple(Suggestion("person", name, name, 1, "") for name in found[:limit])
        return Suggestions(text, values, self.snapshot())

    def similar(self, article_id: str, *, limit: int = 5) -> SimilarArticles:
        if article_id not in self.stored:
            raise NotFoundError(article_id)
        category = self.stored[article_id].article.category
        others = [s for s in self.stored.values() if s.article.category == category and s.article.id != article_id]
        return SimilarArticles(article_id, tuple(_hit(s, []) for s in others[:limit]), self.snapshot())

    def close(self) -> None:
        pass

    def _matching(self, request: SearchRequest) -> list[Stored]:
        node = parse(request.text)
        if isinstance(node, FacetIs):  # of the language of queries, the fields alone are understood
            return [s for s in self.stored.values() if node.value in s.values(node.facet) and _matches(s, request, [])]
        words = request.text.replace('"', " ").casefold().split()
        return [s for s in self.stored.values() if _matches(s, request, words)]


def _matches(one: Stored, request: SearchRequest, words: list[str]) -> bool:
    text = f"{one.article.title}\n{one.article.body}".casefold()
    day = one.article.published.day if one.article.published else None
    if request.date_from and not (day and day >= request.date_from):
        return False
    if request.date_to and not (day and day <= request.date_to):
        return False
    return (
        all(word in text for word in words)
        and all(one.values(name) & set(values) for name, values in request.selected)
        and not any(one.values(name) & set(values) for name, values in request.excluded)
    )


def _newest(one: Stored) -> int:
    return one.article.published.sort_key if one.article.published else 0


def _hit(one: Stored, words: list[str]) -> SearchHit:
    a = one.article
    people, countries = (tuple(sorted(one.values(n) - {UNKNOWN})) for n in ("person", "country"))
    return SearchHit(
        a.id, a.title, a.url, a.source, a.category, a.published.iso if a.published else None, 1.0,
        people, countries, segments(a.title, words), segments(a.body[:240], words),
    )  # fmt: skip


@cache
def sample_articles() -> tuple[Article, ...]:
    """The sample archive that is shipped, as articles."""
    made = []
    for path in sorted(SAMPLE.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            record = json.loads(line)
            published = Publication.from_iso(record["date"]) if record.get("date") else None
            made.append(
                Article(
                    record["id"], record["title"], record["body"], published,
                    record.get("source"), record.get("url"), record.get("category"),
                )
            )  # fmt: skip
    return tuple(made)


def sample_app(tmp_path: Path) -> Flask:
    """The app over the sample archive in memory."""
    return create_app(tmp_path, engine=FakeEngine(sample_articles()))


def client_of(articles: Iterable[Article], tmp_path: Path) -> FlaskClient:
    """A client of an app over these articles."""
    return create_app(tmp_path, engine=FakeEngine(articles)).test_client()
