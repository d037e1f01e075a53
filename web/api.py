"""The endpoint: the answers of the search page for programs, under `/api/v1`, with the same parameters."""

from __future__ import annotations

from flask import Blueprint, Response

from index.errors import RequestError
from index.facets import BY_NAME
from search.results import Snapshot
from web import params
from web.jsontext import json_response
from web.listing import PARAMETERS, asked_listing
from web.locale import language
from web.serving.caching import uncached, unless_known
from web.serving.engine import current_engine

api = Blueprint("api", __name__, url_prefix="/api/v1")

FACET_VALUES = 10
"""Values per facet in a search answer, as on the page; `/facets/<facet>` gives more."""

SUGGESTED_VALUES = 5
"""Suggestions of each kind."""

SIMILAR_ARTICLES = 5

MOST_LISTED = 20
"""The highest `limit` of suggestions of each kind and of similar articles."""

LISTED_VALUES = 100
"""Values of one facet in `/facets/<facet>`; `prefix` leads to the others."""


@api.get("/search")
def search() -> Response:
    """One page of results with facet counts."""
    asked = params.endpoint_request()
    engine = current_engine()

    def make() -> tuple[Response, Snapshot]:
        results = engine.search(asked, locale=language(), facet_limit=FACET_VALUES)
        return uncached(json_response(results.to_json()), results.partial), results.snapshot

    return unless_known(engine.snapshot(), make)


@api.get("/articles/<anything:article_id>")
def article(article_id: str) -> Response:
    """One whole article with what was found in it."""
    params.refuse_unknown()
    engine = current_engine()

    def make() -> tuple[Response, Snapshot]:
        view = engine.article(article_id, locale=language())
        return json_response(view.to_json()), view.snapshot

    return unless_known(engine.snapshot(), make)


@api.get("/similar/<anything:article_id>")
def similar(article_id: str) -> Response:
    """The articles most like one. Not below `/articles/`: ids may end in any path."""
    params.refuse_unknown("limit")
    limit = params.number("limit", SIMILAR_ARTICLES, MOST_LISTED)
    engine = current_engine()

    def make() -> tuple[Response, Snapshot]:
        found = engine.similar(article_id, limit=limit)
        return json_response(found.to_json()), found.snapshot

    return unless_known(engine.snapshot(), make)


@api.get("/suggest")
def suggest() -> Response:
    """What may be meant by a query that is still being typed."""
    params.refuse_unknown("q", "limit")
    text = params.typed_text()
    limit = params.number("limit", SUGGESTED_VALUES, MOST_LISTED)
    engine = current_engine()

    def make() -> tuple[Response, Snapshot]:
        found = engine.suggest(text, locale=language(), limit=limit)
        return json_response(found.to_json()), found.snapshot

    return unless_known(engine.snapshot(), make)


@api.get("/facets/<facet>")
def facet(facet: str) -> Response:
    """The values of one facet under a search, found by name, by count or alphabet, a page of them."""
    asked = params.endpoint_request(*PARAMETERS)
    refuse_unknown_facet(facet)
    listing = asked_listing(LISTED_VALUES)
    engine = current_engine()
    # Taken before the look: if a commit falls between, the next request sees an old tag and asks again.
    before = engine.snapshot()

    def make() -> tuple[Response, Snapshot]:
        counts = engine.facet(asked, facet, listing, locale=language())
        return json_response(counts.to_json()), before

    return unless_known(before, make)


def refuse_unknown_facet(facet: str) -> None:
    """Raises RequestError naming the facets there are."""
    if facet not in BY_NAME:
        raise RequestError("facet", facet, "is not a facet", "Facets: " + ", ".join(BY_NAME), code="unknown-facet")
