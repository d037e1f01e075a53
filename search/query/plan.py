"""Plans: queries resolved into terms, for an engine to run. Terms are plain lemmas and forms; engines encode them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date
from typing import Literal

Part = Literal["text", "title"]
"""Where a term is looked for: in the whole text (title and body), or in the title alone."""


@dataclass(frozen=True, slots=True)
class WordTerm:
    """A word by its lemmas, each with a weight in (0, 1].

    Articles with any of the lemmas match. `forms`, the surface forms that were typed, and `stem` only rank them.
    """

    typed: str
    lemmas: tuple[tuple[str, float], ...]
    forms: tuple[str, ...]
    part: Part
    stem: str = ""


@dataclass(frozen=True, slots=True)
class ExactTerm:
    """A word in exactly one surface form."""

    typed: str
    form: str
    part: Part


@dataclass(frozen=True, slots=True)
class PrefixTerm:
    """The surface forms in the index that begin with a prefix."""

    typed: str
    forms: tuple[str, ...]
    part: Part


@dataclass(frozen=True, slots=True)
class FuzzyTerm:
    """The surface forms in the index that are spelled almost like the typed word, nearest first."""

    typed: str
    forms: tuple[str, ...]
    part: Part


@dataclass(frozen=True, slots=True)
class PhraseOf:
    """Terms in consecutive positions.

    With `slop` they may stand in any order, each at a position of its own, with at most `slop` other positions between.
    """

    words: tuple[WordTerm | ExactTerm, ...]
    part: Part
    slop: int = 0


@dataclass(frozen=True, slots=True)
class FacetTerm:
    """Articles with at least one of these values in a facet; the value `unknown` matches articles without any.

    Adds `weight` to the score of each match; as a filter it has the weight 0.
    """

    facet: str
    values: tuple[str, ...]
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class PublishedIn:
    """Articles published between two days in Istanbul, both inclusive; None leaves an end open. Adds no score."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class AllOf:
    """All parts match; the score is their sum."""

    parts: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part matches; the score is the sum of those that do."""

    parts: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class SomeOf:
    """At least `least` of the parts match; the score is the sum of those that do.

    `in_order` says that the parts stand in the order in which they were typed, so that neighbouring words may rank.
    """

    parts: tuple[Plan, ...]
    least: int
    in_order: bool = True


@dataclass(frozen=True, slots=True)
class NoneOf:
    """All articles that the part does not match. Adds no score."""

    part: Plan


@dataclass(frozen=True, slots=True)
class Everything:
    """All articles."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No article."""


Plan = (
    WordTerm
    | ExactTerm
    | PrefixTerm
    | FuzzyTerm
    | PhraseOf
    | FacetTerm
    | PublishedIn
    | AllOf
    | AnyOf
    | SomeOf
    | NoneOf
    | Everything
    | Nothing
)


def neighbours(plan: AllOf | SomeOf) -> list[tuple[WordTerm, WordTerm]]:
    """The pairs of words that were typed side by side. A phrase counts as its words; any other part separates words."""
    if isinstance(plan, SomeOf) and not plan.in_order:
        return []
    flat = [word for part in plan.parts for word in (part.words if isinstance(part, PhraseOf) else (part,))]
    return [
        (one, other)
        for one, other in itertools.pairwise(flat)
        if isinstance(one, WordTerm) and isinstance(other, WordTerm)
        if one.part == other.part and one.lemmas != other.lemmas
    ]


Leaf = WordTerm | ExactTerm | PrefixTerm | FuzzyTerm | PhraseOf
"""A part of a plan whose matches can be marked in a text."""


def leaves(plan: Plan) -> list[Leaf]:
    """The terms and phrases of a plan that can match, for marking; excluded ones are left out."""
    match plan:
        case AllOf(parts) | AnyOf(parts) | SomeOf(parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case WordTerm() | ExactTerm() | PrefixTerm() | FuzzyTerm() | PhraseOf():
            return [plan]
        case _:
            return []
