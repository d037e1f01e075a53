"""What can't be answered: as a page that helps on, and as problem+json, with the same status."""

from __future__ import annotations

import re

import pytest
from web_support import FakeEngine, sample_app, sample_articles

from index.errors import BrokenIndex, StaleIndex
from web.app import create_app

BAD = [
    ("country=XX", "country", "tanıdığımız bir ülke değil"),
    ("not_country=Narnia", "not_country", "tanıdığımız bir ülke değil"),
    ("from=2024-13-01", "from", "bir gün değil"),
    ("to=d%C3%BCn", "to", "bir gün değil"),
    ("from=2024-03-05&to=2024-03-01", "from", "İlk gün, son günden sonra"),
    ("date=2024-02-30", "date", "bir tarih değil"),
    ("mentioned=24", "mentioned", "bir tarih değil"),
    ("q=" + "a" * 10_000, "q", "Sorgu çok uzun"),
    ("q=" + "%C4%9F" * 10_000, "q", "Sorgu çok uzun"),
    ("page=0", "page", "sayfa numarası değil"),
    ("page=-1", "page", "sayfa numarası değil"),
    ("page=abc", "page", "sayfa numarası değil"),
    ("page=1001", "page", "haberara export"),
    ("page=11&limit=1000", "page", "haberara export"),
    ("limit=0", "limit", "sonuç sayısı olamaz"),
    ("sort=best", "sort", "değerini alamaz"),
    ("match=some", "match", "değerini alamaz"),
    ("person=" + "a" * 400, "person", "çok uzun"),
    ("&".join(f"person={n}" for n in range(101)), "person", "çok fazla değer"),
    ("&".join(f"person={n}&source={n}" for n in range(80)), "source", "Süzgeçler çok fazla ya da birlikte çok uzun"),
    (
        "&".join(f"not_source={n}{'%C5%9F' * 299}" for n in range(10)) + "&not_source=a",
        "not_source",
        "birlikte çok uzun",
    ),
    ("q=parti&explain=1&limit=1000", "explain", "Nedenler bir sayfada en çok 50 sonuç için"),
]


@pytest.fixture
def client(tmp_path):
    return sample_app(tmp_path).test_client()


@pytest.mark.parametrize(("query", "parameter", "says"), BAD)
def test_a_bad_value_is_a_page_whose_form_still_works(client, query, parameter, says):
    response = client.get("/?" + query)
    assert response.status_code == 400
    assert response.mimetype == "text/html"
    assert says in response.text
    assert '<form id="search"' in response.text
    assert '<input id="q" name="q"' in response.text


def test_as_many_filters_as_may_be_make_no_endless_page(client):
    few = (
        "&".join(f"person={'%C5%9F' * 18}{n}" for n in range(75))
        + "&"
        + "&".join(f"not_source={'%C5%9F' * 18}{n}" for n in range(74))
    )
    for query in (few, "&".join(f"source={n}{'%E4%B8%AD' * 298}" for n in range(10))):
        page = client.get("/?" + query)
        assert page.status_code == 200
        assert len(page.data) < 12_000_000


def test_the_way_to_the_reasons_shows_as_few_results_as_have_them(client):
    link = re.search(r'href="([^"]*explain=1[^"]*)"', client.get("/?q=parti&limit=100").text)
    assert "limit=50" in link[1]
    assert client.get(link[1].replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize(("query", "parameter", "says"), BAD)
def test_a_bad_value_is_a_problem_that_names_the_parameter(client, query, parameter, says):
    response = client.get("/api/v1/search?" + query)
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    problem = response.json
    assert problem["type"] == "urn:haberara:problem:bad-parameter"
    assert problem["title"]
    assert problem["status"] == 400
    assert problem["parameter"] == parameter
    assert problem["code"] != "invalid"
    assert parameter in problem["detail"]


def test_the_refused_part_is_dropped_and_the_rest_is_kept(client):
    html = client.get("/?q=parti&country=XX&source=Taslak+Postas%C4%B1").text
    assert 'value="parti"' in html
    assert '<input type="hidden" name="source" value="Taslak Postası">' in html
    assert "XX" not in re.search(r'<form id="search".*?</form>', html, re.DOTALL).group()


def test_a_query_that_is_too_long_stays_in_the_box_to_be_shortened(client):
    assert 'value="' + "a" * 2000 in client.get("/?q=" + "a" * 2000).text


@pytest.mark.parametrize(
    "query", ['"', '"ikili', "((", ")", "OR", "-", "*", "\x00", "%", "\ud800".encode("utf-8", "replace").decode()]
)
def test_odd_queries_are_never_a_crash(client, query):
    for path in ("/", "/api/v1/search"):
        assert client.get(path, query_string={"q": query}).status_code in (200, 400)


def test_bytes_that_are_not_utf8_are_never_a_crash(client):
    for path in (
        "/?q=%FF%FE",
        "/api/v1/search?q=%FF",
        "/articles/%FF%FE",
        "/api/v1/articles/%ED%A0%80",
        "/?country=%FF",
    ):
        assert client.get(path).status_code in (200, 400, 404)


def test_a_misspelt_parameter_is_refused_by_the_endpoint(client):
    problem = client.get("/api/v1/search?q=parti&contry=TR").json
    assert problem["parameter"] == "contry"
    assert "country" in problem["remedy"]
    assert client.get("/api/v1/articles/ornek-politika-001?x=1").status_code == 400
    assert client.get("/api/v1/facets/person?x=1").status_code == 400
    assert client.get("/api/v1/facets/people").json["parameter"] == "facet"
    assert client.get("/api/v1/search?lang=de").json["parameter"] == "lang"


@pytest.mark.parametrize(
    "query", ["q=a&q=b", "page=1&page=2", "lang=tr&lang=en", "page=", "limit=", "sort=newest&sort="]
)
def test_what_is_not_clear_is_refused_by_the_endpoint(client, query):
    answer = client.get("/api/v1/search?" + query)
    assert answer.status_code == 400
    assert answer.json["parameter"] == query.split("=")[0]
    assert client.get("/?" + query).status_code == 200


def test_an_unknown_article_is_404_both_ways(client):
    page = client.get("/articles/none")
    assert page.status_code == 404
    assert "Böyle bir haber yok" in page.text
    problem = client.get("/api/v1/articles/none")
    assert problem.status_code == 404
    assert problem.json["type"] == "urn:haberara:problem:not-found"


def test_unknown_addresses_and_methods(client):
    assert "Böyle bir sayfa yok" in client.get("/hiçbiri").text
    assert client.get("/api/v1/none").json["status"] == 404
    assert client.get("/api/v1/none").mimetype == "application/problem+json"
    refused = client.post("/api/v1/search")
    assert refused.status_code == 405
    assert "GET" in refused.headers["Allow"]
    assert client.post("/", data={"a": "b"}).status_code == 405


def test_too_long_an_address_is_refused_before_it_is_read(client):
    assert client.get("/?q=" + "a" * 70_000).status_code == 414
    assert client.get("/api/v1/search?q=" + "a" * 70_000).mimetype == "application/problem+json"


def test_the_app_starts_without_an_index_and_says_which_command_makes_one(tmp_path):
    client = create_app(tmp_path / "none").test_client()
    page = client.get("/")
    assert page.status_code == 503
    assert "haberara add" in page.text
    assert page.headers["Retry-After"]
    problem = client.get("/api/v1/search?q=a")
    assert problem.status_code == 503
    assert problem.mimetype == "application/problem+json"
    assert "haberara" in problem.json["remedy"]
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


@pytest.mark.parametrize(
    ("error", "says"),
    [(StaleIndex("analyzer", "1", "2"), "yeniden kurulması"), (BrokenIndex("x", "gone"), "okunamıyor")],
)
def test_an_index_that_breaks_while_serving_is_a_503_with_its_remedy(tmp_path, error, says):
    engine = FakeEngine(sample_articles())

    def snapshot():
        raise error

    engine.snapshot = snapshot
    page = create_app(tmp_path, engine=engine).test_client().get("/?q=a")
    assert page.status_code == 503
    assert says in page.text
    assert "haberara reindex" in page.text
    assert 'value="a"' in page.text


def test_a_bug_is_a_500_without_its_innards(tmp_path, caplog):
    engine = FakeEngine(sample_articles())

    def search(*args, **kwargs):
        raise ZeroDivisionError("secret/path.py")

    engine.search = search
    client = create_app(tmp_path, engine=engine).test_client()
    for path in ("/", "/api/v1/search"):
        response = client.get(path)
        assert response.status_code == 500
        assert "secret" not in response.text
        assert "ZeroDivision" not in response.text
    assert "ZeroDivisionError" in caplog.text
