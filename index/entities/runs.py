"""Runs of capitalised words, cut into the pieces that could be names of people.

`Pakistan Savunma Bakanı Khawaja Muhammad Asif` is one run; the piece is what the title leaves. A piece knows what
spoke for it: a title before or after, a calling in small letters before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.entities.forms import is_from_town
from index.entities.known import known_person
from index.entities.lexicon import callings, key, lexicon, not_people, words
from index.entities.scan import NONE, SPACE, Token, place_suffix
from index.entities.traits import NAME, Trait

_GIVEN, _SURNAME = Trait.GIVEN, Trait.SURNAME
_HEAD, _TITLE, _AFTER = Trait.HEAD, Trait.TITLE, Trait.AFTER
_PLACE, _PROVINCE = Trait.PLACE, Trait.PROVINCE
_REGION = Trait.PLACE | Trait.PROVINCE | Trait.COUNTRY | Trait.DEMONYM
_TOWN = Trait.PLACE | Trait.PROVINCE | Trait.DEMONYM | Trait.CITY | Trait.COMMON | Trait.OTHER
_MAY_BE_SURNAME = _SURNAME | Trait.COMMON
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
    headline = _is_headline(tokens, first, last, blocked)
    start = first
    known_until = first
    for place in range(first, last + 1):
        token = tokens[place] if place < last else None
        if token and place >= known_until and not blocked[place]:
            known_until = place + known_person(tokens, place, last)
        if place < known_until:
            continue
        after_titled = titled and place == start + 1
        role = _role(text, tokens, place, first, last, blocked, after_titled) if token else _END
        if role == _PART:
            continue
        if place > start:
            after = role == _TITLE_AFTER
            of_country = start > first and bool(tokens[start - 1].word.traits & Trait.DEMONYM)
            yield Piece(start, place, titled or after, role == _TITLE_BEFORE, last, of_country, headline)
        start = place + 1
        titled = role in (_TITLE_BEFORE, _TITLE_AFTER)


_LONGEST_RUN = 8


def _is_headline(tokens: Sequence[Token], first: int, last: int, blocked: bytearray) -> bool:
    """More words than a name has, its titles and institutions (`Fakültesi Öğretim Üyesi Prof. Dr.`) not counted."""
    if last - first <= _LONGEST_RUN:
        return False
    return sum(not (blocked[p] or tokens[p].word.traits & _NOT_OF_HEADLINE) for p in range(first, last)) > _LONGEST_RUN


_NOT_OF_HEADLINE = _TITLE | _HEAD | Trait.INITIAL | Trait.NEVER | _REGION

_PART, _OTHER, _TITLE_BEFORE, _TITLE_AFTER, _END = range(5)


def _role(
    text: str, tokens: Sequence[Token], place: int, first: int, last: int, blocked: bytearray, after_titled: bool
) -> int:
    """What a word does in its run: part of a name, a cut, a title."""
    if blocked[place]:
        return _OTHER
    token = tokens[place]
    traits = token.word.traits
    if not traits:
        return _PART
    if traits & _AFTER and place > first and tokens[place - 1].word.traits & NAME and not blocked[place - 1]:
        return _TITLE_AFTER
    if traits & _TITLE:
        if token.word.key in _TITLES_OF_BIRTH and place + 1 < last and not token.apostrophe:
            return _PART if _is_born_with(tokens, place, first, last) else _TITLE_BEFORE
        may_be_name = traits & NAME or PRACTISES.search(token.word.key)
        return _PART if may_be_name and _between_names(tokens, place, first, last) else _TITLE_BEFORE
    if traits & _CUT:
        if traits & NAME and (after_titled or _is_name_after_all(tokens, place, first, last)):
            return _PART
        return _PART if _is_town_as_surname(text, tokens, place, first, last) else _OTHER
    return _PART


PRACTISES = re.compile(r"[^aeioöuü][cç][iuü]$|[aeiuü]c[iuü]$")
"""Who is called by what they do: `Pentatloncu İlke Özyüksel`; after a given name a surname: `Elif Güreşçi`."""
_TITLES_OF_BIRTH = words("emir sultan kaptan")


def _is_born_with(tokens: Sequence[Token], place: int, first: int, last: int) -> bool:
    """`Sorumlusu Emir Davud`, `Emir Sarıgül`, `Emir Taha Hasipek`, `Muhammed Emir Kurtulan`: names of people."""
    before = tokens[place - 1].word.traits if place > first else 0
    after = tokens[place + 1].word.traits
    if before & _GIVEN and not before & _TITLE:
        return True
    if place + 2 == last:
        return bool(before & _TITLE or after & _SURNAME)
    return place + 3 == last and bool(after & _GIVEN) and tokens[place + 2].link == SPACE


def _between_names(tokens: Sequence[Token], place: int, first: int, last: int) -> bool:
    """A title that is a name as well (`Kaptan`, `Hakim`, `Şah`): a name right after a given name."""
    before = place > first and tokens[place - 1].word.traits & _GIVEN and not tokens[place - 1].word.traits & _TITLE
    if place + 1 < last:
        after = tokens[place + 1].word.traits
        return bool(before) and not after & _GIVEN
    return bool(before)


def _is_name_after_all(tokens: Sequence[Token], place: int, first: int, last: int) -> bool:
    """A place or people that is a name as well: `Fatih Karahan`, `Ahmet Türk`, `Zeydan Karalar`."""
    traits = tokens[place].word.traits
    before = tokens[place - 1].word.traits if place > first else 0
    after = tokens[place + 1].word.traits if place + 1 < last and not tokens[place].apostrophe else 0
    if before & _GIVEN and not before & (Trait.COUNTRY | Trait.DEMONYM | Trait.PROVINCE | _TITLE):
        return True
    if traits & _GIVEN and after & _SURNAME and not after & (_HEAD | _TITLE | _REGION):
        return True
    if traits & _GIVEN and after & _GIVEN and place + 2 == last and not (traits | after) & (_REGION | Trait.COMMON):
        return True
    if traits & _GIVEN and after & _GIVEN and place + 2 < last:
        # `Fatih Ali Canlı`, `Cihangir Kemal Yüzçelik`
        third = tokens[place + 2].word.traits
        return bool(not third or third & _MAY_BE_SURNAME) and not after & (Trait.COMMON | _REGION)
    return bool(traits & _SURNAME and before & NAME and not before & _REGION)


def _is_town_as_surname(text: str, tokens: Sequence[Token], place: int, first: int, last: int) -> bool:
    """`Erkan Kaş`, `Yunus Çankaya'nın`: a town or people after a given name that is nothing else, at a run's end."""
    if place == first or place + 1 < last:
        return False
    traits = tokens[place].word.traits
    if traits & ~_TOWN and not (traits == Trait.NEVER and is_from_town(tokens[place].word.key, lexicon().traits)):
        return False
    if tokens[place].apostrophe and place_suffix(text, tokens[place].end):
        return False
    return tokens[place - 1].word.traits in (_GIVEN, NAME)


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
        if traits & _HEAD and (not traits & NAME or _closes(tokens, place, first)):
            blocked[place] = 1
            _block_back(tokens, first, place, blocked)
        elif traits & Trait.POSSESSED and place > first and not traits & (NAME | Trait.ALONE):
            blocked[place] = 1
            if last - first <= _LONGEST_RUN:
                _block_back(tokens, first, place, blocked, possessed=True)


def _block_back(tokens: Sequence[Token], first: int, place: int, blocked: bytearray, possessed: bool = False) -> None:
    """Blocks what a closing word closes. A thing `possessed` may be a person's: `Aziz Yıldırım Dönemi`."""
    back = place - 1
    while back >= first and not blocked[back]:
        before = tokens[back].word.traits
        if before & _TITLE and not before & NAME:
            break
        if possessed and (before & Trait.ALONE or _ends_full_name(tokens, back, first)):
            break
        if place - back > 1 and _ends_full_name(tokens, back, first) and not _is_building(tokens, place, back):
            break
        blocked[back] = 1
        if before & (Trait.COUNTRY | Trait.PROVINCE) and not before & NAME:
            break
        back -= 1


# What is called after people, with words in between: `Necmettin Erbakan Kültür Merkezi`.
_BUILDINGS = words(
    "caddesi cadde sokaği sokak mahallesi bulvari merkezi lisesi okulu ilkokulu ortaokulu anaokulu koleji salonu stadi "
    "stadyumu kompleksi tesisleri hastanesi üniversitesi fakültesi enstitüsü parki vakfi müzesi camii camisi köprüsü "
    "kütüphanesi yurdu kampüsü kişlasi havalimani barajı meydani sahnesi tiyatrosu ödülü ödülleri turnuvasi türbesi "
    "evi madalyasi nişani"
)
_PRIZES = words("nobel oscar emmy grammy pulitzer dünya")


def _is_building(tokens: Sequence[Token], place: int, back: int) -> bool:
    return tokens[place].word.key in _BUILDINGS and tokens[back + 1].word.key not in _PRIZES


def _ends_full_name(tokens: Sequence[Token], place: int, first: int) -> bool:
    """`Lionel Messi Dünya Kupası'nı`: a given name and a surname before other words are a name of their own."""
    traits = tokens[place].word.traits
    if not traits & _SURNAME or place == first or traits & (_REGION & ~_PLACE):
        return False
    before = tokens[place - 1].word.traits
    return bool(before & _GIVEN and not before & (_REGION | Trait.COMMON))


def _closes(tokens: Sequence[Token], place: int, first: int) -> bool:
    """A closing word that is a name too (`Park`, `Grand`) closes only what is no given name."""
    return place > first and not tokens[place - 1].word.traits & _GIVEN


_NUMBERED = re.compile(
    r"(?:Kral|Kralı|Kraliçe|Kraliçesi|Papa|İmparator|İmparatoru|Sultan|Prens|Prensi|Çar|Çarı|Şah) (?:[IVX]+|\d+)\.$"
)
"""`Kraliçe II.` Elizabeth, `İspanya Kralı 6.` Felipe."""


def _calling_before(text: str, token: Token) -> bool:
    """`oyuncu`, `eşi`, `isimli` in small letters right before."""
    end = token.start - 1
    if end <= 0 or text[end] != " ":
        return False
    if text[end - 1] == "." and _NUMBERED.search(text, max(0, end - 25), end):
        return True
    begin = text.rfind(" ", max(0, end - 16), end) + 1
    return begin > 0 and key(text[begin:end]) in callings()
