"""Runs of capitalised words, cut into the pieces that could be names of people.

`Pakistan Savunma Bakanı Khawaja Muhammad Asif` is one run; the piece is what the title leaves. A piece knows what
spoke for it: a title before or after, a calling in small letters before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.entities.forms import is_from_town
from index.entities.known import known_person
from index.entities.lists import callings, key, name_lists, not_people, words
from index.entities.scan import NONE, SPACE, CapitalisedToken, place_suffix
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


@dataclass(slots=True, eq=False)
class _Run:
    """tokens[first:last] hang together; `blocked` marks the tokens that belong to something else than people."""

    text: str
    tokens: Sequence[CapitalisedToken]
    first: int
    last: int
    blocked: bytearray

    def __len__(self) -> int:
        return self.last - self.first

    def traits(self, place: int) -> int:
        """The traits of tokens[place]; none (0) outside the run."""
        return self.tokens[place].word.traits if self.first <= place < self.last else 0

    def block(self, first: int, last: int) -> None:
        """Marks tokens[first:last] as belonging to something else."""
        self.blocked[first:last] = b"\1" * (last - first)


def find_pieces(text: str, tokens: Sequence[CapitalisedToken], blocked: bytearray) -> Iterator[Piece]:
    """The pieces of a text in order. `blocked` marks tokens that belong to something else, and gets more marks."""
    first, count = 0, len(tokens)
    while first < count:
        last = first + 1
        while last < count and tokens[last].link != NONE and not tokens[last - 1].apostrophe:
            last += 1
        yield from _pieces_of_run(_Run(text, tokens, first, last, blocked))
        first = last


def _pieces_of_run(run: _Run) -> Iterator[Piece]:
    titled = _calling_before(run.text, run.tokens[run.first])
    # The word after a calling begins a person's name, so that no closing word takes it.
    _block_heads(replace(run, first=run.first + 1) if titled and len(run) > 2 else run)
    headline = _is_headline(run)
    start = known_until = run.first
    for place in range(run.first, run.last + 1):
        if known_until <= place < run.last and not run.blocked[place]:
            known_until = place + known_person(run.tokens, place, run.last)
        if place < known_until:
            continue
        after_titled = titled and place == start + 1
        role = _role(run, place, after_titled) if place < run.last else _END
        if role == _PART:
            continue
        if place > start:
            after = role == _TITLE_AFTER
            of_country = bool(run.traits(start - 1) & Trait.DEMONYM)
            yield Piece(start, place, titled or after, role == _TITLE_BEFORE, run.last, of_country, headline)
        start = place + 1
        titled = role in (_TITLE_BEFORE, _TITLE_AFTER)


_LONGEST_RUN = 8


def _is_headline(run: _Run) -> bool:
    """More words than a name has, its titles and institutions (`Fakültesi Öğretim Üyesi Prof. Dr.`) not counted."""
    if len(run) <= _LONGEST_RUN:
        return False
    counted = (not (run.blocked[p] or run.traits(p) & _NOT_OF_HEADLINE) for p in range(run.first, run.last))
    return sum(counted) > _LONGEST_RUN


_NOT_OF_HEADLINE = _TITLE | _HEAD | Trait.INITIAL | Trait.NEVER | _REGION

_PART, _OTHER, _TITLE_BEFORE, _TITLE_AFTER, _END = range(5)


def _role(run: _Run, place: int, after_titled: bool) -> int:
    """What a word does in its run: part of a name, a cut, a title. `after_titled`: a title and one word precede it."""
    if run.blocked[place]:
        return _OTHER
    traits = run.tokens[place].word.traits
    if not traits:
        return _PART
    if traits & _AFTER and run.traits(place - 1) & NAME and not run.blocked[place - 1]:
        return _TITLE_AFTER
    if traits & _TITLE:
        return _PART if _is_title_as_name(run, place) else _TITLE_BEFORE
    if traits & _CUT and not _is_name_after_all(run, place, after_titled):
        return _OTHER
    return _PART


PRACTISES = re.compile(r"[^aeioöuü][cç][iuü]$|[aeiuü]c[iuü]$")
"""Who is called by what they do: `Pentatloncu İlke Özyüksel`; after a given name a surname: `Elif Güreşçi`."""
_TITLES_OF_BIRTH = words("emir sultan kaptan")


def _is_title_as_name(run: _Run, place: int) -> bool:
    """A title that is part of a name here: `Emir Sarıgül`, `Yunus Kaptan`, `Elif Güreşçi`."""
    token = run.tokens[place]
    if token.word.key in _TITLES_OF_BIRTH and place + 1 < run.last and not token.apostrophe:
        return _is_born_with(run, place)
    may_be_name = token.word.traits & NAME or PRACTISES.search(token.word.key)
    return bool(may_be_name) and _is_between_names(run, place)


def _is_born_with(run: _Run, place: int) -> bool:
    """`Sorumlusu Emir Davud`, `Emir Sarıgül`, `Emir Taha Hasipek`, `Muhammed Emir Kurtulan`: names of people."""
    before, after = run.traits(place - 1), run.traits(place + 1)
    if before & _GIVEN and not before & _TITLE:
        return True
    if place + 2 == run.last:
        return bool(before & _TITLE or after & _SURNAME)
    return place + 3 == run.last and bool(after & _GIVEN) and run.tokens[place + 2].link == SPACE


def _is_between_names(run: _Run, place: int) -> bool:
    """A title that is a name as well (`Kaptan`, `Hakim`, `Şah`): a name right after a given name."""
    before, after = run.traits(place - 1), run.traits(place + 1)
    return bool(before & _GIVEN) and not before & _TITLE and not after & _GIVEN


def _is_name_after_all(run: _Run, place: int, after_titled: bool) -> bool:
    """A place or people that is part of a name here."""
    if run.traits(place) & NAME and (after_titled or _is_among_names(run, place)):
        return True
    return _is_town_as_surname(run, place)


def _is_among_names(run: _Run, place: int) -> bool:
    """A place or people that is a name as well: `Fatih Karahan`, `Ahmet Türk`, `Zeydan Karalar`."""
    traits, before = run.traits(place), run.traits(place - 1)
    after = 0 if run.tokens[place].apostrophe else run.traits(place + 1)
    if before & _GIVEN and not before & (Trait.COUNTRY | Trait.DEMONYM | Trait.PROVINCE | _TITLE):
        return True
    if traits & _GIVEN and after & _SURNAME and not after & (_HEAD | _TITLE | _REGION):
        return True
    if traits & after & _GIVEN and (_are_given_names(run, place) or place + 2 < run.last):
        return _are_given_names(run, place)
    return bool(traits & _SURNAME and before & NAME and not before & _REGION)


def _are_given_names(run: _Run, place: int) -> bool:
    """Two given names end the run, or may have a surname after them: `Fatih Ali Canlı`, `Cihangir Kemal Yüzçelik`."""
    words = _REGION | Trait.COMMON
    if run.traits(place + 1) & words:
        return False
    if place + 2 == run.last:
        return not run.traits(place) & words
    third = run.traits(place + 2)
    return not third or bool(third & _MAY_BE_SURNAME)


def _is_town_as_surname(run: _Run, place: int) -> bool:
    """`Erkan Kaş`, `Yunus Çankaya'nın`: a town or people after a given name that is nothing else, at a run's end."""
    if place == run.first or place + 1 < run.last:
        return False
    token = run.tokens[place]
    traits = token.word.traits
    if traits & ~_TOWN and not (traits == Trait.NEVER and is_from_town(token.word.key, name_lists().traits)):
        return False
    if token.apostrophe and place_suffix(run.text, token.end):
        return False
    return run.traits(place - 1) in (_GIVEN, NAME)


_SHIPS = frozenset({"TCG", "USS", "HMS", "MV", "KCP"})
"""Ships bear names of people and of much else."""


def _block_heads(run: _Run) -> None:
    """Everything before a closing word is its name: `Turgut Özal Caddesi`, `Mustafa Kemal Üniversitesi`."""
    phrases = not_people()
    for place in range(run.first, run.last):
        word = run.tokens[place].word
        traits = word.traits
        if word.key in phrases:
            _block_phrases(run, place, phrases[word.key])
        if run.tokens[place].text in _SHIPS and place + 1 < run.last:
            run.block(place, place + 2)
        if traits & _HEAD and (not traits & NAME or _closes(run, place)):
            run.blocked[place] = 1
            _block_back(run, place)
        elif traits & Trait.POSSESSED and place > run.first and not traits & (NAME | Trait.ALONE):
            run.blocked[place] = 1
            if len(run) <= _LONGEST_RUN:
                _block_back(run, place, possessed=True)


def _block_phrases(run: _Run, place: int, phrases: Sequence[tuple[str, ...]]) -> None:
    """Blocks those of some names of no people that begin here."""
    for phrase in phrases:
        if tuple(token.word.key for token in run.tokens[place : place + len(phrase)]) == phrase:
            run.block(place, place + len(phrase))


def _block_back(run: _Run, place: int, possessed: bool = False) -> None:
    """Blocks what a closing word closes. A thing `possessed` may be a person's: `Aziz Yıldırım Dönemi`."""
    back = place - 1
    while back >= run.first and not run.blocked[back]:
        before = run.traits(back)
        if before & _TITLE and not before & NAME:
            break
        if possessed and (before & Trait.ALONE or _ends_full_name(run, back)):
            break
        if place - back > 1 and _ends_full_name(run, back) and not _is_building(run.tokens, place, back):
            break
        run.blocked[back] = 1
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


def _is_building(tokens: Sequence[CapitalisedToken], place: int, back: int) -> bool:
    return tokens[place].word.key in _BUILDINGS and tokens[back + 1].word.key not in _PRIZES


def _ends_full_name(run: _Run, place: int) -> bool:
    """`Lionel Messi Dünya Kupası'nı`: a given name and a surname before other words are a name of their own."""
    traits, before = run.traits(place), run.traits(place - 1)
    if not traits & _SURNAME or traits & (_REGION & ~_PLACE):
        return False
    return bool(before & _GIVEN and not before & (_REGION | Trait.COMMON))


def _closes(run: _Run, place: int) -> bool:
    """A closing word that is a name too (`Park`, `Grand`) closes only what is no given name."""
    return place > run.first and not run.traits(place - 1) & _GIVEN


_NUMBERED = re.compile(
    r"(?:Kral|Kralı|Kraliçe|Kraliçesi|Papa|İmparator|İmparatoru|Sultan|Prens|Prensi|Çar|Çarı|Şah) (?:[IVX]+|\d+)\.$"
)
"""`Kraliçe II.` Elizabeth, `İspanya Kralı 6.` Felipe."""


def _calling_before(text: str, token: CapitalisedToken) -> bool:
    """`oyuncu`, `eşi`, `isimli` in small letters right before."""
    end = token.start - 1
    if end <= 0 or text[end] != " ":
        return False
    if text[end - 1] == "." and _NUMBERED.search(text, max(0, end - 25), end):
        return True
    begin = text.rfind(" ", max(0, end - 16), end) + 1
    return begin > 0 and key(text[begin:end]) in callings()
