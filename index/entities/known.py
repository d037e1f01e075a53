"""People whose full names need no evidence: those of the shipped alias table.

Some of them consist of words that mean other things everywhere else: `Devlet Bahçeli`, `Fatih Sultan Mehmet`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from index.entities.aliases import shipped_aliases
from index.entities.lists import name_words
from index.entities.rules import Rule
from index.entities.scan import CapitalisedToken, is_one_run
from index.entities.traits import Trait

KNOWN = Rule("known person", "The shipped table of the people written about most has this full name.")


@cache
def _known() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Full names as keys, by their first word, the longest first."""
    names: dict[str, set[tuple[str, ...]]] = {}
    table = shipped_aliases().names
    for name in [*table, *table.values()]:
        words = name_words(name)
        if len(words) > 1:
            names.setdefault(words[0], set()).add(words)
    return {first: tuple(sorted(found, key=lambda words: -len(words))) for first, found in names.items()}


def known_person(tokens: Sequence[CapitalisedToken], place: int, last: int) -> int:
    """How many words a known full name at this place has; 0 where there is none."""
    for words in _known().get(tokens[place].word.key, ()):
        span = tokens[place : min(last, place + len(words))]
        if (
            tuple(token.word.key for token in span) == words
            and is_one_run(span)
            and not _goes_on(tokens, place, span, last)
        ):
            return len(words)
    return 0


def _goes_on(tokens: Sequence[CapitalisedToken], place: int, span: Sequence[CapitalisedToken], last: int) -> bool:
    """`Mustafa Kemal Kılıç`: given names only, and a surname follows."""
    after = place + len(span)
    if after >= last or span[-1].apostrophe or not all(token.word.traits & Trait.GIVEN for token in span):
        return False
    return bool(tokens[after].word.traits & Trait.SURNAME and not tokens[after].word.traits & Trait.TITLE)
