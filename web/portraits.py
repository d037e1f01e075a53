"""Pages of people and countries: `/people`, `/people/<name>`, `/countries`, `/countries/<code>`; also in `/api/v1`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from flask import Blueprint, Response, redirect

from index.article.facets import COUNTRY, DATE, PERSON
from index.entities import country_code
from index.errors import UnknownValue
from search.reading.nearest import nearest
from search.reading.portraits import LISTED, Portrait, portrait
from search.request import FacetOrder, SearchRequest
from search.results import Snapshot
from web import links, params, tables
from web.listing import ORDERS, asked_listing, parameters
from web.locale import facet_title, language
from web.parts.timeline import timeline
from web.serving.caching import unless_known
from web.serving.engine import current_engine
from web.templating import page

portraits = Blueprint("portraits", __name__)

PARAMETERS = ("limit", *tables.PARAMETERS)
MOST_LISTED = 100
NAMES = 500
"""The number of names on one page of the lists of people and countries."""


@portraits.get("/people")
def people() -> Response:
    """The list of all people whom the archive names."""
    return _names(PERSON.name)


@portraits.get("/countries")
def countries() -> Response:
    """The list of all countries that the archive names."""
    return _names(COUNTRY.name)


@portraits.get("/people/<anything:name>")
def person_page(name: str) -> Response:
    """The page of one person. Other names of the person redirect to the one that the archive uses."""
    return _page(PERSON.name, name)


@portraits.get("/countries/<anything:code>")
def country_page(code: str) -> Response:
    """The page of one country by its code; its names redirect there."""
    return _page(COUNTRY.name, code)


@portraits.get("/api/v1/people/<anything:name>")
def person(name: str) -> Response:
    """The portrait of one person, for programs."""
    return _answer(PERSON.name, name)


@portraits.get("/api/v1/countries/<anything:code>")
def country(code: str) -> Response:
    """The portrait of one country, for programs."""
    return _answer(COUNTRY.name, code)


def _page(facet: str, typed: str) -> Response:
    value = _meant(facet, typed)
    engine = current_engine()

    def make() -> tuple[Response, Snapshot]:
        found = portrait(engine, facet, value, locale=language())
        if found.total.value != typed:
            return cast("Response", redirect(links.portrait_url(facet, found.total.value))), found.snapshot
        asked = found.total.request
        made = page(
            "portrait.html",
            found=found,
            asked=asked,
            timeline=timeline(found.dates, asked, found.year),
            compared=found.query and links.compared_url(found.query),
            article_urls=links.article_urls((hit.id for hit in found.hits), SearchRequest()),
            table_url=links.portrait_data_url(facet, value, csv=True),
            json_url=links.portrait_data_url(facet, value),
        )
        return made, found.snapshot

    return unless_known(engine.snapshot(), make)


def _answer(facet: str, typed: str) -> Response:
    params.refuse_unknown(*PARAMETERS)
    limit, wanted = params.number("limit", LISTED, MOST_LISTED), tables.wanted()
    value = _meant(facet, typed)
    engine = current_engine()

    def make() -> tuple[Response, Snapshot]:
        found = portrait(engine, facet, value, locale=language(), listed=limit)
        return wanted.answer(found, lambda: _table(found))

    return unless_known(engine.snapshot(), make)


def _meant(facet: str, typed: str) -> str:
    """The facet value that an address names. Raises UnknownValue for a name or code of no country."""
    if facet == PERSON.name:
        return typed
    code = country_code(typed.strip())
    if code is None:
        raise UnknownValue(facet, typed, nearest(current_engine(), facet, typed))
    return code


def _table(found: Portrait) -> tables.Table:
    name = PERSON.name if found.facet == PERSON.name else f"country-{found.total.value}"
    return tables.Table(name, ("about", *tables.EACH), list(_rows(found)))


def _rows(found: Portrait) -> Iterator[tuple[Any, ...]]:
    yield ("total", *tables.row(found.total))
    for period in found.periods:
        yield (DATE.name, *tables.row(period))
    for related in found.related:
        for count in related.counts:
            yield (related.facet, *tables.row(count))


def _names(facet: str) -> Response:
    listing = asked_listing(NAMES)
    engine = current_engine()
    path = links.PORTRAITS[facet]
    # Taken before the counts: if a commit comes in between, the old tag makes the next request ask again.
    before = engine.snapshot()

    def to(part: int, order: FacetOrder) -> str:
        return links.address(path, parameters(replace(listing, order=order), part))

    def make() -> tuple[Response, Snapshot]:
        counts = engine.facet(SearchRequest(), facet, listing, locale=language())
        number = 1 + listing.offset // listing.limit
        searches = links.Neighbours(SearchRequest())
        made = page(
            "names.html",
            path=path,
            counts=counts,
            title=facet_title(facet),
            listing=listing,
            orders={order: to(1, order) for order in ORDERS},
            previous_url=to(number - 1, listing.order) if number > 1 else None,
            next_url=to(number + 1, listing.order) if counts.truncated else None,
            searches={value.value: searches.only(facet, value.value) for value in counts.values},
        )
        return made, before

    return unless_known(before, make)
