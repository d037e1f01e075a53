"""People named in an article: title and body together, since a headline names by surname whom the body names in full.

1. Runs of capitalised words are cut into pieces (`runs`), pieces into sure names and candidates (`names`).
2. A candidate that stands in a list with a person is one (`A, B ve C`); so is one with an age, or whose last word
   comes back alone.
3. A single word is taken where it is part of a name that was taken, or where it can hardly be anything else.
4. Each mention gets the person's canonical name (`canonical`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.entities.canonical import Canon
from index.entities.lexicon import Trait
from index.entities.names import Candidate, find_names, is_plain_word
from index.entities.runs import find_pieces
from index.entities.scan import APOSTROPHES, NONE, SPACE, Token, article_before

_GIVEN, _SURNAME, _COMMON = Trait.GIVEN, Trait.SURNAME, Trait.COMMON
_NAME = _GIVEN | _SURNAME
_REGION = Trait.PLACE | Trait.PROVINCE | Trait.COUNTRY | Trait.DEMONYM | Trait.CLUB
_NOT_ALONE = _REGION | Trait.NEVER | Trait.OTHER | Trait.TITLE | Trait.HEAD | Trait.AFTER


@dataclass(frozen=True, slots=True)
class PersonMention:
    """A person at text[start:end] of the field with this number."""

    field: int
    start: int
    end: int
    name: str


@dataclass(slots=True, eq=False)
class FieldTokens:
    """A field of an article: its text, its tokens, and which of them are something else than people."""

    number: int
    text: str
    tokens: Sequence[Token]
    blocked: bytearray


@dataclass(slots=True, eq=False)
class _Found:
    """A candidate in its field, and whether it was taken."""

    field: FieldTokens
    first: int
    last: int
    taken: bool
    start: int
    end: int
    keys: tuple[str, ...]


def find_people(fields: Sequence[FieldTokens]) -> list[PersonMention]:
    """The people of an article, field by field."""
    found = [item for field in fields for item in _candidates(field)]
    found = [item for item in found if not _names_a_place(item)]
    _take_described(found)
    _take_neighbours(found)
    _take_returning(found)
    taken = [item for item in found if item.taken]
    taken += _parts_alone(fields, taken)
    taken.sort(key=lambda item: (item.field.number, item.start))
    names = [(item.field.text[item.start : item.end], item.keys) for item in taken]
    canon = Canon(names)
    return [
        PersonMention(item.field.number, item.start, item.end, canon.of(*name))
        for item, name in zip(taken, names, strict=True)
    ]


def _candidates(field: FieldTokens) -> Iterable[_Found]:
    for piece in find_pieces(field.text, field.tokens, field.blocked):
        for candidate in find_names(field.tokens, piece):
            yield _found(field, candidate)


def _found(field: FieldTokens, candidate: Candidate) -> _Found:
    span = field.tokens[candidate.first : candidate.last]
    keys = tuple(token.word.key for token in span)
    sure = candidate.sure or (len(span) == 1 and _can_stand_alone(field, candidate.first))
    start = article_before(field.text, span[0].start)
    return _Found(field, candidate.first, candidate.last, sure, start, span[-1].end, keys)


_PLACE_SUFFIX = re.compile(rf"[{APOSTROPHES}][dt][ae](?:n|ki)?(?!\w)")


def _can_stand_alone(field: FieldTokens, place: int) -> bool:
    """A name that is no word, no place and nothing else known, with a suffix that people have: `Narin'in`."""
    token = field.tokens[place]
    traits = token.word.traits
    if not (traits & _NAME and token.apostrophe) or traits & (_COMMON | _NOT_ALONE | Trait.CAPS):
        return False
    if token.link != NONE:
        # `Altın Lale'yi`: the end of a longer name; `Ancak Narin'in` is not.
        before = field.tokens[place - 1]
        if not (before.initial and is_plain_word(before)):
            return False
    return not _PLACE_SUFFIX.match(field.text, token.end)


# What follows in small letters and says that the name is a town's, a group's, a paper's: `Hay el-Cihad semtinde`.
_OF_A_PLACE = re.compile(
    r" (?:ilçe|kent|semt|köyü|mahalle|kasaba|belde|bölgesi|eyalet|şehri|ilin|adası|dağı|nehri|gölü|barajı|caddesi|"
    r"sokağı|meydanı|bulvarı|parkı|köprüsü|havaliman|istasyon|gazetesi|dergisi|televizyonu|kanalı|şirketi|firması|"
    r"marka|grubu|grupları|örgütü|çetesi|gemisi|teknesi|uçağı|oteli|hastanesi|üniversitesi|lisesi|okulu|ilkokulu|"
    r"stadı|stadyumu|salonu|ödülü|müzesi|vakfı|derneği|filmi|filminde|dizisi|dizisinde|takımı|kulübü|ekibi|çarşısı|"
    r"restoran|kampüsü|kampı)"
)


_WORKS = ("film", "dizi", "ekibi", "takımı", "marka")


def _names_a_place(item: _Found) -> bool:
    final = item.field.tokens[item.last - 1]
    if final.apostrophe or not _OF_A_PLACE.match(item.field.text, item.end):
        return False
    # `Steven Spielberg filmi` is a person's film, `Kırık Kalpler filmi` is not.
    whole = item.field.tokens[item.first].word.traits & _GIVEN and final.word.traits & _SURNAME and len(item.keys) > 1
    return not (whole and item.field.text.startswith(_WORKS, item.end + 1))


_AGE = re.compile(r"\s?\((?:\d\d?|\d\d? yaşında)\)|, \d\d? yaşında")


def _take_described(found: Sequence[_Found]) -> None:
    """`Hayati Gökmen (23)`: an age follows; or the same words come twice and once with a suffix that people have."""
    times = Counter(item.keys for item in found if not item.taken and len(item.keys) > 1)
    suffixed = {item.keys for item in found if times[item.keys] > 1 and _has_person_suffix(item)}
    for item in found:
        if not item.taken and len(item.keys) > 1 and not _is_withheld(item):
            aged = bool(_AGE.match(item.field.text, item.end))
            item.taken = aged or item.keys in suffixed or (_is_unknown(item) and _has_person_suffix(item))


def _is_unknown(item: _Found) -> bool:
    """Words that no list has, with capitals that are not the sentence's: in news mostly a foreign person."""
    span = item.field.tokens[item.first : item.last]
    return not span[0].initial and not any(
        token.word.traits or "-" in token.text or len(token.text) < 3 for token in span
    )


def _has_person_suffix(item: _Found) -> bool:
    token = item.field.tokens[item.last - 1]
    traits = item.field.tokens[item.first].word.traits | token.word.traits
    return token.apostrophe and not traits & _NOT_ALONE and not _PLACE_SUFFIX.match(item.field.text, token.end)


def _is_withheld(item: _Found) -> bool:
    """`Ekrem Y.`, `H.A.`: initials are no names."""
    return bool(item.field.tokens[item.last - 1].word.traits & Trait.INITIAL)


_BETWEEN = frozenset({", ", " ve ", " ile ", " - ", "-", "–", "; ", " veya "})


def _take_neighbours(found: Sequence[_Found]) -> None:
    """`A, B ve C`: who stands in a list with a person is one."""
    for items in (found, found[::-1]):
        for one, other in pairwise(items):
            if one.taken and not other.taken and one.field is other.field and _in_one_list(one, other):
                other.taken = not _is_withheld(other) and (len(other.keys) > 1 or _may_be_name(other))


def _in_one_list(one: _Found, other: _Found) -> bool:
    left, right = (one, other) if one.start < other.start else (other, one)
    return left.field.text[left.end : right.start] in _BETWEEN


def _may_be_name(item: _Found) -> bool:
    token = item.field.tokens[item.first]
    traits = token.word.traits
    return bool(traits & _NAME) and not traits & (_COMMON | _NOT_ALONE | Trait.CAPS)


def _take_returning(found: Sequence[_Found]) -> None:
    """An unknown name of several words whose last word comes back alone, as surnames do."""
    alone = Counter(item.keys[0] for item in found if len(item.keys) == 1)
    for item in found:
        if not item.taken and len(item.keys) > 1 and alone[item.keys[-1]] and not _is_withheld(item):
            item.taken = True


def _parts_alone(fields: Sequence[FieldTokens], taken: Sequence[_Found]) -> list[_Found]:
    """First and last words of the names that were taken, wherever they stand alone."""
    firsts = {item.keys[0] for item in taken if len(item.keys) > 1}
    lasts = {item.keys[-1] for item in taken if len(item.keys) > 1}
    singles = {item.keys[0] for item in taken if len(item.keys) == 1}
    known = firsts | lasts | singles
    more: list[_Found] = []
    for field in fields:
        covered = {p for item in taken if item.field is field for p in range(item.first, item.last)}
        for place, token in enumerate(field.tokens):
            key = token.word.key
            if key not in known or place in covered or field.blocked[place]:
                continue
            if _stands_for_person(field, place, key in lasts):
                start = article_before(field.text, token.start)
                more.append(_Found(field, place, place + 1, True, start, token.end, (key,)))
    return more


def _stands_for_person(field: FieldTokens, place: int, surname: bool) -> bool:
    """Whether a part of a name that was taken means the person here too."""
    token = field.tokens[place]
    traits = token.word.traits
    if traits & _COMMON and (token.initial or traits & Trait.CAPS) and not token.apostrophe:
        return False
    if traits & _REGION:
        if not surname or _PLACE_SUFFIX.match(field.text, token.end) or traits & (Trait.CLUB | Trait.COUNTRY):
            return False
    elif traits & (Trait.TITLE | Trait.NEVER | Trait.HEAD) and not traits & _NAME:
        return False
    return not _goes_on_unknown(field, place)


def _goes_on_unknown(field: FieldTokens, place: int) -> bool:
    """`Kaya Palazzo`: a word that is no name, no title and no plain word follows in the same run."""
    token = field.tokens[place]
    if token.apostrophe or place + 1 >= len(field.tokens):
        return False
    after = field.tokens[place + 1]
    if after.link != SPACE:
        return False
    traits = after.word.traits
    return not traits & (_NAME | Trait.TITLE | Trait.AFTER | _REGION | Trait.CAPS) and not is_plain_word(after)
