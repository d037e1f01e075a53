"""Names of people within a piece of a run, by what the lists and the place in the sentence say.

Sure ones are taken at once. Others are candidates that the rest of the article must speak for (see `people`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.entities.extent import extent
from index.entities.known import KNOWN, known_person
from index.entities.runs import Piece
from index.entities.scan import CapitalisedToken
from index.entities.sureness import SHORT_CAPS, Candidate, sure_rule
from index.entities.traits import NAME, Trait

_GIVEN, _SURNAME, _INITIAL = Trait.GIVEN, Trait.SURNAME, Trait.INITIAL
_LONGEST_ABBREVIATION = 6


def find_names(tokens: Sequence[CapitalisedToken], piece: Piece) -> Iterator[Candidate]:
    """Sure names and candidates of a piece, in order, none within another."""
    place = piece.first + _opens_with_other_word(tokens, piece)
    while place < piece.last:
        known = known_person(tokens, place, piece.last)
        if known:
            yield Candidate(tokens, piece, place, place + known, KNOWN)
            place += known
            continue
        titled = piece.titled and place == piece.first
        length = extent(tokens, place, piece, titled)
        if length == 0:
            place += 1
            continue
        if length == 1 or not _has_abbreviation(tokens[place : place + length]):
            candidate = Candidate(tokens, piece, place, place + length)
            candidate.rule = sure_rule(candidate)
            yield candidate
        place += length


def _has_abbreviation(span: Sequence[CapitalisedToken]) -> bool:
    """`TRT Beyaz`, `Hyundai IONIQ`, `FOTO-GALERİ`: words in capitals that no list has as a name."""
    unknown = [bool(token.word.traits & Trait.CAPS and not token.word.traits & NAME) for token in span]
    if all(unknown):
        return True
    first = span[0]
    if first.word.traits & Trait.CAPS and not first.initial and len(first.text) < SHORT_CAPS:
        # `TİM Hububat`
        return not span[1].word.traits & (Trait.CAPS | _SURNAME)
    if unknown[0]:
        return not all(token.word.traits & Trait.CAPS for token in span) and len(span[0].text) > 2
    return unknown[-1] and len(span[-1].text) <= _LONGEST_ABBREVIATION and not span[0].word.traits & _GIVEN


def _opens_with_other_word(tokens: Sequence[CapitalisedToken], piece: Piece) -> bool:
    """`Eldivenler Mert Günok'a`: an unknown word whose capital is the sentence's, before a given name and a surname."""
    if piece.last - piece.first < 3 or not tokens[piece.first].initial or piece.titled:
        return False
    first, second, third = (tokens[piece.first + n].word.traits for n in range(3))
    return bool(not first & (NAME | _INITIAL) and second & _GIVEN and third & _SURNAME)
