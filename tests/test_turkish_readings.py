"""What a typed word may stand for: all readings of an ASCII word, nothing but itself for a Turkish one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from index.turkish import Reading, TurkishAnalyzer, fold, open_analyzer

ARCHIVE = """Genelkurmay Başkanı Orgeneral Selçuk Bayraktaroğlu Pakistan’da. Khawaja Muhammad Asif geldi.
Şirketin kârı arttı. Dün kar yağdı. Yarın kar yağacak. Kar durdu. Çocuğun evi. Üç kişi öldü. Bu oldu. Çok oldu.
Sonra Tansu Çiller konuştu. Isı arttı, işi var, işi yok. Ülkelerin ikili ilişkileri. Ziyaretleri sürüyor."""


class Archive:
    """A lexicon of one text."""

    def __init__(self, analyzer: TurkishAnalyzer, text: str) -> None:
        analysis = analyzer.analyze(text)
        self._forms, self._lemmas = Counter(analysis.forms), Counter(analysis.lemmas)

    def forms(self, folded: str) -> Mapping[str, int]:
        return {form: n for form, n in self._forms.items() if fold(form) == folded}

    def lemmas(self, folded: str) -> Mapping[str, int]:
        return {lemma: n for lemma, n in self._lemmas.items() if fold(lemma) == folded}


@pytest.fixture(scope="module")
def analyzer(lemma_store: Path) -> TurkishAnalyzer:
    return open_analyzer(None)


@pytest.fixture(scope="module")
def archive(analyzer: TurkishAnalyzer) -> Archive:
    return Archive(analyzer, ARCHIVE)


def lemmas(readings: tuple[Reading, ...]) -> list[str]:
    return [reading.lemma for reading in readings]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("bayraktaroğlu", ["bayraktaroğlu"]),
        ("bayraktaroglu", ["bayraktaroğlu"]),
        ("BAYRAKTAROĞLU'NUN", ["bayraktaroğlu"]),
        ("bayraktaroglunun", ["bayraktaroğlu"]),
        ("pakistanda", ["pakistan"]),
        ("PAKISTAN", ["pakistan"]),
        ("cocugumuzdan", ["çocuk"]),
        ("ulkeler", ["ülke"]),
        ("ziyaretlerde", ["ziyaret"]),
        ("kar", ["kar", "kâr"]),
        ("kâr", ["kâr"]),
        ("kari", ["kâr"]),
        ("oldu", ["ol", "öl"]),
        ("öldü", ["öl"]),
        ("isi", ["iş", "ısı"]),
        ("ısı", ["ısı"]),
        ("işi", ["iş"]),
        ("Çiller", ["çiller"]),
        ("çiller", ["çiller"]),
        ("ciller", ["çiller"]),
    ],
)
def test_readings(analyzer: TurkishAnalyzer, archive: Archive, typed: str, expected: list[str]) -> None:
    assert lemmas(analyzer.readings(typed, archive, typed_turkish=False)) == expected


def test_weights_fall_from_one(analyzer: TurkishAnalyzer, archive: Archive) -> None:
    readings = analyzer.readings("kar", archive, typed_turkish=False)
    weights = [reading.weight for reading in readings]
    assert weights[0] == 1
    assert all(0 < weight <= 1 for weight in weights)
    assert weights == sorted(weights, reverse=True)


def test_a_word_within_a_turkish_query_is_itself(analyzer: TurkishAnalyzer, archive: Archive) -> None:
    assert lemmas(analyzer.readings("oldu", archive, typed_turkish=True)) == ["ol"]


def test_a_turkish_word_with_a_letter_left_out_is_still_found(analyzer: TurkishAnalyzer, archive: Archive) -> None:
    assert lemmas(analyzer.readings("ülkelerın", archive, typed_turkish=True)) == ["ülke"]


@pytest.mark.parametrize("typed", ["bayrak", "asıl", "xyzzy"])
def test_a_word_that_is_not_there_finds_no_other(analyzer: TurkishAnalyzer, archive: Archive, typed: str) -> None:
    readings = analyzer.readings(typed, archive, typed_turkish=False)
    assert len(readings) == 1
    assert readings[0].weight == 1
    assert not archive.lemmas(fold(readings[0].lemma))


def test_what_has_no_letter_has_no_reading(analyzer: TurkishAnalyzer, archive: Archive) -> None:
    assert analyzer.readings("'", archive, typed_turkish=False) == ()
