"""Folding to ASCII letters, and the order of the Turkish alphabet.

People type Turkish on foreign keyboards: `cocugumuzdan`. A folded word is what all its spellings have in common; it
finds words, it never replaces them (`kâr` profit and `kar` snow, `oldu` became and `öldü` died are different words).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from index.turkish.casing import lower

TURKISH_ONLY = frozenset("çğıöşüâîûÇĞİÖŞÜÂÎÛ")
"""Letters that can't be typed on an ASCII keyboard; a word with one of them was typed in Turkish. Not I: it stands
both for ı and, on an ASCII keyboard, for İ."""

_FOLD = str.maketrans("çğıöşüâîû", "cgiosuaiu")

# Latin letters that Unicode does not decompose into a base letter and a mark.
_UNDECOMPOSED = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ħ": "h", "ə": "e", "ŋ": "n"}
)

SEPARATOR = "|"
"""Between the folded word and its spelling in an index term. Sorts after all letters and digits of ASCII, so that a
folded word's spellings stand together in the term dictionary and `fold|` is their common prefix."""


STEM_LENGTH = 5


def fold(text: str) -> str:
    """Lower case without any Turkish or other diacritics.

    >>> fold("Çiğdem'in kârı")
    "cigdem'in kari"
    """
    folded = lower(text).translate(_FOLD)
    return folded if folded.isascii() else _strip_marks(folded)


def stem(form: str) -> str:
    """The first letters of a form, folded: what the words of a family share.

    A fixed length of five serves Turkish retrieval about as well as a lemma does (Can et al., "Information retrieval
    on Turkish texts", JASIST 59(3), 2008); next to lemmas it adds the derivations that they keep apart.

    >>> stem("ekonomik")
    'ekono'
    """
    return fold(form)[:STEM_LENGTH]


def _strip_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_UNDECOMPOSED))
    stripped = "".join(c for c in decomposed if not unicodedata.combining(c))
    # NFKD may uncover letters that still have a case or a fold (`ℐ` -> I).
    return lower(stripped).translate(_FOLD)


def has_turkish_letters(text: str) -> bool:
    """Whether the text has a letter that shows that it was typed on a Turkish keyboard."""
    return not TURKISH_ONLY.isdisjoint(text)


def encode_term(form: str) -> str:
    """How a form or lemma stands in the index: its folded spelling, `|`, and itself where that differs.

    >>> encode_term("çocuk"), encode_term("ev")
    ('cocuk|çocuk', 'ev|')
    """
    folded = fold(form)
    return folded + SEPARATOR if folded == form else folded + SEPARATOR + form


def decode_term(term: str) -> str:
    """The form or lemma that `encode_term` encoded."""
    folded, _, form = term.partition(SEPARATOR)
    return form or folded


def folded_prefix(folded: str) -> str:
    """The prefix that all terms with this folded spelling share, and no others.

    >>> encode_term("çocuk").startswith(folded_prefix("cocuk"))
    True
    """
    return folded + SEPARATOR


_ALPHABET = "abcçdefgğhıijklmnoöpqrsştuüvwxyz"
# Each letter becomes two characters: its base letter, then its place among the letters with that base. Dotless ı
# stands before i, so i gets the higher place.
_SORT = str.maketrans(
    {**{c: c + "0" for c in _ALPHABET}, "ç": "c1", "ğ": "g1", "ı": "i0", "i": "i1", "ö": "o1", "ş": "s1", "ü": "u1"}
    | {"â": "a0", "î": "i1", "û": "u0"}
)


@lru_cache(maxsize=4096)
def sort_key(text: str) -> str:
    """A key that sorts in the order of the Turkish alphabet: ç after c, ğ after g, ı before i, ö, ş, ü likewise.

    >>> sorted(["çam", "cam", "dam", "ılık", "ilik"], key=sort_key)
    ['cam', 'çam', 'dam', 'ılık', 'ilik']
    """
    return _strip_foreign_marks(lower(text)).translate(_SORT)


def _strip_foreign_marks(text: str) -> str:
    if text.isascii():
        return text
    return "".join(c if c in TURKISH_ONLY or c.isascii() else _strip_marks(c) or c for c in text)
