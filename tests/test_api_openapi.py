"""The description of the endpoint is complete and true."""

from __future__ import annotations

import re

import pytest
from web_support import sample_app

from search.request import SearchRequest
from web.openapi.document import document
from web.params import LANGUAGE, SEARCH_PARAMETERS


@pytest.fixture
def client(tmp_path):
    return sample_app(tmp_path).test_client()


def fits(value, schema):
    """The first place where a value does not fit its schema, or None. Knows the keywords that our schemas use."""
    if "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if "anyOf" in schema:
        found = [fits(value, one) for one in schema["anyOf"]]
        return None if None in found else found[0]
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    types = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "object": dict, "array": list}
    if kinds and not any(value is None if kind == "null" else isinstance(value, types[kind]) for kind in kinds):
        return f"{value!r} is not {kinds}"
    if ("enum" in schema and value not in schema["enum"]) or ("const" in schema and value != schema["const"]):
        return f"{value!r} is not among {schema}"
    if isinstance(value, dict) and "properties" in schema:
        names = set(schema["properties"])
        if set(schema["required"]) - set(value) or (schema.get("additionalProperties") is False and set(value) - names):
            return f"{sorted(value)} instead of {sorted(names)}"
        return next(
            (found for n, v in value.items() if n in names and (found := fits(v, schema["properties"][n]))), None
        )
    if isinstance(value, list):
        return next((found for item in value if (found := fits(item, schema["items"]))), None)
    return None


def test_it_is_served(client):
    answer = client.get("/openapi.json")
    assert answer.json == document()
    assert answer.json["openapi"] == "3.1.0"


def test_every_route_of_the_endpoint_is_described(client):
    rules = [rule.rule for rule in client.application.url_map.iter_rules()]
    routes = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)
        for rule in rules
        if rule.startswith(("/api/v1", "/healthz", "/readyz", "/feed.", "/opensearch"))
    }
    assert routes == set(document()["paths"])


def test_every_parameter_is_described_and_no_other():
    described = {p["name"] for p in document()["paths"]["/api/v1/search"]["get"]["parameters"]}
    assert described == {*SEARCH_PARAMETERS, LANGUAGE}


def test_the_described_defaults_are_those_of_the_program():
    told = {
        p["name"]: p["schema"]["default"]
        for p in document()["paths"]["/api/v1/search"]["get"]["parameters"]
        if "default" in p["schema"]
    }
    assert told == {"page": SearchRequest().page, "limit": SearchRequest().limit, "lang": "tr"}


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("/api/v1/search", "Results"),
        ("/api/v1/search?q=parti&country=TR&not_source=x&from=1990&to=2020&date=1999&lang=en", "Results"),
        ("/api/v1/articles/ornek-politika-001", "Article"),
        ("/api/v1/facets/person?prefix=s", "Facet"),
        ("/api/v1/suggest?q=de", "Suggestions"),
        ("/api/v1/suggest", "Suggestions"),
        ("/api/v1/similar/ornek-politika-001?limit=3", "Similar"),
        ("/api/v1/similar/none", "Problem"),
        ("/api/v1/suggest?limit=21", "Problem"),
        ("/api/v1/suggest?prefix=s", "Problem"),
        ("/feed.json?q=parti&lang=en&limit=5", "JsonFeed"),
        ("/api/v1/trends?q=parti&q=demirel&from=1990&lang=en", "Trends"),
        ("/api/v1/trends", "Trends"),
        ("/api/v1/trends?by=day", "Problem"),
        ("/api/v1/people/S%C3%BCleyman%20Demirel?limit=2", "Portrait"),
        ("/api/v1/countries/TR", "Portrait"),
        ("/api/v1/people/yok", "Problem"),
        ("/api/v1/countries/yok", "Problem"),
        ("/api/v1/on-this-day?month=8&day=17&limit=2", "OnThisDay"),
        ("/api/v1/on-this-day?month=2&day=30", "Problem"),
        ("/feed.json?sort=oldest", "Problem"),
        ("/healthz", "Health"),
        ("/readyz", "Ready"),
        ("/api/v1/search?page=0", "Problem"),
        ("/api/v1/articles/none", "Problem"),
        ("/api/v1/none", "Problem"),
    ],
)
def test_answers_have_the_described_shape(client, path, schema):
    assert fits(client.get(path).json, {"$ref": f"#/components/schemas/{schema}"}) is None


def test_the_check_finds_what_is_wrong():
    assert fits({"status": "no"}, {"$ref": "#/components/schemas/Health"})
    assert fits({"status": "ok", "more": 1}, {"$ref": "#/components/schemas/Health"})
    assert fits({}, {"$ref": "#/components/schemas/Health"})
