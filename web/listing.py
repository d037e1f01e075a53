"""Parameters of lists of facet values: `prefix`, `facet_sort`, `facet_page`, `facet_limit`.

`sort`, `page` and `limit` belong to the search; links to lists keep them unchanged.
"""

from __future__ import annotations

from typing import cast, get_args

from index.errors import RequestError
from search.facets import FacetListing
from search.request import MAX_DEPTH, FacetOrder
from web import params

PARAMETERS = ("prefix", "facet_sort", "facet_page", "facet_limit")
MAX_VALUES = 1_000
ORDERS = get_args(FacetOrder)


def asked_listing(default_limit: int) -> FacetListing:
    """The listing that the request asks for. Raises RequestError."""
    limit = params.number("facet_limit", default_limit, MAX_VALUES)
    page = params.number("facet_page", 1, MAX_DEPTH)
    return FacetListing(_prefix(), _order(), (page - 1) * limit, limit)


def parameters(listing: FacetListing, page: int) -> list[tuple[str, str]]:
    """The parameters of a page of a listing, with defaults left out."""
    pairs = [("prefix", listing.prefix)] if listing.prefix else []
    pairs += [("facet_sort", listing.order)] if listing.order != ORDERS[0] else []
    return pairs + ([("facet_page", str(page))] if page > 1 else [])


def _prefix() -> str:
    params.refuse_long("prefix")
    return _last("prefix")


def _order() -> FacetOrder:
    order = _last("facet_sort") or ORDERS[0]
    if order not in ORDERS:
        known = ", ".join(ORDERS)
        raise RequestError("facet_sort", order, f"is not one of {known}", "Use one of these.", code="not-a-choice")
    return cast(FacetOrder, order)


def _last(name: str) -> str:
    return (params.given().get(name) or [""])[-1].strip()
