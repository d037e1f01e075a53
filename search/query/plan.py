"""A query resolved into terms: what an engine runs. Terms are bare lemmas and forms; the engine encodes them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date
from typing import Literal

Part = Literal["text", "title"]
"""Where to look: in the whole text, title and body, or in the title alone."""


@dataclass(frozen=True, slots=True)
class WordTerm:
    """A word by its lemmas, each with a weight in (0, 1].

    Articles with one of the lemmas match; `forms`, what was typed, and `stem`, the word's family, rank them.
    """

    typed: str
    lemmas: tuple[tuple[str, float], ...]
    forms: tuple[str, ...]
    part: Part
    stem: str = ""


@dataclass(frozen=True, slots=True)
class ExactTerm:
    """A surface form and nothing else."""

    typed: str
    form: str
    part: Part


@dataclass(frozen=True, slots=True)
class PrefixTerm:
    """All surface forms that begin so, as the index has them."""

    typed: str
    forms: tuple[str, ...]
    part: Part


@dataclass(frozen=True, slots=True)
class FuzzyTerm:
    """Surface forms that are spelled much like the typed word, nearest first."""

    typed: str
    forms: tuple[str, ...]
    part: Part


@dataclass(frozen=True, slots=True)
class PhraseOf:
    """Terms in consecutive positions.

    With `slop` in any order, each in a position of its own, with at most so many other positions among them.
    """

    words: tuple[WordTerm | ExactTerm, ...]
    part: Part
    slop: int = 0


@dataclass(frozen=True, slots=True)
class FacetTerm:
    """Articles with at least one of these values in a facet; `unknown` stands for having none.

    Adds `weight` to the score of each: a filter adds nothing.
    """

    facet: str
    values: tuple[str, ...]
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class PublishedIn:
    """Articles published between two days in Istanbul, both inclusive; None leaves an end open. Adds nothing."""

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

    `in_order` says that the parts stand as they were typed, so that neighbours mean something.
    """

    parts: tuple[Plan, ...]
    least: int
    in_order: bool = True


@dataclass(frozen=True, slots=True)
class NoneOf:
    """All articles that the part does not match; adds nothing to a score."""

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
    """Words that were typed side by side, two at a time; a phrase is its words, anything else stands between."""
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
"""What can be marked in a text."""


def leaves(plan: Plan) -> list[Leaf]:
    """The terms and phrases that can match, for marking; what is excluded is left out."""
    match plan:
        case AllOf(parts) | AnyOf(parts) | SomeOf(parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case WordTerm() | ExactTerm() | PrefixTerm() | FuzzyTerm() | PhraseOf():
            return [plan]
        case _:
            return []
