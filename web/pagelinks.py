"""Addresses of the pages that read an archive instead of searching it, and of what they show for programs."""

from __future__ import annotations

from urllib.parse import quote

from flask import request

from search.onthisday import CalendarDay
from search.trends import TrendsRequest
from web.links import PORTRAITS, Pairs, address
from web.locale import facet_title, language
from web.locale import gettext as _
from web.params import LANGUAGE


def sections() -> tuple[tuple[str, str], ...]:
    """The pages that every page leads to, with their paths."""
    return (
        (_("Newest articles"), "/"),
        *((facet_title(facet), path) for facet, path in PORTRAITS.items()),
        (_("Trends"), "/trends"),
        (_("On this day"), "/on-this-day"),
    )


def section() -> str:
    """Which of them this page is; a search is not the newest articles."""
    searching = request.path == "/" and any(name != LANGUAGE for name in request.args)
    return "" if searching else request.path


def day_url(day: CalendarDay, path: str = "/on-this-day", *, csv: bool = False) -> str:
    """A day of the calendar, as a page or for programs."""
    pairs = [("month", str(day.month)), ("day", str(day.day))]
    return address(path, pairs) if path == "/on-this-day" else data_url(path, pairs, csv=csv)


def portrait_data_url(facet: str, value: str, *, csv: bool = False) -> str:
    """A person or country for programs."""
    return data_url(f"/api/v1{PORTRAITS[facet]}/{quote(value, safe='/')}", csv=csv)


def trends_url(asked: TrendsRequest) -> str:
    """Queries compared over time."""
    return address("/trends", asked.to_params())


def compared_url(text: str) -> str:
    """One query over time, to compare others with."""
    return trends_url(TrendsRequest((text,)))


def trends_data_url(asked: TrendsRequest, *, csv: bool = False) -> str:
    """Queries compared over time, for programs."""
    return data_url("/api/v1/trends", asked.to_params(), csv=csv)


def data_url(path: str, pairs: Pairs = (), *, csv: bool = False) -> str:
    """What a page shows for programs, in the language of the page: as JSON, or its table as CSV."""
    return address(path, [*pairs, *([("format", "csv")] if csv else []), ("lang", language())], lang=False)


def excel_url(csv_url: str) -> str:
    """A table as Excel wants it: see `export_url`."""
    return csv_url + "&bom=1" + ("&separator=semicolon" if language() == "tr" else "")
