"""Turkish letter case. `lower` is the one lower-case function of the code base.

Turkish has two letters i: dotted (İ, i) and dotless (I, ı). `str.lower` knows neither: it makes `işik` of IŞIK and a
nine-letter `i̇stanbul` (with U+0307, combining dot above) of İSTANBUL.
"""

from __future__ import annotations

DOT_ABOVE = "̇"
"""Combining dot above: what `str.lower` leaves behind an İ, and what decomposed text (NFD) has after an I."""

_TO_LOWER = {ord("I"): "ı", ord("İ"): "i"}
_TO_UPPER = {ord("i"): "İ", ord("ı"): "I"}


def lower(text: str) -> str:
    """Lower case with I -> ı and İ -> i; a combining dot above an I or i is taken in (`i̇` -> `i`).

    >>> lower("IŞIK İSTANBUL")
    'ışık istanbul'
    """
    if DOT_ABOVE in text:
        text = text.replace("I" + DOT_ABOVE, "i").replace("i" + DOT_ABOVE, "i").replace("İ" + DOT_ABOVE, "i")
    return text.translate(_TO_LOWER).lower()


def upper(text: str) -> str:
    """Upper case with i -> İ and ı -> I.

    >>> upper("ısparta izmir")
    'ISPARTA İZMİR'
    """
    if DOT_ABOVE in text:
        text = text.replace("i" + DOT_ABOVE, "i").replace("I" + DOT_ABOVE, "İ")
    return text.translate(_TO_UPPER).upper()


def title_case(text: str) -> str:
    """First letter of each word in upper case, the rest in lower case; what follows an apostrophe stays low.

    >>> title_case("İSTANBUL'UN ışıkları")
    "İstanbul'un Işıkları"
    """
    return " ".join(upper(word[:1]) + lower(word[1:]) for word in text.split(" "))
