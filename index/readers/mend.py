"""Repairs text: markup, character references, wrong characters. All later offsets count in the repaired text.

Measured on 42bin: a third of its articles write the apostrophe as U+0092, a byte of cp1252 that was read as Latin-1.
With an apostrophe that no rule knows, `Türkiye\\x92nin` is neither a country nor the word Türkiye.
"""

from __future__ import annotations

import re
import unicodedata
from html.entities import html5

from index.readers.markup import looks_like_html, strip_markup

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

# Zero-width joiners matter for emoji only; inside Turkish words they are noise.
_STRAY_JOINER = re.compile("[\u200c\u200d](?![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])")

# Mojibake: UTF-8 that was read as cp1252 or Latin-1 and encoded again (`TÃ¼rkiye`). Only Turkish letters and quotation
# marks are repaired; none of 47,000 texts of four corpora has any mojibake, so a library for it is not worth having.
_MENDABLE = "çğıöşüÇĞİÖŞÜâîûÂÎÛ‘’“”–—…"
_TWICE = {
    "".join(bytes([byte]).decode(code, "ignore") or chr(byte) for byte in letter.encode()): letter
    for letter in _MENDABLE
    for code in ("cp1252", "latin-1")
}
_TWICE_ENCODED = re.compile("|".join(map(re.escape, sorted(_TWICE, key=len, reverse=True))))
_SIGNS_OF_IT = ("Ã", "Ä", "Å", "â\x80", "â€")

_DOTTED_TWICE = re.compile("i\u0307+")

# Putting marks in order takes time quadratic in their number. Unicode's stream-safe format has at most 30 in a row
# (UAX 15, 13); no writing system comes near that.
_MANY_MARKS = re.compile(r"[^\w\s\x00-\x7f]{31,}")
_MOST_MARKS = 30
_HARMLESS_LENGTH = 5_000
"""Characters up to which even nothing but marks is put in order at once."""

_MANY_NEWLINES = re.compile(r"\n{3,}")


def _characters() -> dict[int, str | None]:
    """The translation table: each character that is replaced by a string, or dropped (None)."""
    table: dict[int, str | None] = dict.fromkeys([*range(0x09), *range(0x0E, 0x20), 0x7F])
    for code in range(0x80, 0xA0):
        try:
            table[code] = bytes([code]).decode("cp1252")
        except UnicodeDecodeError:
            table[code] = None
    # cp1252 has Ž for the first of these and nothing for the second; in Turkish copy they are é and è of MacRoman, from
    # French names.
    table |= {0x8E: "é", 0x8F: "è"}
    dropped = "\xad\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\ufeff\ufff9\ufffa\ufffb"
    table |= dict.fromkeys([*map(ord, dropped), *range(0x2060, 0x2070)])
    table |= dict.fromkeys(map(ord, "\x0b\x0c\r\u2028\u2029"), "\n")
    table |= dict.fromkeys(map(ord, "\xa0\u1680\u202f\u205f\u3000"), " ")
    return table | dict.fromkeys(range(0x2000, 0x200B), " ")


_CHARACTERS = {chr(code): with_ or "" for code, with_ in _characters().items()}
_CHARACTER_MET = re.compile(f"[{re.escape(''.join(_CHARACTERS))}]")


def mend_body(text: str) -> str:
    """Repair a body: strip clear markup, repair characters, trim the outer white space, keep the lines."""
    text = _mended(text)
    if " \n" in text or "\n " in text or "\t" in text:
        text = "\n".join(line.strip(" \t") for line in text.split("\n"))
    if "\n\n\n" in text:
        text = _MANY_NEWLINES.sub("\n\n", text)
    return text.strip()


def mend_line(text: str) -> str:
    """Repair a title or label as `mend_body` does, and put it on one line with single spaces."""
    return " ".join(_mended(text).split())


def _mended(text: str) -> str:
    # Each step first checks whether there is anything to do: there seldom is, and a substring is found 10 to 60 times
    # as fast as a pattern.
    if "<" in text or "&" in text:
        text = _plain(text)
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if not text.isascii() and any(sign in text for sign in _SIGNS_OF_IT):
        text = _TWICE_ENCODED.sub(lambda found: _TWICE[found[0]], text)
    # Every character that is replaced is one for which str.isprintable() is false.
    if not text.isprintable():
        text = _CHARACTER_MET.sub(_replacement, text)
    if "\u200d" in text or "\u200c" in text:
        text = _STRAY_JOINER.sub("", text)
    # Lower-casing İ by non-Turkish rules leaves a combining dot above the i.
    if "i\u0307" in text:
        text = _DOTTED_TWICE.sub("i", text)
    if text.isascii():
        return text
    if len(text) > _HARMLESS_LENGTH:
        text = _MANY_MARKS.sub(_without_surplus, text)
    return unicodedata.normalize("NFC", text)


def _without_surplus(signs: re.Match[str]) -> str:
    """The signs, with at most so many combining marks in a row as any text needs."""
    kept: list[str] = []
    marks = 0
    for sign in signs[0]:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= _MOST_MARKS:
            kept.append(sign)
    return "".join(kept)


def _replacement(character: re.Match[str]) -> str:
    return _CHARACTERS[character[0]]


def _plain(text: str) -> str:
    """The text without markup and character references."""
    if "<" in text and looks_like_html(text):
        text = strip_markup(text)
    if "&" in text:
        # Twice, since feeds escape text that is escaped already: &amp;quot;
        text = _unescaped(_unescaped(text))
        if "<" in text and looks_like_html(text):
            text = _unescaped(strip_markup(text))
    return text


def _unescaped(text: str) -> str:
    """Resolve character references, only with their semicolon: html.unescape would also read `&copy=1` in a URL."""
    return _ENTITY.sub(_character, text)


def _character(reference: re.Match[str]) -> str:
    name = reference[0][1:]
    if not name.startswith("#"):
        return html5.get(name, reference[0])
    digits = name[1:-1]
    code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    # Surrogates and numbers beyond Unicode can't be stored; 128 to 159 are later read as cp1252 with the whole text.
    return "" if 0xD800 <= code < 0xE000 or code > 0x10FFFF else chr(code)
