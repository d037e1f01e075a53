"""The OpenAPI 3.1 description of the endpoint, made from the same tables that the program runs on."""

from __future__ import annotations

from functools import cache
from typing import Any, get_args

from index.facets import BY_NAME, FACETS
from index.version import VERSION
from search.exporting import FORMATS, SEPARATORS
from search.request import DEFAULT_LIMIT, MAX_DEPTH, MAX_FILTER_VALUES, MAX_LIMIT, MAX_TEXT, Match, Sort
from web.api import LISTED_VALUES, MOST_LISTED, SIMILAR_ARTICLES, SUGGESTED_VALUES
from web.export import TYPES
from web.listing import MAX_VALUES, ORDERS
from web.locale import DEFAULT_LANGUAGE, LANGUAGES
from web.openapi_schemas import SCHEMAS

Json = dict[str, Any]

NOUNS: dict[str, str] = {name: name for name in BY_NAME} | {"date": "day, month or year", "mentioned": "named date"}

FORMS = {
    "country": "ISO 3166-1 alpha-2 code or name of a country",
    "date": "2024, 2024-03, 2024-03-05 or unknown: day of publication in Istanbul",
    "mentioned": "2024, 2024-03, 2024-03-05 or unknown: a date that the text names",
}


@cache
def document() -> Json:
    """The description; every path of the endpoint is in it, which a test holds."""
    search = _search_parameters()
    article_id = _parameter("article_id", "The id of an article, percent-encoded", {"type": "string"}, where="path")
    facet = _parameter("facet", "The name of a facet", {"type": "string", "enum": list(BY_NAME)}, where="path")
    listing = [
        _text("prefix", "The beginning of any word of the wanted values, with or without Turkish letters; of a date"),
        _choice("facet_sort", "By count, or in the order of the Turkish alphabet", list(ORDERS)),
        _number("facet_page", "Page of values", 1, MAX_DEPTH),
        _number("facet_limit", "Values per page", LISTED_VALUES, MAX_VALUES),
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
            "/api/v1/search": {
                "get": _operation("search", "One page of results with facet counts.", "Results", search)
            },
            "/api/v1/articles/{article_id}": {
                "get": _operation(
                    "article", "One whole article with what was found in it.", "Article", [article_id, _lang()]
                )
            },
            "/api/v1/similar/{article_id}": {
                "get": _operation(
                    "similar",
                    "The articles most like one.",
                    "Similar",
                    [article_id, _number("limit", "Articles", SIMILAR_ARTICLES, MOST_LISTED), _lang()],
                )
            },
            "/api/v1/suggest": {
                "get": _operation(
                    "suggest",
                    "What may be meant by a query that is being typed: words, people, countries, sources.",
                    "Suggestions",
                    [
                        _text("q", "The query up to where it is being typed"),
                        _number("limit", "Suggestions of each kind", SUGGESTED_VALUES, MOST_LISTED),
                        _lang(),
                    ],
                )
            },
            "/api/v1/facets/{facet}": {
                "get": _operation(
                    "facet", "The values of one facet under a search.", "Facet", [facet, *listing, *search]
                )
            },
            "/api/v1/export": {"get": _export()},
            "/healthz": {"get": _plain("healthz", "The process answers.", "Health")},
            "/readyz": {"get": _plain("readyz", "The index is open and can answer.", "Ready", unusable=True)},
        },
        "components": {"schemas": SCHEMAS},
    }


def _export() -> Json:
    texts = {type_.partition(";")[0]: {"schema": {"type": "string"}} for type_ in TYPES.values()}
    made = _operation("export", "All hits of a search in order, streamed as a file.", "Results", _export_parameters())
    return made | {"responses": made["responses"] | {"200": {"description": "The file", "content": texts}}}


def _export_parameters() -> list[Json]:
    kept = [one for one in _search_parameters() if one["name"] not in ("page", "limit", "explain")]
    return [
        _parameter("format", "CSV, or JSON lines that `haberara add` reads", {"type": "string", "enum": list(FORMATS)})
        | {"required": True},
        *kept,
        _choice("bom", "Whether CSV begins with a byte order mark, which Excel needs", ["0", "1"]),
        _choice("separator", "What parts the columns of CSV; comma if left out", list(SEPARATORS)),
    ]


def _search_parameters() -> list[Json]:
    return [
        _text("q", "The query; empty means all articles"),
        *(
            _filter(facet.name, f"Articles with this {NOUNS[facet.name]}; repeat it for any of several")
            for facet in FACETS
        ),
        *(_filter(f"not_{facet.name}", f"Leaves out articles with this {NOUNS[facet.name]}") for facet in FACETS),
        _day("from", "First day of publication in Istanbul, inclusive"),
        _day("to", "Last day of publication in Istanbul, inclusive"),
        _choice("match", "Whether all words have to occur", list(get_args(Match))),
        _choice("sort", "Order of the results", list(get_args(Sort))),
        _number("page", f"Page of results; page x limit may not exceed {MAX_DEPTH}", 1, MAX_DEPTH),
        _number("limit", "Results per page", DEFAULT_LIMIT, MAX_LIMIT),
        _choice("explain", "Whether scores are explained", ["0", "1"]),
        _lang(),
    ]


def _parameter(name: str, description: str, schema: Json, *, where: str = "query") -> Json:
    return {"name": name, "in": where, "required": where == "path", "description": description, "schema": schema}


def _text(name: str, description: str) -> Json:
    return _parameter(name, description, {"type": "string", "maxLength": MAX_TEXT})


def _filter(name: str, description: str) -> Json:
    form = FORMS.get(name.removeprefix("not_"))
    schema = {"type": "array", "items": {"type": "string"}}
    # Not `maxItems`: empty values, which forms send, are not counted.
    told = (
        f"{description} ({form}); at most {MAX_FILTER_VALUES}"
        if form
        else f"{description}; at most {MAX_FILTER_VALUES}"
    )
    made = _parameter(name, told, schema)
    return made | {"style": "form", "explode": True}


def _day(name: str, description: str) -> Json:
    return _parameter(name, description, {"type": "string", "pattern": r"^(\d{4}(-\d{2}(-\d{2})?)?)?$"})


def _choice(name: str, description: str, values: list[str]) -> Json:
    # Forms send what was not chosen as an empty value, which means the default.
    return _parameter(name, description, {"type": "string", "enum": [*values, ""]})


def _number(name: str, description: str, default: int, highest: int) -> Json:
    return _parameter(name, description, {"type": "integer", "minimum": 1, "maximum": highest, "default": default})


def _lang() -> Json:
    schema = {"type": "string", "enum": list(LANGUAGES), "default": DEFAULT_LANGUAGE}
    return _parameter("lang", "Language of the labels", schema)


def _operation(name: str, summary: str, schema: str, parameters: list[Json]) -> Json:
    made = _plain(name, summary, schema, unusable=True)
    responses: Json = {
        "200": made["responses"]["200"] | {"headers": {"ETag": {"schema": {"type": "string"}}}},
        "304": {"description": "What If-None-Match names is still the answer"},
        "400": _problem("A parameter is unknown or has a bad value; it is named"),
    }
    if name in ("article", "similar"):
        responses["404"] = _problem("No article has this id")
    responses["414"] = _problem("The address is too long")
    return made | {"parameters": parameters, "responses": responses | {"503": made["responses"]["503"]}}


def _plain(name: str, summary: str, schema: str, *, unusable: bool = False) -> Json:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    responses: Json = {"200": {"description": "The answer", "content": content}}
    if unusable:
        responses["503"] = _problem("There is no index that can answer; the remedy is named")
    return {"operationId": name, "summary": summary, "responses": responses}


def _problem(description: str) -> Json:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}
