"""The languages of the interface: which one is meant, and dates and numbers written in it.

Turkish comes first. `lang=` in the URL decides and is remembered in a cookie; the endpoint looks at the URL only, so
that a program gets the same answer whatever a browser has stored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from gettext import NullTranslations, translation
from pathlib import Path
from typing import Any

from babel.dates import format_date as babel_date
from babel.dates import format_time
from flask import g, has_request_context, request

from index.article import ISTANBUL, Publication
from index.article.facets import BY_NAME
from index.article.periods import Period
from search.labels import facet_label
from search.query.fields import TURKISH

LANGUAGES = {"tr": "Türkçe", "en": "English"}
"""Language codes with their own names, in the order of the switch."""

DEFAULT_LANGUAGE = "tr"
COOKIE = "haberara_lang"
FOR_PROGRAMS = ("/api/v1/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/opensearch.xml", "/feed.")
"""How the paths begin that no person looks at."""

TRANSLATIONS = Path(__file__).parent / "translations"

_DAY = {"tr": "d MMMM y EEEE", "en": "EEEE d MMMM y"}
_SHORT_DAY = {"tr": "d MMMM y", "en": "d MMMM y"}


_TURKISH = {
    "OR": "VEYA",
    "AND": "VE",
    "NOT": "DEĞİL",
    **{f"{field}:": f"{name}:" for field, name in TURKISH.items()},
}
_OPERATOR = re.compile(rf"(?<![\w:])(?:(?:OR|AND|NOT)\b|(?:{'|'.join(TURKISH)}):)")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is answered: the language, the one that the address asks for if it does, and where the app is mounted.

    A page asks for these several hundred times; they are looked up once per request.
    """

    language: str
    explicit: str | None
    root: str


def gettext(message: str, **variables: Any) -> str:
    """The message in the language of this request."""
    return translate(language(), message, **variables)


def translate(lang: str, message: str, **variables: Any) -> str:
    """The message in a language."""
    text = _catalog(lang).gettext(message)
    return text % variables if variables else text


def ngettext(singular: str, plural: str, num: int, **variables: Any) -> str:
    """Like `gettext`, by number; `%(shown)s` is the number written in the language."""
    text = _catalog(language()).ngettext(singular, plural, num)
    return text % {"shown": number(num), **variables}


@cache
def _catalog(lang: str) -> NullTranslations:
    """The compiled catalog of a language; English, the language of the messages, has none."""
    return translation("messages", TRANSLATIONS, languages=[lang], fallback=True)


def visitor() -> Visitor:
    """Who asks in this request."""
    found: Visitor | None = g.get("visitor")
    if found is None:
        found = g.visitor = _visitor()
    return found


def _visitor() -> Visitor:
    wanted = request.args.get("lang", "")
    explicit = wanted if wanted in LANGUAGES else None
    stored = "" if is_for_programs() else request.cookies.get(COOKIE, "")
    chosen = explicit or (stored if stored in LANGUAGES else DEFAULT_LANGUAGE)
    return Visitor(chosen, explicit, request.script_root)


def language() -> str:
    """The language of this request; Turkish outside of one."""
    return visitor().language if has_request_context() else DEFAULT_LANGUAGE


def explicit_language() -> str | None:
    """The language that the URL asks for, if it is one of ours."""
    return visitor().explicit


def is_for_programs() -> bool:
    """Whether this request is answered with JSON or plain text, errors included."""
    return request.path.startswith(FOR_PROGRAMS)


def number(value: int) -> str:
    """A number with the separators of this request's language."""
    return grouped(language(), value)


def grouped(lang: str, value: int) -> str:
    """A number with a language's separators: 12.345 or 12,345."""
    text = f"{value:,}"
    return text.replace(",", ".") if lang == "tr" else text


def took(milliseconds: float) -> str:
    """`59 ms`; from a second on `1,2 sn`."""
    if milliseconds < 1000:
        return gettext("%(time)s ms", time=str(round(milliseconds)))
    seconds = f"{milliseconds / 1000:.1f}"
    return gettext("%(time)s s", time=seconds.replace(".", ",") if language() == "tr" else seconds)


def reading(read_as: str) -> str:
    """How a query was read, in the words of this request's language; they can be typed like this."""
    if language() != "tr":
        return read_as
    parts = re.split(r'("[^"]*")', read_as)
    return "".join(part if at % 2 else _OPERATOR.sub(_in_turkish, part) for at, part in enumerate(parts))


def _in_turkish(match: re.Match[str]) -> str:
    return _TURKISH[match.group()]


def published(iso: str) -> str:
    """The day of an ISO publication, with the time in Istanbul where it is known: `5 Mart 2024 Salı, 14.30`."""
    return _published(iso, language())


@lru_cache(4096)
def _published(iso: str, lang: str) -> str:
    publication = Publication.from_iso(iso)
    day = babel_date(publication.day, _DAY[lang], locale=lang)
    if publication.at is None:
        return day
    return f"{day}, {format_time(publication.at.astimezone(ISTANBUL), 'HH:mm', locale=lang)}"


def day_label(day: date) -> str:
    """`5 Mart 2024`."""
    return babel_date(day, _SHORT_DAY[language()], locale=language())


def calendar_day(month: int, day: int) -> str:
    """A day in no year: `29 Şubat`."""
    return babel_date(date(2000, month, day), "d MMMM", locale=language())


def share(part: float) -> str:
    """A part of 1 as a percentage: `%3,4`, `3.4%`; small ones to two digits."""
    percent = 100 * part
    digits = 0 if percent == 0 or percent >= 99.95 else 1 if percent >= 1 else 2
    text = f"{percent:.{digits}f}"
    return f"%{text.replace('.', ',')}" if language() == "tr" else f"{text}%"


def period_tick(value: str) -> str:
    """A year, month or day under a chart: `2024`, `Mar 2024`, `5 Mar`."""
    period = Period.of(value)
    if not period.month:
        return value
    month = month_name(period.month)
    return f"{period.day} {month}" if period.day else f"{month} {period.within('year')}"


def citation_day(day: date) -> str:
    """As a list of references has it: `2024, 5 Mart`, `2024, March 5`."""
    lang = language()
    return babel_date(day, "y, d MMMM" if lang == "tr" else "y, MMMM d", locale=lang)


def month_name(month: int) -> str:
    """A month by its number, abbreviated: `Şub`."""
    return _month_name(month, "LLL", language())


def month_title(month: int) -> str:
    """A month by its number: `Şubat`."""
    return _month_name(month, "LLLL", language())


@lru_cache
def _month_name(month: int, width: str, lang: str) -> str:
    return babel_date(date(2000, month, 1), width, locale=lang)


def facet_title(name: str) -> str:
    """The heading of a facet."""
    return gettext(BY_NAME[name].heading)


def reason_kind(field: str) -> str:
    """What about a text speaks for it, by the field of a `Reason`."""
    return {
        "lemma": gettext("word"),
        "form": gettext("form"),
        "stem": gettext("word family"),
        "pair": gettext("side by side"),
    }[field.rpartition("_")[2]]


def facet_singular(name: str) -> str:
    """The name of one value of a facet, for chips."""
    return gettext(BY_NAME[name].singular)


def value_label(facet: str, value: str) -> str:
    """A facet value as people read it: the labels that the counted facets carry, for values that were not counted."""
    return facet_label(facet, value, language())
