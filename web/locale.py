"""The languages of the interface: which one is meant, and dates and numbers written in it.

Turkish comes first. `lang=` in the URL decides and is remembered in a cookie; the endpoint looks at the URL only, so
that a program gets the same answer whatever a browser has stored.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import flask_babel
from babel.dates import format_date as babel_date
from babel.dates import format_time
from babel.numbers import format_decimal
from flask import Flask, g, has_request_context, request

from index.article import ISTANBUL, Publication
from index.facets import date_span
from search.labels import facet_label

LANGUAGES = {"tr": "Türkçe", "en": "English"}
"""Language codes with their own names, in the order of the switch."""

DEFAULT_LANGUAGE = "tr"
COOKIE = "haberara_lang"

_DAY = {"tr": "d MMMM y EEEE", "en": "EEEE d MMMM y"}
_SHORT_DAY = {"tr": "d MMMM y", "en": "d MMMM y"}


def gettext(message: str, **variables: Any) -> str:
    """The message in the language of this request."""
    return str(flask_babel.gettext(message, **variables))


def ngettext(singular: str, plural: str, num: int, **variables: Any) -> str:
    """Like `gettext`, by number; `%(shown)s` is the number written in the language."""
    return str(flask_babel.ngettext(singular, plural, num, shown=number(num), **variables))


def install(app: Flask) -> None:
    """Give the app its translations."""
    flask_babel.Babel(app, default_locale=DEFAULT_LANGUAGE, locale_selector=language)


def language() -> str:
    """The language of this request; Turkish outside of one."""
    if not has_request_context():
        return DEFAULT_LANGUAGE
    if "language" not in g:
        stored = "" if is_for_programs() else request.cookies.get(COOKIE, "")
        wanted = explicit_language() or stored
        g.language = wanted if wanted in LANGUAGES else DEFAULT_LANGUAGE
    return str(g.language)


def explicit_language() -> str | None:
    """The language that the URL asks for, if it is one of ours."""
    wanted = request.args.get("lang", "")
    return wanted if wanted in LANGUAGES else None


def is_for_programs() -> bool:
    """Whether this request is answered with JSON or plain text, errors included."""
    return request.path.startswith(("/api/v1/", "/healthz", "/readyz", "/metrics", "/openapi.json"))


def number(value: int) -> str:
    """A number with the language's separators: 12.345 or 12,345."""
    return format_decimal(value, locale=language())


def published(iso: str) -> str:
    """The day of an ISO publication, with the time in Istanbul where it is known: `5 Mart 2024 Salı, 14.30`."""
    publication = Publication.from_iso(iso)
    lang = language()
    day = babel_date(publication.day, _DAY[lang], locale=lang)
    if publication.at is None:
        return day
    return f"{day}, {format_time(publication.at.astimezone(ISTANBUL), 'HH:mm', locale=lang)}"


def day_label(day: date) -> str:
    """`5 Mart 2024`."""
    return babel_date(day, _SHORT_DAY[language()], locale=language())


def month_name(value: str, *, width: str = "LLL") -> str:
    """The name of the month of `2024-03`, abbreviated unless the width is `LLLL`."""
    return babel_date(date_span(value)[0], width, locale=language())


def facet_title(name: str) -> str:
    """The heading of a facet."""
    return {
        "person": gettext("People"),
        "country": gettext("Countries"),
        "source": gettext("Sources"),
        "category": gettext("Categories"),
        "date": gettext("Publication date"),
        "mentioned": gettext("Dates in the text"),
        "organisation": gettext("Organisations"),
    }[name]


def facet_singular(name: str) -> str:
    """The name of one value of a facet, for chips."""
    return {
        "person": gettext("Person"),
        "country": gettext("Country"),
        "source": gettext("Source"),
        "category": gettext("Category"),
        "date": gettext("Date"),
        "mentioned": gettext("Date in the text"),
        "organisation": gettext("Organisation"),
    }[name]


def value_label(facet: str, value: str) -> str:
    """A facet value as people read it: the labels that the counted facets carry, for values that were not counted."""
    return facet_label(facet, value, language())
