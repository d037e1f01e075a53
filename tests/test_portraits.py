"""Pages of people and countries: every number is that of a count by hand and leads to exactly so many articles."""

from __future__ import annotations

import csv
import io
import random
import re
import shutil
from collections import Counter
from html import unescape

import pytest
from web_support import FakeEngine, sample_articles

from index.building import AddOptions, add, reindex_facets
from index.errors import UnknownValue
from index.turkish import sort_key
from search.reading.portraits import LISTED, LISTS, portrait
from search.request import SearchRequest
from search.service import SearchEngine
from web import links
from web.app import create_app

FOLLOWED = 40
"""Subjects of each archive whose numbers are all followed; every subject's are counted by hand."""


def subjects(archive, facet):
    """The values that portraits are made of, most frequent first; of many, the first hundred and a seeded few more."""
    counts = archive.counted(facet)
    counts.pop("unknown", None)
    names = sorted(counts, key=lambda value: (-counts[value], value))
    rest = names[100:]
    return names[:100] + random.Random(5).sample(rest, min(60, len(rest)))


def by_hand(archive, facet, value):
    """What the JSON of a portrait says, counted by going through the articles."""

    def names_it(article):
        return value in article.facets[facet]

    dates = archive.counted("date", names_it)
    years = [v for v in dates if len(v) == 4]
    length = 7 if len(years) == 1 else 4
    periods = [(v, dates[v]) for v in sorted(dates) if len(v) == length and v != "unknown"]
    lists = {}
    for name in LISTS:
        counts = archive.counted(name, names_it)
        for left in ("unknown", value if name == facet else "unknown"):
            counts.pop(left, None)
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], sort_key(pair[0])))
        lists[name] = ordered[:LISTED], len(ordered) > LISTED
    undated = [("unknown", dates["unknown"])] if dates["unknown"] else []
    return sum(map(names_it, archive.brute.articles)), periods + undated, lists


@pytest.mark.parametrize("facet", ["person", "country"])
def test_every_number_is_that_of_a_count_by_hand(archive, facet):
    chosen = subjects(archive, facet)
    assert len(chosen) >= 20
    for value in chosen:
        answer = portrait(archive.engine, facet, value).to_json()
        total, periods, lists = by_hand(archive, facet, value)
        assert (answer["value"], answer["total"]) == (value, total)
        assert [(p["value"], p["count"]) for p in answer["periods"]] == periods
        for related in answer["related"]:
            values, truncated = lists[related["name"]]
            found = [(v["value"], v["count"]) for v in related["values"]]
            assert Counter(count for _, count in found) == Counter(count for _, count in values), (value, related)
            assert found == values or related["name"] in ("country", "person"), (value, related["name"])
            counts = archive.counted(related["name"], lambda article, value=value: value in article.facets[facet])
            assert all(counts[name] == count for name, count in found)
            assert related["truncated"] == truncated


@pytest.mark.parametrize("facet", ["person", "country"])
@pytest.mark.parametrize("lang", ["tr", "en"])
def test_every_number_leads_to_exactly_so_many_articles(archive, facet, lang):
    followed = 0
    for value in subjects(archive, facet)[:FOLLOWED]:
        answer = portrait(archive.engine, facet, value, locale=lang, listed=100).to_json()
        assert archive.found(answer["search"]) == answer["total"]
        followed += archive.check(answer["periods"])
        for related in answer["related"]:
            followed += archive.check(related["values"])
    assert followed > 500


@pytest.fixture
def client(sample_data, sample_engine):
    return create_app(sample_data, engine=sample_engine).test_client()


@pytest.mark.parametrize("path", ["/people/B%C3%BClent%20Ecevit", "/countries/GR", "/people/S%C3%BCleyman%20Demirel"])
@pytest.mark.parametrize("lang", ["tr", "en"])
def test_every_number_on_the_page_is_a_link_that_finds_so_many(client, path, lang):
    html = client.get(f"{path}?lang={lang}").text
    answer = client.get(f"/api/v1{path}?lang={lang}").json
    main = html.split("<main", 1)[1]
    table = re.findall(r'<th scope="row"><a href="([^"]+)">.*?</a></th><td>(\d+)</td>', main)
    lists = re.findall(r'<a class="(?:count|both)" href="([^"]+)">.*?(\d+)<span', main)
    totals = re.findall(r'<a href="(/\?[^"]+)">(\d+) (?:haber|article)', main)
    assert len(table) == sum(p["value"] != "unknown" for p in answer["periods"])
    assert len(lists) == sum(len(related["values"]) for related in answer["related"])
    assert len(totals) == 2
    for url, count in (*table, *lists, *totals):
        found = client.get("/api/v1/search" + unescape(url)[1:]).json
        assert found["total"] == int(count), url
    assert all(f"/articles/{hit['id']}" in html for hit in answer["hits"])
    bars = re.findall(r'<a href="([^"]+)" aria-label="[^"]*: (\d+) \w+"', main)
    assert bars == table


def test_the_table_has_every_number_with_its_address(client):
    path = "/api/v1/people/B%C3%BClent%20Ecevit"
    answer = client.get(path).json
    sent = client.get(f"{path}?format=csv")
    assert sent.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(sent.text)))
    numbers = [("total", answer["value"], answer["total"])]
    numbers += [("date", p["value"], p["count"]) for p in answer["periods"]]
    numbers += [(r["name"], v["value"], v["count"]) for r in answer["related"] for v in r["values"]]
    assert [(row["about"], row["value"], int(row["articles"])) for row in rows] == numbers
    for row in rows:
        path = row["haberara_url"].removeprefix("http://localhost")
        assert client.get("/api/v1/search" + path[1:]).json["total"] == int(row["articles"])


def test_articles_of_one_year_are_counted_by_months(tmp_path):
    of_1999 = [a for a in sample_articles() if a.published and a.published.day.year == 1999]
    engine = FakeEngine(of_1999)
    periods = portrait(engine, "country", "TR").to_json()["periods"]
    assert len(periods) > 1
    assert all(len(period["value"]) == 7 for period in periods)
    html = create_app(tmp_path, engine=engine).test_client().get("/countries/TR").text
    assert html.count('<rect class="bar"') == len(periods)


# -- other names, and names that nobody has


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/people/bulent%20ecevit", "/people/B%C3%BClent%20Ecevit"),
        ("/people/B%C3%9CLENT%20ECEV%C4%B0T?lang=en", "/people/B%C3%BClent%20Ecevit?lang=en"),
        ("/countries/Almanya", "/countries/DE"),
        ("/countries/gr", "/countries/GR"),
        ("/countries/Greece", "/countries/GR"),
    ],
)
def test_other_spellings_lead_to_the_one_page(client, typed, meant):
    answer = client.get(typed)
    assert (answer.status_code, answer.headers["Location"]) == (302, meant)
    assert client.get(meant).status_code == 200
    answered = client.get("/api/v1" + typed).json
    assert f"/{answered['value']}" in unescape(meant).replace("%20", " ").replace("%C3%BC", "ü")


def test_aliases_of_the_user_lead_to_the_one_page(sample_data, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(sample_data, data)
    aliases = "Karaoğlan\tBülent Ecevit\nSüleyman Demirel\t-\n"
    (data / "people_aliases.tsv").write_text(aliases, "utf-8")
    reindex_facets(data)
    engine = SearchEngine.open(data)
    try:
        client = create_app(data, engine=engine).test_client()
        answer = client.get("/people/Karao%C4%9Flan")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/people/B%C3%BClent%20Ecevit")
        assert client.get("/people/S%C3%BCleyman%20Demirel").status_code == 404
        related = client.get("/api/v1/people/B%C3%BClent%20Ecevit").json["related"][0]["values"]
        assert related
        assert "Süleyman Demirel" not in [count["value"] for count in related]
    finally:
        engine.close()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Bülent Ecevt", "Bülent Ecevit"),
        ("bulent ecevid", "Bülent Ecevit"),
        ("Süleyman Demirell", "Süleyman Demirel"),
        ("Demirel", "Süleyman Demirel"),
    ],
)
def test_nobody_of_a_name_offers_who_may_be_meant(client, typed, meant):
    problem = client.get(f"/api/v1/people/{typed}")
    assert (problem.status_code, problem.mimetype) == (404, "application/problem+json")
    assert problem.json["type"] == "urn:haberara:problem:unknown-value"
    assert meant in problem.json["nearest"] or typed == "Demirel"
    page = client.get(f"/people/{typed}")
    assert page.status_code == 404
    assert f">{meant}</a>" in page.text or typed == "Demirel"
    assert '<form id="search"' in page.text


@pytest.mark.parametrize(("typed", "meant"), [("Almanyo", "DE"), ("Yunanstan", "GR"), ("Grece", "GR")])
def test_no_country_of_a_name_offers_which_may_be_meant(client, typed, meant):
    assert meant in client.get(f"/api/v1/countries/{typed}").json["nearest"]
    assert f'href="/countries/{meant}"' in client.get(f"/countries/{typed}").text


@pytest.mark.parametrize("path", ["people/unknown", "countries/unknown", "countries/TV", "people/a", "people/ "])
def test_what_is_none_is_not_found(client, path):
    assert client.get(f"/{path}").status_code == 404
    assert client.get(f"/api/v1/{path}").status_code == 404


def test_a_name_that_is_too_long_is_not_found_quickly(client):
    for part in ("people", "countries"):
        assert client.get(f"/{part}/{'a b ' * 5000}").status_code == 404


def test_the_error_names_what_may_be_meant(sample_engine):
    with pytest.raises(UnknownValue, match="Perhaps Süleyman Demirel"):
        portrait(sample_engine, "person", "Süleyman Demirol")


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "format=xml", "x=1", "bom=2", "separator=dot"])
def test_a_bad_parameter_is_a_problem(client, query):
    for path in ("people/B%C3%BClent%20Ecevit", "countries/TR"):
        answer = client.get(f"/api/v1/{path}?{query}")
        assert (answer.status_code, answer.json["parameter"]) == (400, query.partition("=")[0])


# -- the ways there


def test_pages_lead_to_people_and_countries(client):
    article = client.get("/articles/ornek-afet-008").text
    results = client.get("/?q=deprem").text
    chosen = client.get("/?person=B%C3%BClent+Ecevit&country=TR").text
    for html in (article, results):
        assert 'href="/countries/TR"' in html
        assert re.search(r'href="/people/[^"]+"', html)
    assert 'class="about-page"><a href="/people/B%C3%BClent%20Ecevit"' in chosen
    assert 'class="about-page"><a href="/countries/TR"' in chosen
    assert 'href="/people/B%C3%BClent%20Ecevit"' in client.get("/facets/person").text
    for path in ("/people", "/countries"):
        assert f'href="{path}"' in results


@pytest.mark.parametrize(("path", "facet"), [("/people", "person"), ("/countries", "country")])
def test_all_names_are_listed_with_their_numbers(client, path, facet):
    html = client.get(path).text
    every = client.get(f"/api/v1/facets/{facet}?facet_limit=1000").json["values"][:500]
    shown = re.findall(r'<a class="count" href="([^"]+)">(\d+)<', html)
    assert [int(count) for _, count in shown] == [value["count"] for value in every]
    for url, count in shown[:30]:
        assert client.get("/api/v1/search" + unescape(url)[1:]).json["total"] == int(count)
    begun = client.get(f"{path}?prefix=al&facet_sort=alphabet").text
    assert 0 < begun.count('class="count"') < len(shown)


def test_a_single_name_in_a_text_leads_to_a_search(client):
    with client.application.test_request_context("/?lang=tr"):
        assert links.value_url("person", "Ecevit") == "/?q=ki%C5%9Fi%3AEcevit&lang=tr"
        assert links.value_url("person", "Bülent Ecevit") == "/people/B%C3%BClent%20Ecevit?lang=tr"
        assert links.value_url("source", "A/B") == "/?source=A%2FB&lang=tr"


def test_the_numbers_of_a_page_are_of_one_state(sample_data, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(sample_data, data)
    engine = SearchEngine.open(data)
    try:
        held = engine.held()
        before = held.search(SearchRequest()).total
        news = tmp_path / "news.jsonl"
        news.write_text('{"id": "new", "title": "Yeni haber", "body": "Kar yağdı.", "date": "2024-03-05"}\n', "utf-8")
        add(data, [str(news)], AddOptions(jobs=1))
        assert engine.search(SearchRequest()).total == before + 1
        assert held.search(SearchRequest()).total == before
        assert held.snapshot() != engine.snapshot()
        assert engine.held().search(SearchRequest()).total == before + 1
    finally:
        engine.close()
