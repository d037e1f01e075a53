"""Case, folding, the order of the alphabet and index terms: one linguistic fact, one test."""

from __future__ import annotations

import pytest

from index.turkish import decode_term, encode_term, fold, folded_prefix, lower, sort_key, title_case, upper


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IŞIK", "ışık"),
        ("İSTANBUL", "istanbul"),
        ("i̇stanbul", "istanbul"),
        ("I\u0307zmir", "izmir"),
        ("ÇĞÖŞÜÂÎÛ", "çğöşüâîû"),
        ("", ""),
    ],
)
def test_lower_knows_both_letters_i(text: str, expected: str) -> None:
    assert lower(text) == expected


def test_upper_and_title_case_know_both_letters_i() -> None:
    assert upper("ısparta izmir") == "ISPARTA İZMİR"
    assert title_case("İSTANBUL'UN IŞIKLARI") == "İstanbul'un Işıkları"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Çiğdem Işık", "cigdem isik"), ("kâğıt", "kagit"), ("Şükrü", "sukru"), ("Łódź", "lodz"), ("Straße", "strasse")],
)
def test_fold_leaves_ascii_letters(text: str, expected: str) -> None:
    assert fold(text) == expected


def test_sort_key_follows_the_turkish_alphabet() -> None:
    words = ["zar", "şal", "sal", "ılık", "ilik", "çam", "cam", "dam", "öd", "od", "ün", "un", "ğ", "g", "h"]
    alphabet = ["cam", "çam", "dam", "g", "ğ", "h", "ılık", "ilik", "od", "öd", "sal", "şal", "un", "ün", "zar"]
    assert sorted(words, key=sort_key) == alphabet


@pytest.mark.parametrize("form", ["çocuk", "ev", "kâr", "37.5", "ısı", "isi"])
def test_a_term_decodes_to_its_form_and_has_its_folded_prefix(form: str) -> None:
    term = encode_term(form)
    assert decode_term(term) == form
    assert term.startswith(folded_prefix(fold(form)))
    assert " " not in term


def test_spellings_of_a_folded_word_share_a_prefix_that_longer_words_lack() -> None:
    prefix = folded_prefix("kar")
    assert [encode_term(word).startswith(prefix) for word in ("kar", "kâr", "kara", "karı")] == [
        True,
        True,
        False,
        False,
    ]
