"""Labels: the names of facet values for people to read, in Turkish or English."""

from __future__ import annotations

from functools import lru_cache

from babel.dates import get_month_names

from index.entities import country_label
from index.facets import BY_NAME, UNKNOWN

_UNKNOWN = {
    "tr": {"date": "Tarihsiz", "": "Belirtilmemiş"},
    "en": {"date": "Undated", "": "Not given"},
}


def facet_label(facet: str, value: str, locale: str) -> str:
    """The label of a facet value: that of `DE` is Almanya, that of `2024-03` is Mart 2024."""
    if value == UNKNOWN:
        labels = _UNKNOWN.get(locale, _UNKNOWN["en"])
        return labels.get(facet, labels[""])
    if facet == "country":
        return country_label(value, locale)
    return date_label(value, locale) if BY_NAME[facet].hierarchical else value


def date_label(value: str, locale: str) -> str:
    """A year, month or day in words: `2024`, `Mart 2024`, `5 Mart 2024`; in English in the same order."""
    year, *rest = value.split("-")
    if not rest:
        return year
    month = _months(locale)[int(rest[0]) - 1]
    return f"{month} {year}" if len(rest) == 1 else f"{int(rest[1])} {month} {year}"


@lru_cache
def _months(locale: str) -> tuple[str, ...]:
    names = get_month_names("wide", locale=locale)
    return tuple(names[number] for number in range(1, 13))
