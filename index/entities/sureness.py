"""Whether a run of words is a person's name by itself, or needs the rest of the article to speak for it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.entities.runs import Piece
from index.entities.scan import Token
from index.entities.traits import NAME, REGION, Trait

_GIVEN, _SURNAME, _COMMON, _INITIAL = Trait.GIVEN, Trait.SURNAME, Trait.COMMON, Trait.INITIAL
_OTHER = Trait.OTHER | Trait.NEVER
SHORT_CAPS = 4
"""Letters in capitals that are sooner an abbreviation than a name."""
POSSESSED = re.compile(r"[^aeiöuü][iuü]$|s[iuü]$")
"""`Deniz Feneri`, `Barış Pınarı`: the possessive ending of a name that is no person's."""
SENTENCE_WORD = re.compile(
    r"(?:yor(?:d?u[mz]?|lar|sun)?|[dt][iuü](?:l[ae]r|k|m|r)?|m[iuü]ş(?:t[iuü])?|[ae]ca[kğ]\w*|m[ae]k|m[ae]z|l[iuü]m|"
    r"[iuü]m[iuü]z|[aeiuü]m|[iuü]n[iuü])$"
)
"""In capitals a heading, not a name: `ÖĞRETMEN OLMAK İSTİYORDU`, `CAN YOLDAŞIYDI`."""


def is_sure(tokens: Sequence[Token], place: int, length: int, piece: Piece, titled: bool) -> bool:
    """Whether the words from `place` on, two or more, are a name for certain."""
    first, second, final = (tokens[p] for p in (place, place + 1, place + length - 1))
    traits, end = first.word.traits, final.word.traits
    if end & _INITIAL:
        # `Ekrem Y.`: somebody whose name is withheld.
        return False
    named = (second.word.traits | end) & NAME
    if traits & Trait.CAPS and len(first.text) < SHORT_CAPS and not titled and not traits & _GIVEN:
        return False
    if traits & end & Trait.CAPS and SENTENCE_WORD.search(final.word.key) and not end & NAME:
        return False
    if traits & end & Trait.CAPS and not titled and not (traits & _GIVEN and end & NAME and not traits & end & _COMMON):
        # Headings in capitals: `EKSİKLER CAN SIKTI`.
        return False
    if piece.before_title and not titled:
        return bool(traits & _GIVEN and end & _SURNAME and not traits & end & _COMMON and not traits & REGION)
    if traits & _GIVEN and named:
        return _is_trusted(first, second, final, titled)
    if titled:
        return not traits & _OTHER or bool(traits & NAME)
    if traits & _GIVEN:
        if not traits & _COMMON or final.apostrophe or not (first.initial or piece.headline):
            return True
        return not (second.word.traits or piece.headline or POSSESSED.search(second.word.key))
    if traits & _INITIAL:
        return bool(end & _SURNAME)
    if end & _SURNAME and not traits & (_COMMON | _OTHER) and (final.apostrophe or not end & _COMMON):
        return bool(not first.initial or traits & _SURNAME or final.apostrophe or not traits)
    if piece.of_country and place == piece.first and not (traits or second.word.traits or end):
        return not POSSESSED.search(final.word.key)
    return bool(end & Trait.ALONE and not traits & _COMMON and not first.initial)


def _is_trusted(first: Token, second: Token, final: Token, titled: bool) -> bool:
    """Words that may be names but are words as well (`Deniz Güneş`) need more than the start of a sentence."""
    if titled or final.apostrophe:
        return True
    both = first.word.traits & second.word.traits
    return not (both & _COMMON and (first.initial or both & Trait.CAPS))


def is_sure_alone(tokens: Sequence[Token], place: int, piece: Piece, titled: bool) -> bool:
    """Whether one word is a person for certain: `Putin`, or a name after a title."""
    token = tokens[place]
    traits = token.word.traits
    if len(token.text) < 2:
        return False
    if traits & Trait.ALONE and not traits & REGION:
        if traits & Trait.CAPS and not titled and not _among_capitals(tokens, place):
            # `AKINCI`, a product among small letters; `ABRAMOVİÇ İLE ÇALIŞMAK ZOR` is a heading.
            return bool(token.initial)
        return not (traits & _COMMON and token.initial) or token.apostrophe or titled
    if not titled or piece.before_title or place + 1 < piece.last:
        return False
    if traits & NAME:
        return not (traits & _COMMON and traits & Trait.CAPS)
    return not traits & (_COMMON | _OTHER | REGION | Trait.CAPS)


def _among_capitals(tokens: Sequence[Token], place: int) -> bool:
    """Whether the word before or after is in capitals too."""
    beside = (*tokens[max(0, place - 1) : place], *tokens[place + 1 : place + 2])
    return any(token.word.traits & Trait.CAPS for token in beside)
