"""Dates as a facet lists them: years, the months of an opened year, the days of an opened month."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from index.facets import UNKNOWN

LEVELS = (4, 7, 10)
"""Lengths of a year, a month and a day: 2024, 2024-03, 2024-03-05."""


def opened_by(values: Iterable[str]) -> set[str]:
    """The dates whose parts are listed: the given ones, and the years and months that hold them."""
    dates = [value for value in values if value != UNKNOWN]
    return {value[:length] for value in dates for length in LEVELS if length <= len(value)}


def below(value: str) -> list[str]:
    """The months of a year, the days of a month."""
    highest = {LEVELS[0]: 12, LEVELS[1]: 31}.get(len(value), 0)
    return [f"{value}-{part:02}" for part in range(1, highest + 1)]


def listed_dates(years: list[str], opened: set[str], count: Callable[[str], int], limit: int) -> tuple[list[str], bool]:
    """The `limit` years with most articles and the parts of opened dates; and whether there are more years.

    Later dates come before earlier ones, and a year or month before its parts.
    """
    truncated = len(years) > limit
    if truncated:
        years = sorted(years, key=lambda year: (-count(year), year))[:limit]
    parts = [name for value in opened for name in below(value) if count(name)]
    holders = [value for value in opened if len(value) < LEVELS[-1] and count(value)]
    return sorted({*years, *parts, *holders}, key=_newest_first), truncated


def _newest_first(value: str) -> tuple[int, ...]:
    parts = [-int(part) for part in value.split("-")]
    return tuple(parts + [-99] * (3 - len(parts)))
