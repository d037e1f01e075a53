"""The JSON endpoint: what the search page answers, for programs, under `/api/v1` and with the same parameters."""

from __future__ import annotations

from flask import Blueprint, Response

from index.article.facets import BY_NAME
from index.errors import RequestError
from search.results import Snapshot
from web import params
from web.jsontext import json_response
from web.listing import PARAMETERS, asked_listing
from web.locale import language
from web.serving.caching import uncached, unless_known
from web.serving.engine import current_engine

api = Blueprint("api", __name__, url_prefix="/api/v1")

FACET_VALUES = 10
"""Values per facet in an answer to a search, as on the page; `/facets/<facet>` gives more."""

SUGGESTED_VALUES = 5
"""How many suggestions of each kind are given by default."""

SIMILAR_ARTICLES = 5

MOST_LISTED = 20
"""The highest `limit` of suggestions of each kind and of similar articles."""

LISTED_VALUES = 100
"""Values on one page of `/facets/<facet>`; `prefix` finds the others."""


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
    """One whole article with its mentions and its matches."""
    params.refuse_unknown()
    engine = current_engine()

    def make() -> tuple[Response, Snapshot]:
        view = engine.article(article_id, locale=language())
        return json_response(view.to_json()), view.snapshot

    return unless_known(engine.snapshot(), make)


@api.get("/similar/<anything:article_id>")
def similar(article_id: str) -> Response:
    """The articles most similar to one. The path is not below `/articles/`, where any path may be an article's id."""
    params.refuse_unknown("limit")
    limit = params.number("limit", SIMILAR_ARTICLES, MOST_LISTED)
    engine = current_engine()

    def make() -> tuple[Response, Snapshot]:
        found = engine.similar(article_id, limit=limit)
        return json_response(found.to_json()), found.snapshot

    return unless_known(engine.snapshot(), make)


@api.get("/suggest")
def suggest() -> Response:
    """Suggestions for a query that is still being typed."""
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
    """One page of the values of a facet under a search, by count or alphabet; `prefix` finds values by name."""
    asked = params.endpoint_request(*PARAMETERS)
    refuse_unknown_facet(facet)
    listing = asked_listing(LISTED_VALUES)
    engine = current_engine()
    # Taken before the counts: if a commit comes in between, the old tag makes the next request ask again.
    before = engine.snapshot()

    def make() -> tuple[Response, Snapshot]:
        counts = engine.facet(asked, facet, listing, locale=language())
        return json_response(counts.to_json()), before

    return unless_known(before, make)


def refuse_unknown_facet(facet: str) -> None:
    """Raise RequestError, which names the existing facets, for any other name."""
    if facet not in BY_NAME:
        raise RequestError("facet", facet, "is not a facet", "Facets: " + ", ".join(BY_NAME), code="unknown-facet")
