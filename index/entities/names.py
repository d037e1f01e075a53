"""Names of people within a piece of a run, by what the lists and the place in the sentence say.

Sure ones are taken at once. Others are candidates that the rest of the article must speak for (see `people`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.entities.forms import is_from_town, is_possessed
from index.entities.known import known_person
from index.entities.lexicon import Word, lexicon, words
from index.entities.runs import PRACTISES, Piece
from index.entities.scan import ARTICLE, HYPHEN, NONE, SPACE, Token
from index.entities.sureness import POSSESSED, SENTENCE_WORD, SHORT_CAPS, is_sure, is_sure_alone
from index.entities.traits import NAME, REGION, Trait

_GIVEN, _SURNAME, _COMMON, _INITIAL = Trait.GIVEN, Trait.SURNAME, Trait.COMMON, Trait.INITIAL
_OTHER = Trait.OTHER | Trait.NEVER
_PARTICLES = words("de da del della di dos du van von der den bin ibn el al le la ten ter mc st")
"""Within a name also with a capital: `Kevin De Bruyne`, `Usame Bin Ladin`."""
_PARTICLES_OF_SURNAMES = words("de di du dos van von der den le la el al")
_LONGEST = 4
"""Words in a name. Longer runs are headlines with every word in capitals."""


@dataclass(slots=True, eq=False)
class Candidate:
    """tokens[first:last] may be a person's name."""

    first: int
    last: int
    sure: bool
    titled: bool


def find_names(tokens: Sequence[Token], piece: Piece) -> Iterator[Candidate]:
    """Sure names and candidates of a piece, in order, none within another."""
    place = piece.first + _opens_with_other_word(tokens, piece)
    while place < piece.last:
        known = known_person(tokens, place, piece.last)
        if known:
            yield Candidate(place, place + known, True, False)
            place += known
            continue
        titled = piece.titled and place == piece.first
        length = _extent(tokens, place, piece, titled)
        if length == 0:
            place += 1
            continue
        sure = (
            is_sure_alone(tokens, place, piece, titled)
            if length == 1
            else is_sure(tokens, place, length, piece, titled)
        )
        if length == 1 or not _has_abbreviation(tokens[place : place + length]):
            yield Candidate(place, place + length, sure, titled)
        place += length


def _has_abbreviation(span: Sequence[Token]) -> bool:
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


_LONGEST_ABBREVIATION = 6


def _opens_with_other_word(tokens: Sequence[Token], piece: Piece) -> bool:
    """`Eldivenler Mert Günok'a`: an unknown word whose capital is the sentence's, before a given name and a surname."""
    if piece.last - piece.first < 3 or not tokens[piece.first].initial or piece.titled:
        return False
    first, second, third = (tokens[piece.first + n].word.traits for n in range(3))
    return bool(not first & (NAME | _INITIAL) and second & _GIVEN and third & _SURNAME)


_INFLECTED = re.compile(
    r"^.{4,}(?:[dt][ae]n?|[dt][ae]ki|l[ae]r|l[ae]r[iuü]|[iuü]nda|[iuü]nde|[ae]r[ae]k|y[ae]n|[iuü]nc[ae]|m[iuü]ş|[iuü]p)$"
)
_PARTICIPLE = re.compile(r"^.{3,}(?:[ae]c[ae]k|m[ae]k)$")


_ACCUSATIVE = re.compile(r"[aeiuü]y[iuü]$")
"""`Müslüm Babayı`: no surname ends so."""


def is_plain_word(token: Token) -> bool:
    """A word that is mostly written small and no name: `Ancak`, `Yeni`; or one that begins a sentence with a suffix."""
    traits = token.word.traits
    if traits & NAME:
        return False
    if traits & _COMMON or (not traits and _PARTICIPLE.match(token.word.key)):
        return True
    return bool(token.initial and not token.apostrophe and _INFLECTED.match(token.word.key))


def _extent(tokens: Sequence[Token], place: int, piece: Piece, titled: bool) -> int:
    """How many words a name that begins here has; 0 where none begins."""
    token = tokens[place]
    if (is_plain_word(token) and (not titled or (token.initial and token.link == NONE))) or _is_calling(
        tokens, place, piece
    ):
        return 0
    last, end = place + 1, min(piece.last, place + _LONGEST)
    if last < end and tokens[last].link == HYPHEN and (last + 1 == end or is_plain_word(tokens[last + 1])):
        # `Trump-Zelenskiy`: two people; but `Jean-Claude Juncker` is one.
        return 1
    while last < end and _goes_on(tokens, place, last, piece):
        last += 1
    return last - place


def _is_calling(tokens: Sequence[Token], place: int, piece: Piece) -> bool:
    """`Pentatloncu` İlke Özyüksel: a calling that no list has."""
    token = tokens[place]
    if token.word.traits & (NAME | Trait.FOREIGN) or place + 1 >= piece.last or not PRACTISES.search(token.word.key):
        return False
    return bool(tokens[place + 1].word.traits & _GIVEN)


def _goes_on(tokens: Sequence[Token], place: int, last: int, piece: Piece) -> bool:
    """Whether tokens[last] still belongs to the name that began at `place`."""
    token, before = tokens[last], tokens[last - 1].word.traits
    traits = token.word.traits
    if token.link == HYPHEN:
        # `Conway-Mouret` goes on, `Hakan Fidan-Sergey Lavrov` does not.
        another = last - place >= 2 and traits & _GIVEN and last + 1 < piece.last and tokens[last + 1].link == SPACE
        return not another
    if traits & Trait.CAPS and not traits & NAME and SENTENCE_WORD.search(token.word.key):
        return False
    if token.link == ARTICLE or (token.word.key in _PARTICLES and not traits & Trait.CAPS and last + 1 < piece.last):
        return True
    if traits & Trait.CAPS and not (before & Trait.CAPS or traits & NAME) and len(token.text) <= SHORT_CAPS:
        # `Bekele CAS'a gidiyor`
        return False
    if (
        last - place >= 2
        and tokens[last - 1].word.key in _PARTICLES_OF_SURNAMES
        and not traits & (Trait.CAPS | Trait.HEAD)
    ):
        # `Marine Le Pen`
        return True
    if is_plain_word(token) or (traits & _OTHER and not traits & NAME):
        return _is_word_as_name(tokens, place, last, piece)
    whole = last - place >= 2 or before & _SURNAME & ~_GIVEN
    if whole and before & _SURNAME and not before & _GIVEN:
        # After a surname only another one goes on (`Kurtuluş Çelik`, `Garcia Marquez`).
        if traits & NAME and last + 1 == piece.run_last and not piece.headline:
            return True
        if not traits & NAME:
            return last - place < 2 or (not traits and _is_second_surname(tokens, place, last, piece))
        if not traits & _GIVEN:
            return True
        return last - place == 1 and _is_surname_as_given(tokens, place, piece)
    return True


def _is_second_surname(tokens: Sequence[Token], place: int, last: int, piece: Piece) -> bool:
    """`Havva Yonca Gündüz Özçeri`: an unknown word that closes the run, after a given name and a surname."""
    token = tokens[last]
    opens = tokens[place].word.traits
    if last + 1 < piece.run_last or piece.headline or token.initial or not opens & _GIVEN or opens & _COMMON:
        return False
    return not (
        _INFLECTED.match(token.word.key)
        or _NO_SURNAME.search(token.word.key)
        or POSSESSED.search(token.word.key)
        or len(token.word.key) < 4
    )


_NO_SURNAME = re.compile(r"(?:[cç][iuü]l[iuü]k|i[vf]e|tion|ing)$")
"""`Havacılık`, `Retrospective`"""


def _is_surname_as_given(tokens: Sequence[Token], place: int, piece: Piece) -> bool:
    """`Çiçek Solon Şensoy`: three words and no more, where no sentence begins; the first is a surname elsewhere."""
    if piece.first != place or piece.last != place + 3 or piece.run_last != piece.last or piece.headline:
        return False
    first, second, third = tokens[place : place + 3]
    if (
        first.initial
        or first.word.traits & REGION
        or (first.word.traits & Trait.CAPS and not third.word.traits & Trait.CAPS)
    ):
        return False
    return bool(second.word.traits & _GIVEN and third.word.traits & _SURNAME and second.link == third.link == SPACE)


def _is_word_as_name(tokens: Sequence[Token], place: int, last: int, piece: Piece) -> bool:
    """`Naci Görür`, `Necmiye Kurtuluş Çelik`: a word of the language, where its capital can have no other reason."""
    if last + 1 < piece.last and tokens[last + 1].link == HYPHEN:
        # `Itamar Ben-Gvir`
        return True
    never = Trait.CAPS | Trait.NEVER | Trait.HEAD
    if not PRACTISES.search(tokens[last].word.key):
        never |= Trait.TITLE
    word = tokens[last].word
    if piece.headline or (word.traits & never and not _is_townsman(word)):
        return False
    if last + 1 == piece.run_last:
        token = tokens[last]
        if tokens[last - 1].word.traits & Trait.FOREIGN and token.word.traits & _COMMON:
            return False
        if token.word.traits & _COMMON and _ACCUSATIVE.search(token.word.key):
            return False
        called_after = token.word.traits & _COMMON and is_possessed(token.word.key, lexicon().traits)
        return bool(tokens[last - 1].word.traits & _GIVEN) and not called_after
    opening = tokens[place].word.traits
    named = not opening & (_COMMON | _OTHER) and (not tokens[place].initial or opening & _GIVEN)
    return bool(named) and last + 2 == piece.run_last == piece.last and bool(tokens[last + 1].word.traits & _SURNAME)


def _is_townsman(word: Word) -> bool:
    """`Seyit Ahmet Bursalı`: known for nothing else than the town."""
    return word.traits == Trait.NEVER and is_from_town(word.key, lexicon().traits)
