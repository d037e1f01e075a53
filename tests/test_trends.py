"""Trends: every number is that of a count by hand and leads to exactly so many articles; shares, charts, limits."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from html import unescape
from itertools import pairwise
from urllib.parse import urlencode

import pytest
from cases_search import CASES
from hostile import HOSTILE, Page
from web_support import FakeEngine, sample_app

from index.article import Article, Publication
from index.errors import RequestError
from search.reading.periods import grid, step_for
from search.reading.trends import MAX_PERIODS, MAX_QUERIES, TrendsRequest, trends
from web.app import create_app
from web.parts.linechart import APART, Values, line_chart, round_scale

PLAIN = [one for one in CASES if {name for name, _ in one.params} <= {"q", "match"} and one.values("q")]
"""Queries with what they mean as a tree, which a count by hand understands."""

LENGTH = {"year": 4, "month": 7, "day": 10}


def queries(archive):
    """Queries in fives, with what each of them finds: a function of an article."""
    found = [
        (one.values("q")[0], lambda a, one=one: archive.brute._matches(one.tree, a))
        for one in PLAIN
        if one.values("match") != ("any",)
    ]
    people = [name for name, _ in archive.counted("person").most_common(4) if name != "unknown"]
    found += [(f'kişi:"{name}"', lambda a, name=name: name in a.facets["person"]) for name in people]
    found.append(("country:TR", lambda a: "TR" in a.facets["country"]))
    unique = list(dict(found).items())
    return [unique[at : at + MAX_QUERIES] for at in range(0, len(unique), MAX_QUERIES)]


def by_hand(archive, finds, asked, length):
    """Articles of a query by period, and `unknown` for undated ones."""
    among = [a for a in archive.brute.articles if finds(a)]
    if asked.date_from or asked.date_to:
        among = [a for a in among if a.day and (not asked.date_from or a.day >= asked.date_from)]
        among = [a for a in among if not asked.date_to or a.day <= asked.date_to]
    return Counter(a.day.isoformat()[:length] if a.day else "unknown" for a in among)


def check(archive, answer, asked, named):
    length = LENGTH[answer["by"]]
    every = by_hand(archive, lambda a: True, asked, length)
    periods = [period["value"] for period in answer["periods"]]
    assert periods == sorted(periods)
    assert set(periods) >= set(every) - {"unknown"}
    assert [period["count"] for period in answer["periods"]] == [every[period] for period in periods]
    assert answer["all"]["count"] == sum(every.values())
    assert (answer["all"]["undated"] or {"count": 0})["count"] == every["unknown"]
    assert [series["query"] for series in answer["series"]] == [text for text, _ in named]
    for series, (_, finds) in zip(answer["series"], named, strict=True):
        wanted = by_hand(archive, finds, asked, length)
        assert [point["count"] for point in series["points"]] == [wanted[period] for period in periods], series["query"]
        assert series["total"] == sum(wanted.values())
        assert (series["undated"] or {"count": 0})["count"] == wanted["unknown"]
        for point in series["points"]:
            whole = every[point["value"]]
            assert point["share"] == (round(point["count"] / whole, 6) if whole else None)


def test_every_number_is_that_of_a_count_by_hand(archive):
    groups = queries(archive)
    assert len(groups) >= 4
    for named in groups:
        asked = TrendsRequest(tuple(text for text, _ in named))
        check(archive, trends(archive.engine, asked).to_json(), asked, named)


@pytest.mark.parametrize("span", [("1999-01-15", "1999-12-10"), ("2026-03-01", ""), ("", "2026-06-30")])
@pytest.mark.parametrize("by", ["auto", "year", "month", "day"])
def test_steps_and_spans_count_as_by_hand(archive, by, span):
    first, last = span
    asked = TrendsRequest.from_params({"q": ["deprem", "türkiye"], "by": [by], "from": [first], "to": [last]})
    named = [one for group in queries(archive) for one in group if one[0] in ("deprem", "türkiye")]
    asked = TrendsRequest(tuple(text for text, _ in named), asked.by, asked.date_from, asked.date_to)
    days = sorted(a.day for a in archive.brute.articles if a.day and (not asked.date_to or a.day <= asked.date_to))
    days = [day for day in days if not asked.date_from or day >= asked.date_from]
    width = {"day": 1, "month": 28, "year": 366, "auto": 366}[by]
    if days and (days[-1] - days[0]).days // width > MAX_PERIODS:
        with pytest.raises(RequestError, match="more than"):
            trends(archive.engine, asked)
        return
    check(archive, trends(archive.engine, asked).to_json(), asked, named)


def test_every_number_leads_to_exactly_so_many_articles(archive):
    followed = 0
    for named in queries(archive)[:5]:
        answer = trends(archive.engine, TrendsRequest(tuple(text for text, _ in named))).to_json()
        followed += archive.check([answer["all"], *answer["periods"]])
        for series in answer["series"]:
            followed += archive.check([*series["points"], *([series["undated"]] if series["undated"] else [])])
            assert archive.found(series["search"]) == series["total"]
    assert followed > 100


@pytest.fixture
def client(sample_data, sample_engine):
    return create_app(sample_data, engine=sample_engine).test_client()


ASKED = urlencode([("q", "deprem"), ("q", "seçim sonuç"), ("q", 'kişi:"Bülent Ecevit"')])


@pytest.mark.parametrize("more", ["", "&by=month&from=1999&to=2000", "&by=day&from=1999-08&to=1999-09"])
@pytest.mark.parametrize("lang", ["tr", "en"])
def test_every_number_on_the_page_is_a_link_that_finds_so_many(client, more, lang):
    html = client.get(f"/trends?{ASKED}{more}&lang={lang}").text
    answer = client.get(f"/api/v1/trends?{ASKED}{more}&lang={lang}").json
    table = html.split("<tbody>", 1)[1].split("</tbody>", 1)[0]
    shown = [
        [(unescape(url), int(number)) for url, number in re.findall(r'<td><a href="([^"]+)">(\d+)</a>', row)]
        for row in table.split("</tr>")[:-1]
    ]
    periods = [
        [p["count"], *(s["points"][at]["count"] for s in answer["series"])] for at, p in enumerate(answer["periods"])
    ]
    assert [[number for _, number in row] for row in shown[: len(periods)]] == periods
    assert [number for _, number in shown[-1]] == [answer["all"]["count"], *(s["total"] for s in answer["series"])]
    for url, number in [pair for row in shown for pair in row]:
        assert client.get("/api/v1/search" + url[1:]).json["total"] == number, url


@pytest.mark.parametrize(("separator", "point"), [("comma", "."), ("semicolon", ",")])
def test_the_table_to_take_along_has_every_number_with_its_address(client, separator, point):
    answer = client.get(f"/api/v1/trends?{ASKED}").json
    sent = client.get(f"/api/v1/trends?{ASKED}&format=csv&separator={separator}")
    rows = list(csv.DictReader(io.StringIO(sent.text), delimiter={"comma": ",", "semicolon": ";"}[separator]))
    numbers = []
    for series in answer["series"]:
        numbers += [(series["query"], p["value"], p["count"]) for p in series["points"]]
        numbers += [(series["query"], "unknown", series["undated"]["count"])] if series["undated"] else []
        numbers.append((series["query"], "total", series["total"]))
    assert [(row["query"], row["period"], int(row["articles"])) for row in rows] == numbers
    for row in rows:
        if int(row["all_articles"]):
            share = 100 * int(row["articles"]) / int(row["all_articles"])
            assert row["share_percent"] == f"{share:.4f}".replace(".", point)
        path = row["haberara_url"].removeprefix("http://localhost")
        assert client.get("/api/v1/search" + path[1:]).json["total"] == int(row["articles"])


def test_a_query_that_looks_like_a_formula_is_none_in_the_table(client):
    for text in ("=1+1", "+deprem", "-deprem", "@x", "\t=x", "a\r=1+1", "a\n\r@x"):
        sent = client.get("/api/v1/trends", query_string={"q": text, "format": "csv"})
        if sent.status_code == 200:
            assert "\r" not in sent.text.replace("\r\n", "\n"), "which would end the row"
            rows = list(csv.reader(io.StringIO(sent.text)))
            assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]


# -- what is asked


def test_a_request_round_trips():
    asked = TrendsRequest.from_params(
        {"q": [" a ", "", "b", "a"], "by": ["month"], "from": ["1999"], "to": ["2000-05"]}
    )
    assert asked.queries == ("a", "b")
    params = {}
    for name, value in asked.to_params():
        params.setdefault(name, []).append(value)
    assert TrendsRequest.from_params(params) == asked


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("q=a&q=b&q=c&q=d&q=e&q=f", "q", "too-many-values"),
        ("q=" + "a" * 1001, "q", "too-long"),
        ("q=*a", "q", "leading-wildcard"),
        ("by=week", "by", "not-a-choice"),
        ("by=day", "by", "too-many-periods"),
        ("from=x", "from", "not-a-date"),
        ("from=2001&to=2000", "from", "days-swapped"),
        ("person=x", "person", "unknown-parameter"),
        ("by=year&by=month", "by", "too-many-values"),
    ],
)
def test_what_can_t_be_compared_is_said(client, query, parameter, code):
    answer = client.get(f"/api/v1/trends?{query}")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert (answer.json["parameter"], answer.json["code"]) == (parameter, code)
    page = client.get(f"/trends?{query}&lang=en")
    if code not in ("unknown-parameter", "too-many-values") or parameter == "q":
        assert page.status_code == 400
        assert "can&#39;t be understood" not in page.text


def test_the_step_fits_the_span():
    assert step_for(["1999", "2003", "1999-01", "2003-12"]) == "month"
    assert step_for(["1999", "2004"]) == "year"
    assert step_for(["2024", "2024-01", "2024-03"]) == "day"
    assert step_for(["2024", "2024-01", "2024-04"]) == "month"
    assert step_for([]) == "year"


def test_a_grid_has_the_empty_periods_between():
    assert grid(["1999-11", "2000-02", "unknown", "1999"], "month") == ("1999-11", "1999-12", "2000-01", "2000-02")
    assert grid(["2024-02-28", "2024-03-01"], "day") == ("2024-02-28", "2024-02-29", "2024-03-01")
    assert grid(["1999", "2001"], "year") == ("1999", "2000", "2001")
    assert grid(["1023", "2024"], "year") == ("1023", "2024")
    assert grid(["unknown"], "year") == ()


def test_a_period_without_articles_has_no_share(tmp_path):
    days = ["2020-01-01", "2022-01-01"]
    engine = FakeEngine([Article(day, "haber", "", Publication.from_iso(day)) for day in days])
    found = trends(engine, TrendsRequest(("haber",), "year"))
    assert found.shares(found.lines[0]) == (1.0, None, 1.0)
    html = create_app(tmp_path, engine=engine).test_client().get("/trends?q=haber&by=year").text
    assert html.count("<polyline") == 1, "the numbers are one line, the shares two points apart"


def test_nothing_dated_has_a_page(tmp_path):
    for articles in ([], [Article("a", "Tarihsiz haber", "")]):
        client = create_app(tmp_path, engine=FakeEngine(articles)).test_client()
        assert client.get("/trends?q=haber").status_code == 200
        assert client.get("/api/v1/trends?q=haber").json["series"][0]["total"] == len(articles)


@pytest.fixture(scope="module")
def in_memory(tmp_path_factory):
    return sample_app(tmp_path_factory.mktemp("trends")).test_client()


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_query_stays_text(in_memory, text):
    answer = in_memory.get("/trends", query_string=[("q", text), ("q", "parti"), ("from", "1999"), ("to", "1999")])
    assert answer.status_code in (200, 400)
    Page(answer.text).check(text)


# -- the drawing


@pytest.mark.parametrize("highest", [0, 1, 2, 3, 7, 10, 47, 99, 101, 2023, 40_150, 0.0004, 0.034, 0.5, 1.0])
def test_a_scale_is_round_and_reaches_the_highest(highest):
    scale = round_scale(highest)
    assert scale[0] == 0
    assert scale[-1] >= highest
    assert 2 <= len(scale) <= 6
    steps = {round(b - a, 9) for a, b in pairwise(scale)}
    assert len(steps) == 1
    assert f"{steps.pop():e}"[0] in "125"


def test_names_of_lines_that_end_together_stand_apart():
    lines = [Values(str(n), [1.0, 5.0], ["", ""]) for n in range(5)]
    made = line_chart(lines, ["a", "b"], [(0, "0"), (5, "5")])
    places = sorted(line.name_y for line in made.lines)
    assert all(b - a >= APART - 0.01 for a, b in pairwise(places))
    assert 0 <= places[0] <= places[-1] <= 100


def test_lines_are_told_apart_without_colour():
    lines = [Values(str(n), [1.0, 2.0], ["", ""]) for n in range(5)]
    made = line_chart(lines, ["a", "b"], [(0, "0"), (5, "5")])
    assert len({line.marker for line in made.lines}) == 5
    assert len({line.number for line in made.lines}) == 5


def test_a_line_has_a_gap_where_there_is_nothing():
    made = line_chart([Values("a", [1, None, 2, 3], ["", "", "", ""])], list("abcd"), [(0, "0"), (3, "3")])
    assert made.lines[0].pieces == ("54,35.33 81,4",)
    assert len(made.lines[0].markers) == 3


def test_the_chart_is_told_to_screen_readers(client):
    html = client.get(f"/trends?{ASKED}&lang=en").text
    for name in ("numbers", "shares"):
        svg = re.search(rf'<svg class="drawing"[^>]*aria-labelledby="{name}-title"[^>]*>', html).group()
        assert 'role="img"' in svg
        assert f'aria-describedby="{name}-told"' in svg
        assert re.search(rf'<desc id="{name}-told">[^<]*deprem[^<]+</desc>', html)
    assert '<caption class="unseen">' in html
    assert html.count('scope="row"') > 10


def test_searches_and_portraits_lead_to_trends(client):
    assert "/trends?q=deprem" in client.get("/?q=deprem").text
    assert "/trends?q=ki%C5%9Fi%3A%22B%C3%BClent+Ecevit%22" in client.get("/people/B%C3%BClent%20Ecevit").text
    assert 'href="/trends"' in client.get("/").text
