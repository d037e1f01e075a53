"""Periods of the calendar as facets name them: a year `2024`, a month `2024-03`, a day `2024-03-05`.

A value of a facet is a text, and stays one where many are counted; what its length and its parts mean is said here.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

Step = Literal["year", "month", "day"]
STEPS: tuple[Step, ...] = get_args(Step)

FORM = r"\d{4}(-\d{2}(-\d{2})?)?"
"""A regular expression for the values, which leaves open whether the calendar has such a day."""

_LENGTHS = (4, 7, 10)
_STEPS: dict[int, Step] = dict(zip(_LENGTHS, STEPS, strict=True))
_VALUE = re.compile(FORM, re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """A year, or a month of it, or a day of that month; 0 stands for all months, and for all days."""

    year: int
    month: int = 0
    day: int = 0

    @classmethod
    def of(cls, value: str) -> Period:
        """From a facet's value.

        Raises:
            ValueError: the text has another form, or there is no such day.
        """
        if not _VALUE.fullmatch(value):
            raise ValueError("is not a date of the form 2024, 2024-03 or 2024-03-05")
        numbers = [int(part) for part in value.split("-")]
        try:
            date(*numbers, *[1] * (len(STEPS) - len(numbers)))
        except ValueError:
            raise ValueError("is not a day of the calendar") from None
        return cls(*numbers)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}-{self.day:02}"[: _LENGTHS[len(self._numbers) - 1]]

    @property
    def _numbers(self) -> tuple[int, ...]:
        return (self.year, self.month, self.day)[: 1 + bool(self.month) + bool(self.day)]

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """Its last day."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    @property
    def parts(self) -> tuple[Period, ...]:
        """The months of a year, the days of a month; a day has none."""
        if not self.month:
            return tuple(Period(self.year, month) for month in range(1, 13))
        days = 0 if self.day else self.last.day
        return tuple(Period(self.year, self.month, day) for day in range(1, days + 1))

    def within(self, step: Step) -> Period | None:
        """The year, the month or the day that it is in; None if it is longer than that."""
        wanted = STEPS.index(step) + 1
        return Period(*self._numbers[:wanted]) if wanted <= len(self._numbers) else None

    @property
    def following(self) -> Period:
        """The next one of its step. Raises OverflowError at the end of the calendar."""
        day = self.last + timedelta(1)
        return Period(*(day.year, day.month, day.day)[: len(self._numbers)])


def step_of(value: str) -> Step | None:
    """What a facet's value is; None for one that is no period, such as `unknown`."""
    return _STEPS.get(len(value)) if value[:1].isdigit() else None


def periods_of(value: str) -> list[str]:
    """What a value counts under: its year, its month and its day, as far as it has them."""
    return [value[:length] for length in _LENGTHS if length <= len(value)]
