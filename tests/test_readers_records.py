"""From a record to an article: field names, types, dates, ids, limits, and what each rejection says."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from index.article import Article, BadRecord, Publication
from index.article.urls import canonical_url
from index.errors import SettingsError
from index.readers import ReadOptions, read_source
from index.readers import options as limits
from index.readers.fields import ALIASES, names_by_field, plain_name


@pytest.fixture
def read(tmp_path: Path):
    """Reads records written as JSON lines."""

    def reading(*records: object, **options) -> list[Article | BadRecord]:
        path = tmp_path / "kaynak.jsonl"
        path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
        return list(read_source(path, ReadOptions(**options)))

    return reading


def good(records: list[Article | BadRecord]) -> Article:
    (record,) = records
    assert isinstance(record, Article), record
    return record


def bad(records: list[Article | BadRecord]) -> BadRecord:
    (record,) = records
    assert isinstance(record, BadRecord), record
    return record


def test_the_plain_shape(read):
    article = good(
        read(
            {
                "id": "h-1",
                "title": "Deprem",
                "body": "Kahramanmaraş'ta deprem oldu.",
                "date": "2023-02-06",
                "source": "Agos",
                "url": "https://agos.example/1",
                "category": "Gündem",
            }
        )
    )
    assert article == Article(
        "h-1",
        "Deprem",
        "Kahramanmaraş'ta deprem oldu.",
        Publication(date(2023, 2, 6)),
        "Agos",
        "https://agos.example/1",
        "Gündem",
    )


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("text", "body"),
        ("content", "body"),
        ("İçerik", "body"),
        ("METİN", "body"),
        ("gövde", "body"),
        ("articleBody", "body"),
        ("Başlık", "title"),
        ("BASLIK", "title"),
        ("headline", "title"),
        ("Tarih", "date"),
        ("pubDate", "date"),
        ("publishedAt", "date"),
        ("created_at", "date"),
        ("Yayın Tarihi", "date"),
        ("kaynak", "source"),
        ("Gazete", "source"),
        ("SİTE", "source"),
        ("link", "url"),
        ("adres", "url"),
        ("kategori", "category"),
        ("section", "category"),
        ("Bölüm", "category"),
        ("_id", "id"),
        ("haberID", "id"),
    ],
)
def test_names_are_recognised(name: str, field: str):
    assert names_by_field([name], {}) == {field: (name,)}


def test_no_name_means_two_fields():
    plain = [plain_name(alias) for aliases in ALIASES.values() for alias in aliases]
    assert len(plain) == len(set(plain))


def test_the_best_name_that_has_text_is_read(read):
    assert good(read({"özet": "kısa", "metin": "uzun", "text": None})).body == "uzun"
    assert good(read({"özet": "kısa", "metin": "  ", "text": None})).body == "kısa"


def test_a_mapped_field_is_read_from_that_name_only(read):
    record = {"title": "yanlış", "t1": "doğru", "text": "metin", "n": 7}
    article = good(read(record, mapping={"title": "t1", "id": "n"}))
    assert (article.title, article.id, article.body) == ("doğru", "7", "metin")
    assert good(read({"title": "metin bu", "b": "başlık"}, mapping={"body": "title", "title": "b"})).body == "metin bu"


def test_options_that_no_reader_knows_are_refused():
    with pytest.raises(SettingsError, match=r"--map.*'titel'.*title, body"):
        ReadOptions(mapping={"titel": "x"})
    with pytest.raises(SettingsError, match=r"--format.*'pdf'.*jsonl"):
        ReadOptions(format="pdf")  # type: ignore[arg-type]


# -- what is missing


def test_a_headline_without_a_body_is_an_article(read):
    article = good(read({"title": "Ekmeğe zam", "body": ""}))
    assert (article.title, article.body, article.published, article.source) == ("Ekmeğe zam", "", None, None)


def test_neither_title_nor_body_is_a_rejection_that_names_the_fields(read):
    record = bad(read({"baslik": " ", "gonderi": "metin", "foto": "x.jpg"}))
    assert (record.line, record.field) == (1, "body")
    assert "baslik, gonderi, foto" in record.reason
    assert str(record).endswith(f"kaynak.jsonl:1: body: {record.reason}")


@pytest.mark.parametrize("empty", [None, "", "   ", "\u200b"])
def test_no_date_means_undated(read, empty):
    assert good(read({"title": "a", "date": empty})).published is None


# -- dates


@pytest.mark.parametrize("absurd", ["yarın", "2024-02-30", "31.02.2024", "0000-00-00", "9999-12-31", "12"])
def test_an_absurd_date_is_a_rejection(read, absurd: str):
    record = bad(read({"title": "a", "date": absurd}))
    assert record.field == "date"
    assert repr(absurd) in record.reason


def test_a_date_stays_a_date_and_a_time_without_zone_is_istanbul(read):
    assert good(read({"title": "a", "date": "15 Mart 2024"})).published == Publication(date(2024, 3, 15))
    at = good(read({"title": "a", "date": "2024-03-15 14:30"})).published
    assert at is not None
    assert at.iso == "2024-03-15T14:30:00+03:00"


@pytest.mark.parametrize("value", [1710505800, 1710505800000, 1710505800.0, {"$date": "2024-03-15T12:30:00Z"}])
def test_timestamps(read, value):
    published = good(read({"title": "a", "date": value})).published
    assert published is not None
    assert (published.day, published.sort_key) == (date(2024, 3, 15), 1710505800)


# -- types


@pytest.mark.parametrize(
    ("record", "field", "words"),
    [
        ({"title": "a", "body": 5}, "body", "a number where text is expected"),
        ({"title": "a", "body": ["p1", "p2"]}, "body", "a list where text is expected"),
        ({"title": {"tr": "a"}, "body": "b"}, "title", "an object where text is expected"),
        ({"title": True, "body": "b"}, "title", "true or false where text is expected"),
        ({"title": "a", "id": [1]}, "id", "a list"),
        ({"title": "a", "date": ["2024"]}, "date", "a list"),
        ({"title": "a", "category": ["spor", "futbol"]}, "category", "a list"),
        ({"title": "a", "url": "JavaScript:alert(1)"}, "url", "not a web address"),
        ({"title": "a\ud83d"}, "title", "half of a surrogate pair (0xD83D) at position 2"),
        ({"body": "a\udc80"}, "body", "half of a surrogate pair"),
        ({"title": "a", "id": "b\ud83d"}, "id", "half of a surrogate pair"),
    ],
)
def test_wrong_types_are_rejections(read, record, field: str, words: str):
    rejected = bad(read(record))
    assert rejected.field == field
    assert words in rejected.reason


def test_forgiven_types(read):
    article = good(
        read(
            {
                "id": {"$oid": "65f4"},
                "title": 2023,
                "source": {"id": None, "name": "Milliyet"},
                "category": ["spor"],
                "body": "b",
            }
        )
    )
    assert article == Article("65f4", "2023", "b", None, "Milliyet", None, "spor")
    assert good(read({"id": 12.0, "title": "a", "category": []})).id == "12"


def test_limits(read, monkeypatch: pytest.MonkeyPatch):
    assert len(good(read({"body": "a" * 5_000_000})).body) == 5_000_000
    monkeypatch.setattr("index.readers.record.MAX_BODY", 1000)
    assert "1,001 characters, more than the 1,000 allowed" in bad(read({"body": "a" * 1001})).reason
    assert bad(read({"title": "a" * (limits.MAX_TITLE + 1)})).field == "title"
    assert bad(read({"title": "a", "id": "x" * (limits.MAX_LABEL + 1)})).field == "id"
    assert bad(read({"title": "a", "url": "https://a.example/" + "x" * limits.MAX_URL})).field == "url"


# -- ids


def test_the_given_id_with_the_prefix(read):
    assert good(read({"id": " 17 ", "title": "a"}, id_prefix="agos-")).id == "agos-17"
    assert re.fullmatch(r"agos-t-[0-9a-f]{20}", good(read({"title": "a"}, id_prefix="agos-")).id)


def test_without_an_id_the_url_is_one(read):
    first = good(read({"url": "https://www.agos.example/haber/1?utm_source=rss#yorum", "title": "eski"}))
    second = good(read({"url": "http://AGOS.example/haber/1/", "title": "yeni"}))
    assert first.id == second.id
    assert first.id.startswith("u-")
    assert first.url == "https://www.agos.example/haber/1?utm_source=rss#yorum", "the link itself is kept as it was"


def test_without_a_url_the_text_is_one(read):
    assert good(read({"title": "a", "body": "b"})).id == good(read({"baslik": "a ", "metin": "b\n"})).id
    assert good(read({"title": "a", "body": "b"})).id != good(read({"title": "a", "body": "c"})).id


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://WWW.Gazete.com.TR/Haber/1/", "gazete.com.tr/Haber/1"),
        ("http://gazete.com.tr:80/haber.php?id=5&utm_medium=x&fbclid=y", "gazete.com.tr/haber.php?id=5"),
        ("http://gazete.com.tr:8080/", "gazete.com.tr:8080"),
        ("http://gazete.com.tr/?b=2&a=1", "gazete.com.tr?b=2&a=1"),
        ("http://gazete.com.tr/?id=%C5%9F&bos=", "gazete.com.tr?id=%C5%9F&bos="),
        (" haber/5 ", "haber/5"),
        ("http://[broken", "http://[broken"),
        ("http://a:port/", "http://a:port/"),
    ],
)
def test_canonical_urls(url: str, canonical: str):
    assert canonical_url(url) == canonical


# -- duplicates


def test_the_same_id_and_content_twice_is_fine(read):
    record = {"id": "a", "title": "b"}
    assert [type(item) for item in read(record, record)] == [Article, Article]


def test_the_same_id_with_other_content_names_the_first_line(read):
    first, filler = {"id": "a", "title": "bir"}, {"id": "b", "title": "x"}
    records = read(first, filler, {"id": "a", "title": "iki"})
    assert isinstance(records[2], BadRecord)
    assert (records[2].line, records[2].field) == (3, "id")
    assert "line 1" in records[2].reason
    assert "--update" in records[2].reason
    updated = read(first, filler, {"id": "a", "title": "iki"}, update=True)
    assert [item.title for item in updated if isinstance(item, Article)] == ["bir", "x", "iki"]
