"""Facets between request and engine: which filters hold, which values are asked for, and what they are called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from index.article.facets import COUNTRY, DATE, FACETS, UNKNOWN
from index.errors import RequestError
from index.turkish import fold, sort_key, words_of
from search.engines.base import FacetAsk, FacetTally, Scope, View
from search.labels import facet_label
from search.request import FacetOrder, SearchRequest, Selection
from search.results import FacetCounts, FacetValue

YEARS_LIMIT = 200
ALL_COUNTRIES = 1_000


@dataclass(frozen=True, slots=True)
class FacetListing:
    """Which values of one facet are wanted: those whose name has a word that begins with `prefix`, a part of them.

    Of dates it is the beginning of the value: `2024-0`.
    """

    prefix: str = ""
    order: FacetOrder = "count"
    offset: int = 0
    limit: int = 100


def asks(request: SearchRequest, limit: int) -> list[FacetAsk]:
    """What is counted beside a page of results."""
    return [
        FacetAsk(facet.name, YEARS_LIMIT if facet is DATE else limit, "", request.values(facet.name))
        for facet in FACETS
    ]


def counts(tally: FacetTally, request: SearchRequest, locale: str) -> FacetCounts:
    """Counts as they are shown."""
    chosen = request.values(tally.name)
    values = tuple(
        FacetValue(value, facet_label(tally.name, value, locale), count, value in chosen)
        for value, count in tally.values
    )
    return FacetCounts(tally.name, tally.documents, values, tally.truncated)


def listed(
    name: str, listing: FacetListing, request: SearchRequest, locale: str, count: Callable[[FacetAsk], FacetTally]
) -> FacetCounts:
    """A part of a facet's values."""
    opened, prefix = request.values(name), fold(listing.prefix.strip())
    if name != COUNTRY.name:
        ask = FacetAsk(name, listing.limit, prefix, opened, listing.order, listing.offset)
        return counts(count(ask), request, locale)
    # An engine knows countries by their codes; their names, and the order of these, are a matter of language.
    found = counts(count(FacetAsk(name, ALL_COUNTRIES, "", opened)), request, locale)
    values = [value for value in found.values if words_of(prefix) in words_of(value.label)]
    if listing.order == "alphabet":
        values.sort(key=lambda value: (value.value == UNKNOWN, sort_key(value.label)))
    end = listing.offset + listing.limit
    part = values[listing.offset : end]
    part += [value for value in found.values if value.selected and value not in part]
    return FacetCounts(name, found.documents, tuple(part), len(values) > end)


def canonical(request: SearchRequest, view: View) -> SearchRequest:
    """The request with each of its facet values spelled as the index spells it.

    A value typed in other letters (`erdogan`) then filters, and is marked as selected in the counts.
    """
    if not request.selected and not request.excluded:
        return request

    def spelled(selection: Selection) -> Selection:
        return tuple(
            (facet, tuple(dict.fromkeys(view.dictionary.canonical(facet, value) for value in values)))
            for facet, values in selection
        )

    return replace(request, selected=spelled(request.selected), excluded=spelled(request.excluded))


def scope_of(request: SearchRequest, view: View) -> Scope:
    """The filters of a request.

    Raises:
        RequestError: the request collapses the copies of stories, and the engine that holds the index can't do that.
    """
    if request.collapse != "none" and not view.collapses:
        raise RequestError(
            "collapse",
            request.collapse,
            "is not supported by the engine that holds this index",
            "Leave collapse out, or build the index with whoosh.",
        )
    return Scope(request.selected, request.excluded, request.date_from, request.date_to, request.collapse)
