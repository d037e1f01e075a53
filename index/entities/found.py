"""A candidate in its field: which rule took it, and where its mention begins in the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.entities.lists import words
from index.entities.rules import Rule
from index.entities.scan import HYPHEN, SPACE, CapitalisedToken, article_before
from index.entities.traits import REGION, Trait

NOT_ALONE = REGION | Trait.CITY | Trait.NEVER | Trait.OTHER | Trait.TITLE | Trait.HEAD | Trait.AFTER
"""What a single word is sooner than a person."""


@dataclass(slots=True, eq=False)
class FieldTokens:
    """A field of an article: its text, its tokens, and which of them are something else than people."""

    number: int
    text: str
    tokens: Sequence[CapitalisedToken]
    blocked: bytearray


@dataclass(slots=True, eq=False)
class Found:
    """A candidate in its field: its tokens, its place in the text, its words as keys, and the rule that took it."""

    field: FieldTokens
    first: int
    last: int
    rule: Rule | None
    start: int
    end: int
    keys: tuple[str, ...]

    @property
    def taken(self) -> bool:
        """Whether it is a person; what no rule took may still become one."""
        return self.rule is not None


_PARTICLES = words("el bin ebu abu di de del van von der den le la")
_PREFIXES = _PARTICLES | words("al ben")
"""Begin a surname that stands alone: `El-Avar`, `Ben-Gvir`, `Di Matteo`, `Van Persie`."""
_SMALL_PREFIX = re.compile(r"(?<!\w)(?:[Vv](?:on der|an der|an den|an de|an|on|anden)|di|del|[Dd]e l[ao]s?|Al) $")


def start_of(field: FieldTokens, place: int) -> int:
    """Where a mention whose first word is tokens[place] begins: with the article or particle of its surname."""
    token = field.tokens[place]
    if place and token.link in (HYPHEN, SPACE) and not field.blocked[place - 1]:
        before = field.tokens[place - 1]
        if before.word.key in (_PREFIXES if token.link == HYPHEN else _PARTICLES) and before.text.istitle():
            return before.start
    small = _SMALL_PREFIX.search(field.text, max(0, token.start - 9), token.start)
    return small.start() if small else article_before(field.text, token.start)
