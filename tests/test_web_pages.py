"""The search page and the article page: what they show, and where their links lead."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from web_support import FakeEngine, client_of, sample_app, sample_articles

from index.article import Article, Publication


@pytest.fixture
def client(tmp_path):
    return sample_app(tmp_path).test_client()


def links_of(html):
    return [unescape(url) for url in re.findall(r'href="([^"]*)"', html)]


def titles_of(html):
    return [unescape(re.sub("<[^>]+>", "", title)) for title in re.findall(r"<h2><a[^>]*>(.*?)</a></h2>", html)]


def test_an_empty_query_lists_the_newest_articles_with_facets(client):
    html = client.get("/").text
    assert "En yeni haberler" in html
    assert "arşivde 180 haber" in html
    assert titles_of(html)[0] == "Riga'da altın kaçtı, Türkiye Avrupa ikincisi"
    assert "<legend>Ülkeler</legend>" in html
    assert 'name="country" value="TR" form="search"' in html


def test_the_months_of_a_lone_year_are_shown_until_a_date_is_chosen(tmp_path):
    days = ("2024-03-05", "2024-03-07", "2024-05-01")
    client = client_of([Article(day, day, "", Publication.from_iso(day)) for day in days], tmp_path)

    def bars(address):
        return re.findall(r"<title>(.+?): \d+</title>", client.get(address).text)

    assert bars("/") == ["Mart 2024", "Mayıs 2024"]
    assert bars("/?date=2024") == ["Mart 2024", "Mayıs 2024"]
    assert bars("/?date=2024-03") == ["5 Mart 2024", "7 Mart 2024"]


def test_a_search_marks_its_matches_and_shows_source_date_people_and_countries(client):
    html = client.get("/?q=demirel").text
    assert "<mark>Demirel</mark>" in html
    assert re.search(r'<time datetime="[^"]+">\d+ \w+ \d{4} \w+', html)
    assert "/people/S%C3%BCleyman%20Demirel" in links_of(html)
    assert "/countries/TR" in links_of(html)


def test_dates_are_written_in_turkish_with_the_weekday_and_the_time_in_istanbul(tmp_path):
    moment = Publication.of_moment(datetime(2024, 3, 5, 11, 30, tzinfo=UTC))
    articles = [
        Article("a", "Günlü", "", Publication.from_iso("2024-03-05")),
        Article("b", "Saatli", "", moment),
        Article("c", "Tarihsiz haber", ""),
    ]
    html = client_of(articles, tmp_path).get("/").text
    assert ">5 Mart 2024 Salı</time>" in html
    assert ">5 Mart 2024 Salı, 14:30</time>" in html
    assert "<span>Tarihsiz</span>" in html
    english = client_of(articles, tmp_path).get("/?lang=en").text
    assert ">Tuesday 5 March 2024, 14:30</time>" in english


def test_a_chosen_value_is_ticked_and_has_a_chip_that_takes_it_away(client):
    html = client.get("/?q=parti&country=TR&not_source=Taslak+Postas%C4%B1&from=1991-01-01&to=1999-12-31").text
    assert re.search(r'name="country" value="TR" form="search" checked', html)
    chips = re.search(r'<section class="chips".*?</section>', html, re.DOTALL).group()
    left = [parse_qs(urlsplit(url).query) for url in links_of(chips)]
    without = [set(query) for query in left]
    everything = {"q", "country", "not_source", "from", "to"}
    for name in ("country", "not_source", "from", "to"):
        assert everything - {name} in without
    assert {"q"} in without  # "clear all" keeps the text


def test_a_chosen_value_stays_listed_when_nothing_matches(client):
    html = client.get("/?q=zzzzqq&country=TR&person=Kimse").text
    assert "Eşleşen haber yok" in html
    assert re.search(r'name="country" value="TR" form="search" checked', html)
    assert re.search(r'name="person" value="Kimse" form="search" checked', html)
    assert "Süzgeçler olmadan ara" in html


def test_the_form_carries_what_it_does_not_show(client):
    html = client.get("/?q=a&not_country=TR&match=any&limit=20&date=1999").text
    form = re.search(r'<form id="search".*?</form>', html, re.DOTALL).group()
    assert '<input type="hidden" name="not_country" value="TR">' in form
    assert '<input type="hidden" name="match" value="any">' in form
    assert '<input type="hidden" name="limit" value="20">' in form
    assert re.search(r'name="date" value="1999" form="search" checked', html)
    assert 'name="page"' not in html


def test_every_submit_of_the_form_says_each_parameter_once(client):
    """A parameter that is both hidden and shown would come back doubled and could never be taken away."""
    html = client.get("/?q=parti&country=TR&person=Turgut+%C3%96zal&date=1991&mentioned=1991&sort=oldest&limit=5").text
    named = re.findall(r'name="(\w+)"[^>]*?value="([^"]*)"[^>]*?(?:checked|type="hidden")', html)
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html)
    both = named + hidden
    assert len(both) == len(set(both))
    assert dict(hidden) == {"limit": "5"}


def test_page_links_lead_on_and_back(client):
    first = client.get("/?limit=20").text
    assert "/?page=2&limit=20" in links_of(first)
    assert "/?page=9&limit=20" in links_of(first)
    second = client.get("/?page=2&limit=20").text
    assert 'rel="prev" href="/?limit=20"' in unescape(second)
    assert not set(titles_of(first)) & set(titles_of(second))


def test_a_page_after_the_last_says_so(client):
    response = client.get("/?page=400")
    assert response.status_code == 200
    assert "Sonuçlar bu sayfadan önce bitiyor" in response.text


def test_unknown_parameters_are_ignored_by_the_page(client):
    assert client.get("/?utm_source=x&q=parti").status_code == 200


def test_the_article_is_marked_and_leads_back_to_the_whole_search(client):
    html = client.get("/articles/ornek-politika-001?q=parti&country=TR&page=2").text
    assert "<mark>Parti</mark>" in html or "<mark>parti</mark>" in html
    assert '<a class="m person" href="/people/S%C3%BCleyman%20Demirel">Süleyman Demirel</a>' in html
    assert '<a class="m country" href="/countries/TR">' in html
    assert "/?q=parti&country=TR&page=2" in links_of(html)
    assert "/api/v1/articles/ornek-politika-001" in links_of(html)
    assert html.count("<p>") >= 3


def test_results_lead_to_articles_with_the_search_state(client):
    html = client.get("/?q=parti&country=TR").text
    assert "/articles/ornek-politika-001?q=parti&country=TR" in links_of(html)


@pytest.mark.parametrize(
    "article_id", ["a/b", "a//b", "/a", "a/", "a?b=c", "a#b", "a%2Fb", "ç ğ", "https://x.example/a?b=1&c=2", "日本"]
)
def test_any_id_has_an_address(tmp_path, article_id):
    client = client_of([Article(article_id, "Başlık", "Metin")], tmp_path)
    html = client.get("/").text
    url = next(url for url in links_of(html) if url.startswith("/articles/"))
    assert "Metin" in client.get(url).text
    assert client.get("/api/v1" + url).json["id"] == article_id


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://ornek.example/a", True),
        ("http://ornek.example", True),
        ("javascript:alert(1)", False),
        ("JavaScript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//ornek.example/a", False),
        ("https:///a", False),
        ("http://[bad", False),
        ("ftp://ornek.example/a", False),
    ],
)
def test_only_web_addresses_become_links(tmp_path, url, linked):
    html = client_of([Article("a", "Başlık", "Metin", url=url)], tmp_path).get("/articles/a").text
    assert (url in links_of(html)) is linked


def test_a_headline_without_a_body_is_an_article(tmp_path):
    html = client_of([Article("a", "Yalnız başlık", "")], tmp_path).get("/articles/a").text
    assert "yalnızca başlığı var" in html


def test_all_values_of_a_facet_have_a_page(client):
    html = client.get("/facets/person?q=parti&prefix=s").text
    assert "Süleyman Demirel" in html
    assert "Mesut Yılmaz" not in html
    assert "/?q=parti&person=S%C3%BCleyman+Demirel" in links_of(html)
    assert "/people/S%C3%BCleyman%20Demirel" in links_of(html)
    assert client.get("/facets/nothing").status_code == 404


def test_an_empty_archive_says_how_to_fill_it(tmp_path):
    assert "haberara add" in client_of([], tmp_path).get("/").text


def test_a_page_that_is_known_costs_no_search(tmp_path):
    from web.app import create_app

    engine = FakeEngine(sample_articles())
    client = create_app(tmp_path, engine=engine).test_client()
    tag = client.get("/?q=parti").headers["ETag"]
    searches = engine.searches
    again = client.get("/?q=parti", headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert engine.searches == searches
    assert client.get("/?q=parti&lang=en", headers={"If-None-Match": tag}).status_code == 200
    engine.commit += 1
    assert client.get("/?q=parti", headers={"If-None-Match": tag}).status_code == 200


def test_a_search_that_begins_on_the_first_page_is_in_order_of_relevance(client):
    """The first page shows the newest; its form must not ask for them again once there are words."""
    select = re.compile(r'<select id="sort".*?</select>', re.DOTALL)
    assert 'value="" selected' in select.search(client.get("/").text).group()
    assert 'value="newest"' not in select.search(client.get("/").text).group()
    searched = select.search(client.get("/?q=parti&sort=").text).group()
    assert 'value="" selected' in searched
    assert 'value="newest">' in searched
    assert 'value="newest" selected' in select.search(client.get("/?q=parti&sort=newest").text).group()
    assert 'value="oldest" selected' in select.search(client.get("/?sort=oldest").text).group()
