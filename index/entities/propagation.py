"""Names that were taken, wherever the article says them again: in full, by first or last word, by a double surname."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.entities.found import FieldTokens, Found, start_of
from index.entities.names import is_plain_word
from index.entities.scan import HYPHEN, SPACE, is_one_run, place_suffix
from index.entities.traits import NAME, REGION, Trait


def take_whole(fields: Sequence[FieldTokens], taken: list[Found]) -> list[Found]:
    """A name that was taken in full is taken in full wherever all its words stand together."""
    names: dict[str, set[tuple[str, ...]]] = {}
    for item in taken:
        if len(item.keys) > 1:
            names.setdefault(item.keys[0], set()).add(item.keys)
    if not names:
        return taken
    whole: list[Found] = []
    covered = {
        (item.field.number, place) for item in taken if len(item.keys) > 1 for place in range(item.first, item.last)
    }
    for field in fields:
        for place, token in enumerate(field.tokens):
            for keys in names.get(token.word.key, ()):
                if _stands_at(field, place, keys):
                    last = place + len(keys)
                    if len(keys) == 2 and {(field.number, place), (field.number, place + 1)} & covered:
                        continue
                    end = field.tokens[last - 1].end
                    whole.append(Found(field, place, last, True, start_of(field, place), end, keys))
    inside = {(item.field.number, place) for item in whole for place in range(item.first, item.last)}
    rest = [item for item in taken if not any((item.field.number, p) in inside for p in range(item.first, item.last))]
    return rest + whole


def _stands_at(field: FieldTokens, place: int, keys: tuple[str, ...]) -> bool:
    span = field.tokens[place : place + len(keys)]
    return (
        tuple(token.word.key for token in span) == keys
        and is_one_run(span)
        and not any(field.blocked[place : place + len(keys)])
    )


def parts_alone(fields: Sequence[FieldTokens], taken: Sequence[Found]) -> list[Found]:
    """First and last words of the names that were taken, wherever they stand alone."""
    firsts = {item.keys[0] for item in taken if len(item.keys) > 1}
    lasts = {item.keys[-1] for item in taken if len(item.keys) > 1}
    singles = {item.keys[0] for item in taken if len(item.keys) == 1}
    known = firsts | lasts | singles
    doubles = _double_surnames(taken)
    more: list[Found] = []
    for field in fields:
        covered = {p for item in taken if item.field is field for p in range(item.first, item.last)}
        for place, token in enumerate(field.tokens):
            key = token.word.key
            if key not in known or place in covered or field.blocked[place]:
                continue
            if _stands_for_person(field, place, key in lasts):
                double = place and (field.tokens[place - 1].word.key, key) in doubles and token.link == HYPHEN
                start = field.tokens[place - 1].start if double else start_of(field, place)
                more.append(Found(field, place, place + 1, True, start, token.end, (key,)))
    return more


def _double_surnames(taken: Sequence[Found]) -> frozenset[tuple[str, ...]]:
    """The last two words of names like `Sinead Jack-Kısal`."""
    named = (item for item in taken if len(item.keys) > 2)
    return frozenset(item.keys[-2:] for item in named if item.field.tokens[item.last - 1].link == HYPHEN)


def join_double_surnames(taken: Sequence[Found]) -> list[Found]:
    """`Jack-Kısal`, where the article has `Sinead Jack-Kısal`: one person and not two."""
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
