"""People named in an article: title and body together, since a headline names by surname whom the body names in full.

1. Runs of capitalised words are cut into pieces (`runs`), pieces into sure names and candidates (`names`).
2. A candidate that stands in a list with a person is one (`A, B ve C`); so is one with an age, or whose last word
   comes back alone.
3. A single word is taken where it is part of a name that was taken, or where it can hardly be anything else.
4. Each mention gets the person's canonical name (`canonical`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.entities.called_after import block_called_after
from index.entities.canonical import Canon
from index.entities.evidence import (
    STANDS_ALONE,
    can_stand_alone,
    names_a_place,
    take_described,
    take_neighbours,
    take_returning,
)
from index.entities.found import FieldTokens, Found, start_of
from index.entities.names import find_names
from index.entities.propagation import join_double_surnames, parts_alone, take_whole
from index.entities.rules import Rule
from index.entities.runs import find_pieces
from index.entities.scan import NONE, place_suffix
from index.entities.sureness import Candidate
from index.entities.traits import NAME, Trait


@dataclass(frozen=True, slots=True)
class PersonMention:
    """A person at text[start:end] of the field with this number."""

    field: int
    start: int
    end: int
    name: str
    rule: Rule
    """What took it for a person."""


def find_people(fields: Sequence[FieldTokens]) -> list[PersonMention]:
    """The people of an article, field by field."""
    for field in fields:
        block_called_after(field.text, field.tokens, field.blocked)
    found = [item for field in fields for item in _candidates(field)]
    places = {item.keys for item in found if names_a_place(item)}
    found = [item for item in found if item.keys not in places]
    take_described(found)
    take_neighbours(found)
    take_returning(found)
    taken = take_whole(fields, [item for item in found if item.taken])
    taken += parts_alone(fields, taken)
    taken.sort(key=lambda item: (item.field.number, item.start))
    taken = join_double_surnames(taken)
    names = [(item.field.text[item.start : item.end], item.keys) for item in taken]
    canon = Canon(names)
    return [
        PersonMention(item.field.number, item.start, item.end, canon.of(*name), item.rule)
        for item, name in zip(taken, names, strict=True)
        if item.rule
    ]


def _candidates(field: FieldTokens) -> Iterable[Found]:
    for piece in find_pieces(field.text, field.tokens, field.blocked):
        for candidate in find_names(field.tokens, piece):
            yield _found(field, candidate)


def _found(field: FieldTokens, candidate: Candidate) -> Found:
    span = field.tokens[candidate.first : candidate.last]
    keys = tuple(token.word.key for token in span)
    rule = candidate.rule
    if rule is None and len(span) == 1 and can_stand_alone(field, candidate.first):
        rule = STANDS_ALONE
    unknown = len(span) == 1 and span[0].link != NONE and not span[0].word.traits & (NAME | Trait.ALONE)
    if unknown and place_suffix(field.text, span[0].end):
        # `Cumhurbaşkanı Bregançon'da`
        rule = None
    start = start_of(field, candidate.first)
    return Found(field, candidate.first, candidate.last, rule, start, span[-1].end, keys)
