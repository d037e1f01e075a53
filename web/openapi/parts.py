"""The pieces that the description of the endpoint is made of: parameters and operations in OpenAPI 3.1."""

from __future__ import annotations

from index.article.periods import FORM
from search.request import MAX_FILTER_VALUES, MAX_FILTERS, MAX_TEXT
from search.shapes import Json
from web.locale import DEFAULT_LANGUAGE, LANGUAGES

NOT_FOUND = {
    "article": "No article has this id",
    "similar": "No article has this id",
    "person": "No article names this person; `nearest` are who may be meant",
    "country": "No article names this country; `nearest` are which may be meant",
}
"""What it means that there is no answer, by operation."""


def parameter(name: str, description: str, schema: Json, *, where: str = "query") -> Json:
    """A parameter; those of the path are required."""
    return {"name": name, "in": where, "required": where == "path", "description": description, "schema": schema}


def text(name: str, description: str) -> Json:
    """A text as long as a query may be."""
    return parameter(name, description, {"type": "string", "maxLength": MAX_TEXT})


def filter_parameter(name: str, description: str) -> Json:
    """A filter, which repeats."""
    schema = {"type": "array", "items": {"type": "string"}}
    # Not `maxItems`: empty values, which forms send, are not counted.
    made = parameter(name, f"{description}; at most {MAX_FILTER_VALUES}, of all filters {MAX_FILTERS}", schema)
    return made | {"style": "form", "explode": True}


def day(name: str, description: str) -> Json:
    """A day, or the month or year of one."""
    return parameter(name, description, {"type": "string", "pattern": rf"^({FORM})?$"})


def choice(name: str, description: str, values: list[str]) -> Json:
    """One of some values."""
    # Forms send what was not chosen as an empty value, which means the default.
    return parameter(name, description, {"type": "string", "enum": [*values, ""]})


def number(name: str, description: str, default: int, highest: int) -> Json:
    """A whole number from 1."""
    return parameter(name, description, {"type": "integer", "minimum": 1, "maximum": highest, "default": default})


def optional_number(name: str, description: str, highest: int) -> Json:
    """A whole number from 1 that may be left out, and means something else then."""
    return parameter(name, description, {"type": "integer", "minimum": 1, "maximum": highest})


def lang() -> Json:
    """The language of the answer."""
    schema = {"type": "string", "enum": list(LANGUAGES), "default": DEFAULT_LANGUAGE}
    return parameter("lang", "Language of the labels", schema)


def operation(name: str, summary: str, schema: str, parameters: list[Json]) -> Json:
    """A question to the index with its answers."""
    made = plain(name, summary, schema, unusable=True)
    responses: Json = {
        "200": made["responses"]["200"] | {"headers": {"ETag": {"schema": {"type": "string"}}}},
        "304": {"description": "What If-None-Match names is still the answer"},
        "400": problem("A parameter is unknown or has a bad value; it is named"),
    }
    if name in NOT_FOUND:
        responses["404"] = problem(NOT_FOUND[name])
    responses["414"] = problem("The address is too long")
    return made | {"parameters": parameters, "responses": responses | {"503": made["responses"]["503"]}}


def plain(name: str, summary: str, schema: str, *, unusable: bool = False) -> Json:
    """A question without parameters."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    responses: Json = {"200": {"description": "The answer", "content": content}}
    if unusable:
        responses["503"] = problem("There is no index that can answer; the remedy is named")
    return {"operationId": name, "summary": summary, "responses": responses}


def problem(description: str) -> Json:
    """An answer that is a problem by RFC 9457."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}


def answered_as(operation: Json, contents: dict[str, Json]) -> Json:
    """The same operation with other answers: media types with their schemas."""
    answers = {kind: {"schema": schema} for kind, schema in contents.items()}
    responses: Json = operation["responses"]
    return operation | {"responses": responses | {"200": responses["200"] | {"content": answers}}}
