"""Renders stored documents as hits, whole articles and exported articles, with matches marked and explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from index.article import Kind, Mention
from index.article.facets import COUNTRY, OF_KIND, PERSON
from index.document import unpack_mentions
from index.document.tokenmap import unpack_tokens
from index.entities import country_value
from search.engines.base import StoredHit, View
from search.query import Plan
from search.query.plan import leaves
from search.results import ArticleView, ExportedArticle, Reason, SearchHit
from search.showing.highlight import PASSAGE, mark, passage
from search.showing.marking import Marker, Marks, StoredText

ALL_WORDS = "all_words"
_ABOUT = ("id", "title", "url", "source", "category", "published")
_LEAST = 1e-4


class Renderer:
    """Renders the stored documents of one view of an index."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._marker: tuple[Plan, Marker] | None = None

    def hit(self, hit: StoredHit, plan: Plan | None, *, explained: bool = False) -> SearchHit:
        """A hit of a results page; without a plan nothing is marked."""
        stored = hit.stored
        title, body = self._marks(stored, "title", plan), self._marks(stored, "body", plan)
        return SearchHit(
            **{name: stored[name] for name in _ABOUT},
            score=hit.score,
            people=hit.people,
            countries=hit.countries,
            title_segments=mark(stored["title"], title),
            snippet=passage(stored["body"], body, PASSAGE),
            reasons=tuple(self._reasons(hit, plan, title, body)) if explained and plan else None,
            copies=hit.copies,
        )

    def exported(self, hit: StoredHit) -> ExportedArticle:
        """An article as exports have it."""
        stored = hit.stored
        return ExportedArticle(
            **{name: stored[name] for name in ("id", "title", "body", "source", "url", "category")},
            date=stored["published"],
            people=hit.people,
            countries=hit.countries,
            score=hit.score,
        )

    def article(self, stored: Mapping[str, Any], plan: Plan) -> ArticleView:
        """A whole article, with the matches of the plan marked."""
        found = _mentions(stored)
        return ArticleView(
            **{name: stored[name] for name in (*_ABOUT, "body")},
            people=self._view.shown(PERSON.name, _values(found, Kind.PERSON)),
            countries=self._countries(stored, found, Kind.COUNTRY),
            countries_all=self._countries(stored, found, *COUNTRY.kinds),
            dates=_values(found, Kind.DATE),
            organisations=_values(found, Kind.ORGANISATION),
            mentions=tuple(self._corrected(stored, found)),
            title_segments=mark(stored["title"], self._marks(stored, "title", plan)),
            body_segments=mark(stored["body"], self._marks(stored, "body", plan)),
            snapshot=self._view.snapshot,
        )

    def _countries(self, stored: Mapping[str, Any], mentions: tuple[Mention, ...], *kinds: Kind) -> tuple[str, ...]:
        """The country codes under which the facet counts these mentions."""
        return self._view.shown(COUNTRY.name, [_counted(stored, m) for m in mentions if m.kind in kinds and m.value])

    def _corrected(self, stored: Mapping[str, Any], mentions: tuple[Mention, ...]) -> Iterator[Mention]:
        """The mentions with the values that users' corrections give them; hidden ones are left out."""
        for mention in mentions:
            facet = OF_KIND[mention.kind]
            if facet not in _CORRECTED or not mention.value:
                yield mention
                continue
            for value in self._view.shown(facet.name, [_counted(stored, mention)]):
                yield replace(mention, value=value)

    def _marks(self, stored: Mapping[str, Any], part: str, plan: Plan | None) -> Marks:
        if plan is None:
            return Marks()
        text = StoredText(part, stored[part], unpack_tokens(stored[f"{part}_tokens"]))
        if self._marker is None or self._marker[0] is not plan:
            self._marker = plan, Marker(plan)
        return self._marker[1].marks(text)

    def _reasons(self, hit: StoredHit, plan: Plan, title: Marks, body: Marks) -> Iterator[Reason]:
        """Why the hit has its score: for each word of the query its form in the text, lemma, field and weight."""
        forms = _first_forms(hit.stored["body"], body) | _first_forms(hit.stored["title"], title)
        words = [_typed(leaf) for leaf in leaves(plan)]
        explained = 0.0
        for found in self._view.explain(plan, hit.stored["id"]):
            explained += found.weight
            if found.leaf is None:
                yield Reason(found.term, found.term, found.term, found.field, found.weight)
                continue
            form = forms.get(found.leaf, found.term)
            yield Reason(words[found.leaf], form, found.term, found.field, found.weight)
        if explained and hit.score - explained > _LEAST:
            yield Reason("", "", "", ALL_WORDS, hit.score - explained)


_CORRECTED = (PERSON, COUNTRY)


def _counted(stored: Mapping[str, Any], mention: Mention) -> str:
    """The value under which the index counts a mention."""
    if mention.kind is Kind.PERSON:
        return mention.value
    return country_value(mention.value, stored[mention.field], mention.start, mention.end)


def _mentions(stored: Mapping[str, Any]) -> tuple[Mention, ...]:
    return unpack_mentions(stored["mentions"], stored["title"], stored["body"])


def _values(mentions: tuple[Mention, ...], *kinds: Kind) -> tuple[str, ...]:
    return tuple(dict.fromkeys(m.value for m in mentions if m.kind in kinds and m.value))


def _first_forms(text: str, marks: Marks) -> dict[int, str]:
    forms: dict[int, str] = {}
    for start, end, word in zip(marks.starts, marks.ends, marks.words, strict=True):
        forms.setdefault(word, text[start:end])
    return forms


def _typed(leaf: Any) -> str:
    words = getattr(leaf, "words", None)
    return " ".join(word.typed for word in words) if words else str(leaf.typed)
