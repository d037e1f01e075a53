"""Entities: the rules one by one, the tables, and what holds for any text at all."""

from __future__ import annotations

import multiprocessing
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Entities, Kind
from index.entities import (
    aliases_of,
    canonical_key,
    country_code,
    country_label,
    extract,
    fingerprint,
    is_country_code,
    shipped_aliases,
    table_text,
)
from index.entities.canonical import ordinary_capitals
from index.entities.lists import DATA, data_hash

PUBLISHED = date(2024, 3, 14)


def _people(text: str) -> list[tuple[str, str]]:
    return [(m.surface, m.value) for m in extract("", text, None).mentions if m.kind == Kind.PERSON]


def test_offsets_are_code_points_of_their_own_field() -> None:
    title, body = "Erdoğan: 𝔸 dönemi", "Cumhurbaşkanı Recep Tayyip Erdoğan 2 Mart'ta Almanya'ya gitti."
    found = extract(title, body, PUBLISHED)
    assert [(m.field, m.surface, m.value) for m in found.mentions] == [
        ("title", "Erdoğan", "Recep Tayyip Erdoğan"),
        ("body", "Recep Tayyip Erdoğan", "Recep Tayyip Erdoğan"),
        ("body", "2 Mart", "2024-03-02"),
        ("body", "Almanya", "DE"),
    ]
    for m in found.mentions:
        assert {"title": title, "body": body}[m.field][m.start : m.end] == m.surface


def test_a_headline_names_whom_the_body_names_in_full() -> None:
    found = extract("Yumaklı: Üretim arttı", "Bakan İbrahim Yumaklı konuştu.", None)
    assert found.people == ("İbrahim Yumaklı",)
    assert [m.field for m in found.mentions if m.kind == Kind.PERSON] == ["title", "body"]


@pytest.mark.parametrize("mark", ["'", "’", "‘", "ʼ", "′", "´", "`"])
def test_any_apostrophe_ends_a_name(mark: str) -> None:
    assert _people(f"Hakan Fidan{mark}ın sözleri") == [("Hakan Fidan", "Hakan Fidan")]
    assert extract("", f"Almanya{mark}da seçim var.", None).countries == ("DE",)


def test_a_shorter_name_is_another_person_unless_the_longer_came_first() -> None:
    father_first = "Celal Aktaş ile oğlu Celal Mert Aktaş yaralandı."
    assert extract("", father_first, None).people == ("Celal Aktaş", "Celal Mert Aktaş")
    longer_first = "Mehmet Nuri Aksoy konuştu. Daha sonra Mehmet Aksoy ayrıldı."
    assert extract("", longer_first, None).people == ("Mehmet Nuri Aksoy",)


def test_a_surname_stands_for_the_one_named_most() -> None:
    text = "Ali Kaya ile Veli Kaya geldi. Veli Kaya konuştu. Kaya'nın sözleri alkışlandı."
    assert extract("", text, None).mentions[-1].value == "Veli Kaya"


def test_spellings_of_one_article_are_one_person() -> None:
    text = "Devlet Başkanı Vladimir Zelensky geldi. Zelenski'nin ziyareti sürüyor."
    assert extract("", text, None).people == ("Vladimir Zelensky",)


def test_capitals_become_ordinary() -> None:
    assert ordinary_capitals("HAKAN FİDAN") == "Hakan Fidan"
    assert ordinary_capitals("Mesut MADAN") == "Mesut Madan"
    assert ordinary_capitals("ŞÜKRÜ IŞIK") == "Şükrü Işık"
    assert ordinary_capitals("MARCO RUBIO") == "Marco Rubio"
    assert ordinary_capitals("RAUL MEIRELES") == "Raul Meireles"
    assert ordinary_capitals("Ben-Gvir") == "Ben-Gvir"


def test_canonical_key_is_the_same_for_any_way_of_typing() -> None:
    assert canonical_key("ŞENOL GÜNEŞ") == canonical_key("senol  gunes") == "senol gunes"
    assert canonical_key("Kim Jong-un") == canonical_key("kim jong un")
    assert canonical_key("N'Golo Kante") == canonical_key("ngolo kanté")


def test_person_before_country_and_country_before_person() -> None:
    found = extract("", "Ahmet Türk, Birleşik Arap Emirlikleri'ne gitti.", None)
    assert (found.people, found.countries_all) == (("Ahmet Türk",), ("AE",))


def test_organisations() -> None:
    text = (
        "NATO ve BM açıkladı. ABD Dışişleri Bakanlığı ile Hazine ve Maliye Bakanlığı görüştü. CHP ile Cumhuriyet Halk "
        "Partisi birdir. Boğaziçi Üniversitesi, Koç Holding A.Ş. ve Galatasaray katıldı."
    )
    found = extract("", text, None)
    assert found.organisations == (
        "NATO",
        "Birleşmiş Milletler",
        "ABD Dışişleri Bakanlığı",
        "Hazine ve Maliye Bakanlığı",
        "CHP",
        "Boğaziçi Üniversitesi",
        "Koç Holding",
        "Galatasaray",
    )
    assert found.countries == ("US",)


def test_mentions_do_not_overlap_and_are_in_order() -> None:
    text = "Türkiye Büyük Millet Meclisi Başkanı Numan Kurtulmuş, 14 Mart 2024'te ABD Dışişleri Bakanlığında konuştu."
    mentions = extract("", text, PUBLISHED).mentions
    assert len(mentions) > 4
    assert all(one.end <= other.start for one, other in pairwise(mentions))


def test_an_undated_article_leaves_relative_dates_without_a_value() -> None:
    mentions = extract("", "Toplantı dün yapıldı, 5 Nisan'da sürecek.", None).mentions
    assert [(m.surface, m.value) for m in mentions] == [("dün", ""), ("5 Nisan", "")]


def test_countries_by_any_name() -> None:
    same = ["DE", "de", "Almanya", "ALMANYA", "almanya", "Germany", "Alman", " alman "]
    assert {country_code(text) for text in same} == {"DE"}
    assert [country_code(text) for text in ("kktc", "TRNC", "xn")] == ["XN"] * 3
    assert [country_code(text) for text in ("ingiltere", "IN", "in", "İN", "turkiye")] == ["GB", "IN", "IN", "IN", "TR"]
    assert [country_code(text) for text in ("", "zz", "Gazze", "avrupa", "EU")] == [None] * 5


def test_country_labels() -> None:
    assert [country_label(code, "tr") for code in ("DE", "XN", "XK", "PS", "GB")] == [
        "Almanya",
        "KKTC",
        "Kosova",
        "Filistin",
        "Birleşik Krallık",
    ]
    assert [country_label(code, "en") for code in ("DE", "XN", "XK", "TR")] == ["Germany", "TRNC", "Kosovo", "Türkiye"]
    assert country_label("QX", "tr") == "QX"


def test_every_code_of_the_table_is_one_and_has_labels() -> None:
    lines = (DATA / "countries.tsv").read_text(encoding="utf-8").splitlines()
    codes = {line.split("\t")[2] for line in lines if line.startswith(("name", "demonym"))}
    assert len(codes) > 195
    for code in codes:
        assert is_country_code(code)
        assert code not in (country_label(code, "tr"), country_label(code, "en"))


def test_shipped_aliases() -> None:
    table = shipped_aliases()
    assert 80 < len(table.names) <= 150
    assert table.resolve("VOLODİMİR ZELENSKİ") == "Volodimir Zelenskiy"
    assert table.resolve("Beşar Esad") == "Beşşar Esed"
    assert table.resolve("Hakan Fidan") is None


def test_the_users_aliases(tmp_path: Path) -> None:
    path = tmp_path / "people_aliases.tsv"
    path.write_bytes(
        b"\xef\xbb\xbf# mine\r\nDamat\tBerat Albayrak\r\nZihni Sinir\t-\r\nnonsense\r\n\tX\r\n"
        b"Berat Bey\tDamat\r\nA\tB\tC\r\nTrump\tD. J. Trump\r\n\xff\tX\r\n"
    )
    table, bad = aliases_of(table_text(path))
    assert table.resolve("damat") == "Berat Albayrak"
    assert table.resolve("BERAT BEY") == "Berat Albayrak"
    assert table.resolve("Zihni Sinir") == ""
    assert table.resolve("trump") == "D. J. Trump"
    assert table.resolve("Beşar Esad") == "Beşşar Esed"
    assert [(record.source, record.line) for record in bad] == [("people_aliases.tsv", n) for n in (4, 5, 7, 9)]
    assert "columns" in bad[0].reason
    assert table.hash != shipped_aliases().hash
    assert aliases_of(table_text(tmp_path / "none.tsv")) == (shipped_aliases(), [])


def test_aliases_in_a_circle_end(tmp_path: Path) -> None:
    path = tmp_path / "people_aliases.tsv"
    path.write_text("A\tB\nB\tA\n", encoding="utf-8")
    assert aliases_of(table_text(path))[0].resolve("A") in {"A", "B"}


def test_packaged_lists_shipped_with_their_provenance() -> None:
    files = [path for path in DATA.iterdir() if path.suffix in {".txt", ".tsv"}]
    assert len(files) >= 14
    for path in files:
        head = path.read_text(encoding="utf-8")[:900]
        assert head.startswith("# "), path.name
        assert "Source" in head or "Unicode" in head, path.name
    assert len(data_hash()) == 64
    assert len(fingerprint()) == 12


def test_the_same_in_a_spawned_process() -> None:
    text = "Dışişleri Bakanı Hakan Fidan dün Almanya'da konuştu."
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        there, print_there = pool.apply(extract, ("", text, PUBLISHED)), pool.apply(fingerprint)
    assert there == extract("", text, PUBLISHED)
    assert print_there == fingerprint()


_WORDS = (
    "Ali Kaya Erdoğan Trump Mısır Mali Çin Türk ABD Prof. Dr. Başkanı Bakanlığı Caddesi ve ile dün bugün 15 2024 Mart "
    "'ın ’da - – . , : ( ) \n \" von el- bin geçen salı önce 3 gün A. İ I ı Üniversitesi Bey"
)
_PIECES = st.sampled_from(_WORDS.split(" "))
_NEWSLIKE = st.lists(_PIECES, max_size=30).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), _NEWSLIKE), st.one_of(st.text(max_size=400), _NEWSLIKE), st.booleans())
def test_never_raises_and_offsets_slice(title: str, body: str, dated: bool) -> None:
    found = extract(title, body, PUBLISHED if dated else None)
    assert isinstance(found, Entities)
    for m in found.mentions:
        assert {"title": title, "body": body}[m.field][m.start : m.end] == m.surface
        assert m.surface
        assert m.value or m.kind == Kind.DATE
    for field in ("title", "body"):
        assert all(a.end <= b.start for a, b in pairwise([m for m in found.mentions if m.field == field]))
    assert found == extract(title, body, PUBLISHED if dated else None)
