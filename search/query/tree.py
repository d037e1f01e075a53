"""The query tree: what was typed, free of any engine, and how it is said back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from search.query.days import say_days
from search.query.fields import DATE, field_named

_OPERATORS = frozenset(("OR", "VEYA", "NOT", "DEĞİL", "DEĞIL", "AND", "VE"))
_PLAIN_WORD = re.compile(r"[^\s()|\"“”„«»=*-][^\s()|\"“”„«»]*(?<!\*)(?<!~)(?<!~\d)")
_FIELD = re.compile(r"([^\W\d_]+):")


@dataclass(frozen=True, slots=True)
class Word:
    """A word in any of its forms; `exact` means only the very form that was typed."""

    text: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words next to one another, in any of their forms unless `exact`.

    With `slop` they stand in any order, with at most so many other words among them.
    """

    words: tuple[str, ...]
    exact: bool = False
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any word whose form begins so."""

    text: str


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """A word in any of its forms, or one that is spelled almost so: at most `edits` edits away, 0 by its length."""

    text: str
    edits: int = 0


@dataclass(frozen=True, slots=True)
class FacetIs:
    """Articles with a value in a facet, or, with `begins`, with one of which a word begins so. Filters, never ranks."""

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
    """Its part, looked for in titles only."""

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
    """At least `least` of the parts match. Not typed: it is what relaxing makes of `And`."""

    parts: tuple[Node, ...]
    least: int


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not match. On its own it means all articles without the part."""

    part: Node


Node = Word | Phrase | Prefix | Fuzzy | Title | FacetIs | Published | And | Or | Some | Not
"""A query; None stands for an empty one, which all articles match."""


def read_as(node: Node | None) -> str:
    """The query in words that parse back to the same tree: `a b` all of them, `a OR b`, `-a`, `"a b"`, `=a`, `a*`.

    Fields go by their English names, which are those of the endpoint.
    """
    return "" if node is None else _say(node, top=True)


def _say(node: Node, top: bool = False) -> str:
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
            return f"{DATE}:{say_days(first, last)}"
        case Title(part):
            return f"title:{_say(part)}"
        case Not(part):
            return f"-{_say(part)}"
        case And(parts):
            said = " ".join(_say(part) for part in parts)
        case Or(parts):
            said = " OR ".join(_say(part) for part in parts)
        case Some(parts, least):
            # Nobody types this: more than one of the words has no way to be said in the query language.
            said = " OR ".join(_say(part) for part in parts) + (f" (≥ {least})" if least > 1 else "")
    return said if top else f"({said})"


def _said_word(text: str) -> str:
    """A word, quoted where it would be read as something else."""
    field = _FIELD.match(text)
    plain = _PLAIN_WORD.fullmatch(text) and text not in _OPERATORS and not (field and field_named(field.group(1)))
    return text if plain else f'"{text}"'


def is_filter(node: Node) -> bool:
    """Whether a part of a query only lets articles through or not: relaxing keeps it."""
    match node:
        case Not() | FacetIs() | Published():
            return True
        case And(parts) | Or(parts):
            return all(is_filter(part) for part in parts)
        case _:
            return False


def wanted_words(node: Node) -> int:
    """How many parts of a query relaxing could do without: the members of a top-level `And` that rank."""
    return sum(not is_filter(part) for part in node.parts) if isinstance(node, And) else 0


def opened(node: Node) -> Node:
    """The same query with its phrases as single words, which may stand anywhere; exact phrases stay.

    Only a phrase that is the whole query, or a member of a top-level `And`, is opened.
    """
    parts = node.parts if isinstance(node, And) else (node,)
    words = dict.fromkeys(word for part in parts for word in _opened(part))
    return And(tuple(words)) if len(words) > 1 else node


def _opened(node: Node) -> tuple[Node, ...]:
    return tuple(map(Word, node.words)) if isinstance(node, Phrase) and not node.exact else (node,)


def relaxed(node: Node, least: int = 1) -> Node:
    """The same query with at least `least` of its words required: `match=any`.

    Only a top-level `And` is relaxed; what is excluded stays excluded, fields filter, and a phrase stays a phrase.
    """
    if not isinstance(node, And) or wanted_words(node) < 2:
        return node
    wanted = tuple(part for part in node.parts if not is_filter(part))
    filters = tuple(part for part in node.parts if is_filter(part))
    some = Some(wanted, least)
    return And((some, *filters)) if filters else some
