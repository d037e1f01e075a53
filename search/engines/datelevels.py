"""Dates as a facet lists them: years, the months of an opened year, the days of an opened month."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from index.article.facets import UNKNOWN
from index.article.periods import Period, periods_of, step_of


def opened_by(values: Iterable[str]) -> set[str]:
    """The dates whose parts are listed: the given ones, and the years and months that hold them."""
    return {period for value in values if value != UNKNOWN for period in periods_of(value)}


def below(value: str) -> list[str]:
    """The months of a year, the days of a month."""
    return list(map(str, Period.of(value).parts))


def listed_dates(years: list[str], opened: set[str], count: Callable[[str], int], limit: int) -> tuple[list[str], bool]:
    """The `limit` years with most articles and the parts of opened dates; and whether there are more years.

    Later dates come before earlier ones, and a year or month before its parts.
    """
    truncated = len(years) > limit
    if truncated:
        years = sorted(years, key=lambda year: (-count(year), year))[:limit]
    parts = [name for value in opened for name in below(value) if count(name)]
    held = [value for value in opened if step_of(value) != "day" and count(value)]
    # "~" sorts after "-", so that a year is before its months in this reversed order.
    return sorted({*years, *parts, *held}, key=lambda value: f"{value}~", reverse=True), truncated
