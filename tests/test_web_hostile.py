"""A hundred hostile texts in every stored field and in every parameter: on every page they stay text.

Here a parser looks for tags and attributes that no page of ours has; tests/browser lets Chromium try to run them.
"""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from hostile import HOSTILE, Page, hostile_engine

from index.article.facets import FACETS
from web import links
from web.app import create_app
from web.params import SEARCH_PARAMETERS

TAIL = "Almanya 1999"
NAMES = (*SEARCH_PARAMETERS, "lang", "prefix", "unknown", "day", "month")
PROGRAMS = ("/api/v1/search", "/api/v1/facets/person", "/api/v1/articles/1", "/healthz", "/readyz", "/openapi.json")
# What no parser shows: controls become U+FFFD, a byte order mark or a bidi mark has no shape.
INVISIBLE = re.compile("[\x00-\x20\ufffd\ufeff\ufffe\u202a-\u202e\u2066-\u2069]+")


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """An archive of hostile articles only."""
    return create_app(tmp_path_factory.mktemp("hostile"), engine=hostile_engine(tail=TAIL)).test_client()


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """One article is enough to try parameters on."""
    return create_app(tmp_path_factory.mktemp("small"), engine=hostile_engine(["haber"], tail=TAIL)).test_client()


def seen(text):
    return INVISIBLE.sub("", text)


def address_of(client, number):
    with client.application.test_request_context():
        return links.article_path(f"{number}{HOSTILE[number]}")


def test_there_are_a_hundred():
    assert len(set(HOSTILE)) >= 100


@pytest.mark.parametrize("lang", ["tr", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "/?limit=100",
        "/?limit=50&explain=1&q=evil",
        "/?limit=50&page=2&explain=1&q=evil",
        *(f"/on-this-day?month=3&day={day}" for day in range(1, 29)),
        *(f"/facets/{facet.name}" for facet in FACETS if facet.name != "date"),
    ],
)
def test_stored_texts_stay_text_in_lists(client, path, lang):
    answer = client.get(path + ("&" if "?" in path else "?") + f"lang={lang}")
    assert answer.status_code == 200
    page = Page(answer.text)
    page.check(path)
    if "day=" not in path and "q=" not in path and "country" not in path and "mentioned" not in path:
        words = seen("".join(page.words))
        assert not [text for text in HOSTILE if seen(text) not in words]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_stored_text_stays_text_in_its_article(client, number):
    text = HOSTILE[number]
    path = address_of(client, number)
    for lang in ("tr", "en"):
        answer = client.get(f"{path}?lang={lang}", query_string=None)
        assert answer.status_code == 200
        page = Page(answer.text)
        page.check(path)
        # In the headline, twice in the text, as source, as category, as a person, as an organisation, in citations.
        assert seen("".join(page.words)).count(seen(text)) >= 8
    article = client.get("/api/v1" + path)
    assert article.mimetype == "application/json"
    assert [article.json[name] for name in ("title", "source", "category", "url")] == [text] * 4
    assert text in json.dumps(article.json, ensure_ascii=False) or "\\" in json.dumps(text, ensure_ascii=False)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_has_a_page_and_a_table(client, text):
    with client.application.test_request_context():
        path = links.portrait_url("person", text).partition("?")[0]
    if not path.removeprefix("/people"):  # a single word: a search stands for it
        return
    for lang in ("tr", "en"):
        answer = client.get(f"{path}?lang={lang}")
        assert answer.status_code == 200
        page = Page(answer.text)
        page.check(path)
        assert seen(text) in seen("".join(page.words))
    answer = client.get(f"/api/v1{path}")
    assert answer.json["value"] == text
    table = client.get(f"/api/v1{path}?format=csv").text
    for row in csv.reader(io.StringIO(table)):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")) for cell in row)


PATHS = ("/", "/articles/0haber", "/facets/person", "/people", "/on-this-day", "/trends")
ASKED = [(path, name) for name in NAMES for path in PATHS]
ASKED_OF_PROGRAMS = [
    (path, name) for path in PROGRAMS for name in ((*NAMES, None) if path == PROGRAMS[0] else ("q", "prefix", None))
]
"""Addresses with the name of a parameter; None stands for the text as a name."""

SHARES = 10
"""One in so many of them is tried with one text and the next of them with the next text, so that each is tried."""


def share(asked, text):
    return asked[HOSTILE.index(text) % SHARES :: SHARES]


def check_parameters(small, text, asked):
    for path, name in asked:
        answer = small.get(path, query_string={name: text})
        assert answer.status_code in (200, 400), (path, name)
        Page(answer.text).check((path, name))


def check_programs(small, text, asked):
    for path, name in asked:
        answer = small.get(path, query_string={name or text: text})
        assert answer.status_code in (200, 400, 404), (path, name)
        assert answer.mimetype in ("application/json", "application/problem+json")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        json.loads(answer.data)


def test_all_parameters_have_their_turn():
    for asked in (ASKED, ASKED_OF_PROGRAMS):
        assert {pair for text in HOSTILE for pair in share(asked, text)} == set(asked)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_in_a_parameter_stays_text(small, text):
    check_parameters(small, text, share(ASKED, text))
    check_programs(small, text, share(ASKED_OF_PROGRAMS, text))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_in_an_address_stays_text(small, text):
    Page(small.get("/", query_string={text: "x", "q": text, "country": "XX"}).text).check(text)
    for path in (*(f"/{part}/{text}" for part in ("articles", "facets", "people", "countries")), f"/{text}"):
        answer = small.get(path)
        assert answer.status_code in (200, 302, 400, 404, 405, 308), path
        if answer.mimetype == "text/html" and answer.status_code != 308:
            Page(answer.text).check(path)


@pytest.mark.heavy
@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_in_any_parameter_stays_text(small, text):
    check_parameters(small, text, ASKED)


@pytest.mark.heavy
@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_in_any_parameter_of_the_endpoint_is_never_read_as_a_page(small, text):
    check_programs(small, text, ASKED_OF_PROGRAMS)
