"""Named rules, so that a person can be told which one took a mention, and why (`haberara entities --explain`).

Where several rules bear on one question they stand in a table. The first one that holds decides, and the table says
why its rows are in their order. Each row has an example, which a test holds it to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Case = TypeVar("Case")
"""What a table decides about."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What decided about a name, and the reason in one sentence."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Criterion(Rule, Generic[Case]):
    """A row of a table: a rule that may hold for a case, and what it decides where it does.

    The example is a text with the words in brackets about which this row, and none above it, decides.
    """

    example: str
    takes: bool
    holds: Callable[[Case], bool]


def takes(name: str, example: str, reason: str, holds: Callable[[Case], bool]) -> Criterion[Case]:
    """A row that takes the case where it holds."""
    return Criterion(name, reason, example, True, holds)


def leaves(name: str, example: str, reason: str, holds: Callable[[Case], bool]) -> Criterion[Case]:
    """A row that leaves the case where it holds, so that no later row can take it."""
    return Criterion(name, reason, example, False, holds)


def deciding(table: Sequence[Criterion[Case]], case: Case) -> Criterion[Case] | None:
    """The first rule of a table that holds for the case; None where none does. Later rules are not evaluated."""
    for rule in table:
        if rule.holds(case):
            return rule
    return None
