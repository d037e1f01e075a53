"""What a capitalised word can be."""

from __future__ import annotations


class Trait:
    """What a capitalised word can be. A word may have several: Deniz is a name and a word, Fatih a name and a place.

    Plain integers: they are asked some thousand times per article, where an `IntFlag` is ten times as slow.
    """

    GIVEN = 1
    SURNAME = 2
    TITLE = 4
    """A title or calling that may stand before a name: Bakanı, Prof, Orgeneral."""
    AFTER = 8
    """A title that follows a given name: Bey, Hanım, Paşa."""
    HEAD = 16
    """Closes the proper name of something that is no person: Caddesi, Üniversitesi, Ödülü."""
    PLACE = 32
    PROVINCE = 64
    CLUB = 128
    COMMON = 256
    """Mostly written small."""
    NEVER = 512
    """No part of a person's name, unless it is a name as well and stands among names."""
    OTHER = 1024
    """Often written with a capital, seldom in a name: brands, works, institutions."""
    INITIAL = 2048
    """A single letter."""
    COUNTRY = 4096
    DEMONYM = 8192
    OPENS = 16384
    """Begins a country's name of several words: Suudi, Kuzey."""
    CAPS = 32768
    """All in capitals, two letters or more."""
    ALONE = 65536
    """Known to stand alone for a person: Putin, Icardi."""
    FOREIGN = 131072
    """Known as a name from the lists of other languages only: a name beside another one, never alone."""
    POSSESSED = 262144
    """A noun with a possessive ending (`Buluşması`, `Defteri`): closes the name of a thing, like a HEAD."""
    CITY = 524288
    """A city or town of the world: does not stand alone for a person, but may well be a surname (`Hayati Develi`)."""


NAME = Trait.GIVEN | Trait.SURNAME
REGION = Trait.PLACE | Trait.PROVINCE | Trait.COUNTRY | Trait.DEMONYM | Trait.CLUB
