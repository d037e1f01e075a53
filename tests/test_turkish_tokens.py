"""Words of a text: offsets, apostrophes, marks that can't be seen, numbers, evidence of names."""

from __future__ import annotations

import unicodedata

import pytest

from index.turkish.tokens import APOSTROPHES, form_of, tokens, words_of


def forms(text: str) -> list[str]:
    return [token.form for token in tokens(text)]


@pytest.mark.parametrize("apostrophe", sorted(APOSTROPHES))
def test_every_apostrophe_cuts_the_suffix(apostrophe: str) -> None:
    text = f"Dün Pakistan{apostrophe}da kaldı."
    token = list(tokens(text))[1]
    assert token.form == "pakistan"
    assert text[token.start : token.end] == f"Pakistan{apostrophe}da"


@pytest.mark.parametrize(
    ("surface", "form"),
    [
        ("TBMM'nin", "tbmm"),
        ("AB'ye", "ab"),
        ("G20'ye", "g20"),
        ("BAYRAKTAROĞLU'NUN", "bayraktaroğlu"),
        ("Kur'an'ı", "kuran"),
        ("san'at", "sanat"),
        ("O'Neill'in", "oneill"),
        ("A'DAN", "a"),
        ("1990'larda", "1990"),
        ("37.5'e", "37.5"),
        ("Hakkâri", "hakkari"),
        ("kârı", "kârı"),
        ("ﬁlm", "film"),
        ("ＡＢＤ", "abd"),
        ("Türki\u00adye", "türkiye"),
        (unicodedata.normalize("NFD", "çiğdem"), "çiğdem"),
        (unicodedata.normalize("NFD", "İZMİR'DE"), "izmir"),
    ],
)
def test_form_of_a_surface(surface: str, form: str) -> None:
    assert form_of(surface) == form
    assert forms(surface) == [form]


def test_numbers_stay_whole_and_dates_do_not() -> None:
    assert forms("%25, 2,5 ve 1.500.000; 5.3.2024") == ["25", "2,5", "ve", "1.500.000", "5", "3", "2024"]


def test_hyphens_split_and_quotes_are_no_apostrophes() -> None:
    assert forms("'Ortak' Türk-Yunan vizyonu'") == ["ortak", "türk", "yunan", "vizyonu"]


def test_an_orphan_suffix_is_no_word() -> None:
    assert forms("Türkiye 'nin \"Sabah\" 'ta çıkan haberi") == ["türkiye", "sabah", "çıkan", "haberi"]


def test_names_are_capitals_within_a_sentence_or_before_an_apostrophe() -> None:
    text = "Dün Çiller geldi. Kadın sordu: Ankara'da mısın? ABD ve TBMM'nin"
    assert [token.form for token in tokens(text) if token.name] == ["çiller", "ankara", "tbmm"]


def test_five_megabytes_are_cut_in_seconds_and_a_word_of_a_megabyte_is_one_word() -> None:
    assert len(forms("a" * 1_000_000)) == 1
    assert len(forms("Ankara'da toplantı " * 100_000)) == 200_000


def test_any_word_of_a_name_is_found_by_how_it_begins():
    for typed, name in (("hersek", "Bosna-Hersek"), ("  Öz", "Turgut Özal"), ("recep tay", "Recep_Tayyip Erdoğan")):
        assert words_of(typed) in words_of(name)
    assert words_of("zal") not in words_of("Turgut Özal")
    assert words_of("recep ") not in words_of("Recepoğlu")
