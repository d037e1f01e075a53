"""The shapes of the endpoint's answers as JSON Schema, from the dataclasses that are answered.

A test holds real answers against them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from index.article import Mention
from index.errors import RequestCode
from search.offering.values import SimilarArticles, Suggestions
from search.reading.onthisday import OnThisDay
from search.reading.portraits import Portrait
from search.reading.trends import Trends
from search.results import ArticleView, FacetCounts, MarkedText, SearchHit, SearchResults
from search.shapes import InJson, Json, annotated, members, shape_of

TEXT: Json = {"type": "string"}
TEXTS: Json = {"type": "array", "items": TEXT}

ANSWERS = (SearchResults, ArticleView, Suggestions, SimilarArticles, Portrait, Trends, OnThisDay)
_NAMES: dict[type, str] = {
    **{SearchResults: "Results", SearchHit: "Hit", FacetCounts: "Facet", MarkedText: "Segment"},
    **{ArticleView: "Article", SimilarArticles: "Similar"},
}
"""Schemas that are not called as the value is."""

_SIMPLE: dict[Any, str] = {str: "string", date: "string", int: "integer", float: "number"}
_SIMPLE |= {bool: "boolean", NoneType: "null"}

SCHEMAS: Json = {}


def _closed(properties: Json, optional: tuple[str, ...] = ()) -> Json:
    """An object with exactly these properties, the optional ones perhaps."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


@cache
def _properties(kind: type) -> tuple[Json, tuple[str, ...]]:
    """The properties of a value, and which of them are optional."""
    properties: Json = {}
    optional: list[str] = []
    for member in members(shape_of(kind)):
        in_json = member.in_json
        if not in_json.spread:
            properties[member.name] = _of_field(member.type, in_json)
            optional += [member.name] if in_json.optional else []
        elif get_origin(member.type) is Mapping:  # whose keys need not be there
            properties |= dict.fromkeys(in_json.spread.values(), _schema(get_args(member.type)[1]))
            optional += in_json.spread.values()
        else:
            inner, _ = _properties(member.type)
            properties |= {there: inner[name] for name, there in in_json.spread.items()}
    return properties, tuple(optional)


def _schema(hint: Any) -> Json:
    return _of_field(*annotated(hint))


def _of_field(kind: Any, in_json: InJson) -> Json:
    if in_json.write:
        kind = in_json.write if isinstance(in_json.write, type) else get_type_hints(in_json.write)["return"]
    if in_json.optional:
        (kind,) = (one for one in get_args(kind) if one is not NoneType)
    described = {"description": in_json.description} if in_json.description else {}
    return _plain(kind) | dict(in_json.schema) | described


def _plain(kind: Any) -> Json:
    origin, args = get_origin(kind), get_args(kind)
    if origin is Literal:
        return TEXT | {"enum": list(args)}
    if origin is tuple:
        return {"type": "array", "items": _schema(args[0])}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _schema(args[1])}
    if origin is UnionType:
        simple = [_SIMPLE[one] for one in args if one in _SIMPLE]
        return {"type": simple} if len(simple) == len(args) else {"anyOf": [_schema(one) for one in args]}
    if kind in _SIMPLE:
        return {"type": _SIMPLE[kind]}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return TEXT | {"enum": [str(one) for one in kind]}
    return _reference(kind)


def _reference(kind: type) -> Json:
    """Where the schema of a value is, made when it is first met."""
    name = _NAMES.get(kind, kind.__name__)
    if name not in SCHEMAS:
        SCHEMAS[name] = _closed(*_properties(kind))
    return {"$ref": f"#/components/schemas/{name}"}


for _answer in ANSWERS:
    _reference(_answer)
_OFFSET = {"type": "integer", "minimum": 0, "description": "Offset in code points"}
SCHEMAS[Mention.__name__]["properties"] |= dict.fromkeys(("start", "end"), _OFFSET)
SCHEMAS |= {
    "JsonFeed": _closed(
        {
            **dict.fromkeys(("version", "title", "home_page_url", "feed_url", "icon", "language"), TEXT),
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/JsonFeedItem"}},
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
    "Ready": _closed({"status": {"const": "ready"}, "documents": {"type": "integer", "minimum": 0}, "snapshot": TEXT}),
}
