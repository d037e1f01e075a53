"""Names that were taken, wherever the article says them again: in full, by first or last word, by a double surname."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from index.entities.extent import is_plain_word
from index.entities.found import FieldTokens, Found, start_of
from index.entities.rules import Rule
from index.entities.scan import HYPHEN, SPACE, is_one_run, place_suffix
from index.entities.traits import NAME, REGION, Trait

_IN_FULL = Rule("full name elsewhere", "The same full name was taken elsewhere in the article.")
_LAST_WORD = Rule("last word of a person", "It is the last word of a full name that was taken.")
_FIRST_WORD = Rule("first word of a person", "It is the first word of a full name that was taken.")
_SAME_WORD = Rule("same word elsewhere", "The same single word was taken elsewhere in the article.")


def take_whole(fields: Sequence[FieldTokens], taken: list[Found]) -> list[Found]:
    """The persons taken, with every other place where all words of a full name stand together."""
    full = [item for item in taken if len(item.keys) > 1]
    if not full:
        return taken
    covered = {place for item in full for place in _places(item)}
    rules = {(item.field.number, item.first, item.last): item.rule for item in full}
    whole = [
        replace(item, rule=rules.get((item.field.number, item.first, item.last), item.rule))
        for item in _said_again(fields, dict.fromkeys(item.keys for item in full))
        # Two words that overlap what was taken add nothing to it; more of them may be the fuller name.
        if len(item.keys) > 2 or covered.isdisjoint(_places(item))
    ]
    inside = {place for item in whole for place in _places(item)}
    return [item for item in taken if inside.isdisjoint(_places(item))] + whole


def _places(item: Found) -> list[tuple[int, int]]:
    """The tokens of a candidate, each by its field and its place there."""
    number = item.field.number
    return [(number, place) for place in range(item.first, item.last)]


def _said_again(fields: Sequence[FieldTokens], names: Iterable[tuple[str, ...]]) -> Iterator[Found]:
    """Every place where all words of one of the names stand together."""
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for keys in names:
        by_first.setdefault(keys[0], []).append(keys)
    for field in fields:
        for place, token in enumerate(field.tokens):
            for keys in by_first.get(token.word.key, ()):
                if _stands_at(field, place, keys):
                    last = place + len(keys)
                    yield Found(field, place, last, _IN_FULL, start_of(field, place), field.tokens[last - 1].end, keys)


def _stands_at(field: FieldTokens, place: int, keys: tuple[str, ...]) -> bool:
    span = field.tokens[place : place + len(keys)]
    return (
        tuple(token.word.key for token in span) == keys
        and is_one_run(span)
        and not any(field.blocked[place : place + len(keys)])
    )


def parts_alone(fields: Sequence[FieldTokens], taken: Sequence[Found]) -> list[Found]:
    """The places where the first or last word of a person's full name stands alone for the person."""
    rules = _rules_of_parts(taken)
    doubles = _double_surnames(taken)
    more: list[Found] = []
    for field in fields:
        covered = {place for item in taken if item.field is field for place in range(item.first, item.last)}
        for place, token in enumerate(field.tokens):
            rule = rules.get(token.word.key)
            if rule is None or place in covered or field.blocked[place]:
                continue
            if _stands_for_person(field, place, rule is _LAST_WORD):
                start = _start_of_part(field, place, doubles)
                more.append(Found(field, place, place + 1, rule, start, token.end, (token.word.key,)))
    return more


def _rules_of_parts(taken: Sequence[Found]) -> Mapping[str, Rule]:
    """The words that stand for a person alone, with the rule: as a last word, else a first one, else the same one."""
    singles = {item.keys[0]: _SAME_WORD for item in taken if len(item.keys) == 1}
    firsts = {item.keys[0]: _FIRST_WORD for item in taken if len(item.keys) > 1}
    lasts = {item.keys[-1]: _LAST_WORD for item in taken if len(item.keys) > 1}
    return singles | firsts | lasts


def _start_of_part(field: FieldTokens, place: int, doubles: frozenset[tuple[str, ...]]) -> int:
    """Where a part begins: with the word before, where both are a double surname."""
    token = field.tokens[place]
    if place and token.link == HYPHEN:
        before = field.tokens[place - 1]
        if (before.word.key, token.word.key) in doubles:
            return before.start
    return start_of(field, place)


def _double_surnames(taken: Sequence[Found]) -> frozenset[tuple[str, ...]]:
    """The last two words of names like `Sinead Jack-Kısal`."""
    named = (item for item in taken if len(item.keys) > 2)
    return frozenset(item.keys[-2:] for item in named if item.field.tokens[item.last - 1].link == HYPHEN)


def join_double_surnames(taken: Sequence[Found]) -> list[Found]:
    """The persons taken, with the two halves of a double surname as one: `Jack-Kısal` beside `Sinead Jack-Kısal`."""
    doubles = _double_surnames(taken)
    joined: list[Found] = []
    for item in taken:
        before = joined[-1] if joined else None
        follows = before and before.last == item.first and before.field is item.field
        if before and follows and len(before.keys) == 1 and (*before.keys, *item.keys) in doubles:
            joined[-1] = replace(item, first=before.first, start=before.start)
        else:
            joined.append(item)
    return joined


_SHORTEST_IN_CAPITALS = 4


def _stands_for_person(field: FieldTokens, place: int, surname: bool) -> bool:
    """Whether a part of a name that was taken means the person here too."""
    token = field.tokens[place]
    traits = token.word.traits
    if traits & Trait.CAPS and len(token.text) < _SHORTEST_IN_CAPITALS:
        # `AK`, `ATA`
        return False
    if traits & Trait.COMMON and (token.initial or traits & Trait.CAPS) and not token.apostrophe:
        return False
    if traits & REGION:
        if not surname or place_suffix(field.text, token.end) or traits & (Trait.CLUB | Trait.COUNTRY):
            return False
    elif traits & (Trait.TITLE | Trait.NEVER | Trait.HEAD) and not traits & NAME:
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
    if traits & (NAME | Trait.TITLE | Trait.AFTER | REGION | Trait.CAPS):
        return False
    # `Albayrak Beton'un`: a plain word with a suffix after an apostrophe is the end of a name.
    return after.apostrophe or not is_plain_word(after)
