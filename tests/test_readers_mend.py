"""Mending: each kind of damage that real archives have, and text that must be left alone."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.readers.mend import _CHARACTERS, mend_body, mend_line


@pytest.mark.parametrize(
    ("damaged", "mended"),
    [
        # cp1252 punctuation read as Latin-1 (a third of 42bin)
        ("Türkiye\x92nin \x93adil\x94 kararı\x85", "Türkiye’nin “adil” kararı…"),
        ("2 milyar \x80", "2 milyar €"),
        ("Ghesqui\x8fre, Av\x8ene", "Ghesquière, Avéne"),
        ("uzakl\u0131\x8dkta", "uzaklıkta"),
        # character references, single and double
        ("&uuml;&ccedil; &quot;say&#305;&quot; &#x131; &hellip;", 'üç "sayı" ı …'),
        ("&amp;quot;AT&amp;amp;T&amp;quot;", '"AT&T"'),
        ("Türkiye&#146;nin", "Türkiye’nin"),
        ("&#xD83D;&#99999999;&#0;x", "&#99999999;x"),
        # what can't be seen
        ("hava\xadalanı \u200bve\ufeff \u200f@hesap\u2060", "havaalanı ve @hesap"),
        ("a\x00b\x02c\x7fd", "abcd"),
        ("\u200d\u200d\u200d“ABD’nin", "“ABD’nin"),
        ("rekoru \U0001f477\u200d♀\ufe0f", "rekoru \U0001f477\u200d♀\ufe0f"),
        # Unicode forms
        ("go\u0308zlu\u0308k s\u0327eker", "gözlük şeker"),
        ("i\u0307stanbul", "istanbul"),
        # spaces and lines
        ("Recep\xa0Tayyip\u2009Erdoğan", "Recep Tayyip Erdoğan"),
        ("bir\r\niki\rüç\u2028dört\x0bbeş", "bir\niki\nüç\ndört\nbeş"),
        ("  bir  \n\t iki \n\n\n\n üç ", "bir\niki\n\nüç"),
    ],
)
def test_damage_is_mended(damaged: str, mended: str):
    assert mend_body(damaged) == mended


@pytest.mark.parametrize(
    "text",
    [
        "Ankara'da “3 Mart” – İstanbul’a…",
        "3 < 5 ve a <b> c, x <http://www.izmir.bel.tr/a.asp?id=1810> y",
        "https://a.example/?a=1&copy=2&nbsp",
        "R&D; AT&T; &bilinmeyen;",
        "bir\n\niki",
        "<3 seni",
    ],
)
def test_text_that_is_fine_is_left_alone(text: str):
    assert mend_body(text) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Bir &amp; iki</p><p>Üç<br/>dört</p>", "Bir & iki\n\nÜç\ndört"),
        ("Bir <b>kalın</b> söz", "Bir kalın söz"),
        ("&lt;p&gt;Kaçışlı &amp;amp; metin&lt;/p&gt;", "Kaçışlı & metin"),
        ('<div class="x">A<script>var a = "<p>b</p>";</script><style>p{}</style>B</div>', "AB"),
        ("<!-- yorum -->metin <![ kırık", "metin"),
        ("<p>5 < 6 & 7 > 3</p>", "5 < 6 & 7 > 3"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
    ],
)
def test_markup_is_stripped(markup: str, text: str):
    assert mend_body(markup).startswith(text)


def test_a_title_is_one_line():
    assert mend_line("  Bir\n <b>iki</b>\t üç\xa0 ") == "Bir iki üç"


nasty = st.text(
    st.sampled_from("aİı'’<>&;#p/!-[]\x92\x85\xad\u200b\u200d\u0307\r\n\t \x00\ufeff\U0001f477♀")
    | st.characters(exclude_categories=["Cs"])
)


@given(nasty)
def test_mending_never_raises_and_leaves_clean_text(text: str):
    body, title = mend_body(text), mend_line(text)
    assert "\n" not in title
    for mended in (body, title):
        assert mended == mended.strip()
        assert unicodedata.is_normalized("NFC", mended)
        assert not any(c in mended for c in "\x00\r\xad\u200b\ufeff\x92\x85\xa0\u2028")


@given(st.text(st.sampled_from("abcçğıİiöşü ’'.\n\u200b\x92\xa0\r\u0307")))
def test_mending_twice_changes_nothing(text: str):
    assert mend_body(mend_body(text)) == mend_body(text)
    assert mend_line(mend_line(text)) == mend_line(text)


def test_every_character_that_is_replaced_is_unprintable():
    """`_mended` relies on it to skip clean text."""
    assert not any(character.isprintable() for character in _CHARACTERS)


@pytest.mark.parametrize("code", ["cp1252", "latin-1"])
def test_text_that_was_encoded_twice_is_itself_again(code: str):
    text = "Türkiye’nin ÇIĞ düşen “İğdır” köyü – şölen…"
    twice = "".join(bytes([byte]).decode(code, "ignore") or chr(byte) for byte in text.encode())
    assert twice != text
    assert mend_line(twice) == text


@pytest.mark.parametrize("text", ["Ångström ve Ärzte", "São Paulo, Ă", "Ãlvaro"])
def test_foreign_letters_are_none_of_it(text: str):
    assert mend_line(text) == text
