"""Trends: `/trends` and `/api/v1/trends`, which compare up to five queries over time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response

from search.reading.counted import Count
from search.reading.trends import MAX_QUERIES, Line, Trends, TrendsRequest, trends
from search.results import Snapshot
from web import links, locale, params, tables
from web.locale import language
from web.parts.linechart import LineChart, Values, line_chart, round_scale
from web.serving.caching import unless_known
from web.serving.engine import current_engine
from web.templating import page

comparing = Blueprint("trends", __name__)

PARAMETERS = ("q", "by", "from", "to", *tables.PARAMETERS)
TOTAL = "total"
LONGEST_NAME = 20
"""The most characters of a line's name in a chart."""

_FIELD = re.compile(r"[^\W\d_]+:[\"“«]?([^\"“”«»:()]+)[\"”»]?")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the table: a count, and its share of the period as written in the visitor's language."""

    count: Count
    share: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: a period with all its articles, and those of each query."""

    label: str
    every: Count
    cells: tuple[Cell, ...]


@comparing.get("/trends")
def trends_page() -> Response:
    """The page that shows queries over time as two charts and a table."""
    asked = TrendsRequest.from_params(params.given())
    engine = current_engine()

    def make() -> tuple[Response, Snapshot]:
        found = trends(engine, asked, locale=language())
        drawn = found.lines or (found.every,)
        made = page(
            "trends.html",
            found=found,
            asked_trends=asked,
            fields=[*asked.queries, *[""] * (MAX_QUERIES - len(asked.queries))],
            numbers=_chart(found, drawn, shares=False),
            shares=_chart(found, found.lines, shares=True) if found.lines else None,
            rows=list(_rows(found)),
            table_url=links.trends_data_url(asked, csv=True),
            json_url=links.trends_data_url(asked),
        )
        return made, found.snapshot

    return unless_known(engine.snapshot(), make)


@comparing.get("/api/v1/trends")
def trends_answer() -> Response:
    """Queries over time, for programs, as JSON or CSV."""
    params.refuse_unknown(*PARAMETERS, repeated=("q",))
    params.refuse_long("q")
    asked, wanted = TrendsRequest.from_params(params.given()), tables.wanted()
    engine = current_engine()

    def make() -> tuple[Response, Snapshot]:
        found = trends(engine, asked, locale=language())
        return wanted.answer(found, lambda: _table(found, "," if wanted.separator == "semicolon" else "."))

    return unless_known(engine.snapshot(), make)


def _chart(found: Trends, lines: tuple[Line, ...], *, shares: bool) -> LineChart | None:
    """The chart of the lines; None if there is no period to draw."""
    if not found.every.counts:
        return None
    values = [found.shares(line) if shares else [count.count for count in line.counts] for line in lines]
    highest = max((value for line in values for value in line if value), default=0)
    written, on_scale = (locale.share, _percent) if shares else (_number, _number)
    labels = [count.label for count in found.every.counts]
    return line_chart(
        [Values(_name(line.query), of, _in_words(labels, of, written)) for line, of in zip(lines, values, strict=True)],
        [locale.period_tick(count.value) for count in found.every.counts],
        [(value, on_scale(value)) for value in round_scale(highest if shares else max(highest, 2))],
    )


def _in_words(labels: list[str], values: Sequence[float | None], written: Callable[[float], str]) -> list[str]:
    """What each point of a line says: its period, and the value if the period has one."""
    pairs = zip(labels, values, strict=True)
    return [f"{label}: {'–' if value is None else written(value)}" for label, value in pairs]


def _name(query: str) -> str:
    """The name of a line in a chart: only the name for a query such as `kişi:"Bülent Ecevit"`, shortened if long."""
    found = _FIELD.fullmatch(query)
    name = found.group(1) if found else query
    shortened = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"
    return shortened or locale.gettext("All articles")


def _percent(value: float) -> str:
    """A round value of the scale as a percentage."""
    text = f"{100 * value:g}"
    return f"%{text.replace('.', ',')}" if language() == "tr" else f"{text}%"


def _number(value: float) -> str:
    return locale.number(int(value))


def _rows(found: Trends) -> Iterator[Row]:
    shares = [found.shares(line) for line in found.lines]
    for at, every in enumerate(found.every.counts):
        cells = (Cell(line.counts[at], _share(share[at])) for line, share in zip(found.lines, shares, strict=True))
        yield Row(every.label, every, tuple(cells))
    if found.every.undated:
        yield _whole_row(found, found.every.undated, [line.undated for line in found.lines])
    yield _whole_row(found, found.every.total, [line.total for line in found.lines], locale.gettext("Total"))


def _whole_row(found: Trends, every: Count, counts: list[Count | None], label: str = "") -> Row:
    cells = []
    for line, count in zip(found.lines, counts, strict=True):
        # A query without undated articles: a count of 0 with a search that finds none.
        known = count or found.nothing_undated(line)
        cells.append(Cell(known, _share(known.count / every.count if every.count else None)))
    return Row(label or every.label, every, tuple(cells))


def _share(share: float | None) -> str:
    return "" if share is None else locale.share(share)


def _table(found: Trends, point: str) -> tables.Table:
    header = ("query", "period", "label", "articles", "all_articles", "share_percent", "haberara_url")
    return tables.Table("trends", header, list(_points(found, point)))


def _points(found: Trends, point: str) -> Iterator[tuple[Any, ...]]:
    for line in found.lines or (found.every,):
        pairs = [*zip(line.counts, found.every.counts, strict=True)]
        if line.undated and found.every.undated:
            pairs.append((line.undated, found.every.undated))
        for count, every in pairs:
            yield _point(line.query, count, every, point)
        total = replace(line.total, value=TOTAL, label=locale.gettext("Total"))
        yield _point(line.query, total, found.every.total, point)


def _point(query: str, count: Count, every: Count, point: str) -> tuple[Any, ...]:
    """A row of the table: a query in a period, beside all articles of the period."""
    share = f"{100 * count.count / every.count:.4f}".replace(".", point) if every.count else ""
    address = links.whole(links.search_url(count.request))
    return query, count.value, count.label, count.count, every.count, share, address
