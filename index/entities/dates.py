"""Dates named in a text, with the precision they are named with: `2024`, `2024-03`, `2024-03-05`.

Each rule is one pattern with one resolver. A date that leaves something unsaid (`25 Mayıs`, `dün`, `geçen salı`) is
resolved from the day of publication; without one it stays a mention without a value. Bare months and weekdays
(`Mayıs ayında`, `Salı günü`) are left alone: they are too often recurring or meant relative to another event.

The order of `_RULES` is the order of trust: the longer form is tried first and what it covered is not read again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from index.entities.calendar import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    MONTHS_TR,
    WEEKDAYS,
    WEEKDAYS_TR,
    last_weekday,
    month_away,
    nearest_year,
    next_weekday,
    valid_day,
)
from index.turkish import WRITTEN_APOSTROPHES
from index.turkish.casing import lower, upper


@dataclass(frozen=True, slots=True)
class DateMention:
    """A place in the text and the value it names; the value is empty where it can't be resolved."""

    start: int
    end: int
    value: str


def _any_case(words: tuple[str, ...]) -> str:
    """`mart|Mart|MART ...`: the three casings of news, Turkish and (a common slip in headlines) without its dots."""
    forms: dict[str, None] = {}
    for word in words:
        capital = upper(word[0]) + word[1:]
        forms.update(dict.fromkeys((capital, word, upper(word), upper(word).replace("İ", "I"))))
    return "|".join(sorted(forms, key=len, reverse=True))


_MONTH = f"(?:{_any_case(MONTHS_TR)})"
_WEEKDAY = f"(?:{_any_case(tuple(sorted(WEEKDAYS_TR, key=len, reverse=True)))})"
_MONTH_NUMBER = {form: number for number, name in enumerate(MONTHS_TR, 1) for form in _any_case((name,)).split("|")}

# What may not stand before or after a number that is a date: a longer number, a sum, a score, a telephone number.
_ALONE = r"(?<![\w.,:/\-–])"
_NO_MORE = r"(?!\w|[.,:/]\d|-[^\W\d])"
_APOSTROPHE = f"[{WRITTEN_APOSTROPHES}]"
_YEAR = r"(?:1[89]\d\d|20\d\d)"

# `ocak` (hearth, mine), `ekim` (sowing) and `aralık` (gap) in small letters need a sign that a day is meant.
_DAY_SIGN = rf"(?:{_APOSTROPHE}|\s+(?:{_YEAR}|günü|tarih|gecesi|sabahı|akşamı|pazar|salı|çarş|perş|cuma))"

_DAY_MONTH = (
    rf"{_ALONE}(?:(?P<first>[0-3]?\d)(?:\.?\s?[-–]\s?|\s+(?:ve|ile|ila)\s+))?(?P<day>[0-3]?\d)\.?\s?"
    rf"(?P<month>(?!(?:ocak|ekim|aralık)\b(?!{_DAY_SIGN})){_MONTH})(?![^\W_])"
    rf"(?:,?\s(?P<year>{_YEAR}){_NO_MORE})?(?:,?\s(?P<weekday>{_WEEKDAY})(?![^\W_]))?"
)
_YEAR_SUFFIX = rf"(?={_APOSTROPHE}(?:[dt][ae](?:n|ki\w*|yd\w*)?|n?[ıiuü]n|y?[aeıiuü]|y?l[ae]|[dt][ae]n)(?![^\W_]))"
_YEAR_WORD = r"\s(?:yılı|Yılı|YILI|senesi)(?:n\w*)?(?![^\W_])"
_SEASON = r"(?=(?:\s(?:[Ss]ezon|[Ee]ğitim|[Öö]ğretim|yılları|dönemi|yasama|arası)|" + _APOSTROPHE + "))"

_Resolve = Callable[[re.Match[str], date | None], str | None]
"""The value of a match; empty where it can't be resolved; None where it is no date after all."""


def _iso_of(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _numeric(found: re.Match[str], _: date | None) -> str | None:
    return _iso_of(valid_day(int(found["year"]), int(found["month"]), int(found["day"])))


def _day_month(found: re.Match[str], published: date | None) -> str | None:
    month, day = _MONTH_NUMBER[found["month"]], int(found["day"])
    if found["year"]:
        return _iso_of(valid_day(int(found["year"]), month, day))
    if valid_day(2000, month, day) is None:
        return None
    if published is None:
        return ""
    return _iso_of(nearest_year(month, day, published))


def _month_year(found: re.Match[str], _: date | None) -> str:
    return f"{found['year']}-{_MONTH_NUMBER[found['month']]:02d}"


def _year(found: re.Match[str], _: date | None) -> str | None:
    return found["year"] if EARLIEST_YEAR <= int(found["year"]) <= LATEST_YEAR else None


# Not `önceki gün`: the day before yesterday or the day before that day.
_DAYS = {"evvelki gün": -2, "evvelsi gün": -2, "dün": -1, "bugün": 0, "yarın": 1}


def _day_word(found: re.Match[str], published: date | None) -> str:
    return (published + timedelta(days=_DAYS[lower(found[0])])).isoformat() if published else ""


_NUMBERS = {"bir": 1, "iki": 2, "üç": 3, "dört": 4, "beş": 5, "altı": 6, "yedi": 7, "sekiz": 8, "dokuz": 9, "on": 10}


def _ago(found: re.Match[str], published: date | None) -> str | None:
    count = _NUMBERS.get(lower(found["count"])) or int(found["count"])
    if published is None:
        return ""
    unit = found["unit"]
    if unit in ("gün", "hafta"):
        days = count * (7 if unit == "hafta" else 1)
        return (published - timedelta(days=days)).isoformat()
    if unit == "ay":
        return month_away(published, -count)
    return str(published.year - count) if published.year - count >= EARLIEST_YEAR else None


_MONTHS_AWAY = {"geçen": -1, "geçtiğimiz": -1, "bu": 0, "önümüzdeki": 1, "gelecek": 1}


def _relative(found: re.Match[str], published: date | None) -> str:
    """`geçen salı`, `önümüzdeki ay`, `bu yıl`."""
    if published is None:
        return ""
    away, unit = _MONTHS_AWAY[lower(found["when"])], lower(found["unit"])
    if unit == "ay":
        return month_away(published, away)
    if unit in ("yıl", "sene"):
        return str(published.year + away)
    if away < 0:
        return last_weekday(WEEKDAYS[unit], published).isoformat()
    if away > 0:
        return next_weekday(WEEKDAYS[unit], published).isoformat()
    monday = published - timedelta(days=published.weekday())
    return (monday + timedelta(days=WEEKDAYS[unit])).isoformat()


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    pattern: re.Pattern[str]
    resolve: _Resolve


def _rule(name: str, pattern: str, resolve: _Resolve) -> _Rule:
    return _Rule(name, re.compile(pattern), resolve)


_NUMBER_RULES = (
    _rule("iso", rf"{_ALONE}(?P<year>\d{{4}})-(?P<month>[01]\d)-(?P<day>[0-3]\d)(?:T[\d:.+Z-]*|(?![\w-]))", _numeric),
    _rule(
        "numeric",
        rf"{_ALONE}(?P<day>[0-3]?\d)(?P<sep>[./-])(?P<month>[01]?\d)(?P=sep)(?P<year>{_YEAR}){_NO_MORE}",
        _numeric,
    ),
    _rule("day month", _DAY_MONTH, _day_month),
    _rule(
        "year's month",
        rf"{_ALONE}(?P<year>{_YEAR})(?:\s+(?:yılı(?:nın|n)?|senesinin)|{_APOSTROPHE}[ıiuü]n|"
        rf"{_APOSTROPHE}n[ıiuü]n)?\s+(?P<month>{_MONTH})(?![^\W_])",
        _month_year,
    ),
    _rule("year with the word", rf"{_ALONE}(?P<year>{_YEAR}){_YEAR_WORD}", _year),
    _rule("season, first", rf"{_ALONE}(?P<year>{_YEAR})(?=\s?[-–/]\s?(?:{_YEAR}|\d\d){_SEASON})", _year),
    _rule("season, second", rf"(?<=(?<!\d)\d{{4}}[-–/])(?P<year>{_YEAR})(?!\d){_SEASON}", _year),
    _rule("year with a suffix", rf"{_ALONE}(?P<year>{_YEAR}){_YEAR_SUFFIX}", _year),
    _rule("days ago", r"(?<![\w.,])(?P<count>\d{1,2}) (?P<unit>gün|hafta|ay|yıl) önce(?!\w)", _ago),
)
"""Tried in this order wherever a number begins."""

_MONTH_YEAR = _rule(
    "month year", rf"(?<![\w.])(?<!\d )(?<!\d\. )(?P<month>{_MONTH}) (?P<year>{_YEAR}){_NO_MORE}", _month_year
)
_IN_WORDS_AGO = _rule(
    "ago, in words", rf"(?<!\w)(?P<count>{_any_case(tuple(_NUMBERS))}) (?P<unit>gün|hafta|ay|yıl) önce(?!\w)", _ago
)
_WORD_RULES = (
    _rule(
        "relative",
        r"(?P<when>[Gg]eçen|[Gg]eçtiğimiz|[Öö]nümüzdeki|[Gg]elecek) "
        rf"(?P<unit>{_WEEKDAY}|ay|yıl|sene)(?![^\W_])",
        _relative,
    ),
    # Not `bu yıl`: as good as every article has one, and it says no more than the day of publication.
    _rule("this", rf"(?P<when>[Bb]u) (?P<unit>ay|{_WEEKDAY})(?![^\W_])", _relative),
    _rule(
        "day word",
        # `bugüne kadar`, `dünden bugüne`, `bugünkü`: the present in general, not a day.
        r"(?:[Ee]vvel[ks]i gün|[Dd]ün|[Bb]ugün|BUGÜN|DÜN|YARIN|[Yy]arın)(?![^\W_])"
        r"(?!\s+(?:[Bb]ugün|değil|olduğu gibi))",
        _day_word,
    ),
)
"""Tried in this order wherever one of their words begins."""

# One pass each finds where a rule may begin; the rules themselves would each be a pass over the whole text.
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(
    r"[GgÖöBbEeDdYy](?<![\w'’-].)(?=[eE][çlÇL]|[nN][üc]|[uU](?: |[gG][üÜ])|vvel|[üÜ][nN]|[aA][rR][ıI][nN])"
)
_LONGEST_MONTH = 8


def find_dates(text: str, published: date | None) -> list[DateMention]:
    """All dates of a text, in order, none within another."""
    found = [*_numbers(text, published), *_words(text, published), *_ago_in_words(text, published)]
    found.sort(key=lambda mention: (mention.start, -mention.end))
    dates: list[DateMention] = []
    for mention in found:
        if not dates or mention.start >= dates[-1].end:
            dates.append(mention)
    return dates


def _numbers(text: str, published: date | None) -> Iterator[DateMention]:
    done = 0
    for number in _NUMBER.finditer(text):
        start = number.start()
        if start < done:
            continue
        mention = _month_before(text, start, number.end(), done) or _first(_NUMBER_RULES, text, start, published)
        if mention:
            done = mention.end
            yield mention


def _month_before(text: str, start: int, end: int, done: int) -> DateMention | None:
    """`Mart 2024`: the month is found from its year."""
    if end - start != 4 or text[start - 1 : start] != " ":
        return None
    word = text.rfind(" ", max(0, start - 2 - _LONGEST_MONTH), start - 1) + 1 or max(0, start - 1 - _LONGEST_MONTH)
    for begin in range(max(word, done), start - 3):
        mention = _first((_MONTH_YEAR,), text, begin, None)
        if mention:
            return mention
    return None


def _words(text: str, published: date | None) -> Iterator[DateMention]:
    for word in _WORD.finditer(text):
        mention = _first(_WORD_RULES, text, word.start(), published)
        if mention:
            yield mention


def _ago_in_words(text: str, published: date | None) -> Iterator[DateMention]:
    """`üç gün önce`, found from its end: `önce` is rarer than the words for numbers."""
    place = text.find(" önce")
    while place >= 0:
        unit = text.endswith(("gün", "hafta", " ay", "yıl"), max(0, place - 12), place)
        for begin in range(max(0, place - 12), place if unit else 0):
            mention = _first((_IN_WORDS_AGO,), text, begin, published)
            if mention:
                yield mention
                break
        place = text.find(" önce", place + 1)


def _first(rules: tuple[_Rule, ...], text: str, start: int, published: date | None) -> DateMention | None:
    for rule in rules:
        found = rule.pattern.match(text, start)
        if found:
            value = rule.resolve(found, published)
            if value is not None:
                return DateMention(found.start(), found.end(), value)
    return None
