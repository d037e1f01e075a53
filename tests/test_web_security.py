"""What every answer carries and what no page has: headers, inline code, cookies. Hostile texts: test_web_hostile."""

from __future__ import annotations

import pytest
from hostile import Page
from web_support import sample_app, sample_articles

PAGES = (
    "/",
    "/?q=haber&country=TR",
    "/articles/ornek-politika-001",
    "/facets/person",
    "/?country=XX",
    "/yok",
    "/trends?q=haber&q=parti",
    "/people",
    "/people/Turgut%20%C3%96zal",
    "/people/yok",
    "/countries/TR",
    "/on-this-day?month=3&day=5",
    "/help",
    "/api",
)


@pytest.fixture
def client(tmp_path):
    return sample_app(tmp_path).test_client()


@pytest.mark.parametrize("path", [*PAGES, "/api/v1/search", "/api/v1/search?x=1", "/healthz", "/static/haberara.css"])
def test_every_answer_carries_the_headers(client, path):
    with client.get(path) as response:
        headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["tr", "en"])
def test_no_page_has_code_of_its_own_or_loads_from_elsewhere(client, path, lang):
    joined = path + ("&" if "?" in path else "?") + f"lang={lang}"
    Page(client.get(joined).text).check(joined)


def test_the_answer_of_the_endpoint_is_never_read_as_a_page(client):
    response = client.get("/api/v1/search", query_string={"q": "<script>alert(1)</script>"})
    assert response.mimetype == "application/json"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_static_files_are_kept_by_content(client):
    html = client.get("/").text
    url = next(tag[1]["href"] for tag in Page(html).tags if tag[0] == "link" and "css" in tag[1]["href"])
    for address, kept in ((url, True), ("/static/haberara.css", False), ("/static/haberara.css?v=old", False)):
        with client.get(address) as response:
            assert ("immutable" in response.headers["Cache-Control"]) is kept
    assert client.get("/static/../app.py").status_code == 404
    assert client.get("/static/%2e%2e/app.py").status_code == 404


def test_the_language_cookie_is_the_only_cookie_and_holds_nothing_else(client):
    assert "Set-Cookie" not in client.get("/?q=a").headers
    cookie = client.get("/?lang=en").headers["Set-Cookie"]
    assert cookie.startswith("haberara_lang=en;")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Set-Cookie" not in client.get("/?lang=<x-evil>").headers
    assert "Set-Cookie" not in client.get("/api/v1/search?lang=en").headers


def test_the_sample_is_what_these_tests_think_it_is():
    assert len(sample_articles()) == 180
