"""What bears a person's name and is none: streets in a list, stadiums in a match report, works in a filmography.

A closing word in the same run (`Turgut Özal Caddesi`) is the matter of `runs`; here the sign stands further off.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from index.entities.scan import CapitalisedToken

_PLURAL = re.compile(
    r" (?:cadde|sokak|mahalle|bulvar|köy|baraj|santral|park|lise|cami|köprü|semt|ilçe|kasaba|meydan|kavşak|tünel)"
    r"(?:lar|ler)[ıi]?\w*"
)
_IN_LIST = frozenset({" ", ", ", " ve ", " ile ", ". ", " - ", "-"})
_PARTING = frozenset({", ", " ve ", " ile "})
_LONGEST_LIST = 40

_VENUE = re.compile(r"(?<!\w)(?:Stat|Stad|Stadyum|Salon|Saha|Yer|STAT|STAD|STADYUM|SALON|SAHA|YER)\s?: ?")
_VENUE_END = re.compile(r"[\n(:]|Hakem|HAKEM|Saat|SAAT")

# `20.00 Fenerbahçe-Orduspor (Şükrü Saracoğlu)`: what stands in brackets after two clubs is where they play.
_FIXTURE = re.compile(r"(?<!\d)\d\d[.:]\d\d [^\n(]{3,60}-[^\n(]{3,60}(?P<where>\([^)\n]{3,60})")

_WORK = re.compile(r"^[^\n]{2,60}?[ ,\-–(]+(?:19|20)\d\d\)?(?! ?[-–] ?\d)(?: ?[-–(/,] ?[^\n]{0,20})?$", re.MULTILINE)
_FEWEST_WORKS = 4


_QUOTED = r"""["“”][^"“”\n]{2,50}["“”]"""
# Three and more quotations in a row are titles; so is one that is said to be a film or a book.
_TITLES = re.compile(rf"{_QUOTED}(?:(?:, ?| ve ){_QUOTED}){{2,}}")
_TITLED = re.compile(
    rf"(?:{_QUOTED}|(?<!\w)['‘][^'’\n]{{2,50}}['’]) (?:adlı|isimli|başlıklı) (?:[a-zçğıöşü]+ ){{0,4}}"
    r"(?:film|oyun|kita[pb]|roman|albüm|şarkı|tablo|dizi|eser|belgesel|program|sergi|heykel|türkü|makale|yazı|şiir|proje)"
)
_HOLY_BOOK = re.compile(r"Kur['’]?an-ı Kerim")


def block_called_after(text: str, tokens: Sequence[CapitalisedToken], blocked: bytearray) -> None:
    """Marks in `blocked` the tokens of a text that are named after people and are no people."""
    starts = [token.start for token in tokens]
    for place in _PLURAL.finditer(text):
        _block_list(text, tokens, bisect_left(starts, place.start()) - 1, place.start(), blocked)
    for venue in _VENUE.finditer(text):
        end = _VENUE_END.search(text, venue.end())
        _block_span(starts, venue.end(), end.start() if end else len(text), blocked)
    for fixture in _FIXTURE.finditer(text):
        _block_span(starts, fixture.start("where"), fixture.end("where"), blocked)
    for pattern in (_TITLES, _TITLED, _HOLY_BOOK):
        for title in pattern.finditer(text):
            _block_span(starts, title.start(), title.end(), blocked)
    works = list(_WORK.finditer(text))
    if len(works) >= _FEWEST_WORKS:
        for work in works:
            _block_span(starts, work.start(), work.end(), blocked)


def _block_list(text: str, tokens: Sequence[CapitalisedToken], last: int, until: int, blocked: bytearray) -> None:
    """`Şekip Ayhan Özışık ve Mor Salkım sokakları`: everything in the list that the plural closes."""
    if last < 0 or tokens[last].end != until:
        return
    first, several = last, False
    while first > max(0, last - _LONGEST_LIST):
        gap = text[tokens[first - 1].end : tokens[first].start]
        if gap not in _IN_LIST:
            break
        several = several or gap in _PARTING
        first -= 1
    if several:
        blocked[first : last + 1] = b"\1" * (last + 1 - first)


def _block_span(starts: Sequence[int], begin: int, end: int, blocked: bytearray) -> None:
    first, last = bisect_left(starts, begin), bisect_left(starts, end)
    blocked[first:last] = b"\1" * (last - first)
