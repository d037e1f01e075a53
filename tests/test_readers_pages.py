"""HTML pages after the markup of Turkish news sites: title, body, date, source and address; what is no article."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from index.article import Article, BadRecord
from index.entities import parse_publication
from index.readers import ReadOptions, read_source
from index.readers.page import read_page

PAGES = Path(__file__).parent / "pages"
GOLD = [json.loads(line) for line in (PAGES / "gold.jsonl").read_text("utf-8").splitlines()]
LEAST_F1 = 0.95


def read(path: Path) -> Article:
    (article,) = read_source(path, ReadOptions())
    assert isinstance(article, Article), article
    return article


def f1(found: str, expected: str) -> float:
    ours, theirs = (Counter(re.findall(r"\w+", text)) for text in (found, expected))
    return 2 * (ours & theirs).total() / (ours.total() + theirs.total())


def test_the_pages_are_the_ones_of_the_table():
    assert {page["file"] for page in GOLD} == {path.name for path in PAGES.glob("*.htm*")}
    assert len(GOLD) == 40


@pytest.mark.parametrize("page", GOLD, ids=[page["file"] for page in GOLD])
def test_a_page(page: dict):
    article = read(PAGES / page["file"])
    assert article.title == page["title"]
    assert f1(article.body, page["body"]) >= LEAST_F1
    expected = parse_publication(page["date"]) if page["date"] else None
    assert article.published == expected
    assert (article.source, article.url) == (page["source"], page["url"])


def test_a_page_tells_section_and_author():
    values = read_page((PAGES / "02_graph_wp.html").read_bytes())
    assert values["category"]
    assert values["author"] == "Murat Denizli"


BODY = "<p>" + "Belediye ekipleri sabah saatlerinde köprüyü trafiğe açtı, sürücüler rahat bir nefes aldı. " * 3 + "</p>"


def page(head: str = "", above: str = "", below: str = "") -> bytes:
    html = f"<html><head>{head}</head><body>{above}<h1>Köprü trafiğe açıldı</h1>{below}{BODY}</body></html>"
    return html.encode()


@pytest.mark.parametrize(
    ("parts", "day"),
    [
        ({"below": "<div>Güncelleme: 05.03.2024 10:00 - Giriş: 04.03.2024 09:00</div>"}, "2024-03-04"),
        ({"below": "<div>4 Mart 2024 Pazartesi, 09:00</div>"}, "2024-03-04"),
        ({"below": "<time datetime='2024-03-04T09:00:00+03:00'>dün</time>"}, "2024-03-04"),
        ({"head": '<meta property="article:published_time" content="2024-03-04T23:30:00Z">'}, "2024-03-05"),
        ({"head": '<meta property="article:modified_time" content="2024-03-04T09:00:00Z">'}, None),
        ({"below": "<div>Güncelleme: 05.03.2024 10:00</div>"}, None),
        ({"head": '<meta name="date" content="2026">', "above": "<div class='header'>26 Kasım 2026</div>"}, None),
        ({"below": "<div class='ilgili-haberler'>05.03.2024 <a href='/x'>Başka bir haber daha var</a></div>"}, None),
    ],
)
def test_dates(parts: dict, day: str | None):
    date = read_page(page(**parts))["date"]
    assert (parse_publication(date).day.isoformat() if date else None) == day


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty or not HTML"),
        (b"<html><body><h1>Ana sayfa</h1><a href='/1'>Bir haber</a></body></html>", "no article"),
        (b"<html><body>\0\0</body></html>", "NUL bytes"),
        (b"<p>" * 70_000, "elements"),
        (b"<html>" + b"<div>" * 20_000 + b"metin " * 100, ""),
        (b"<html><body>" + b"<i>" * 3_000 + b"metin " * 100, ""),
    ],
)
def test_what_is_no_article(tmp_path: Path, content: bytes, words: str):
    path = tmp_path / "a.html"
    path.write_bytes(content)
    (record,) = read_source(path, ReadOptions())
    if words:
        assert isinstance(record, BadRecord)
        assert words in record.reason


def test_a_page_with_a_few_damaged_bytes_is_read(tmp_path: Path):
    path = tmp_path / "a.html"
    path.write_bytes(
        page(head="<meta charset='utf-8'><meta name='description' content='Köprü a\xc3'>").replace(b"\xc3\x83", b"\xc3")
    )
    assert read(path).title == "Köprü trafiğe açıldı"


def test_a_page_is_told_by_its_content(tmp_path: Path):
    path = tmp_path / "sayfa"
    path.write_bytes(b"<!doctype html>\n" + page())
    assert read(path).title == "Köprü trafiğe açıldı"
