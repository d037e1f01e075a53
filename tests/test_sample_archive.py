"""The sample archive that ships with Haberara: what README.md in its folder promises."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

FIELDS = ("id", "title", "body", "date", "source", "url", "category")
LEAST_PER_CATEGORY = {
    "Politika": 25,
    "Dünya": 30,
    "Ekonomi": 20,
    "Spor": 20,
    "Bilim": 20,
    "Kültür": 15,
    "Afet": 15,
}
SOURCES = {"Deneme Gazetesi", "Numune Haber", "Taslak Postası", "Örnek Ajansı"}
ISTANBUL = ZoneInfo("Europe/Istanbul")
APOSTROPHES = "'’"
WORD = re.compile(rf"[^\W\d_]+(?:[{APOSTROPHES}][^\W\d_]+)*")


def _lower(text: str) -> str:
    return text.replace("İ", "i").replace("I", "ı").lower()


def _files() -> dict[str, list[str]]:
    folder = files("index") / "sample"
    found: dict[str, list[str]] = {}
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".jsonl"):
            text = file.read_text(encoding="utf-8")
            assert text.endswith("\n"), file.name
            found[file.name] = text.removesuffix("\n").split("\n")
    return found


FILES = _files()
LINES = [line for lines in FILES.values() for line in lines]
ARTICLES: list[dict[str, Any]] = [json.loads(line) for line in LINES]
DATED = [a for a in ARTICLES if a["date"] is not None]
WITH_BODY = [a for a in ARTICLES if a["body"]]
WORDS = {_lower(word) for a in ARTICLES for word in WORD.findall(f"{a['title']} {a['body']}")}


def _moment(text: str) -> date | datetime:
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def test_there_are_at_least_150_articles_with_text() -> None:
    assert len(WITH_BODY) >= 150


def test_each_line_is_one_object_with_the_same_fields() -> None:
    for line, article in zip(LINES, ARTICLES, strict=True):
        assert tuple(article) == FIELDS, article.get("id")
        assert line == json.dumps(article, ensure_ascii=False), article["id"]


@pytest.mark.parametrize("field", [f for f in FIELDS if f not in ("date", "body")])
def test_required_fields_are_filled(field: str) -> None:
    assert [a["id"] for a in ARTICLES if not (isinstance(a[field], str) and a[field].strip())] == []


@pytest.mark.parametrize("field", ["id", "url", "title"])
def test_unique(field: str) -> None:
    assert [value for value, n in Counter(a[field] for a in ARTICLES).items() if n > 1] == []


def test_addresses_lead_nowhere_real() -> None:
    for article in ARTICLES:
        address = urlsplit(article["url"])
        assert address.scheme == "https"
        assert address.hostname == "ornek.example", article["id"]


def test_sources_are_the_made_up_ones() -> None:
    assert {a["source"] for a in ARTICLES} == SOURCES


def test_dates_are_iso_and_within_1990_2025() -> None:
    for article in DATED:
        moment = _moment(article["date"])
        assert moment.isoformat() == article["date"], article["id"]
        assert 1990 <= moment.year <= 2025, article["id"]


def test_times_are_istanbul_times() -> None:
    timed = [a for a in DATED if isinstance(_moment(a["date"]), datetime)]
    assert len(timed) >= 30
    for article in timed:
        moment = datetime.fromisoformat(article["date"])
        assert moment.utcoffset() == moment.replace(tzinfo=ISTANBUL).utcoffset(), article["id"]


def test_dates_are_spread_over_the_years() -> None:
    years = {_moment(a["date"]).year for a in DATED}
    assert len(years) >= 30
    assert {min(years), max(years)} == {1990, 2025}


def test_some_articles_are_undated_and_most_are_not() -> None:
    assert 5 <= len(ARTICLES) - len(DATED) <= 15


def test_undated_articles_name_no_relative_day() -> None:
    undated = [a for a in ARTICLES if a["date"] is None]
    relative = re.compile(r"\b(?:dün|yarın)\b")
    assert [a["id"] for a in undated if relative.search(_lower(a["body"]))] == []


def test_categories() -> None:
    counts = Counter(a["category"] for a in ARTICLES)
    assert set(counts) == set(LEAST_PER_CATEGORY)
    assert {c: n for c, n in counts.items() if n < LEAST_PER_CATEGORY[c]} == {}


def test_readme_counts_are_true() -> None:
    readme = Path(__file__).parents[1] / "index" / "sample" / "README.md"
    rows = re.findall(r"^\| `(\S+\.jsonl)` \| (\w+) \| (\d+) \| (\d+) \| (\d+) \|$", readme.read_text("utf-8"), re.M)
    counted = []
    for name, lines in FILES.items():
        articles = [json.loads(line) for line in lines]
        (category,) = {a["category"] for a in articles}
        undated = sum(a["date"] is None for a in articles)
        bare = sum(not a["body"] for a in articles)
        counted.append((name, category, str(len(articles)), str(undated), str(bare)))
    assert rows == counted


def test_bodies_are_short() -> None:
    assert {a["id"]: len(a["body"]) for a in WITH_BODY if not 300 <= len(a["body"]) <= 1500} == {}


def test_a_few_articles_are_a_title_alone() -> None:
    assert 1 <= len(ARTICLES) - len(WITH_BODY) <= 5


def test_text_is_clean() -> None:
    for article in ARTICLES:
        for field in FIELDS:
            text = article[field] or ""
            assert text == text.strip(), (article["id"], field)
            assert unicodedata.is_normalized("NFC", text), (article["id"], field)
            assert "  " not in text, (article["id"], field)
            assert "\n\n" not in text, (article["id"], field)
            allowed = "\n" if field == "body" else ""
            bad = [c for c in text if unicodedata.category(c).startswith("C") and c not in allowed]
            assert bad == [], (article["id"], field)


def test_both_apostrophes_and_both_spellings_occur() -> None:
    assert all(any(mark in word for word in WORDS) for mark in APOSTROPHES)
    assert any(word.startswith("hükûmet") for word in WORDS)
    assert any(word.startswith("hükümet") for word in WORDS)


@pytest.mark.parametrize(
    ("lemma", "pattern", "least"),
    [
        ("seçim", r"seçim\w*", 8),
        ("deprem", r"deprem\w*", 9),
        ("bakan", r"bakan(?!lı[kğ])\w*", 4),
        ("bakanlık", r"bakanlı[kğ]\w*", 4),
        ("kazanmak", r"kazan(?:dı|dır|mı|ma|a[nrmc]|ı[lr])\w*", 8),
        ("ülke", r"ülke\w*", 16),
        ("başkan", r"başkan(?!lı[kğ])\w*", 5),
        ("kent", r"kent\w*", 9),
        ("açıklamak", r"açıkla\w*", 12),
        ("ölmek", r"öl(?:dü(?!r)|en|me|mü|ecek|üyor)\w*", 6),
    ],
)
def test_words_occur_in_many_forms(lemma: str, pattern: str, least: int) -> None:
    forms = {word for word in WORDS if re.fullmatch(pattern, word)}
    assert len(forms) >= least, (lemma, sorted(forms))
