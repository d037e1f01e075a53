"""All hits to take along, from the endpoint: streamed, with all filters, safe for spreadsheets, leading back."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from urllib.parse import urlsplit

import pytest

from search.exporting import BOM, FIELDS, PIECE, export_text, pieces, table_text
from search.request import SearchRequest
from search.results import ExportedArticle
from web.app import create_app
from web.links import permalinks


@pytest.fixture
def client(sample_data, sample_engine):
    return create_app(sample_data, engine=sample_engine).test_client()


def rows(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM)), delimiter=delimiter))


@pytest.mark.parametrize(
    "search",
    ["", "q=deprem", "q=deprem&country=TR&not_source=x&sort=oldest", "person=B%C3%BClent+Ecevit&from=1999&match=any"],
)
def test_both_formats_have_all_hits_of_the_search_in_order(client, search):
    hits = client.get(f"/api/v1/search?limit=1000&{search}").json["hits"]
    table = rows(client.get(f"/api/v1/export?format=csv&{search}").text)
    lines = [json.loads(line) for line in client.get(f"/api/v1/export?format=jsonl&{search}").text.splitlines()]
    assert [hit["id"] for hit in hits] == [row["id"] for row in table] == [line["id"] for line in lines]
    assert hits
    for name in ("people", "countries"):
        assert [hit[name] for hit in hits] == [line[name] for line in lines]
        assert ["; ".join(hit[name]) for hit in hits] == [row[name] for row in table]
        assert any(hit[name] for hit in hits)
    assert tuple(table[0]) == FIELDS
    assert set(lines[0]) == set(FIELDS)


def test_each_article_leads_back_to_itself_and_to_its_search(client):
    asked = "q=deprem%20OR%20sel&country=TR&sort=newest"
    for row in rows(client.get(f"/api/v1/export?format=csv&{asked}").text):
        address = urlsplit(row["haberara_url"])
        assert address.netloc == "localhost"
        page = client.get(f"{address.path}?{address.query}")
        assert page.status_code == 200
        assert "country=TR" in page.text


def test_a_permalink_of_any_id():
    permalink = permalinks("https://haber.example/arsiv", SearchRequest("a b", page=3, limit=50, explain=True))
    assert permalink("a/b c?") == "https://haber.example/arsiv/articles/a/b%20c%3F?q=a+b"
    assert permalinks("", SearchRequest())("x") == "/articles/x"


def test_the_file_is_sent_as_one_to_keep(client):
    answer = client.get("/api/v1/export?format=csv&q=deprem")
    assert answer.content_type.startswith("text/csv")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="haberara-')
    assert answer.headers["Content-Disposition"].endswith('.csv"')
    assert answer.is_streamed
    assert "Content-Length" not in answer.headers
    assert client.get("/api/v1/export?format=jsonl").content_type.startswith("application/x-ndjson")


def test_csv_for_excel(client):
    answer = client.get("/api/v1/export?format=csv&bom=1&separator=semicolon&q=deprem")
    assert answer.data.startswith(BOM.encode())
    assert len(rows(answer.text, ";")) == client.get("/api/v1/search?q=deprem").json["total"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "format"),
        ("format=xml", "format"),
        ("format=csv&bom=yes", "bom"),
        ("format=csv&separator=;", "separator"),
        ("format=csv&page=2", "page"),
        ("format=csv&limit=9", "limit"),
        ("format=csv&contry=TR", "contry"),
        ("format=csv&country=XX", "country"),
        ("format=csv&q=*a", "q"),
        ("format=csv&q=a*", "q"),
    ],
)
def test_what_is_wrong_is_said_before_the_file_begins(client, query, parameter):
    answer = client.get(f"/api/v1/export?{query}")
    assert (answer.status_code, answer.json["parameter"]) == (400, parameter)
    assert answer.json["remedy"]


def article(**values: str) -> ExportedArticle:
    fields = {"id": "1", "title": "T", "body": "B", "date": None, "source": None, "url": None, "category": None}
    return ExportedArticle(**(fields | values), people=("=A", "B"), countries=(), score=1.0)


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_is_a_formula(begin):
    dangerous = begin + 'HYPERLINK("http://x","y")'
    text = "".join(export_text([article(title=dangerous, source=dangerous, id=dangerous)], "csv", lambda _: dangerous))
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    for name in ("id", "title", "source", "people", "haberara_url"):
        assert row[name].startswith("'")
    assert row["title"] == "'" + dangerous.replace("\r", "\n")
    (line,) = export_text([article(title=dangerous)], "jsonl", lambda _: "")
    assert json.loads(line)["title"] == dangerous


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\r\r", "\n\r"])
def test_no_cell_ends_its_row(end):
    """Read as spreadsheets do it: a carriage return outside quotation marks ends a row, and a formula could follow."""
    hidden = f"a{end}=1+1"
    exported = "".join(export_text([article(title=hidden)], "csv", lambda _: ""))
    for text in (exported, table_text(["title"], [[hidden]])):
        assert "\r" not in text
        header, *rows = csv.reader(io.StringIO(text, newline=""))
        assert len(rows) == 1
        assert dict(zip(header, rows[0], strict=True))["title"].startswith("a\n")


def test_pieces_are_the_text_and_the_first_comes_at_once():
    def lines():
        for number in range(10_000):
            taken.append(number)
            yield f"{number}\n"

    taken: list[int] = []
    made = pieces(lines())
    assert next(made) == "0\n"
    assert taken == [0]
    rest = list(made)
    assert "".join(rest) == "".join(f"{n}\n" for n in range(1, 10_000))
    assert all(PIECE <= len(piece) < 2 * PIECE for piece in rest[:-1])


def test_hits_are_read_as_they_are_taken(sample_engine, monkeypatch):
    read: list[int] = []
    segment = type(sample_engine._live.view()._leaves[0].segment)
    stored = segment.stored
    monkeypatch.setattr(segment, "stored", lambda self, number: read.append(number) or stored(self, number))
    hits = sample_engine.export(SearchRequest())
    assert read == []
    next(hits)
    assert len(read) == 1


def test_the_page_offers_what_the_endpoint_gives(client):
    html = unescape(client.get("/?q=deprem&country=TR&page=1&limit=5&lang=tr").text)
    urls = re.findall(r'href="(/api/v1/export[^"]+)"', html)
    assert len(urls) == 3
    total = client.get("/api/v1/search?q=deprem&country=TR").json["total"]
    for url in urls:
        assert "country=TR" in url
        answer = client.get(url)
        assert (answer.status_code, answer.text.count("ornek-") > total) == (200, True)
    assert "separator=semicolon" in urls[0]
    assert "/api/v1/export" not in client.get("/?q=hiçolmayansözcük").text
