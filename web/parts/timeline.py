"""The date facet as a histogram for drilling down: years, then the months of a year, then the days of a month.

The geometry is computed here, in percent of the drawing, and the template only writes attributes: an SVG without a
`viewBox` stretches with the page while its strokes do not, and the content security policy forbids inline styles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.article.facets import UNKNOWN
from index.article.periods import Period, Step
from search.reading.periods import grid
from search.request import SearchRequest
from search.results import FacetCounts
from web import links, locale
from web.locale import gettext as _

MIN_SLOTS = 12
"""The fewest slots for bars, so that a single year does not become a bar as wide as the page."""

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

    level: Step
    bars: tuple[Bar, ...]
    crumbs: tuple[Crumb, ...]
    highest: int
    undated: int
    undated_url: str


def timeline(facet: FacetCounts, asked: SearchRequest, opened: str | None = None) -> Timeline | None:
    """The histogram of a search; None if no article has a date. `opened` is the lone year, to begin with."""
    counts = {value.value: value.count for value in facet.values}
    undated = counts.pop(UNKNOWN, 0)
    chosen = [value for value in asked.values(facet.name) if value != UNKNOWN] or ([opened] if opened else [])
    level, slots = _slots(counts, list(map(Period.of, chosen)))
    if not slots:
        return None
    return Timeline(
        level=level,
        bars=_bars(facet.name, asked, counts, slots, level),
        crumbs=(Crumb(opened, None),) if opened else _crumbs(facet.name, asked, Period.of(slots[0])),
        highest=max(counts.get(slot, 0) for slot in slots),
        undated=undated,
        undated_url=links.search_url(links.only(asked.without_dates(), facet.name, UNKNOWN)),
    )


def _slots(counts: dict[str, int], chosen: list[Period]) -> tuple[Step, tuple[str, ...]]:
    """The values to draw, including empty ones: the parts of the chosen date if there is one, else the years."""
    steps: tuple[tuple[Step, Step], ...] = (("month", "day"), ("year", "month"))
    for step, below in steps:
        among = {period.within(step) for period in chosen}
        holder = among.pop() if len(among) == 1 else None
        parts = tuple(map(str, holder.parts)) if holder else ()
        if any(part in counts for part in parts):
            return below, parts
    return "year", grid(counts, "year")


def _bars(
    facet: str, asked: SearchRequest, counts: dict[str, int], slots: Sequence[str], level: Step
) -> tuple[Bar, ...]:
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


def _tick(slot: str, level: Step) -> str:
    if level == "year":
        return slot
    period = Period.of(slot)
    return locale.month_name(period.month) if level == "month" else str(period.day)


def _crumbs(facet: str, asked: SearchRequest, first: Period) -> tuple[Crumb, ...]:
    if not first.month:
        return ()
    year = str(first.within("year"))
    crumbs = [Crumb(_("All years"), links.search_url(links.only(asked, facet)))]
    if not first.day:
        return (*crumbs, Crumb(year, None))
    crumbs.append(Crumb(year, links.search_url(links.only(asked, facet, year))))
    return (*crumbs, Crumb(locale.month_title(first.month), None))
