"""The shapes of the endpoint's answers as JSON Schema. A test holds real answers against them."""

from __future__ import annotations

from typing import Any, get_args

from index.article import Kind
from index.errors import RequestCode
from index.facets import BY_NAME
from search.reading.periods import LENGTHS
from search.reading.portraits import LISTS, Subject
from search.request import Collapse, Match, Sort

Json = dict[str, Any]

TEXT: Json = {"type": "string"}
TEXT_OR_NULL: Json = {"type": ["string", "null"]}
COUNT: Json = {"type": "integer", "minimum": 0}
TEXTS: Json = {"type": "array", "items": TEXT}


def _closed(properties: Json, optional: tuple[str, ...] = ()) -> Json:
    """An object with exactly these properties, the optional ones perhaps."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _list(name: str) -> Json:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}


_FILTERS = {prefix + name: TEXTS for prefix in ("", "not_") for name in BY_NAME}
_SPAN = {"from": TEXT, "to": TEXT}
_OF_ARTICLE = dict.fromkeys(("url", "source", "category"), TEXT_OR_NULL)
BEHIND: Json = {"type": "string", "description": "Parameters of the search that finds exactly these articles"}
_COUNT: Json = {"value": TEXT, "label": TEXT, "count": COUNT, "search": BEHIND}
_COUNT_OR_NULL: Json = {"anyOf": [{"$ref": "#/components/schemas/Count"}, {"type": "null"}]}

SCHEMAS: Json = {
    "Segment": _closed({"text": TEXT, "marked": {"type": "boolean"}}),
    "FacetValue": _closed({"value": TEXT, "label": TEXT, "count": COUNT, "selected": {"type": "boolean"}}),
    "Facet": _closed(
        {
            "name": {"type": "string", "enum": list(BY_NAME)},
            "documents": COUNT,
            "values": _list("FacetValue"),
            "truncated": {"type": "boolean"},
        }
    ),
    "Reason": _closed({"typed": TEXT, "form": TEXT, "lemma": TEXT, "field": TEXT, "weight": {"type": "number"}}),
    "Hit": _closed(
        {
            "id": TEXT,
            "title": TEXT,
            **_OF_ARTICLE,
            "published": {"type": ["string", "null"], "description": "A date or a moment by ISO 8601"},
            "score": {"type": "number"},
            "people": TEXTS,
            "countries": TEXTS,
            "title_segments": _list("Segment"),
            "snippet": _list("Segment"),
            "copies": {**COUNT, "description": "Articles of its story that matched, where it stands for all of them"},
            "explanation": _list("Reason"),
        },
        optional=("copies", "explanation"),
    ),
    "Query": _closed(
        {
            "text": TEXT,
            "read_as": TEXT,
            "match": {"type": "string", "enum": list(get_args(Match))},
            "relaxed": {"type": "boolean", "description": "Articles with only some of the words are among the hits"},
            "sort": {"type": "string", "enum": list(get_args(Sort))},
            "collapse": {"type": "string", "enum": list(get_args(Collapse))},
            **_FILTERS,
            **_SPAN,
        },
        optional=(*_FILTERS, *_SPAN),
    ),
    "Spelling": _closed({"text": TEXT, "read_as": TEXT, "total": COUNT}),
    "Suggestion": _closed(
        {
            "kind": {"type": "string", "enum": ["word", *BY_NAME], "description": "A word of titles, or a facet"},
            "value": TEXT,
            "label": TEXT,
            "count": {**COUNT, "description": "Titles that have the word, articles that have the value"},
            "text": {**TEXT, "description": "The query once it is chosen; a value outside of a field becomes a filter"},
        }
    ),
    "Suggestions": _closed({"text": TEXT, "suggestions": _list("Suggestion"), "snapshot": TEXT}),
    "Similar": _closed({"id": TEXT, "hits": _list("Hit"), "snapshot": TEXT}),
    "Results": _closed(
        {
            "query": {"$ref": "#/components/schemas/Query"},
            "total": COUNT,
            "page": {"type": "integer", "minimum": 1},
            "limit": {"type": "integer", "minimum": 1},
            "took_ms": {"type": "number", "minimum": 0},
            "hits": _list("Hit"),
            "facets": _list("Facet"),
            "suggestion": {
                "description": "A likelier spelling that finds markedly more; it was not applied",
                "anyOf": [{"$ref": "#/components/schemas/Spelling"}, {"type": "null"}],
            },
            "partial": {
                "description": "What the answer may lack, which only engines of several machines can say",
                "anyOf": [{"$ref": "#/components/schemas/Partial"}, {"type": "null"}],
            },
            "snapshot": TEXT,
        }
    ),
    "Partial": _closed(
        {
            "timed_out": {"type": "boolean", "description": "Not everything was looked through in time"},
            "shards": _closed({"total": COUNT, "failed": COUNT}),
            "facets": {
                "type": "object",
                "description": "Facets of which a count may be too low, each with by how much at most",
                "additionalProperties": COUNT,
            },
        }
    ),
    "Mention": _closed(
        {
            "field": {"type": "string", "enum": ["title", "body"]},
            "start": {**COUNT, "description": "Offset in code points"},
            "end": COUNT,
            "kind": {"type": "string", "enum": [str(kind) for kind in Kind]},
            "surface": TEXT,
            "value": TEXT,
        }
    ),
    "Copy": _closed({"id": TEXT, "title": TEXT, **dict.fromkeys(("source", "published", "url"), TEXT_OR_NULL)}),
    "Article": _closed(
        {
            "id": TEXT,
            "title": TEXT,
            "body": TEXT,
            "published": TEXT_OR_NULL,
            **_OF_ARTICLE,
            **dict.fromkeys(("people", "countries", "countries_all", "dates", "organisations"), TEXTS),
            "mentions": _list("Mention"),
            "copies": _list("Copy"),
            "snapshot": TEXT,
        }
    ),
    "Count": _closed(_COUNT),
    "Related": _closed(
        {"name": {"type": "string", "enum": list(LISTS)}, "values": _list("Count"), "truncated": {"type": "boolean"}}
    ),
    "Portrait": _closed(
        {
            "facet": {"type": "string", "enum": list(get_args(Subject))},
            "value": TEXT,
            "label": TEXT,
            "total": COUNT,
            "search": BEHIND,
            "periods": _list("Count"),
            "related": _list("Related"),
            "hits": _list("Hit"),
            "snapshot": TEXT,
        }
    ),
    "Trends": _closed(
        {
            "by": {"type": "string", "enum": list(LENGTHS)},
            **_SPAN,
            "all": _closed({**_COUNT, "undated": _COUNT_OR_NULL}),
            "periods": _list("Count"),
            "series": _list("Series"),
            "snapshot": TEXT,
        },
        optional=tuple(_SPAN),
    ),
    "Series": _closed(
        {"query": TEXT, "total": COUNT, "search": BEHIND, "points": _list("Point"), "undated": _COUNT_OR_NULL}
    ),
    "Point": _closed(
        {**_COUNT, "share": {"type": ["number", "null"], "description": "Of all articles of the period, 0 to 1"}}
    ),
    "OnThisDay": _closed(
        {
            "month": {"type": "integer", "minimum": 1, "maximum": 12},
            "day": {"type": "integer", "minimum": 1, "maximum": 31},
            "total": COUNT,
            "search": BEHIND,
            "years": {
                "type": "array",
                "items": _closed({"year": {"type": "integer"}, **_COUNT, "hits": _list("Hit")}),
            },
            "snapshot": TEXT,
        }
    ),
    "JsonFeed": _closed(
        {
            **dict.fromkeys(("version", "title", "home_page_url", "feed_url", "icon", "language"), TEXT),
            "items": _list("JsonFeedItem"),
        }
    ),
    "JsonFeedItem": _closed(
        {
            **dict.fromkeys(("id", "url", "external_url", "title", "content_text"), TEXT),
            "date_published": {"type": "string", "format": "date-time"},
            "authors": {"type": "array", "items": _closed({"name": TEXT})},
            "tags": TEXTS,
        },
        optional=("external_url", "authors", "tags"),
    ),
    "Problem": {
        "type": "object",
        "description": "RFC 9457",
        "properties": {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
            "remedy": TEXT,
            "parameter": TEXT,
            "value": TEXT,
            "facet": TEXT,
            "nearest": TEXTS,
            "code": {"type": "string", "enum": list(get_args(RequestCode))},
        },
        "required": ["type", "title", "status", "detail"],
    },
    "Health": _closed({"status": {"const": "ok"}}),
    "Ready": _closed({"status": {"const": "ready"}, "documents": COUNT, "snapshot": TEXT}),
}
