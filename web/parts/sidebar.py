"""The filters beside the results: facets as checkboxes, dates as a drill-down, days as inputs with presets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from index.article.facets import BY_NAME, DATE, UNKNOWN
from index.article.periods import periods_of, step_of
from search.request import SearchRequest
from search.results import FacetCounts, FacetValue
from web import links, locale
from web.locale import gettext as _

SHOWN_YEARS = 8

Shown = Callable[[int], str]
"""Formats a number in the visitor's language; looked up once for all rows."""


@dataclass(frozen=True, slots=True)
class Row:
    """One value of a facet: a checkbox or, for a date that is not chosen, a link that drills down to it.

    `count` is formatted in the visitor's language.
    """

    value: str
    label: str
    count: str
    selected: bool
    exclude_url: str
    down_url: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One facet of the sidebar.

    `all_url` is the page that lists all values, `values_url` the same list for its script; None if all are shown.
    """

    name: str
    title: str
    rows: tuple[Row, ...]
    all_url: str | None
    values_url: str | None


@dataclass(frozen=True, slots=True)
class Preset:
    """A span of days that is chosen with one click."""

    label: str
    url: str
    active: bool


def blocks(asked: SearchRequest, facets: tuple[FacetCounts, ...]) -> tuple[Block, ...]:
    """The facets that have values to choose from. The publication date is left to the timeline."""
    nearby, shown = links.Neighbours(asked), partial(locale.grouped, locale.language())
    made = (_block(asked, facet, nearby, shown) for facet in facets if facet.name != DATE.name)
    return tuple(block for block in made if block.rows)


def _block(asked: SearchRequest, facet: FacetCounts, nearby: links.Neighbours, shown: Shown) -> Block:
    dated = BY_NAME[facet.name].hierarchical
    values = _dates_shown(asked, facet) if dated else facet.values
    # "Not given" goes last: it is rarely what is looked for, however many articles it counts.
    values = tuple(sorted(values, key=lambda v: v.value == UNKNOWN and not v.selected))
    more = facet.truncated or len(values) < len(facet.values)
    return Block(
        name=facet.name,
        title=locale.facet_title(facet.name),
        rows=tuple(_row(nearby, facet.name, value, dated, shown) for value in values if value.count or value.selected),
        all_url=links.facet_url(facet.name, asked) if more else None,
        values_url=links.api_facet_url(facet.name, asked) if more and not dated else None,
    )


def _row(nearby: links.Neighbours, facet: str, value: FacetValue, dated: bool, shown: Shown) -> Row:
    down = nearby.only(facet, value.value) if dated and not value.selected else None
    exclude = nearby.toggled_exclusion(facet, value.value)
    return Row(value.value, value.label, shown(value.count), value.selected, exclude, down)


def _dates_shown(asked: SearchRequest, facet: FacetCounts) -> tuple[FacetValue, ...]:
    """The dates to show: the chosen ones and the level below them, else the years that are named most, newest first."""
    chosen = [value for value in asked.values(facet.name) if value != UNKNOWN]
    selected = [v for v in facet.values if v.selected]
    if chosen:
        below = [v for v in facet.values if _is_below(v.value, chosen)]
        deepest = max((len(periods_of(v.value)) for v in below), default=0)
        return (*selected, *(v for v in below if len(periods_of(v.value)) == deepest and not v.selected))
    years = [v for v in facet.values if step_of(v.value) == "year"]
    most = sorted(years, key=lambda v: (-v.count, v.value))[:SHOWN_YEARS]
    return (*selected, *sorted(most, key=lambda v: v.value, reverse=True))


def _is_below(value: str, chosen: list[str]) -> bool:
    return any(value != one and value.startswith(one) for one in chosen)


def presets(asked: SearchRequest, today: date) -> tuple[Preset, ...]:
    """The presets: today, the last days and this year, as days in Istanbul."""
    spans = (
        (_("Today"), today, today),
        (_("Last 7 days"), today - timedelta(days=6), today),
        (_("Last 30 days"), today - timedelta(days=29), today),
        (_("This year"), date(today.year, 1, 1), date(today.year, 12, 31)),
    )
    undated = links.only(asked, DATE.name)
    return tuple(
        Preset(
            label,
            links.search_url(replace(undated, date_from=first, date_to=last)),
            (asked.date_from, asked.date_to) == (first, last),
        )
        for label, first, last in spans
    )
