"""The OpenAPI 3.1 description of the endpoint, made from the same tables that the program runs on."""

from __future__ import annotations

from functools import cache
from typing import get_args

from index.article.facets import BY_NAME
from index.version import VERSION
from search.exporting import FORMATS, SEPARATORS
from search.request import DEFAULT_LIMIT, FILTERS, MAX_DEPTH, MAX_EXPLAINED, MAX_LIMIT, Collapse, Match, Sort
from search.shapes import Json
from web.api import LISTED_VALUES, MOST_LISTED, SIMILAR_ARTICLES, SUGGESTED_VALUES
from web.export import TYPES
from web.listing import MAX_VALUES, ORDERS
from web.openapi.parts import (
    choice,
    day,
    filter_parameter,
    lang,
    number,
    operation,
    parameter,
    plain,
    problem,
    text,
)
from web.openapi.reading import paths
from web.openapi.schemas import SCHEMAS


@cache
def document() -> Json:
    """The description; every path of the endpoint is in it, which a test holds."""
    search = _search_parameters()
    article_id = parameter("article_id", "The id of an article, percent-encoded", {"type": "string"}, where="path")
    facet = parameter("facet", "The name of a facet", {"type": "string", "enum": list(BY_NAME)}, where="path")
    listing = [
        text("prefix", "The beginning of any word of the wanted values, with or without Turkish letters; of a date"),
        choice("facet_sort", "By count, or in the order of the Turkish alphabet", list(ORDERS)),
        number("facet_page", "Page of values", 1, MAX_DEPTH),
        number("facet_limit", "Values per page", LISTED_VALUES, MAX_VALUES),
    ]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Haberara",
            "version": VERSION,
            "summary": "Full-text search over an archive of Turkish news",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": {
            "/api/v1/search": {"get": operation("search", "One page of results with facet counts.", "Results", search)},
            "/api/v1/articles/{article_id}": {
                "get": operation(
                    "article", "One whole article with what was found in it.", "Article", [article_id, lang()]
                )
            },
            "/api/v1/similar/{article_id}": {
                "get": operation(
                    "similar",
                    "The articles most like one.",
                    "Similar",
                    [article_id, number("limit", "Articles", SIMILAR_ARTICLES, MOST_LISTED), lang()],
                )
            },
            "/api/v1/suggest": {
                "get": operation(
                    "suggest",
                    "What may be meant by a query that is being typed: words, people, countries, sources.",
                    "Suggestions",
                    [
                        text("q", "The query up to where it is being typed"),
                        number("limit", "Suggestions of each kind", SUGGESTED_VALUES, MOST_LISTED),
                        lang(),
                    ],
                )
            },
            "/api/v1/facets/{facet}": {
                "get": operation(
                    "facet", "The values of one facet under a search.", "Facet", [facet, *listing, *search]
                )
            },
            "/api/v1/export": {"get": _export()},
            **paths(search),
            "/healthz": {"get": plain("healthz", "The process answers.", "Health")},
            "/readyz": {"get": plain("readyz", "The index is open and can answer.", "Ready", unusable=True)},
        },
        "components": {"schemas": SCHEMAS},
    }


def _export() -> Json:
    texts = {type_.partition(";")[0]: {"schema": {"type": "string"}} for type_ in TYPES.values()}
    made = operation("export", "All hits of a search in order, streamed as a file.", "Results", _export_parameters())
    mine: Json = {
        "200": {"description": "The file", "content": texts},
        "503": problem("As many exports run as may (see Retry-After), or no index can answer; the remedy is named"),
    }
    return made | {"responses": made["responses"] | mine}


def _export_parameters() -> list[Json]:
    kept = [one for one in _search_parameters() if one["name"] not in ("page", "limit", "explain")]
    return [
        parameter("format", "CSV, or JSON lines that `haberara add` reads", {"type": "string", "enum": list(FORMATS)})
        | {"required": True},
        *kept,
        choice("bom", "Whether CSV begins with a byte order mark, which Excel needs", ["0", "1"]),
        choice("separator", "What parts the columns of CSV; comma if left out", list(SEPARATORS)),
    ]


def _search_parameters() -> list[Json]:
    return [
        text("q", "The query; empty means all articles"),
        *(filter_parameter(name, description) for name, description in FILTERS.items()),
        day("from", "First day of publication in Istanbul, inclusive"),
        day("to", "Last day of publication in Istanbul, inclusive"),
        choice("match", "Whether all words have to occur", list(get_args(Match))),
        choice("sort", "Order of the results", list(get_args(Sort))),
        number("page", f"Page of results; page x limit may not exceed {MAX_DEPTH}", 1, MAX_DEPTH),
        number("limit", "Results per page", DEFAULT_LIMIT, MAX_LIMIT),
        choice(
            "collapse",
            "Copies of one story: shown each (none), the earliest for all (hits), and facets count stories too (all)",
            list(get_args(Collapse)),
        ),
        choice("explain", f"Whether scores are explained, with a limit of {MAX_EXPLAINED} at most", ["0", "1"]),
        lang(),
    ]
