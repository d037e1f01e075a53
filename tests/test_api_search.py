"""The endpoint: shape, filters, facets, entity tags, and health."""

from __future__ import annotations

import pytest
from web_support import FakeEngine, sample_app, sample_articles

from index.article.facets import FACETS
from index.turkish import sort_key
from web.app import create_app


@pytest.fixture
def client(tmp_path):
    return sample_app(tmp_path).test_client()


def test_a_search_has_the_documented_shape(client):
    answer = client.get("/api/v1/search?q=parti&country=TR&limit=3").json
    assert list(answer) == [
        "query", "total", "page", "limit", "took_ms", "hits", "facets", "suggestion", "partial", "snapshot",
    ]  # fmt: skip
    assert answer["query"]["text"] == "parti"
    assert answer["query"]["country"] == ["TR"]
    assert len(answer["hits"]) == 3
    assert set(answer["hits"][0]) == {
        "id", "title", "url", "source", "category", "published", "score", "people", "countries",
        "title_segments", "snippet",
    }  # fmt: skip
    assert [facet["name"] for facet in answer["facets"]] == [facet.name for facet in FACETS]
    turkey = next(v for f in answer["facets"] if f["name"] == "country" for v in f["values"] if v["value"] == "TR")
    assert turkey == {"value": "TR", "label": "Türkiye", "count": turkey["count"], "selected": True}


def test_page_and_endpoint_say_the_same(client):
    for query in ("", "q=parti", "q=parti&country=TR", "person=Turgut+%C3%96zal&not_country=DE", "from=1999-01-01"):
        total = client.get("/api/v1/search?" + query).json["total"]
        html = client.get("/?" + query).text
        assert (f"arşivde {total} haber" if not query else f"<h1>{total} haber</h1>") in html


def test_letters_are_written_as_they_are(client):
    body = client.get("/api/v1/search?q=seçim").get_data()
    assert "seçim".encode() in body
    assert b"\\u" not in body
    assert client.get("/api/v1/search").content_type == "application/json; charset=utf-8"


def test_labels_follow_the_language_of_the_address_only(client):
    client.set_cookie("haberara_lang", "en")
    assert "Türkiye" in client.get("/api/v1/search").text
    assert "Germany" in client.get("/api/v1/search?lang=en").text


def test_pages_together_are_all_hits_once(client):
    seen = [
        hit["id"] for page in range(1, 10) for hit in client.get(f"/api/v1/search?limit=20&page={page}").json["hits"]
    ]
    assert sorted(seen) == sorted(article.id for article in sample_articles())


def test_an_article_has_its_text_and_mentions(client):
    answer = client.get("/api/v1/articles/ornek-politika-001").json
    assert answer["title"] == "Sandıktan DYP birinci parti çıktı"
    mention = answer["mentions"][0]
    assert answer[mention["field"]][mention["start"] : mention["end"]] == mention["surface"]


def test_a_facet_lists_the_values_that_begin_as_typed(client):
    answer = client.get("/api/v1/facets/person?prefix=b&q=parti").json
    assert set(answer) == {"name", "documents", "values", "truncated"}
    assert answer["values"]
    assert all(value["label"].startswith("B") for value in answer["values"])


def test_a_facet_is_listed_by_alphabet_and_in_pages(client):
    whole = client.get("/api/v1/facets/person?facet_sort=alphabet&facet_limit=1000").json
    labels = [value["label"] for value in whole["values"]]
    assert labels == sorted(labels, key=sort_key)
    assert not whole["truncated"]
    pages = [client.get(f"/api/v1/facets/person?facet_sort=alphabet&facet_limit=7&facet_page={n}").json for n in (1, 2)]
    assert [value["label"] for page in pages for value in page["values"]] == labels[:14]
    assert [page["truncated"] for page in pages] == [len(labels) > 7, len(labels) > 14]


@pytest.mark.parametrize("query", ["facet_sort=random", "facet_page=0", "facet_limit=1001", "facet_limit=x"])
def test_a_bad_part_of_a_facet_is_told(client, query):
    answer = client.get(f"/api/v1/facets/person?{query}")
    assert answer.status_code == 400
    assert answer.json["parameter"] == query.split("=")[0]


def test_what_is_known_is_not_sent_again(tmp_path):
    engine = FakeEngine(sample_articles())
    client = create_app(tmp_path, engine=engine).test_client()
    urls = ("/api/v1/search?q=parti", "/api/v1/articles/ornek-politika-001", "/api/v1/facets/person")
    tags = {url: client.get(url).headers["ETag"] for url in urls}
    assert len(set(tags.values())) == 3
    for url, tag in tags.items():
        known = client.get(url, headers={"If-None-Match": tag})
        assert (known.status_code, known.get_data()) == (304, b"")
        assert known.headers["ETag"] == tag
        assert "Content-Security-Policy" in known.headers
    engine.commit += 1
    for url, tag in tags.items():
        assert client.get(url, headers={"If-None-Match": tag}).status_code == 200


def test_other_hosts_may_not_read_answers(client):
    headers = client.get("/api/v1/search", headers={"Origin": "https://other.example"}).headers
    assert "Access-Control-Allow-Origin" not in headers


def test_health(client):
    assert client.get("/healthz").json == {"status": "ok"}
    ready = client.get("/readyz").json
    assert ready["status"] == "ready"
    assert ready["documents"] == 180


def test_metrics_count_by_endpoint_and_hold_nothing_of_a_query(client):
    client.get("/?q=gizlisoru")
    client.get("/api/v1/search?country=XX")
    text = client.get("/metrics").text
    assert 'haberara_requests_total{endpoint="pages.search",status="200"} 1' in text
    assert 'haberara_requests_total{endpoint="api.search",status="400"} 1' in text
    assert 'haberara_request_seconds_count{endpoint="pages.search"} 1' in text
    assert "gizlisoru" not in text


def test_head_and_options_are_answered(client):
    assert client.head("/api/v1/search").status_code == 200
    assert client.options("/api/v1/search").status_code == 200
