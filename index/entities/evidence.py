"""What the rest of an article says about a candidate.

That it is a place, that somebody's age follows it, that it stands in a list with people, that its last word comes back
alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from index.entities.extent import is_plain_word
from index.entities.found import NOT_ALONE, FieldTokens, Found
from index.entities.rules import Rule
from index.entities.scan import NONE, place_suffix
from index.entities.traits import NAME, Trait

STANDS_ALONE = Rule(
    "name with a person's suffix", "A listed name that means nothing else has a suffix that places seldom have."
)
_AGED = Rule("age", "An age follows.")
_SUFFIXED = Rule(
    "again with a suffix", "The same unknown words come again, once with a suffix that places seldom have."
)
_IN_LIST = Rule("in a list with a person", "It stands in a list with somebody who was taken for a person.")
_RETURNS = Rule("last word comes back", "The last of these words stands alone elsewhere, as surnames do.")


def can_stand_alone(field: FieldTokens, place: int) -> bool:
    """Whether a single word is a person: only a listed name, with a suffix that people have (`Narin'in`)."""
    token = field.tokens[place]
    traits = token.word.traits
    if not (traits & NAME and token.apostrophe) or traits & (Trait.COMMON | NOT_ALONE | Trait.CAPS | Trait.FOREIGN):
        return False
    if token.link != NONE:
        # `Altın Lale'yi`: the end of a longer name; `Ancak Narin'in` is not.
        before = field.tokens[place - 1]
        if not (before.initial and is_plain_word(before)):
            return False
    return not place_suffix(field.text, token.end)


# What follows in small letters and says that the name is a town's, a group's, a paper's: `Hay el-Cihad semtinde`.
_OF_A_PLACE = re.compile(
    r" (?:sırt|tepe|mezra|alanı|bölgeleri|sendrom|kasırga|fırtına|ilçe|istikamet|mevki|yöresi|mağaza|etabı|"
    r"kent|semt|köyü|mahalle|kasaba|belde|bölgesi|"
    r"eyalet|şehri|ilin|adası|dağı|nehri|gölü|barajı|caddesi|"
    r"sokağı|meydanı|bulvarı|parkı|köprüsü|havaliman|istasyon|gazetesi|dergisi|televizyonu|kanalı|şirketi|firması|"
    r"marka|grubu|grupları|örgütü|çetesi|gemisi|teknesi|uçağı|oteli|hastanesi|üniversitesi|lisesi|okulu|ilkokulu|"
    r"stadı|stadyumu|salonu|ödülü|müzesi|vakfı|derneği|filmi|filminde|dizisi|dizisinde|takımı|kulübü|ekibi|çarşısı|"
    r"restoran|kampüsü|kampı)"
)


_WORKS = ("film", "dizi", "ekibi", "takımı", "marka")


def names_a_place(item: Found) -> bool:
    """Whether what follows says that the name is a place's, a group's or a work's: `Kırık Kalpler filmi`."""
    if len(item.keys) == 1 and _is_of_country(item):
        return True
    final = item.field.tokens[item.last - 1]
    if final.apostrophe or not _OF_A_PLACE.match(item.field.text, item.end):
        return False
    # `Steven Spielberg filmi` is a person's film, `Kırık Kalpler filmi` is not.
    whole = (
        item.field.tokens[item.first].word.traits & Trait.GIVEN
        and final.word.traits & Trait.SURNAME
        and len(item.keys) > 1
    )
    return not (whole and item.field.text.startswith(_WORKS, item.end + 1))


def _is_of_country(item: Found) -> bool:
    """`Lugano (İsviçre)`: clubs stand so in fixtures, by one word."""
    after = item.field.tokens[item.last : item.last + 1]
    if not after or item.field.text[item.end : after[0].start] != " (":
        return False
    return bool(after[0].word.traits & Trait.COUNTRY and item.field.text[after[0].end : after[0].end + 1] == ")")


_AGE = re.compile(r"\s?\((?:\d\d?|\d\d? yaşında)\)|, \d\d? yaşında")


def take_described(found: Sequence[Found]) -> None:
    """Takes candidates with an age after them (`Hayati Gökmen (23)`), and those said again with a person's suffix."""
    open_names = [item for item in found if not item.taken and len(item.keys) > 1]
    times = Counter(item.keys for item in open_names)
    suffixed = {item.keys for item in found if times[item.keys] > 1 and _has_person_suffix(item) and _is_unknown(item)}
    for item in open_names:
        if _is_withheld(item):
            continue
        if _AGE.match(item.field.text, item.end):
            item.rule = _AGED
        elif item.keys in suffixed:
            item.rule = _SUFFIXED


def _is_unknown(item: Found) -> bool:
    """Words that are written small nowhere and stand for nothing else: in news mostly a foreign person."""
    span = item.field.tokens[item.first : item.last]
    return not any(token.word.traits & (Trait.COMMON | NOT_ALONE) and not token.word.traits & NAME for token in span)


def _has_person_suffix(item: Found) -> bool:
    token = item.field.tokens[item.last - 1]
    traits = item.field.tokens[item.first].word.traits | token.word.traits
    return token.apostrophe and not traits & NOT_ALONE and not place_suffix(item.field.text, token.end)


def _is_withheld(item: Found) -> bool:
    """`Ekrem Y.`, `H.A.`: initials are no names."""
    return bool(item.field.tokens[item.last - 1].word.traits & Trait.INITIAL)


_BETWEEN = frozenset({", ", " ve ", " ile ", " - ", "-", "–", "; ", " veya "})


def take_neighbours(found: Sequence[Found]) -> None:
    """Takes the candidates that stand in a list with a person: `A, B ve C`."""
    for items in (found, found[::-1]):
        for one, other in pairwise(items):
            if one.taken and not other.taken and one.field is other.field and _in_one_list(one, other):
                may_be_person = len(other.keys) > 1 or _may_be_name(other)
                other.rule = _IN_LIST if may_be_person and not _is_withheld(other) else None


def _in_one_list(one: Found, other: Found) -> bool:
    left, right = (one, other) if one.start < other.start else (other, one)
    return left.field.text[left.end : right.start] in _BETWEEN


def _may_be_name(item: Found) -> bool:
    token = item.field.tokens[item.first]
    traits = token.word.traits
    return bool(traits & NAME) and not traits & (Trait.COMMON | NOT_ALONE | Trait.CAPS | Trait.FOREIGN)


def take_returning(found: Sequence[Found]) -> None:
    """Takes the candidates of several words whose last word comes back alone, as surnames do."""
    alone = Counter(item.keys[0] for item in found if len(item.keys) == 1)
    for item in found:
        if not item.taken and len(item.keys) > 1 and alone[item.keys[-1]] and not _is_withheld(item):
            item.rule = _RETURNS
