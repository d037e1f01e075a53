"""Runs of capitalised words, cut into the pieces that could be names of people.

`Pakistan Savunma Bakanı Khawaja Muhammad Asif` is one run; the piece is what the title leaves. A piece knows what
spoke for it: a title before or after, a calling in small letters before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.entities.known import known_person
from index.entities.lexicon import Trait, callings, key, not_people, words
from index.entities.scan import NONE, Token

_GIVEN, _SURNAME = Trait.GIVEN, Trait.SURNAME
_NAME = _GIVEN | _SURNAME
_HEAD, _TITLE, _AFTER = Trait.HEAD, Trait.TITLE, Trait.AFTER
_PLACE, _PROVINCE = Trait.PLACE, Trait.PROVINCE
_REGION = Trait.PLACE | Trait.PROVINCE | Trait.COUNTRY | Trait.DEMONYM
_TOWN = Trait.PLACE | Trait.COMMON | Trait.OTHER
_CUT = Trait.NEVER | Trait.CLUB | Trait.COUNTRY | Trait.DEMONYM | Trait.PROVINCE | Trait.PLACE


@dataclass(slots=True, eq=False)
class Piece:
    """tokens[first:last] could hold a name."""

    first: int
    last: int
    titled: bool = False
    """A title or calling stands before it, or Bey and the like after it."""
    before_title: bool = False
    """A title follows: the piece is more likely the office's (`Dışişleri` Bakanı)."""
    run_last: int = 0
    """Where the whole run ends."""
    of_country: bool = False
    """A people stands before it: `Belçikalı` Kirsten Flipkens."""
    headline: bool = False
    """The run is longer than a name with its titles: every word has a capital, which then says nothing."""


def find_pieces(text: str, tokens: Sequence[Token], blocked: bytearray) -> Iterator[Piece]:
    """The pieces of a text in order. `blocked` marks tokens that belong to something else."""
    first, count = 0, len(tokens)
    while first < count:
        last = first + 1
        while last < count and tokens[last].link != NONE and not tokens[last - 1].apostrophe:
            last += 1
        yield from _pieces_of_run(text, tokens, first, last, blocked)
        first = last


def _pieces_of_run(text: str, tokens: Sequence[Token], first: int, last: int, blocked: bytearray) -> Iterator[Piece]:
    titled = _calling_before(text, tokens[first])
    _block_heads(tokens, first + titled if last - first > 2 else first, last, blocked)
    headline = last - first > _LONGEST_RUN
    start = first
    known_until = first
    for place in range(first, last + 1):
        token = tokens[place] if place < last else None
        if token and place >= known_until and not blocked[place]:
            known_until = place + known_person(tokens, place, last)
        if place < known_until:
            continue
        role = _role(tokens, place, first, last, blocked, titled and place == start + 1) if token else _END
        if role == _PART:
            continue
        if place > start:
            after = role == _TITLE_AFTER
            of_country = start > first and bool(tokens[start - 1].word.traits & Trait.DEMONYM)
            yield Piece(start, place, titled or after, role == _TITLE_BEFORE, last, of_country, headline)
        start = place + 1
        titled = role in (_TITLE_BEFORE, _TITLE_AFTER)


_LONGEST_RUN = 8

_PART, _OTHER, _TITLE_BEFORE, _TITLE_AFTER, _END = range(5)


def _role(tokens: Sequence[Token], place: int, first: int, last: int, blocked: bytearray, after_titled: bool) -> int:
    """What a word does in its run: part of a name, a cut, a title."""
    if blocked[place]:
        return _OTHER
    token = tokens[place]
    traits = token.word.traits
    if not traits:
        return _PART
    if traits & _AFTER and place > first and tokens[place - 1].word.traits & _NAME and not blocked[place - 1]:
        return _TITLE_AFTER
    if traits & _TITLE:
        return _PART if traits & _NAME and _between_names(tokens, place, first, last) else _TITLE_BEFORE
    if traits & _CUT:
        if traits & _NAME and (after_titled or _is_name_after_all(tokens, place, first, last)):
            return _PART
        return _PART if _is_town_as_surname(tokens, place, first, last) else _OTHER
    return _PART


def _between_names(tokens: Sequence[Token], place: int, first: int, last: int) -> bool:
    """A title that is a name as well (`Kaptan`, `Hakim`, `Şah`): a name right after a given name."""
    before = place > first and tokens[place - 1].word.traits & _GIVEN and not tokens[place - 1].word.traits & _TITLE
    return bool(before) and not (place + 1 < last and tokens[place + 1].word.traits & _GIVEN)


def _is_name_after_all(tokens: Sequence[Token], place: int, first: int, last: int) -> bool:
    """A place or people that is a name as well: `Fatih Karahan`, `Ahmet Türk`, `Zeydan Karalar`."""
    traits = tokens[place].word.traits
    before = tokens[place - 1].word.traits if place > first else 0
    after = tokens[place + 1].word.traits if place + 1 < last and not tokens[place].apostrophe else 0
    if before & _GIVEN and not before & (Trait.COUNTRY | Trait.DEMONYM | Trait.PROVINCE | _TITLE):
        return True
    if traits & _GIVEN and after & _SURNAME and not after & (_HEAD | _TITLE | _REGION):
        return True
    return bool(traits & _SURNAME and before & _NAME and not before & _REGION)


def _is_town_as_surname(tokens: Sequence[Token], place: int, first: int, last: int) -> bool:
    """`Erkan Kaş`: a town's name after a given name that is nothing else, at the end of the run."""
    if place == first or place + 1 < last or tokens[place].word.traits & ~_TOWN or tokens[place].apostrophe:
        return False
    return tokens[place - 1].word.traits in (_GIVEN, _NAME)


_SHIPS = frozenset({"TCG", "USS", "HMS", "MV", "KCP"})
"""Ships bear names of people and of much else."""


def _block_heads(tokens: Sequence[Token], first: int, last: int, blocked: bytearray) -> None:
    """Everything before a closing word is its name: `Turgut Özal Caddesi`, `Mustafa Kemal Üniversitesi`."""
    phrases = not_people()
    for place in range(first, last):
        for phrase in phrases.get(tokens[place].word.key, ()):
            if tuple(token.word.key for token in tokens[place : place + len(phrase)]) == phrase:
                blocked[place : place + len(phrase)] = b"\1" * len(phrase)
        if tokens[place].text in _SHIPS and place + 1 < last:
            blocked[place : place + 2] = b"\1\1"
        traits = tokens[place].word.traits
        if not traits & _HEAD or (traits & _NAME and not _closes(tokens, place, first)):
            continue
        blocked[place] = 1
        back = place - 1
        while back >= first and not blocked[back]:
            before = tokens[back].word.traits
            if before & _TITLE and not before & _NAME:
                break
            if place - back > 1 and _ends_full_name(tokens, back, first) and not _is_building(tokens, place, back):
                break
            blocked[back] = 1
            if before & (Trait.COUNTRY | Trait.PROVINCE) and not before & _NAME:
                break
            back -= 1


# What is called after people, with words in between: `Necmettin Erbakan Kültür Merkezi`.
_BUILDINGS = words(
    "caddesi cadde sokaği sokak mahallesi bulvari merkezi lisesi okulu ilkokulu ortaokulu anaokulu koleji salonu stadi "
    "stadyumu kompleksi tesisleri hastanesi üniversitesi fakültesi enstitüsü parki vakfi müzesi camii camisi köprüsü "
    "kütüphanesi yurdu kampüsü kişlasi havalimani barajı meydani sahnesi tiyatrosu ödülü ödülleri turnuvasi türbesi evi"
)
_PRIZES = words("nobel oscar emmy grammy pulitzer dünya")


def _is_building(tokens: Sequence[Token], place: int, back: int) -> bool:
    return tokens[place].word.key in _BUILDINGS and tokens[back + 1].word.key not in _PRIZES


def _ends_full_name(tokens: Sequence[Token], place: int, first: int) -> bool:
    """`Lionel Messi Dünya Kupası'nı`: a given name and a surname before other words are a name of their own."""
    traits = tokens[place].word.traits
    if not traits & _SURNAME or place == first or traits & _REGION:
        return False
    before = tokens[place - 1].word.traits
    return bool(before & _GIVEN and not before & (_REGION | Trait.COMMON))


def _closes(tokens: Sequence[Token], place: int, first: int) -> bool:
    """A closing word that is a name too (`Park`, `Grand`) closes only what is no given name."""
    return place > first and not tokens[place - 1].word.traits & _GIVEN


def _calling_before(text: str, token: Token) -> bool:
    """`oyuncu`, `eşi`, `isimli` in small letters right before."""
    end = token.start - 1
    if end <= 0 or text[end] != " ":
        return False
    begin = text.rfind(" ", max(0, end - 16), end) + 1
    return begin > 0 and key(text[begin:end]) in callings()
