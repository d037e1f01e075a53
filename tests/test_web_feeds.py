"""Feeds of any search and the description for the address bar: valid, stable, escaped, cheap to ask for again."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import feedparser
import pytest
from hostile import HOSTILE, Page, hostile_engine
from lxml import etree
from web_support import FakeEngine, sample_app, sample_articles

from index.article import Article, Publication
from search.query import FacetIs, field_query, parse
from search.results import Snapshot
from web.app import create_app
from web.feeds.values import moment
from web.serving.caching import FirstSeen

ATOM = "{http://www.w3.org/2005/Atom}"
SCHEMA = etree.RelaxNG(etree.parse(str(Path(__file__).parent / "golden" / "atom.rng")))
SEARCHES = [
    "",
    "q=parti",
    "q=parti&country=TR&not_source=Numune+Haber&from=1990&limit=7",
    "q=zzzz",
    "date=1999&lang=en",
]
DESCRIPTION = "{http://a9.com/-/spec/opensearch/1.1/}"


@pytest.fixture
def client(tmp_path):
    return sample_app(tmp_path).test_client()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    return create_app(tmp_path_factory.mktemp("hostile"), engine=hostile_engine()).test_client()


def atom(answer):
    """The document, valid by the schema and by what the schema can't say."""
    root = etree.fromstring(answer.data)
    assert SCHEMA.validate(root), SCHEMA.error_log
    entries = root.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    for element in (root, *entries):
        kinds = [(e.get("rel"), e.get("type"), e.get("hreflang")) for e in element.findall(f"{ATOM}link")]
        assert len(set(kinds)) == len(kinds)
        assert element is root or "alternate" in {rel for rel, *_ in kinds}
    return root


def check_json_feed(feed):
    """What JSON Feed 1.1 asks for: https://www.jsonfeed.org/version/1.1/"""
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    assert all(feed[name].startswith("http") for name in ("home_page_url", "feed_url", "icon"))
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["content_text"]
        assert item["url"].startswith("http")
        assert urlsplit(item.get("external_url", "http://x")).scheme in ("http", "https")
        assert datetime.fromisoformat(item["date_published"]).tzinfo
        assert all(author["name"] for author in item.get("authors", ()))
        assert all(isinstance(tag, str) for tag in item.get("tags", ()))
    return feed


@pytest.mark.parametrize("search", SEARCHES)
def test_both_formats_are_valid_and_list_the_search(client, search):
    every = search.replace("&limit=7", "") + "&sort=newest&match=all&not_date=unknown&limit=50"
    found = client.get(f"/api/v1/search?{every}").json["hits"]
    wanted = [hit["id"] for hit in found][: 7 if "limit=7" in search else 50]
    root = atom(client.get(f"/feed.atom?{search}"))
    feed = check_json_feed(client.get(f"/feed.json?{search}").json)
    assert [item["url"].rpartition("/")[2] for item in feed["items"]] == wanted
    assert [entry.findtext(f"{ATOM}id") for entry in root.findall(f"{ATOM}entry")] == [i["id"] for i in feed["items"]]
    assert root.findtext(f"{ATOM}title") == feed["title"]


@pytest.mark.parametrize("search", SEARCHES)
def test_a_feed_reader_understands_it(client, search):
    read = feedparser.parse(client.get(f"/feed.atom?{search}").data)
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    items = client.get(f"/feed.json?{search}").json["items"]
    assert [(e.id, e.link, e.title) for e in read.entries] == [(i["id"], i["url"], i["title"]) for i in items]
    assert all(entry.updated_parsed for entry in read.entries)
    assert read.feed.updated_parsed


def test_entries_are_newest_first_and_updated_when_the_newest_was(client):
    root = atom(client.get("/feed.atom"))
    times = [datetime.fromisoformat(e.findtext(f"{ATOM}updated")) for e in root.findall(f"{ATOM}entry")]
    assert times == sorted(times, reverse=True)
    assert datetime.fromisoformat(root.findtext(f"{ATOM}updated")) == times[0]


def test_an_article_has_one_id_in_every_feed(client):
    searches = ("q=parti", "q=chp", "q=parti&lang=en", "q=parti&sort=")[:3]
    ids = [{i["url"]: i["id"] for i in client.get(f"/feed.json?{s}").json["items"]} for s in searches]
    shared = set(ids[0]) & set(ids[1]) & set(ids[2])
    assert shared
    assert all(ids[0][url] == ids[1][url] == ids[2][url] for url in shared)


def test_addresses_are_whole_also_behind_a_proxy(tmp_path, monkeypatch):
    monkeypatch.setenv("HABERARA_PROXIES", "1")
    monkeypatch.setenv("HABERARA_PREFIX", "/arsiv")
    client = sample_app(tmp_path).test_client()
    headers = {"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https", "Host": "haber.example"}
    feed = client.get("/feed.json?q=parti", headers=headers).json
    addresses = [feed["home_page_url"], feed["feed_url"], feed["icon"], *(item["url"] for item in feed["items"])]
    assert all(address.startswith("https://haber.example/arsiv/") for address in addresses)
    text = client.get("/opensearch.xml", headers=headers).text
    assert "https://haber.example/arsiv/?q={searchTerms}" in text


def test_a_feed_leads_to_its_articles_and_its_search(client):
    feed = client.get("/feed.json?q=parti&country=TR").json
    for address in (feed["home_page_url"], feed["feed_url"], feed["items"][0]["url"]):
        parts = urlsplit(address)
        assert client.get(f"{parts.path}?{parts.query}").status_code == 200
    asked = parse_qs(urlsplit(feed["home_page_url"]).query)
    assert (asked["q"], asked["country"]) == (["parti"], ["TR"])


@pytest.mark.parametrize("path", ["/?q=parti&country=TR", "/?q=parti&country=TR&sort=oldest&page=2&limit=5", "/help"])
def test_pages_announce_feeds_and_the_description(client, path):
    links = [attributes for tag, attributes in Page(client.get(path).text).tags if tag == "link"]
    feeds = {a["type"]: a for a in links if a["rel"] == "alternate"}
    assert set(feeds) == {"application/atom+xml", "application/feed+json"}
    for kind, found in feeds.items():
        assert found["title"]
        assert ("q=parti&country=TR" in found["href"]) is ("parti" in path)
        answer = client.get(found["href"])
        assert answer.status_code == 200
        assert answer.mimetype == kind
    description = next(a for a in links if a["rel"] == "search")
    answer = client.get(description["href"])
    assert answer.mimetype == description["type"] == "application/opensearchdescription+xml"


def test_undated_articles_are_left_out_and_old_ones_have_a_valid_time(tmp_path):
    articles = [
        Article("undated", "Tarihsiz", ""),
        Article("old", "Eski", "", Publication.from_iso("1908-07-24")),
        Article("moment", "", "Yalnız gövde", Publication.from_iso("2024-03-05T14:30:00+03:00")),
    ]
    client = create_app(tmp_path, engine=FakeEngine(articles)).test_client()
    entries = atom(client.get("/feed.atom")).findall(f"{ATOM}entry")
    times = [entry.findtext(f"{ATOM}published") for entry in entries]
    assert times == ["2024-03-05T14:30:00+03:00", "1908-07-24T00:00:00+00:00"]
    assert all(entry.findtext(f"{ATOM}title") for entry in entries)


def test_a_moment_is_that_of_the_publication():
    assert moment("2024-03-05") == "2024-03-05T00:00:00+03:00"
    assert moment("2024-03-05T21:30:00+00:00") == "2024-03-05T21:30:00+00:00"
    assert moment("0001-01-01") == "0001-01-01T00:00:00+00:00"


def test_all_words_are_required(tmp_path):
    """Relaxed, a query of two words would fill the reader with what has one of them."""
    asked = []

    class Noting(FakeEngine):
        def search(self, request, **options):
            asked.append(request)
            return super().search(request, **options)

    client = create_app(tmp_path, engine=Noting(sample_articles())).test_client()
    client.get("/feed.atom?q=bir+parti")
    client.get("/feed.atom?q=bir+parti&match=any")
    assert [request.match for request in asked] == ["all", "any"]
    assert {(request.sort, request.page) for request in asked} == {("newest", 1)}


# -- asked for again


@pytest.mark.parametrize("path", ["/feed.atom?q=parti", "/feed.json?q=parti"])
def test_a_known_feed_is_not_made_again(tmp_path, path):
    engine = FakeEngine(sample_articles())
    client = create_app(tmp_path, engine=engine).test_client()
    first = client.get(path)
    searches = engine.searches
    for headers in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-Modified-Since": first.headers["Last-Modified"]},
        {"If-None-Match": first.headers["ETag"], "If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
    ):
        again = client.get(path, headers=headers)
        assert (again.status_code, again.data) == (304, b"")
    assert engine.searches == searches
    other = {"If-None-Match": '"x"', "If-Modified-Since": first.headers["Last-Modified"]}
    assert client.get(path, headers=other).status_code == 200, "the tag decides where there is one"
    engine.commit += 1
    for name, value in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
        assert client.get(path, headers={name: first.headers[value]}).status_code == 200


def test_a_later_state_is_later_by_a_second_at_least():
    now = datetime(2026, 1, 1, 12, 0, 0, 999_999, tzinfo=UTC)
    seen = FirstSeen(lambda: now)
    states = [seen.at(Snapshot("g", commit, "")) for commit in (1, 1, 2, 3, 3)]
    first = now.replace(microsecond=0)
    assert states == [first, first, *([first + timedelta(seconds=s)][0] for s in (1, 2, 2))]


# -- refusals


@pytest.mark.parametrize("path", ["/feed.atom", "/feed.json"])
@pytest.mark.parametrize(
    ("query", "parameter"),
    [("x=1", "x"), ("sort=oldest", "sort"), ("page=2", "page"), ("limit=101", "limit"), ("country=XX", "country")],
)
def test_a_bad_value_is_a_problem(client, path, query, parameter):
    answer = client.get(f"{path}?{query}")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert answer.json["parameter"] == parameter


# -- hostile texts


def test_hostile_articles_stay_text_in_feeds(hostile):
    answer = hostile.get("/feed.atom?limit=100")
    root = atom(answer)
    known = {"feed", "id", "title", "updated", "link", "icon", "generator", "author", "name", "entry", "published",
             "category", "summary"}  # fmt: skip
    assert {etree.QName(element).localname for element in root.iter()} <= known
    for link in root.iter(f"{ATOM}link"):
        assert urlsplit(link.get("href")).scheme in ("http", "https")
    feed = check_json_feed(hostile.get("/feed.json?limit=100").json)
    titles = {item["title"] for item in feed["items"]}
    assert sum(text.strip() in titles for text in HOSTILE) >= 90
    assert not feedparser.parse(answer.data).bozo


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_query_stays_text(hostile, text):
    for path in ("/feed.atom", "/feed.json", "/api/v1/completions", "/opensearch.xml"):
        for name in ("q", "person", text, "lang"):
            answer = hostile.get(path, query_string={name: text})
            assert answer.status_code in (200, 400), (path, name)
            if answer.mimetype == "application/atom+xml":
                atom(answer)
            elif "json" in answer.mimetype:
                json.loads(answer.data)


# -- the address bar


@pytest.mark.parametrize("lang", ["tr", "en"])
def test_the_description_says_how_to_search(client, lang):
    """What OpenSearch 1.1 asks for, and that every template leads somewhere."""
    root = etree.fromstring(client.get(f"/opensearch.xml?lang={lang}").data)
    assert root.tag == f"{DESCRIPTION}OpenSearchDescription"
    assert 0 < len(root.findtext(f"{DESCRIPTION}ShortName")) <= 16
    assert 0 < len(root.findtext(f"{DESCRIPTION}Description")) <= 1024
    kinds = set()
    for url in root.findall(f"{DESCRIPTION}Url"):
        filled = url.get("template").replace("{searchTerms}", "parti%20%26")
        assert not re.search(r"[{}]", filled)
        parts = urlsplit(filled)
        assert parts.scheme == "http"
        answer = client.get(f"{parts.path}?{parts.query}")
        assert (answer.status_code, answer.mimetype) == (200, url.get("type"))
        kinds.add((url.get("rel"), url.get("type")))
    assert ("results", "text/html") in kinds
    assert ("suggestions", "application/x-suggestions+json") in kinds


@pytest.mark.parametrize("typed", ["dem", "seçim ece", "kişi:dem", "ülke:alm", "Örn", "<", ""])
def test_completions_are_queries_that_find_something(sample_engine, tmp_path, typed):
    client = create_app(tmp_path, engine=sample_engine).test_client()
    for lang in ("tr", "en"):
        said, queries, labels = client.get("/api/v1/completions", query_string={"q": typed, "lang": lang}).json
        assert said == typed
        assert len(queries) == len(labels) == len(set(queries))
        assert queries or typed in ("<", "")
        for query in queries:
            alone = query.removeprefix("seçim ").strip()
            assert client.get("/api/v1/search", query_string={"q": alone, "match": "all"}).json["total"], query


@pytest.mark.parametrize("value", ["Bülent Ecevit", "NATO", "a”b", "Gine-Bissau", "AND", "x) OR (y"])
def test_a_value_is_written_as_a_query_that_means_it(value):
    for turkish in (False, True):
        text = field_query("person", value, turkish=turkish)
        assert text
        assert parse(text) == FacetIs("person", value)


def test_a_value_that_no_quotation_marks_hold_has_no_query():
    assert field_query("person", 'Ali "Baba" Veli') is None
    assert field_query("source", "uzun " * 300) is None
