"""Nothing that is stored or typed runs or escapes its place: headers, inline code, hostile strings everywhere."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from web_support import FakeEngine, client_of, sample_app, sample_articles

from index.article import Article, Kind, Mention, Publication
from index.facets import FACETS
from web.app import create_app

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "<x-evil>",
    "</title><x-evil>",
    "</textarea></select></option><x-evil>",
    "--><x-evil>",
    "]]><x-evil>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "%(shown)s %s %(x",
    '" onfocus=alert(1) autofocus="',
    "&lt;x-evil&gt;&#60;x-evil&#62;",
    "\u202e\u2066<x-evil>\u2069",
    "<x-evil\x0b\x0c>",
    "`<x-evil>`",
    "//evil.example/<x-evil>",
    'http://evil.example/"onmouseover=alert(1)',
    "<a href=javascript:alert(1)>x</a>",
    "<style>*{background:url(//evil.example)}</style>",
)
PAGES = (
    "/",
    "/?q=haber&country=TR",
    "/articles/ornek-politika-001",
    "/facets/person",
    "/?country=XX",
    "/yok",
    "/help",
    "/api",
)


class Page(HTMLParser):
    """Every tag with its attributes, and the text."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags = []
        self.words = []
        self.inside = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.inside = tag

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        assert self.inside not in ("script", "style") or not data.strip(), "inline code"
        self.words.append(data)

    def check(self, where):
        known = {
            "html", "head", "meta", "title", "link", "script", "body", "header", "footer", "main", "nav", "aside",
            "section", "article", "div", "span", "p", "h1", "h2", "h3", "a", "b", "q", "mark", "time", "code", "pre",
            "strong", "em", "kbd", "ul", "ol", "li", "dl", "dt", "dd", "form", "fieldset", "legend", "label", "input",
            "button", "select", "option", "details", "summary", "table", "caption", "thead", "tbody", "tr", "th", "td",
            "svg", "path", "line", "rect", "text",
        }  # fmt: skip
        for tag, attributes in self.tags:
            assert tag in known, (where, tag)
            for name, value in attributes.items():
                assert not name.startswith("on"), (where, tag, name)
                assert name != "style", (where, tag)
                if name in ("href", "src", "action"):
                    assert urlsplit(value).scheme in ("", "http", "https"), (where, value)
                    if tag != "a":
                        assert value.startswith("/"), (where, tag, value)
            if tag == "script":
                assert attributes["src"].startswith("/static/"), where


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


def hostile_article(number, text):
    kinds = (Kind.PERSON, Kind.DATE, Kind.ORGANISATION)
    article = Article(f"{number}{text}", text, f"{text}\n{text}", Publication.from_iso("2024-03-05"), text, text, text)
    mentions = tuple(Mention("body", 0, len(text), kind, text, text) for kind in kinds[:1])
    return article, mentions


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_every_field_stays_text(tmp_path, text):
    article, mentions = hostile_article(1, text)
    engine = FakeEngine([article])
    engine.stored[article.id] = replace(engine.stored[article.id], mentions=mentions)
    client = create_app(tmp_path, engine=engine).test_client()
    from web import links

    with client.application.test_request_context():
        address = links.article_path(article.id)
    for path in ("/", "/?lang=en", address, "/facets/person", "/facets/source", "/facets/category"):
        response = client.get(path)
        assert response.status_code == 200, path
        page = Page(response.text)
        page.check(path)
        # A parser may not show controls or a bidi mark as they are; the visible letters must all be there.
        assert text.strip("\x0b\x0c")[:6] in "".join(page.words), path
    assert client.get("/api/v1" + address).json["title"] == text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_every_parameter_stays_text(tmp_path, text):
    client = client_of(sample_articles()[:1], tmp_path)
    article = f"/articles/{sample_articles()[0].id}"
    names = ("q", "from", "to", "match", "sort", "page", "limit", "lang", "prefix", "explain", "unknown")
    facets = [prefix + facet.name for prefix in ("", "not_") for facet in FACETS]
    for name in (*names, *facets):
        for path in ("/", article, "/facets/person"):
            response = client.get(path, query_string={name: text})
            assert response.status_code in (200, 400), (path, name)
            Page(response.text).check((path, name))
    for path in (f"/articles/{text}", f"/facets/{text}", f"/{text}"):
        Page(client.get(path).text).check(path)


def test_hostile_parameter_names_stay_text(client):
    for text in HOSTILE:
        Page(client.get("/", query_string={text: "x"}).text).check(text)
        assert client.get("/api/v1/search", query_string={text: "x"}).status_code == 400


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
