"""Labels: the names of facet values for people to read, in Turkish or English."""

from __future__ import annotations

from functools import lru_cache

from babel.dates import get_month_names

from index.article.facets import BY_NAME, COUNTRY, DATE, UNKNOWN
from index.article.periods import Period
from index.entities import country_label

_UNKNOWN = {
    "tr": {DATE.name: "Tarihsiz", "": "Belirtilmemiş"},
    "en": {DATE.name: "Undated", "": "Not given"},
}


def facet_label(facet: str, value: str, locale: str) -> str:
    """The label of a facet value: that of `DE` is Almanya, that of `2024-03` is Mart 2024."""
    if value == UNKNOWN:
        labels = _UNKNOWN.get(locale, _UNKNOWN["en"])
        return labels.get(facet, labels[""])
    if facet == COUNTRY.name:
        return country_label(value, locale)
    return date_label(value, locale) if BY_NAME[facet].hierarchical else value


def date_label(value: str, locale: str) -> str:
    """A year, month or day in words: `2024`, `Mart 2024`, `5 Mart 2024`; in English in the same order."""
    period = Period.of(value)
    if not period.month:
        return value
    month = f"{_months(locale)[period.month - 1]} {period.within('year')}"
    return f"{period.day} {month}" if period.day else month


@lru_cache
def _months(locale: str) -> tuple[str, ...]:
    names = get_month_names("wide", locale=locale)
    return tuple(names[number] for number in range(1, 13))
