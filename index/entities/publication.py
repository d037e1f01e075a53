"""When an article was published, from the many ways in which feeds and Turkish news sites write it.

A date without a time stays a date. A time without a zone is Istanbul time. What is unreadable or absurd is refused
with a reason: an article without a date is better than one with a wrong date.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime

from index.article import ISTANBUL, Publication
from index.entities.calendar import EARLIEST_YEAR, MONTHS
from index.turkish.casing import lower

_YEARS_AHEAD = 2
"""Announcements are dated ahead at times; further ahead is a slip of the pen."""

_TIME = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?(?:\s*(?P<half>[ap])\.?m\b\.?)?"
_ZONE = r"\s*(?P<zone>z|utc|gmt|trt|tsi|[+-]\d{2}:?\d{2})?(?!\w)"
_CLOCK = re.compile(r"(?<![\d.:/])" + _TIME + _ZONE)
_ISO = re.compile(r"(?<!\d)(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(?P<day>\d{1,2})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<year>\d{4})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(?P<day>\d{1,2})[\s.-]*(?P<name>[^\W\d_]{3,9})\.?[\s.,-]*(?P<year>\d{4})(?!\d)")
_NAME_FIRST = re.compile(
    r"(?<!\w)(?P<name>[^\W\d_]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})(?!\d)"
)
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")
_FORMS = (_ISO, _NUMERIC, _DAY_FIRST, _NAME_FIRST)

# A page shows both; the article is from the first, whatever comes first on the page.
_FIRST_SHOWN = re.compile(
    r"(?:giriş|yayın(?:lanma|lama|lanış)?|oluşturulma|eklenme|ilk yayın|kayıt|published|created|posted)"
    r"(?:\s*(?:tarihi|tarih|zamanı|saati|date|on|at))?\s*[:\-–]?\s*"
)
_UPDATED = re.compile(r"(?:son\s+)?(?:güncelle(?:me|nme)|updated|modified|değiştirilme)")

_SECONDS = range(100_000_000, 10_000_000_000)
"""1973 to 2286: a bare number in this range is seconds since 1970, a thousand times as much is milliseconds."""


def parse_publication(text: str) -> Publication:
    """Reads a publication date in any known format. Raises ValueError with a reason fit to show."""
    shown = " ".join(text.split())
    if not shown:
        raise ValueError("is empty")
    if len(shown) > 300:
        raise ValueError("is too long to be a date")
    publication = _number(shown) or _standard(shown) or _written(lower(shown))
    if publication is None:
        raise ValueError("is not a date in a known format")
    return _plausible(publication)


def _plausible(publication: Publication) -> Publication:
    year = publication.day.year
    if year < EARLIEST_YEAR:
        raise ValueError(f"is before {EARLIEST_YEAR}")
    if year > datetime.now(ISTANBUL).year + _YEARS_AHEAD:
        raise ValueError(f"is more than {_YEARS_AHEAD} years ahead")
    return publication


def _number(text: str) -> Publication | None:
    """Seconds or milliseconds since 1970, or a compact `20240315`."""
    if not re.fullmatch(r"\d{8,13}(?:\.\d+)?", text, re.ASCII):
        return None
    compact = _COMPACT.fullmatch(text)
    if compact:
        return Publication(_day(compact["year"], compact["month"], compact["day"]))
    seconds = float(text)
    if int(seconds) not in _SECONDS:
        seconds /= 1000
    if int(seconds) not in _SECONDS:
        raise ValueError("is a number but no plausible time since 1970")
    return Publication.of_moment(datetime.fromtimestamp(seconds, UTC).astimezone(ISTANBUL))


def _standard(text: str) -> Publication | None:
    """ISO 8601 and RFC 822, by the standard library."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            return Publication(date.fromisoformat(text))
        if re.match(r"\d{4}-\d{2}-\d{2}[T ]", text, re.ASCII):
            return Publication.of_moment(datetime.fromisoformat(text))
        if re.match(r"(?:[A-Za-z]{3},\s*)?\d{1,2} [A-Za-z]{3} \d{2,4} \d{2}:\d{2}", text):
            return Publication.of_moment(parsedate_to_datetime(text))
    except (ValueError, OverflowError):
        # Not quite the standard (`2024-03-15 - 14:30`, Turkish month in RFC dress): the written forms decide.
        return None
    return None


def _written(text: str) -> Publication | None:
    text = _published_part(text)
    for form in _FORMS:
        for found in form.finditer(text):
            day = _found_day(found)
            if day is not None:
                return _with_clock(day, text, found)
    return None


def _published_part(text: str) -> str:
    """The part after `Giriş:` or the like and before `Güncelleme`; a text with only an update keeps that."""
    label = _FIRST_SHOWN.search(text)
    if label:
        text = text[label.end() :]
    update = _UPDATED.search(text)
    if update and any(form.search(text, 0, update.start()) for form in _FORMS):
        text = text[: update.start()]
    return text


def _found_day(found: re.Match[str]) -> date | None:
    groups = found.groupdict()
    month: str | int = groups.get("month") or MONTHS.get(groups.get("name") or "", 0)
    return _day(groups["year"], month, groups["day"]) if month else None


def _day(year: str, month: str | int, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(f"names a day that does not exist ({int(day)}.{int(month)}.{int(year)})") from None


def _with_clock(day: date, text: str, found: re.Match[str]) -> Publication:
    """The day with the first clock time after the date, else with one just before it (`14:30, 15 Mart 2024`)."""
    clock = _CLOCK.search(text, found.end()) or _CLOCK.search(text, 0, found.start())
    if clock is None:
        return Publication(day)
    hour, minute, second = int(clock["hour"]), int(clock["minute"]), int(clock["second"] or 0)
    if clock["half"]:
        hour = hour % 12 + (12 if clock["half"] == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"names a time that does not exist ({clock[0].strip()})")
    moment = datetime.combine(day, time(hour, minute, second), tzinfo=ISTANBUL)
    return Publication.of_moment(_zoned(moment, clock["zone"] or ""))


def _zoned(moment: datetime, zone: str) -> datetime:
    if zone in {"z", "utc", "gmt"}:
        return moment.replace(tzinfo=UTC)
    if zone[:1] in {"+", "-"}:
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        signed = -offset if zone[0] == "-" else offset
        return (moment.replace(tzinfo=UTC) - signed).astimezone(ISTANBUL)
    return moment
