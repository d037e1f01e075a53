"""People named in an article: title and body together, since a headline names by surname whom the body names in full.

1. Runs of capitalised words are cut into pieces (`runs`), pieces into sure names and candidates (`names`).
2. Neighbours of sure names in a list (`A, B ve C`) are sure too.
3. A candidate of several words is taken if its last word comes back alone.
4. A single word is taken if it is part of a name that was taken, or if the lists know it as a name that stands alone.
5. Each mention gets the person's canonical name (`canonical`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from index.entities.canonical import Canon
from index.entities.lexicon import Trait
from index.entities.names import Candidate, find_names
from index.entities.runs import find_pieces
from index.entities.scan import Token, article_before

_NAME = int(Trait.GIVEN | Trait.SURNAME)
_COMMON = int(Trait.COMMON)
_NOT_ALONE = int(Trait.PLACE | Trait.PROVINCE | Trait.CLUB | Trait.NEVER | Trait.COUNTRY | Trait.DEMONYM | Trait.TITLE)


@dataclass(frozen=True, slots=True)
class PersonMention:
    """A person at text[start:end] of the field with this number."""

    field: int
    start: int
    end: int
    name: str


@dataclass(slots=True, eq=False)
class _Found:
    field: int
    text: str
    tokens: Sequence[Token]
    candidate: Candidate
    taken: bool

    @property
    def span(self) -> Sequence[Token]:
        return self.tokens[self.candidate.first : self.candidate.last]

    @property
    def start(self) -> int:
        return article_before(self.text, self.span[0].start)

    @property
    def end(self) -> int:
        return self.span[-1].end

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(token.word.key for token in self.span)


def find_people(fields: Sequence[tuple[str, Sequence[Token], bytearray]]) -> list[PersonMention]:
    """People in the fields of an article: text, its tokens, and the tokens that are something else."""
    found: list[_Found] = []
    for number, (text, tokens, blocked) in enumerate(fields):
        for piece in find_pieces(text, tokens, blocked):
            for candidate in find_names(tokens, piece):
                found.append(_Found(number, text, tokens, candidate, candidate.sure))
    _take_neighbours(found)
    _take_returning(found)
    _take_singles(found)
    taken = [item for item in found if item.taken]
    canon = Canon((item.text[item.start : item.end], item.keys) for item in taken)
    return [
        PersonMention(item.field, item.start, item.end, canon.of(item.text[item.start : item.end], item.keys))
        for item in taken
    ]


_BETWEEN = frozenset({", ", " ve ", " ile ", " - ", "-", "–", "; ", " veya "})


def _take_neighbours(found: Sequence[_Found]) -> None:
    """`A, B ve C`: who stands in a list with a person is one."""
    for items in (found, found[::-1]):
        for one, other in zip(items, items[1:], strict=False):
            if one.taken and not other.taken and other.candidate.words > 1 and one.field == other.field:
                left, right = (one, other) if one.start < other.start else (other, one)
                if left.text[left.end : right.start] in _BETWEEN:
                    other.taken = True


def _take_returning(found: Sequence[_Found]) -> None:
    """An unknown name of several words whose last word comes back alone, as surnames do."""
    alone = Counter(item.keys[0] for item in found if item.candidate.words == 1)
    for item in found:
        if not item.taken and item.candidate.words > 1 and alone[item.keys[-1]]:
            item.taken = True


def _take_singles(found: Sequence[_Found]) -> None:
    """Parts of names that were taken, wherever they stand alone."""
    parts: set[str] = set()
    for item in found:
        if item.taken and item.candidate.words > 1:
            parts.add(item.keys[0])
            parts.add(item.keys[-1])
    sure = {item.keys[0] for item in found if item.taken and item.candidate.words == 1}
    for item in found:
        if item.taken or item.candidate.words > 1:
            continue
        token = item.span[0]
        if token.word.key in parts:
            item.taken = _stands_for_person(token)
        elif token.word.key in sure:
            item.taken = not token.word.traits & (_COMMON | _NOT_ALONE)


def _stands_for_person(token: Token) -> bool:
    """A surname that is a word as well (`Kaya`, `Güneş`) needs its capital to mean something."""
    traits = token.word.traits
    if traits & _COMMON and token.initial:
        return token.apostrophe
    return True
