"""Values of facets written as queries: `kişi:"Bülent Ecevit"`."""

from __future__ import annotations

from index.errors import RequestError
from search.query.fields import TURKISH
from search.query.parse import parse
from search.query.tree import FacetIs

_QUOTES = ('""', "“”", "«»")


def field_query(facet: str, value: str, written: str = "", *, turkish: bool = False) -> str | None:
    """The query that finds the articles with a value of a facet; None if no quotation marks can hold the value.

    `written` is how the value is typed where that is not the value itself: a country by its name.

    >>> field_query("person", "Bülent Ecevit", turkish=True), field_query("country", "DE", "Almanya")
    ('kişi:"Bülent Ecevit"', 'country:Almanya')
    """
    field, said = TURKISH[facet] if turkish else facet, written or value
    spellings = [f"{field}:{said}"] if said.isalnum() else []
    spellings += [f"{field}:{quotes[0]}{said}{quotes[1]}" for quotes in _QUOTES]
    return next((text for text in spellings if _means(text, FacetIs(facet, value))), None)


def _means(text: str, meant: FacetIs) -> bool:
    try:
        return parse(text) == meant
    except RequestError:  # too long for a query
        return False
