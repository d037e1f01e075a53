"""The description of what reads an archive instead of searching it: feeds, the browser's address bar."""

from __future__ import annotations

from web import feed
from web.api import MOST_LISTED
from web.feeds import ARTICLES, FEED_PARAMETERS, MOST_ARTICLES
from web.openapi_parts import Json, answered_as, lang, number, operation, text
from web.opensearch import COMPLETIONS, DESCRIPTION, EACH

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
        "/opensearch.xml": {
            "get": answered_as(
                operation("description", "How browsers search this archive: OpenSearch 1.1.", "JsonFeed", [lang()]),
                {DESCRIPTION: TEXT},
            )
        },
    }
