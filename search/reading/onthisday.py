"""On this day: what was published on one day of the calendar, year by year."""

from __future__ import annotations

from calendar import isleap, monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from index.errors import RequestError
from index.facets import UNKNOWN
from search.facets import FacetListing
from search.labels import facet_label
from search.reading.counted import Count, filtered
from search.request import MAX_FILTER_VALUES, SearchRequest
from search.results import SearchHit, Snapshot
from search.service import SearchEngine

YEARS = FacetListing(limit=1_000)
LEAP_YEAR = 2000
PER_YEAR = 3


@dataclass(frozen=True, slots=True, order=True)
class CalendarDay:
    """A day of the calendar without a year; 29 February is one."""

    month: int
    day: int

    @classmethod
    def of(cls, month: int, day: int) -> CalendarDay:
        """The calendar day of a month and a day. Raises RequestError if no year has it."""
        if not (1 <= month <= 12 and 1 <= day <= monthrange(LEAP_YEAR, month)[1]):
            raise RequestError(
                "day", str(day), f"is not a day of month {month}", "Give a day that the month has.", code="not-a-date"
            )
        return cls(month, day)

    def in_year(self, year: str) -> str | None:
        """The day in a year, such as `2024-02-29`; None for 29 February in a year that is not a leap year."""
        if (self.month, self.day) == (2, 29) and not isleap(int(year)):
            return None
        return f"{year}-{self.month:02}-{self.day:02}"

    @property
    def neighbours(self) -> tuple[CalendarDay, CalendarDay]:
        """The days before and after. 31 December and 1 January are neighbours, and 29 February always counts."""
        days = list(_calendar())
        at = days.index(self)
        return days[at - 1], days[(at + 1) % len(days)]


def _calendar() -> Iterator[CalendarDay]:
    for month in range(1, 13):
        for day in range(1, monthrange(LEAP_YEAR, month)[1] + 1):
            yield CalendarDay(month, day)


@dataclass(frozen=True, slots=True)
class DayInYear:
    """A calendar day in one year: the count of its articles, and the newest of them."""

    count: Count
    hits: tuple[SearchHit, ...]

    @property
    def year(self) -> int:
        """The year."""
        return int(self.count.value[:4])

    def to_json(self) -> dict[str, Any]:
        """The year as in the endpoint's contract."""
        return {"year": self.year, **self.count.to_json(), "hits": [hit.to_json() for hit in self.hits]}


@dataclass(frozen=True, slots=True)
class OnThisDay:
    """One day of the calendar in all years with articles from that day, latest year first."""

    day: CalendarDay
    total: Count
    years: tuple[DayInYear, ...]
    snapshot: Snapshot

    def to_json(self) -> dict[str, Any]:
        """The answer as in the endpoint's contract."""
        return {
            "month": self.day.month,
            "day": self.day.day,
            "total": self.total.count,
            "search": self.total.search,
            "years": [year.to_json() for year in self.years],
            "snapshot": str(self.snapshot),
        }


def on_this_day(engine: SearchEngine, day: CalendarDay, *, locale: str = "tr", per_year: int = PER_YEAR) -> OnThisDay:
    """What was published on a day in the hundred latest years of the archive, with the newest articles of each year."""
    held = engine.held()
    days = tuple(_days(held, day))
    asked = filtered("date", *days) if days else filtered("date", day.in_year(str(LEAP_YEAR)) or "")
    found = {value.value: value.count for value in held.facet(asked, "date", YEARS, locale=locale).values}
    printed = tuple(value for value in days if found[value])
    years = tuple(
        DayInYear(Count(value, facet_label("date", value, locale), found[value], filtered("date", value)), hits)
        for value in printed
        for hits in [_newest(held, value, locale, per_year)]
    )
    total = sum(year.count.count for year in years)
    behind = filtered("date", *printed) if printed else asked
    return OnThisDay(day, Count("", "", total, behind), years, held.snapshot())


def _days(engine: SearchEngine, day: CalendarDay) -> Iterator[str]:
    """The day in every year that has articles, latest first, in at most as many years as one filter may hold."""
    values = engine.facet(SearchRequest(), "date", YEARS).values
    years = sorted((v.value for v in values if v.value != UNKNOWN and v.count), reverse=True)
    days = [value for year in years if len(year) == 4 and (value := day.in_year(year))]
    yield from days[:MAX_FILTER_VALUES]


def _newest(engine: SearchEngine, value: str, locale: str, limit: int) -> tuple[SearchHit, ...]:
    asked = replace(filtered("date", value), sort="newest", limit=limit)
    return engine.search(asked, locale=locale, facet_limit=0).hits
