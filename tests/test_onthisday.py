"""On this day: every number is that of a count by hand, on the page, as JSON and as a table; days that are none."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from datetime import date
from html import unescape

import pytest
from web_support import FakeEngine, sample_app

from index.article import Article, Publication
from index.errors import RequestError
from search.reading.onthisday import CalendarDay, on_this_day
from web.app import create_app

DAYS = [(day.month, day.day) for n in range(366) if (day := date.fromordinal(date(2000, 1, 1).toordinal() + n))]


def by_hand(archive):
    """Articles by (month, day), then by year."""
    found = {}
    for article in archive.brute.articles:
        if article.day:
            found.setdefault((article.day.month, article.day.day), Counter())[article.day.year] += 1
    return found


def test_every_day_counts_as_by_hand(archive):
    expected = by_hand(archive)
    followed = 0
    for month, day in DAYS:
        answer = on_this_day(archive.engine, CalendarDay.of(month, day)).to_json()
        wanted = expected.get((month, day), Counter())
        assert [(y["year"], y["count"]) for y in answer["years"]] == sorted(wanted.items(), reverse=True)
        assert answer["total"] == sum(wanted.values()) == archive.found(answer["search"])
        followed += archive.check(answer["years"])
        for year in answer["years"]:
            assert len(year["hits"]) == min(3, year["count"])
            assert all(hit["published"][:10] == year["value"] for hit in year["hits"])
    assert followed >= 20


@pytest.fixture
def client(sample_data, sample_engine):
    return create_app(sample_data, engine=sample_engine).test_client()


@pytest.mark.parametrize("lang", ["tr", "en"])
def test_the_page_shows_what_the_endpoint_says(client, lang):
    asked = {"month": 8, "day": 17, "lang": lang}
    answer = client.get("/api/v1/on-this-day", query_string=asked).json
    html = client.get("/on-this-day", query_string=asked).text
    assert answer["years"]
    shown = re.findall(r'<h2 id="y(\d+)".*?class="behind"><a href="([^"]+)">(\d+) ', html, re.DOTALL)
    assert [(int(year), int(count)) for year, _, count in shown] == [(y["year"], y["count"]) for y in answer["years"]]
    for (_, url, _), year in zip(shown, answer["years"], strict=True):
        assert unescape(url).split("?")[1].removesuffix(f"&lang={lang}") == year["search"]
        assert all(f"/articles/{hit['id']}" in html for hit in year["hits"])


def test_the_table_has_every_year_with_an_address_that_leads_there(client):
    asked = {"month": 8, "day": 17}
    answer = client.get("/api/v1/on-this-day", query_string=asked).json
    table = client.get("/api/v1/on-this-day", query_string=asked | {"format": "csv"})
    assert table.headers["Content-Disposition"].startswith('attachment; filename="haberara-on-this-day-08-17-')
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [(int(r["year"]), int(r["articles"])) for r in rows] == [(y["year"], y["count"]) for y in answer["years"]]
    for row in rows:
        path = row["haberara_url"].removeprefix("http://localhost")
        assert client.get("/api/v1/search" + path[1:]).json["total"] == int(row["articles"])
    excel = client.get("/api/v1/on-this-day?month=8&day=17&format=csv&bom=1&separator=semicolon")
    assert excel.data.startswith("\ufeffyear;".encode())


def test_a_leap_day_is_of_leap_years_only(tmp_path):
    days = ["2024-02-29", "2020-02-29", "2023-02-28", "2023-03-01", "1900-03-01"]
    articles = [Article(day, day, "", Publication.from_iso(day)) for day in days]
    engine = FakeEngine([*articles, Article("undated", "Tarihsiz", "")])
    found = on_this_day(engine, CalendarDay.of(2, 29))
    assert [year.year for year in found.years] == [2024, 2020]
    client = create_app(tmp_path, engine=engine).test_client()
    html = client.get("/on-this-day?month=2&day=29&lang=en").text
    assert "Only leap years have this day." in html
    assert ("month=2&amp;day=28" in html, "month=3&amp;day=1" in html) == (True, True)


def test_the_year_has_366_days_in_a_ring():
    day = first = CalendarDay.of(1, 1)
    seen = []
    for _ in DAYS:
        seen.append((day.month, day.day))
        assert day.neighbours[1].neighbours[0] == day
        day = day.neighbours[1]
    assert (seen, day) == (DAYS, first)


@pytest.mark.parametrize(("month", "day"), [(2, 30), (4, 31), (13, 1), (0, 1), (1, 0), (1, 32)])
def test_a_day_that_is_none_is_refused(month, day, tmp_path):
    with pytest.raises(RequestError):
        CalendarDay.of(month, day)
    client = sample_app(tmp_path).test_client()
    answer = client.get("/api/v1/on-this-day", query_string={"month": month, "day": day})
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert answer.json["parameter"] in ("month", "day")
    page = client.get("/on-this-day", query_string={"month": month, "day": day, "lang": "en"})
    assert page.status_code == 400
    assert "no such day" in page.text or "can&#39;t have the value" in page.text


@pytest.mark.parametrize(
    "query", ["month=2", "day=3", "month=2&day=", "month=x&day=1", "day=1&month=1&x=1", "limit=21"]
)
def test_what_is_incomplete_or_unknown_is_refused(query, tmp_path):
    client = sample_app(tmp_path).test_client()
    assert client.get(f"/api/v1/on-this-day?{query}").status_code == 400


def test_without_a_day_it_is_today(tmp_path, monkeypatch):
    import web.onthisday

    client = sample_app(tmp_path).test_client()
    monkeypatch.setattr(web.onthisday, "_today", lambda: date(2026, 8, 17))
    first = client.get("/api/v1/on-this-day")
    assert (first.json["month"], first.json["day"]) == (8, 17)
    headers = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/api/v1/on-this-day", headers=headers).status_code == 304
    monkeypatch.setattr(web.onthisday, "_today", lambda: date(2026, 8, 18))
    tomorrow = client.get("/api/v1/on-this-day", headers=headers)
    assert (tomorrow.status_code, tomorrow.json["day"]) == (200, 18)


def test_an_empty_archive_has_a_page(tmp_path):
    client = create_app(tmp_path, engine=FakeEngine([])).test_client()
    answer = client.get("/api/v1/on-this-day?month=2&day=29")
    assert (answer.json["total"], answer.json["years"]) == (0, [])
    assert "hiç" in client.get("/on-this-day").text or "yok" in client.get("/on-this-day").text
