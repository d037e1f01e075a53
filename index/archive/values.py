"""What the archive answers: how an article relates to what is stored, a stored article, counts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from index.article import Article, Entities


class Outcome(StrEnum):
    """How an article that was read compares with the current version of its id."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Collision:
    """The id belongs to another article, which storing this one would hide. `reason` may be shown to users."""

    reason: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """The article, or its text under another id, was removed for good. `reason` may be shown to users."""

    reason: str


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as the archive holds it. `seq` numbers all stored versions, `version` those of this id, from 1.

    `story` is the `seq` of the first version of its story: its own `seq` where no copy of it is known.
    """

    article: Article
    entities: Entities
    seq: int
    version: int
    entities_fingerprint: str
    story: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What is in the archive, in numbers. All but `versions` count current versions only."""

    articles: int
    versions: int
    undated: int
    first_day: str | None
    last_day: str | None
    sources: dict[str, int]
    """Articles by source, most first; those without a source are under the empty name."""
