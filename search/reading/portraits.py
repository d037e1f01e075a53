"""Portraits: what an archive has about one person or one country, over time and by who and what is named with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from index.article.facets import COUNTRY, DATE, FACETS, PERSON, UNKNOWN
from index.article.periods import Step, step_of
from index.errors import UnknownValue
from search.facets import FacetListing
from search.query import field_query
from search.reading.counted import Count, filtered
from search.reading.nearest import nearest
from search.reading.periods import ONE_YEAR, lone_year
from search.request import SearchRequest
from search.results import HIDDEN, FacetCounts, FacetValue, SearchHit, Stamp
from search.service import SearchEngine
from search.shapes import Answer, InJson

SUBJECTS = (PERSON.name, COUNTRY.name)
LISTS = tuple(facet.name for facet in sorted(FACETS, key=lambda f: not f.kinds) if not facet.hierarchical)
"""The facets that a portrait lists, those found in texts first; its own lists who is named together with it."""

LISTED = 12
NEWEST = 5


@dataclass(frozen=True, slots=True)
class Related(Answer):
    """The values of a facet among a subject's articles, most frequent first. All values are listed under `request`."""

    facet: Annotated[str, InJson(name="name", schema={"enum": list(LISTS)})]
    counts: Annotated[tuple[Count, ...], InJson(name="values")]
    truncated: bool
    request: Annotated[SearchRequest, HIDDEN]


@dataclass(frozen=True, slots=True)
class Portrait(Answer):
    """One person or country: all articles that name it, counted over time and by the values of other facets.

    `dates` are the years or, if all dated articles are of one `year`, that year and its months. `periods` are the same
    as counts with their searches, oldest first, undated articles at the end. `query` finds the same articles as
    `total`; it is None for a name that can't be written between quotation marks.
    """

    facet: Annotated[str, InJson(schema={"enum": list(SUBJECTS)})]
    total: Annotated[Count, InJson(spread={"value": "value", "label": "label", "count": "total", "search": "search"})]
    query: Annotated[str | None, HIDDEN]
    dates: Annotated[FacetCounts, HIDDEN]
    year: Annotated[str | None, HIDDEN]
    periods: tuple[Count, ...]
    related: tuple[Related, ...]
    hits: tuple[SearchHit, ...]
    snapshot: Stamp


def portrait(engine: SearchEngine, facet: str, typed: str, *, locale: str = "tr", listed: int = LISTED) -> Portrait:
    """The portrait of a person or, by its code, a country, however the value was typed.

    Raises:
        UnknownValue: no article names it; the error holds the values that may be meant.
    """
    held = engine.held()
    asked = replace(filtered(facet, typed), sort="newest", limit=NEWEST)
    found = held.search(asked, locale=locale, facet_limit=listed)
    if not found.total or typed == UNKNOWN:
        raise UnknownValue(facet, typed, nearest(held, facet, typed))
    # Spelled as in the facet, since people are known by several names.
    value = found.request.values(facet)[0]
    subject = next(v for v in found.facet(facet).values if v.value == value)
    behind = filtered(facet, value)
    dates = found.facet(DATE.name)
    year = lone_year(dates)
    if year:
        opened = replace(behind, selected=(*behind.selected, (DATE.name, (year,))))
        dates = held.facet(opened, DATE.name, ONE_YEAR, locale=locale)
    drawer = _Drawer(held, facet, subject, locale, listed)
    return Portrait(
        facet=facet,
        total=Count(value, subject.label, found.total, behind),
        query=drawer.query(subject),
        dates=dates,
        year=year,
        periods=tuple(drawer.count(DATE.name, v) for v in _in_order(dates, "month" if year else "year")),
        related=tuple(drawer.together() if name == facet else drawer.related(found.facet(name)) for name in LISTS),
        hits=found.hits,
        snapshot=held.snapshot(),
    )


def _in_order(dates: FacetCounts, step: Step) -> list[FacetValue]:
    """The years or months that have articles, oldest first, then the undated articles."""
    periods = sorted((v for v in dates.values if v.count and step_of(v.value) == step), key=lambda v: v.value)
    return periods + [v for v in dates.values if v.count and v.value == UNKNOWN]


@dataclass(frozen=True, slots=True)
class _Drawer:
    """Makes the counts of one subject, each with the search behind it."""

    engine: SearchEngine
    facet: str
    subject: FacetValue
    locale: str
    listed: int

    def count(self, facet: str, value: FacetValue) -> Count:
        """How many articles of the subject have a value of another facet."""
        selected = {self.facet: (self.subject.value,), facet: (value.value,)}
        # In the order of the facets, as requests have it.
        order = tuple((one.name, selected[one.name]) for one in FACETS if one.name in selected)
        return Count(value.value, value.label, value.count, SearchRequest(selected=order))

    def related(self, found: FacetCounts) -> Related:
        """The list of another facet's values among the subject's articles."""
        counts = tuple(self.count(found.name, value) for value in found.values)
        return Related(found.name, counts, found.truncated, filtered(self.facet, self.subject.value))

    def together(self) -> Related:
        """The list of the subject's own facet: who else is named in its articles.

        The values of one filter are alternatives, so the two names can't both be filters: one stands in the query.
        """
        text = self.query(self.subject)
        if text is None:
            return Related(self.facet, (), False, filtered(self.facet, self.subject.value))
        asked = SearchRequest(text=text)
        found = self.engine.facet(asked, self.facet, FacetListing(limit=self.listed + 1), locale=self.locale)
        others = [value for value in found.values if value.value != self.subject.value]
        counts = tuple(
            Count(value.value, value.label, value.count, replace(filtered(self.facet, self.subject.value), text=query))
            for value in others
            if (query := self.query(value))
        )
        return Related(self.facet, counts[: self.listed], found.truncated or len(others) > self.listed, asked)

    def query(self, value: FacetValue) -> str | None:
        """The query text that finds a value of the subject's facet; None if the value can't be written in a query."""
        turkish = self.locale == "tr"
        if self.facet == COUNTRY.name:
            named = field_query(COUNTRY.name, value.value, value.label, turkish=turkish)
            return named or field_query(COUNTRY.name, value.value, turkish=turkish)
        return field_query(self.facet, value.value, turkish=turkish)
