"""The description of what reads an archive instead of searching it: feeds, the browser's address bar."""

from __future__ import annotations

from typing import get_args

from search.exporting import SEPARATORS
from search.reading.onthisday import PER_YEAR
from search.reading.portraits import LISTED
from search.reading.trends import MAX_QUERIES, By
from search.request import MAX_TEXT
from search.shapes import Json
from web import onthisday, portraits, tables
from web.api import MOST_LISTED
from web.feeds import values as feed
from web.feeds.addressbar import COMPLETIONS, DESCRIPTION, EACH
from web.feeds.routes import ARTICLES, FEED_PARAMETERS, MOST_ARTICLES
from web.openapi.parts import answered_as, choice, day, lang, number, operation, optional_number, parameter, text

TEXT: Json = {"type": "string"}


def paths(search: list[Json]) -> Json:
    """The paths; `search` are the parameters of a search."""
    followed = [one for one in search if one["name"] in FEED_PARAMETERS and one["name"] != "limit"]
    followed += [number("limit", "Articles", ARTICLES, MOST_ARTICLES), lang()]
    typed = [
        text("q", "The query up to where it is being typed"),
        number("limit", "Completions of each kind", EACH, MOST_LISTED),
        lang(),
    ]
    completions: Json = {"type": "array", "minItems": 3, "maxItems": 3}
    return {
        "/feed.atom": {
            "get": answered_as(
                operation("atom", "The newest dated articles of a search as Atom.", "JsonFeed", followed),
                {feed.TYPES["atom"]: TEXT},
            )
        },
        "/feed.json": {
            "get": answered_as(
                operation("json_feed", "The same as JSON Feed 1.1.", "JsonFeed", followed),
                {feed.TYPES["json"]: {"$ref": "#/components/schemas/JsonFeed"}},
            )
        },
        "/api/v1/completions": {
            "get": answered_as(
                operation("completions", "What is typed, completed, as browsers want it.", "JsonFeed", typed),
                {COMPLETIONS: completions},
            )
        },
        "/api/v1/people/{name}": {
            "get": _portrait("person", "name", "A person by name; other names of the person work as well")
        },
        "/api/v1/countries/{code}": {
            "get": _portrait("country", "code", "A country by its ISO 3166-1 alpha-2 code or its name")
        },
        "/api/v1/trends": {
            "get": _tabled(
                "trends",
                f"Up to {MAX_QUERIES} queries over time: numbers, and shares of all articles of each period.",
                "Trends",
                [
                    _queries(),
                    choice("by", "The step; auto, what fits the span, if left out", list(get_args(By))),
                    day("from", "First day of publication in Istanbul, inclusive"),
                    day("to", "Last day of publication in Istanbul, inclusive"),
                ],
            )
        },
        "/api/v1/on-this-day": {
            "get": _tabled(
                "on_this_day",
                "What was printed on a day of the calendar, year by year; today's if none is given.",
                "OnThisDay",
                [
                    optional_number("month", "Month, 1 to 12, beside a day", onthisday.MONTHS),
                    optional_number("day", "Day of the month, beside a month", onthisday.DAYS),
                    number("limit", "Articles of each year", PER_YEAR, onthisday.MOST_PER_YEAR),
                ],
            )
        },
        "/opensearch.xml": {
            "get": answered_as(
                operation("description", "How browsers search this archive: OpenSearch 1.1.", "JsonFeed", [lang()]),
                {DESCRIPTION: TEXT},
            )
        },
    }


def _queries() -> Json:
    # Not `maxItems`: empty values, which forms send, are not counted.
    schema = {"type": "array", "items": {"type": "string", "maxLength": MAX_TEXT}}
    made = parameter("q", f"A query; repeat it to compare, {MAX_QUERIES} at most. All words have to match", schema)
    return made | {"style": "form", "explode": True}


def _portrait(name: str, path_parameter: str, meaning: str) -> Json:
    return _tabled(
        name,
        f"What the archive has of a {name}: over time, with whom, where, the newest articles.",
        "Portrait",
        [
            parameter(path_parameter, meaning, {"type": "string"}, where="path"),
            number("limit", "Values of each list", LISTED, portraits.MOST_LISTED),
        ],
    )


def _tabled(name: str, summary: str, schema: str, parameters: list[Json]) -> Json:
    """An operation whose answer is to be had as a table too."""
    forms = [
        choice("format", "JSON, or the table of the page as CSV; json if left out", list(tables.FORMATS)),
        choice("bom", "Whether CSV begins with a byte order mark, which Excel needs", ["0", "1"]),
        choice("separator", "What parts the columns of CSV; comma if left out", list(SEPARATORS)),
        lang(),
    ]
    contents = {
        "application/json": {"$ref": f"#/components/schemas/{schema}"},
        tables.TYPE.partition(";")[0]: TEXT,
    }
    return answered_as(operation(name, summary, schema, [*parameters, *forms]), contents)
