"""Countries and peoples named in a text.

The table decides what is a country; the guards here decide when a word of the table is not one: a place or thing that
is called after a country (`Tunus Caddesi`, `Hindistan cevizi`), a part of the world (`Güney Amerika`), a word that
happens to be spelled alike (`mali` financial, `mısır` maize), a surname.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from index.entities.lists import DATA, key, name_lists, read_table, words
from index.entities.scan import NONE, SPACE, CapitalisedToken
from index.entities.traits import Trait

_COUNTRY, _DEMONYM = Trait.COUNTRY, Trait.DEMONYM
_EITHER = _COUNTRY | _DEMONYM


@dataclass(frozen=True, slots=True)
class CountryMention:
    """A country (or people, where `demonym`) at text[start:end]; `first` and `last` are its tokens."""

    start: int
    end: int
    code: str
    demonym: bool
    first: int
    last: int


@cache
def _guards(kind: str) -> frozenset[str]:
    return frozenset(key(word) for of, word in read_table(DATA / "country_guards.tsv", 2) if of == kind)


_ONLY_WHOLE = frozenset({"amerika"})
# `Kore Savaşı`, `Kore gazisi`: history.
_PAIRS = frozenset({("kore", "savaşi"), ("kore", "gazisi"), ("kore", "gazileri"), ("cnn", "türk"), ("mavi", "marmara")})


def find_countries(text: str, tokens: Sequence[CapitalisedToken], phrases_only: bool = False) -> list[CountryMention]:
    """Countries in order. `phrases_only`: names of several words, which are read before people."""
    found: list[CountryMention] = []
    doubtful: list[CountryMention] = []
    place, count = 0, len(tokens)
    while place < count:
        token = tokens[place]
        traits = token.word.traits
        mention = None
        if traits & Trait.OPENS:
            mention = _phrase(text, tokens, place)
        if mention is None and not phrases_only and traits & _EITHER:
            mention = _single(token, place)
        if mention is None:
            place += 1
            continue
        if _is_country(text, tokens, mention):
            (doubtful if _is_doubtful(text, tokens, mention) else found).append(mention)
        place = mention.last + 1
    if doubtful:
        sure = {mention.code for mention in found}
        found = sorted([*found, *(m for m in doubtful if m.code in sure)], key=lambda m: m.start)
    return found


def _phrase(text: str, tokens: Sequence[CapitalisedToken], place: int) -> CountryMention | None:
    for parts, code, trait in name_lists().phrases[tokens[place].word.key]:
        last = place + len(parts) - 1
        if last >= len(tokens):
            continue
        between = tokens[place + 1 : last + 1]
        if any(token.apostrophe for token in tokens[place:last]):
            continue
        if any(token.link == NONE and text[token.start - 4 : token.start] != " ve " for token in between):
            continue
        if all(token.word.key == part for token, part in zip(between[:-1], parts[1:-1], strict=True)):
            end = _end_of(between[-1], parts[-1], trait)
            if end:
                return CountryMention(tokens[place].start, end, code, trait == _DEMONYM, place, last)
    return None


def _end_of(token: CapitalisedToken, part: str, trait: int) -> int:
    """Where the last word of a name ends, its suffix off; 0 where it is another word."""
    if token.word.key == part:
        return token.end
    if token.word.key.startswith(part):
        rest = token.word.key[len(part) :]
        plain = rest in _CASES_OF_PHRASES or (trait == _DEMONYM and rest.startswith(("lar", "ler")))
        return token.start + len(part) if plain else 0
    return 0


# Fewer than the `CASE_SUFFIXES` of `index.turkish`: here no apostrophe tells the end of the name, and a bare vowel or a
# plural may belong to another word.
_CASES_OF_PHRASES = words(
    "da de ta te dan den tan ten nin nun nün in un ün ya ye yi yu yü na ne ni nu nü nda nde ndan nden nini"
)


def _single(token: CapitalisedToken, place: int) -> CountryMention | None:
    word = token.word
    if not word.country:
        return None
    end = token.start + word.stem_length
    return CountryMention(token.start, end, word.country, bool(word.traits & _DEMONYM), place, place)


def _is_country(text: str, tokens: Sequence[CapitalisedToken], mention: CountryMention) -> bool:
    token = tokens[mention.last]
    name = tokens[mention.first].word.key
    before = tokens[mention.first - 1] if mention.first and tokens[mention.first].link == SPACE else None
    if before is not None:
        if name in _ONLY_WHOLE and before.word.key in _guards("part"):
            return False
        if (before.word.key, name) in _PAIRS:
            return False
    if token.apostrophe:
        return True
    after = _word_after(text, token.end)
    return after not in _guards("thing") and (name, after) not in _PAIRS


def _is_doubtful(text: str, tokens: Sequence[CapitalisedToken], mention: CountryMention) -> bool:
    token = tokens[mention.first]
    if mention.first != mention.last or token.word.key not in _guards("ambiguous"):
        return False
    if not (token.initial or token.word.key in _guards("doubted") or token.word.traits & Trait.CAPS):
        return False
    if token.apostrophe or _word_after(text, token.end) in _guards("state"):
        return False
    return not _has_country_beside(text, tokens, mention)


def _has_country_beside(text: str, tokens: Sequence[CapitalisedToken], mention: CountryMention) -> bool:
    """`Fransa, Mali ve Çad`; and `Mısır, Gazze için` (a capital after the comma, where maize has `mısır, buğday`)."""
    follows = mention.last + 1
    if follows < len(tokens):
        after = tokens[follows]
        between = text[mention.end : after.start]
        if between in {" ve ", " ile "} and after.word.traits & _EITHER:
            return True
        if between in {", ", "-", "–"} and (after.word.traits & (_EITHER | Trait.PLACE) or len(after.text) > 2):
            return True
    if mention.first:
        before = tokens[mention.first - 1]
        between = text[before.end : mention.start]
        return between in {", ", " ve ", " ile ", "-", "–"} and bool(before.word.traits & _EITHER)
    return False


def _word_after(text: str, end: int) -> str:
    """The word after one space, as a key; empty where something else follows."""
    if text[end : end + 1] != " ":
        return ""
    stop = end + 1
    limit = min(len(text), end + 25)
    while stop < limit and text[stop].isalpha():
        stop += 1
    return key(text[end + 1 : stop])
