"""On this day: what was published on one day of the calendar, year by year."""

from __future__ import annotations

from calendar import isleap, monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated

from index.article.facets import DATE, UNKNOWN
from index.article.periods import Period, step_of
from index.errors import RequestError
from search.facets import FacetListing
from search.labels import facet_label
from search.reading.counted import ALL, Count, filtered
from search.request import MAX_FILTER_VALUES, SearchRequest
from search.results import SearchHit, Stamp
from search.service import SearchEngine
from search.shapes import Answer, InJson

YEARS = FacetListing(limit=1_000)
LEAP_YEAR = 2000
PER_YEAR = 3


@dataclass(frozen=True, slots=True, order=True)
class CalendarDay:
    """A day of the calendar without a year; 29 February is one."""

    month: Annotated[int, InJson(schema={"minimum": 1, "maximum": 12})]
    day: Annotated[int, InJson(schema={"minimum": 1, "maximum": 31})]

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
class DayInYear(Answer):
    """A calendar day in one year: the count of its articles, and the newest of them."""

    year: int
    count: Annotated[Count, ALL]
    hits: tuple[SearchHit, ...]


@dataclass(frozen=True, slots=True)
class OnThisDay(Answer):
    """One day of the calendar in all years with articles from that day, latest year first."""

    day: Annotated[CalendarDay, InJson(spread={"month": "month", "day": "day"})]
    total: Annotated[Count, InJson(spread={"count": "total", "search": "search"})]
    years: tuple[DayInYear, ...]
    snapshot: Stamp


def on_this_day(engine: SearchEngine, day: CalendarDay, *, locale: str = "tr", per_year: int = PER_YEAR) -> OnThisDay:
    """What was published on a day in the hundred latest years of the archive, with the newest articles of each year."""
    held = engine.held()
    days = tuple(_days(held, day))
    asked = filtered(DATE.name, *days) if days else filtered(DATE.name, day.in_year(str(LEAP_YEAR)) or "")
    found = {value.value: value.count for value in held.facet(asked, DATE.name, YEARS, locale=locale).values}
    printed = tuple(value for value in days if found[value])
    years = tuple(_in_year(held, value, found[value], locale, per_year) for value in printed)
    total = sum(year.count.count for year in years)
    behind = filtered(DATE.name, *printed) if printed else asked
    return OnThisDay(day, Count("", "", total, behind), years, held.snapshot())


def _days(engine: SearchEngine, day: CalendarDay) -> Iterator[str]:
    """The day in every year that has articles, latest first, in at most as many years as one filter may hold."""
    values = engine.facet(SearchRequest(), DATE.name, YEARS).values
    years = sorted((v.value for v in values if v.value != UNKNOWN and v.count), reverse=True)
    days = [value for year in years if step_of(year) == "year" and (value := day.in_year(year))]
    yield from days[:MAX_FILTER_VALUES]


def _in_year(engine: SearchEngine, day: str, number: int, locale: str, limit: int) -> DayInYear:
    asked = filtered(DATE.name, day)
    hits = engine.search(replace(asked, sort="newest", limit=limit), locale=locale, facet_limit=0).hits
    return DayInYear(Period.of(day).year, Count(day, facet_label(DATE.name, day, locale), number, asked), hits)
