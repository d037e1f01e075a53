"""Names of people within a piece of a run, by what the lists and the place in the sentence say.

Sure ones are taken at once. Others are candidates that the rest of the article must speak for (see `people`): a name
of words that no list has, a single word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.entities.lexicon import Trait
from index.entities.runs import Piece
from index.entities.scan import Token

_GIVEN, _SURNAME = int(Trait.GIVEN), int(Trait.SURNAME)
_NAME = _GIVEN | _SURNAME
_COMMON = int(Trait.COMMON)
_INITIAL = int(Trait.INITIAL)
_NOT_ALONE = int(Trait.PLACE | Trait.PROVINCE | Trait.CLUB | Trait.NEVER | Trait.COUNTRY | Trait.DEMONYM | Trait.TITLE)
_LONGEST = 4
"""Words in a name. Longer runs are headlines with every word in capitals."""


@dataclass(slots=True, eq=False)
class Candidate:
    """tokens[first:last] may be a person's name."""

    first: int
    last: int
    sure: bool
    titled: bool

    @property
    def words(self) -> int:
        return self.last - self.first


def find_names(tokens: Sequence[Token], piece: Piece) -> Iterator[Candidate]:
    """Sure names and candidates of a piece, in order, none within another."""
    place = piece.first
    while place < piece.last:
        titled = piece.titled and place == piece.first
        length, sure = _name_at(tokens, place, piece, titled)
        if length:
            yield Candidate(place, place + length, sure, titled)
        place += max(length, 1)


def _name_at(tokens: Sequence[Token], place: int, piece: Piece, titled: bool) -> tuple[int, bool]:
    """How many words a name has here, and whether it is sure."""
    token = tokens[place]
    traits = token.word.traits
    if _is_plain_word(token) and not titled:
        return 0, False
    length = _extent(tokens, place, piece)
    if length == 1:
        return _single(token, piece, titled)
    second = tokens[place + 1].word.traits
    final = tokens[place + length - 1].word.traits
    if traits & _GIVEN and (second | final) & _NAME:
        return length, _is_trusted(token, tokens[place + 1], titled)
    if titled:
        return length, True
    if traits & _GIVEN:
        return length, not (token.initial and traits & _COMMON)
    if traits & _INITIAL:
        return (length, True) if final & _SURNAME else (0, False)
    if final & _SURNAME and not traits & _COMMON:
        return length, not token.initial or bool(traits & _SURNAME)
    if traits & _COMMON:
        return 0, False
    return length, False


def _is_plain_word(token: Token) -> bool:
    """A word that is mostly written small and no name: `Ancak`, `Yeni`."""
    traits = token.word.traits
    return bool(traits & _COMMON and not traits & _NAME)


def _is_trusted(token: Token, following: Token, titled: bool) -> bool:
    """Two words that may be names but are words as well (`Deniz Güneş`) need more than the start of a sentence."""
    return titled or not (token.initial and token.word.traits & following.word.traits & _COMMON)


def _extent(tokens: Sequence[Token], place: int, piece: Piece) -> int:
    """How far a name goes: over names and unknown words; it ends before a plain word and at a hyphen between names."""
    last = place + 1
    while last < min(piece.last, place + _LONGEST):
        token, before = tokens[last], tokens[last - 1].word.traits
        traits = token.word.traits
        if _is_plain_word(token):
            break
        if not traits & _NAME and before & _SURNAME and not before & _GIVEN and last - place >= 2:
            break
        last += 1
    return last - place


def _single(token: Token, piece: Piece, titled: bool) -> tuple[int, bool]:
    traits = token.word.traits
    if len(token.text) < 2 or piece.last - piece.first > _LONGEST:
        return 1 if len(token.text) > 1 else 0, False
    if titled and not piece.before_title:
        return 1, not traits & (_COMMON | _NOT_ALONE) or bool(traits & _NAME and not token.initial)
    return 1, False
