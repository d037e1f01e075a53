"""Days of publication as they are typed after `tarih:`, and said back."""

from __future__ import annotations

import re
from datetime import date, timedelta

from index.article.periods import Period

Span = tuple[date | None, date | None]
"""First and last day, both inclusive; None where it is open."""

_OPEN: Span = (None, None)
_DOTTED = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})\Z", re.ASCII)
_COMPARED = re.compile(r"(>=|<=|>|<)(.+)\Z")
_SHORT = re.compile(r"\d{4}-\d-|\d{4}-\d\Z|\d{4}-\d{2}-\d\Z", re.ASCII)


def parse_days(text: str) -> Span | None:
    """What a value means: `2024`, `2024-03`, `2024-03..2024-05`, `>2024-03-01`, `..2024`, `5.3.2024`; None if nothing.

    `>2024` begins on 1 January 2025, `>=2024` on 1 January 2024. Ends in the wrong order change places.
    """
    compared = _COMPARED.match(text)
    if compared:
        return _compared(*compared.groups())
    first, dots, last = text.partition("..")
    return _between(first, last) if dots else _span(text)


def _compared(sign: str, value: str) -> Span | None:
    """From or up to a value, itself taken in or not."""
    span = _span(value)
    if span is None or sign in (">", "<"):
        return span and _beyond(span, sign)
    return (span[0], None) if sign == ">=" else (None, span[1])


def _between(first: str, last: str) -> Span | None:
    """From one value to another, of which one may be left out."""
    begins, ends = (_span(value) if value else _OPEN for value in (first, last))
    if begins is None or ends is None or not (first or last):
        return None
    if begins[0] and ends[1] and begins[0] > ends[1]:
        return ends[0], begins[1]
    return begins[0], ends[1]


def say_days(first: date | None, last: date | None) -> str:
    """The shortest text with this meaning.

    >>> say_days(date(2024, 3, 1), date(2024, 3, 31)), say_days(date(2024, 3, 1), None)
    ('2024-03', '2024-03-01..')
    """
    if first and last:
        for whole in (Period(first.year), Period(first.year, first.month), Period(first.year, first.month, first.day)):
            if (whole.first, whole.last) == (first, last):
                return str(whole)
    return f"{first or ''}..{last or ''}"


def _span(text: str) -> tuple[date, date] | None:
    dotted = _DOTTED.match(text)
    value = "{2}-{1:0>2}-{0:0>2}".format(*dotted.groups()) if dotted else text
    if _SHORT.match(value):  # 2024-3-5
        value = "-".join(part.rjust(2, "0") for part in value.split("-"))
    try:
        period = Period.of(value)
    except ValueError:
        return None
    return period.first, period.last


def _beyond(span: tuple[date, date], sign: str) -> Span | None:
    """After the last day or before the first; None beyond the calendar."""
    try:
        return (span[1] + timedelta(1), None) if sign == ">" else (None, span[0] - timedelta(1))
    except OverflowError:
        return None
