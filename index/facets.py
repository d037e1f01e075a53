"""The facets: which values of an article can be counted and filtered by. One table, used when writing and when asking.

Facet values in an index column are strings joined by `SEPARATOR`; a document without a value has an empty column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

SEPARATOR = "\x1f"
"""The unit separator: readers drop control characters, so that no value can hold it."""

UNKNOWN = "unknown"
"""The value of an article that has none: undated, without a source, naming nobody."""

FacetName = Literal["person", "country", "source", "category", "date", "mentioned", "organisation"]


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet. `hierarchical` values are dates: `2024` holds `2024-03`, which holds `2024-03-05`."""

    name: FacetName
    hierarchical: bool = False

    @property
    def column(self) -> str:
        """The index column that holds its values."""
        return f"facet_{self.name}"


FACETS: tuple[Facet, ...] = (
    Facet("person"),
    Facet("country"),
    Facet("source"),
    Facet("category"),
    Facet("date", hierarchical=True),
    Facet("mentioned", hierarchical=True),
    Facet("organisation"),
)
BY_NAME: dict[str, Facet] = {facet.name: facet for facet in FACETS}

_DATE_VALUE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z", re.ASCII)


def pack(values: Iterable[str]) -> bytes:
    """The column bytes of one document's values."""
    return SEPARATOR.join(values).encode("utf-8")


def unpack(column: bytes) -> list[str]:
    """Back from `pack`."""
    return column.decode("utf-8").split(SEPARATOR) if column else []


def date_span(value: str) -> tuple[date, date]:
    """The first and the last day of `2024`, `2024-03` or `2024-03-05`.

    Raises:
        ValueError: the text has another form, or there is no such day.
    """
    match = _DATE_VALUE.match(value)
    if not match:
        raise ValueError("is not a date of the form 2024, 2024-03 or 2024-03-05")
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    try:
        if month is None:
            return date(year, 1, 1), date(year, 12, 31)
        if day is None:
            first = date(year, month, 1)
            return first, _month_end(first)
        only = date(year, month, day)
        return only, only
    except ValueError:
        raise ValueError("is not a day of the calendar") from None


def _month_end(first: date) -> date:
    if first.month == 12:
        return date(first.year, 12, 31)
    return date(first.year, first.month + 1, 1) - timedelta(days=1)
