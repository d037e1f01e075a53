"""On this day: `/on-this-day` and `/api/v1/on-this-day`, for today or another day of the calendar."""

from __future__ import annotations

from datetime import date, datetime

from flask import Blueprint, Response

from index.article import ISTANBUL
from index.errors import RequestError
from search.reading.onthisday import PER_YEAR, CalendarDay, OnThisDay, on_this_day
from search.request import SearchRequest
from search.results import Snapshot
from web import links, params, tables
from web.locale import language
from web.serving.caching import unless_known
from web.serving.engine import current_engine
from web.templating import page

days = Blueprint("days", __name__)

PARAMETERS = ("month", "day", "limit", *tables.PARAMETERS)
MOST_PER_YEAR = 20
MONTHS, DAYS = 12, 31


@days.get("/on-this-day")
def day_page() -> Response:
    """The page of what was published on a day, year by year, with a form to pick another day."""
    today = _today()
    day = _asked_day(today)
    engine = current_engine()

    def make() -> tuple[Response, Snapshot]:
        found = on_this_day(engine, day, locale=language())
        before, after = day.neighbours
        hits = [hit.id for year in found.years for hit in year.hits]
        made = page(
            "onthisday.html",
            found=found,
            today=today,
            is_today=(day.month, day.day) == (today.month, today.day),
            previous=before,
            following=after,
            article_urls=links.article_urls(hits, SearchRequest()),
            table_url=links.day_url(day, "/api/v1/on-this-day", csv=True),
            json_url=links.day_url(day, "/api/v1/on-this-day"),
        )
        return made, found.snapshot

    return unless_known(engine.snapshot(), make)


@days.get("/api/v1/on-this-day")
def day_answer() -> Response:
    """What was published on a day, for programs, as JSON or CSV."""
    params.refuse_unknown(*PARAMETERS)
    today = _today()
    day, limit = _asked_day(today), params.number("limit", PER_YEAR, MOST_PER_YEAR)
    wanted = tables.wanted()
    engine = current_engine()

    def make() -> tuple[Response, Snapshot]:
        found = on_this_day(engine, day, locale=language(), per_year=limit)
        return wanted.answer(found, lambda: _table(found))

    # Without a day in the address, the same address means another day tomorrow.
    return unless_known(engine.snapshot(), make, today.isoformat())


def _table(found: OnThisDay) -> tables.Table:
    name = f"on-this-day-{found.day.month:02}-{found.day.day:02}"
    return tables.Table(name, ("year", *tables.EACH), [(y.year, *tables.row(y.count)) for y in found.years])


def _today() -> date:
    return datetime.now(ISTANBUL).date()


def _asked_day(today: date) -> CalendarDay:
    """The day that the request names, else today. Raises RequestError."""
    given = [name for name in ("month", "day") if params.given().get(name, [""])[-1].strip()]
    if not given:
        return CalendarDay.of(today.month, today.day)
    if len(given) == 1:
        missing = "day" if given == ["month"] else "month"
        raise RequestError(missing, "", f"is missing beside {given[0]}", "Give both.", code="not-a-date")
    return CalendarDay.of(params.number("month", 1, MONTHS), params.number("day", 1, DAYS))
