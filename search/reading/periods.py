"""Periods of time as the date facet names them (`2024`, `2024-03`, `2024-03-05`): which step, and which periods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from index.article.periods import Period, Step, step_of
from search.facets import FacetListing
from search.results import FacetCounts

YEARS_BY_MONTH = 5
MONTHS_BY_DAY = 3
"""Up to this many years are shown by months, and up to this many months by days."""

MAX_YEARS = 150
"""With more years than this, empty years are left out: one absurd date must not flatten the rest."""

ONE_YEAR = FacetListing(limit=20)
"""Lists every value of one year: itself, its twelve months and undated."""


def step_for(dates: Iterable[str]) -> Step:
    """The step that suits the span of these dates; the months must be among them where they are of few years."""
    names = set(dates)
    years = _of("year", names)
    if not years or int(years[-1]) - int(years[0]) >= YEARS_BY_MONTH:
        return "year"
    return "day" if 0 < len(grid(names, "month")) <= MONTHS_BY_DAY else "month"


def opened_for(step: Step, dates: Iterable[str]) -> tuple[str, ...]:
    """The values of the date facet to drill down into, so that the periods of this step are counted."""
    return {"year": (), "month": tuple(_of("year", dates)), "day": tuple(_of("month", dates))}[step]


def grid(dates: Iterable[str], step: Step) -> tuple[str, ...]:
    """All periods of a step from the first to the last of these dates, including the empty ones in between."""
    found = _of(step, dates)
    if not found or (step == "year" and int(found[-1]) - int(found[0]) >= MAX_YEARS):
        return tuple(found)
    return tuple(_between(found[0], found[-1]))


def lone_year(dates: FacetCounts) -> str | None:
    """The year that all dated articles are of, if there is one: its months tell more than a single number."""
    years = [value.value for value in dates.values if step_of(value.value) == "year" and value.count]
    return years[0] if len(years) == 1 else None


def _of(step: Step, dates: Iterable[str]) -> list[str]:
    return sorted(name for name in dates if step_of(name) == step)


def _between(first: str, last: str) -> Iterator[str]:
    period, end = Period.of(first), Period.of(last)
    while period != end:
        yield str(period)
        period = period.following
    yield str(end)
