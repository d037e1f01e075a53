"""Days of publication as they are typed after `tarih:`, and said back."""

from __future__ import annotations

import re
from datetime import date, timedelta

from index.facets import date_span

Span = tuple[date | None, date | None]
"""First and last day, both inclusive; None where it is open."""

_DOTTED = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})\Z", re.ASCII)
_COMPARED = re.compile(r"(>=|<=|>|<)(.+)\Z")
_SHORT = re.compile(r"\d{4}-\d-|\d{4}-\d\Z|\d{4}-\d{2}-\d\Z", re.ASCII)


def parse_days(text: str) -> Span | None:
    """What a value means: `2024`, `2024-03`, `2024-03..2024-05`, `>2024-03-01`, `..2024`, `5.3.2024`; None if nothing.

    `>2024` begins on 1 January 2025, `>=2024` on 1 January 2024. Ends in the wrong order change places.
    """
    compared = _COMPARED.match(text)
    if compared:
        sign, value = compared.groups()
        span = _span(value)
        if span is None:
            return None
        if sign in (">", "<"):
            return _beyond(span, sign)
        return (span[0], None) if sign == ">=" else (None, span[1])
    first, dots, last = text.partition("..")
    if not dots:
        return _span(text)
    ends = [_span(end) if end else (None, None) for end in (first, last)]
    if None in ends or not (first or last):
        return None
    (begin, begins_end), (ends_begin, end) = ends[0] or (None, None), ends[1] or (None, None)
    if begin and end and begin > end:
        return ends_begin, begins_end
    return begin, end


def say_days(first: date | None, last: date | None) -> str:
    """The shortest text with this meaning.

    >>> say_days(date(2024, 3, 1), date(2024, 3, 31)), say_days(date(2024, 3, 1), None)
    ('2024-03', '2024-03-01..')
    """
    if first and last:
        whole = next((text for text in (_year(first), _month(first)) if date_span(text) == (first, last)), "")
        if whole or first == last:
            return whole or first.isoformat()
    return f"{first or ''}..{last or ''}"


def _year(day: date) -> str:
    return f"{day.year:04}"


def _month(day: date) -> str:
    return f"{day.year:04}-{day.month:02}"


def _span(text: str) -> tuple[date, date] | None:
    dotted = _DOTTED.match(text)
    value = "{2}-{1:0>2}-{0:0>2}".format(*dotted.groups()) if dotted else text
    if _SHORT.match(value):  # 2024-3-5
        value = "-".join(part.rjust(2, "0") for part in value.split("-"))
    try:
        return date_span(value)
    except ValueError:
        return None


def _beyond(span: tuple[date, date], sign: str) -> Span | None:
    """After the last day or before the first; None beyond the calendar."""
    try:
        return (span[1] + timedelta(1), None) if sign == ">" else (None, span[0] - timedelta(1))
    except OverflowError:
        return None
