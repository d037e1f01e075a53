"""The query tree: what was typed, independent of any engine, and how it is written back as a query."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from index.article.facets import DATE
from search.query.days import say_days
from search.query.fields import field_named

_OPERATORS = frozenset(("OR", "VEYA", "NOT", "DEĞİL", "DEĞIL", "AND", "VE"))
_PLAIN_WORD = re.compile(r"[^\s()|\"“”„«»=*-][^\s()|\"“”„«»]*(?<!\*)(?<!~)(?<!~\d)")
_FIELD = re.compile(r"([^\W\d_]+):")


@dataclass(frozen=True, slots=True)
class Word:
    """A word in any of its forms; with `exact`, only in the surface form that was typed."""

    text: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words next to one another, in any of their forms unless `exact`.

    With `slop` they may stand in any order, with at most that many other words between them.
    """

    words: tuple[str, ...]
    exact: bool = False
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any word with a form that begins with a prefix."""

    text: str


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """A word in any form, or one at most `edits` edits away from its spelling; 0 lets the word's length decide."""

    text: str
    edits: int = 0


@dataclass(frozen=True, slots=True)
class FacetIs:
    """Articles with a value in a facet; with `begins`, any value with a word that begins so. Filters, never ranks."""

    facet: str
    value: str
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """Articles published between two days, both inclusive; None leaves an end open. Filters, never ranks."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Title:
    """The part must match within titles."""

    part: Node


@dataclass(frozen=True, slots=True)
class And:
    """All parts match."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part matches."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least `least` of the parts match. It can't be typed: relaxing turns an `And` into it."""

    parts: tuple[Node, ...]
    least: int


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not match. On its own it means all articles that the part does not match."""

    part: Node


Node = Word | Phrase | Prefix | Fuzzy | Title | FacetIs | Published | And | Or | Some | Not
"""A query tree; None stands for an empty query, which all articles match."""


def read_as(node: Node | None) -> str:
    """The query as a text that parses back to the same tree: `a b`, `a OR b`, `-a`, `"a b"`, `=a`, `a*`.

    Fields are written by their English names, as in the endpoint.
    """
    return "" if node is None else _say(node, top=True)


def _say(node: Node, top: bool = False) -> str:
    match node:
        case Title(part):
            return f"title:{_say(part)}"
        case Not(part):
            return f"-{_say(part)}"
        case And(parts):
            said = " ".join(map(_say, parts))
        case Or(parts):
            said = " OR ".join(map(_say, parts))
        case Some(parts, least):
            # Only for display: the query language has no way to ask for several of some words.
            said = " OR ".join(map(_say, parts)) + (f" (≥ {least})" if least > 1 else "")
        case _:
            return _say_leaf(node)
    return said if top else f"({said})"


def _say_leaf(node: Word | Phrase | Prefix | Fuzzy | FacetIs | Published) -> str:
    match node:
        case Word(text, exact):
            return ("=" if exact else "") + _said_word(text)
        case Phrase(words, exact, slop):
            return ("=" if exact else "") + '"' + " ".join(words) + '"' + (f"~{slop}" if slop else "")
        case Prefix(text):
            return f"{text}*"
        case Fuzzy(text, edits):
            return f"{text}~{edits or ''}"
        case FacetIs(facet, value, begins):
            return f"{facet}:{value}*" if begins else f"{facet}:{_said_word(value)}"
        case Published(first, last):
            return f"{DATE.name}:{say_days(first, last)}"


def _said_word(text: str) -> str:
    """A word, quoted where it would be parsed as something else."""
    field = _FIELD.match(text)
    plain = _PLAIN_WORD.fullmatch(text) and text not in _OPERATORS and not (field and field_named(field.group(1)))
    return text if plain else f'"{text}"'


def is_filter(node: Node) -> bool:
    """Whether a part of a query only filters and does not rank: relaxing keeps it required."""
    match node:
        case Not() | FacetIs() | Published():
            return True
        case And(parts) | Or(parts):
            return all(is_filter(part) for part in parts)
        case _:
            return False


def wanted_words(node: Node) -> int:
    """How many parts of a query relaxing may make optional: the members of a top-level `And` that rank."""
    return sum(not is_filter(part) for part in node.parts) if isinstance(node, And) else 0


def opened(node: Node) -> Node:
    """The same query with its phrases opened into single words, which may stand anywhere; exact phrases stay.

    Only a phrase that is the whole query or a member of a top-level `And` is opened.
    """
    parts = node.parts if isinstance(node, And) else (node,)
    words = dict.fromkeys(word for part in parts for word in _opened(part))
    return And(tuple(words)) if len(words) > 1 else node


def _opened(node: Node) -> tuple[Node, ...]:
    return tuple(map(Word, node.words)) if isinstance(node, Phrase) and not node.exact else (node,)


def relaxed(node: Node, least: int = 1) -> Node:
    """The same query with at least `least` of its words required: `match=any`.

    Only a top-level `And` is relaxed: excluded parts stay excluded, filters stay required, a phrase stays a phrase.
    """
    if not isinstance(node, And) or wanted_words(node) < 2:
        return node
    wanted = tuple(part for part in node.parts if not is_filter(part))
    filters = tuple(part for part in node.parts if is_filter(part))
    some = Some(wanted, least)
    return And((some, *filters)) if filters else some
