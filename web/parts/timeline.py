"""The date facet as a histogram for drilling down: years, then the months of a year, then the days of a month.

The geometry is computed here, in percent of the drawing, and the template only writes attributes: an SVG without a
`viewBox` stretches with the page while its strokes do not, and the content security policy forbids inline styles.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from typing import Literal

from index.facets import UNKNOWN
from search.request import SearchRequest
from search.results import FacetCounts
from web import links, locale
from web.locale import gettext as _

Level = Literal["year", "month", "day"]

MIN_SLOTS = 12
"""The fewest slots for bars, so that a single year does not become a bar as wide as the page."""

MAX_YEARS = 150
"""With more years than this, empty years are left out: one absurd date must not flatten the rest."""

MAX_TICKS = 12
GAP = 0.22
HEAD_ROOM = 0.94


@dataclass(frozen=True, slots=True)
class Bar:
    """One year, month or day; `shown` is its count in the visitor's language. Positions are in percent of the drawing.

    `tick` is its label under the axis, if it has one; a `minor` one is hidden where the page is narrow.
    """

    label: str
    count: int
    shown: str
    url: str
    selected: bool
    left: float
    slot: float
    x: float
    width: float
    y: float
    height: float
    tick: str
    minor: bool


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the drill-down, in the breadcrumb trail; the last one has no address."""

    label: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The histogram of one level, the breadcrumb trail to it, and the number of undated articles."""

    level: Level
    bars: tuple[Bar, ...]
    crumbs: tuple[Crumb, ...]
    highest: int
    undated: int
    undated_url: str


def lone_year(facet: FacetCounts, asked: SearchRequest) -> str | None:
    """The year of all dated articles, if they have only one: its months then say more than a single bar."""
    years = [value.value for value in facet.values if len(value.value) == 4 and value.count]
    return years[0] if len(years) == 1 and not asked.values(facet.name) else None


def timeline(facet: FacetCounts, asked: SearchRequest, opened: str | None = None) -> Timeline | None:
    """The histogram of a search; None if no article has a date. `opened` is the year to begin with (`lone_year`)."""
    counts = {value.value: value.count for value in facet.values}
    undated = counts.pop(UNKNOWN, 0)
    chosen = [value for value in asked.values(facet.name) if value != UNKNOWN] or ([opened] if opened else [])
    level, slots = _slots(counts, chosen)
    if not slots:
        return None
    return Timeline(
        level=level,
        bars=_bars(facet.name, asked, counts, slots, level),
        crumbs=(Crumb(slots[0][:4], None),) if opened else _crumbs(facet.name, asked, slots[0], level),
        highest=max(counts.get(slot, 0) for slot in slots),
        undated=undated,
        undated_url=links.search_url(links.only(asked.without_dates(), facet.name, UNKNOWN)),
    )


def _slots(counts: dict[str, int], chosen: list[str]) -> tuple[Level, list[str]]:
    """The values to draw, including empty ones: the parts of the chosen date if there is one, else the years."""
    levels: tuple[tuple[Level, list[str]], ...] = (("day", _days(chosen)), ("month", _months(chosen)))
    for level, slots in levels:
        if not counts.keys().isdisjoint(slots):
            return level, slots
    return "year", _years(counts)


def _days(chosen: list[str]) -> list[str]:
    """The days of the one month that all chosen dates are in, if there is one."""
    if len({value[:7] for value in chosen}) != 1 or len(chosen[0]) < 7:
        return []
    year, month = chosen[0][:4], chosen[0][5:7]
    return [f"{year}-{month}-{day:02}" for day in range(1, monthrange(int(year), int(month))[1] + 1)]


def _months(chosen: list[str]) -> list[str]:
    """The months of the one year that all chosen dates are in, if there is one."""
    years = {value[:4] for value in chosen}
    return [f"{year}-{month:02}" for year in years for month in range(1, 13)] if len(years) == 1 else []


def _years(counts: dict[str, int]) -> list[str]:
    """The years from the first to the last that has an article."""
    years = sorted(value for value in counts if len(value) == 4)
    if years and int(years[-1]) - int(years[0]) < MAX_YEARS:
        years = [f"{year:04}" for year in range(int(years[0]), int(years[-1]) + 1)]
    return years


def _bars(facet: str, asked: SearchRequest, counts: dict[str, int], slots: list[str], level: Level) -> tuple[Bar, ...]:
    highest = max(counts.get(slot, 0) for slot in slots) or 1
    step = 100 / max(len(slots), MIN_SLOTS)
    ticked = -(-len(slots) // MAX_TICKS)
    chosen = asked.values(facet)
    nearby, lang = links.Neighbours(asked), locale.language()
    bars = []
    for place, slot in enumerate(slots):
        count = counts.get(slot, 0)
        height = 100 * HEAD_ROOM * count / highest
        # A bar of one article among thousands must still be visible.
        height = max(height, 2.5) if count else 0.0
        bars.append(
            Bar(
                label=locale.value_label(facet, slot),
                count=count,
                shown=locale.grouped(lang, count),
                url=nearby.only(facet, slot),
                selected=slot in chosen,
                left=round(place * step, 3),
                slot=round(step, 3),
                x=round((place + GAP / 2) * step, 3),
                width=round(step * (1 - GAP), 3),
                y=round(100 - height, 2),
                height=round(height, 2),
                tick=_tick(slot, level) if place % ticked == 0 else "",
                minor=place % (2 * ticked) != 0,
            )
        )
    return tuple(bars)


def _tick(slot: str, level: Level) -> str:
    if level == "year":
        return slot
    return locale.month_name(slot) if level == "month" else str(int(slot[8:]))


def _crumbs(facet: str, asked: SearchRequest, first: str, level: Level) -> tuple[Crumb, ...]:
    if level == "year":
        return ()
    year = first[:4]
    crumbs = [Crumb(_("All years"), links.search_url(links.only(asked, facet)))]
    if level == "month":
        return (*crumbs, Crumb(year, None))
    crumbs.append(Crumb(year, links.search_url(links.only(asked, facet, year))))
    return (*crumbs, Crumb(locale.month_name(first[:7], width="LLLL"), None))
