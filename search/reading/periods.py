"""Periods of time as the date facet names them (`2024`, `2024-03`, `2024-03-05`): which step, and which periods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Literal

Step = Literal["year", "month", "day"]

LENGTHS: Mapping[Step, int] = {"year": 4, "month": 7, "day": 10}
"""How many characters the value of a period of each step has."""

YEARS_BY_MONTH = 5
MONTHS_BY_DAY = 3
"""Up to this many years are shown by months, and up to this many months by days."""

MAX_YEARS = 150
"""With more years than this, empty years are left out: one absurd date must not flatten the rest."""


def step_for(dates: Iterable[str]) -> Step:
    """The step that suits the span of these dates; the months must be among them where they are of few years."""
    names = set(dates)
    years = _of("year", names)
    if not years or int(years[-1]) - int(years[0]) >= YEARS_BY_MONTH:
        return "year"
    months = _of("month", names)
    few = bool(months) and _months_between(months[0], months[-1]) < MONTHS_BY_DAY
    return "day" if few else "month"


def opened_for(step: Step, dates: Iterable[str]) -> tuple[str, ...]:
    """The values of the date facet to drill down into, so that the periods of this step are counted."""
    return {"year": (), "month": tuple(_of("year", dates)), "day": tuple(_of("month", dates))}[step]


def grid(dates: Iterable[str], step: Step) -> tuple[str, ...]:
    """All periods of a step from the first to the last of these dates, including the empty ones in between."""
    found = _of(step, dates)
    if not found or (step == "year" and int(found[-1]) - int(found[0]) >= MAX_YEARS):
        return tuple(found)
    return tuple(_between(found[0], found[-1], step))


def _of(step: Step, dates: Iterable[str]) -> list[str]:
    return sorted(name for name in dates if len(name) == LENGTHS[step] and name[:4].isdigit())


def _between(first: str, last: str, step: Step) -> Iterator[str]:
    if step == "year":
        yield from (f"{year:04}" for year in range(int(first), int(last) + 1))
    elif step == "month":
        start = int(first[:4]) * 12 + int(first[5:]) - 1
        for month in range(start, start + _months_between(first, last) + 1):
            yield f"{month // 12:04}-{month % 12 + 1:02}"
    else:
        day, end = date.fromisoformat(first), date.fromisoformat(last)
        for passed in range((end - day).days + 1):
            yield (day + timedelta(days=passed)).isoformat()


def _months_between(first: str, last: str) -> int:
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:7]) - int(first[5:7])
