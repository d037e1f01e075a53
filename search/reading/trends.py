"""Trends: up to five queries over time, as numbers of articles and as shares of all articles of each period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Literal, cast, get_args

from index.article.facets import DATE, UNKNOWN
from index.article.periods import Step, step_of
from index.errors import RequestError
from search.facets import FacetListing
from search.labels import facet_label
from search.reading.counted import ALL, Count
from search.reading.periods import grid, opened_for, step_for
from search.request import MAX_TEXT, SearchRequest
from search.results import HIDDEN, From, Snapshot, Stamp, To
from search.service import SearchEngine
from search.shapes import Answer, InJson

By = Literal["auto", "year", "month", "day"]
MAX_QUERIES = 5
MAX_PERIODS = 400
"""The most points of a line: enough for a leap year by days or thirty years by months."""

MAX_MONTHS_BY_DAY = MAX_PERIODS // 28 + 2
"""More months than this always have more than `MAX_PERIODS` days, whichever months they are."""

_EVERY_DATE = FacetListing(limit=10_000)


@dataclass(frozen=True, slots=True)
class TrendsRequest:
    """Which queries are compared, in which steps, between which days (both inclusive, in Istanbul).

    A query of several words counts the articles that have all of them.
    """

    queries: tuple[str, ...] = ()
    by: By = "auto"
    date_from: date | None = None
    date_to: date | None = None

    @classmethod
    def from_params(cls, params: Mapping[str, Sequence[str]]) -> TrendsRequest:
        """Read the request from URL parameters. `q` may be repeated; empty and equal ones are dropped.

        Raises:
            RequestError: a value can't be used; it names the parameter, the value and the remedy.
        """
        queries = tuple(dict.fromkeys(text for one in params.get("q", ()) if (text := one.strip())))
        if len(queries) > MAX_QUERIES:
            raise RequestError(
                "q", str(len(queries)), f"queries are more than {MAX_QUERIES}", "Compare fewer.", code="too-many-values"
            )
        for text in queries:
            if len(text) > MAX_TEXT:
                reason = f"has {len(text)} characters, more than {MAX_TEXT}"
                raise RequestError("q", text, reason, "Shorten the query.", code="too-long")
        by = next((value.strip() for value in reversed(params.get("by", ())) if value.strip()), "auto")
        if by not in get_args(By):
            allowed = ", ".join(get_args(By))
            raise RequestError(
                "by", by, f"is not one of {allowed}", "Leave out `by` to let the time span decide.", code="not-a-choice"
            )
        span = SearchRequest.from_params({name: params[name] for name in ("from", "to") if name in params})
        return cls(queries, cast(By, by), span.date_from, span.date_to)

    def to_params(self) -> list[tuple[str, str]]:
        """The URL parameters of the request in a fixed order, with defaults left out."""
        pairs = [("q", text) for text in self.queries]
        pairs += [("by", self.by)] if self.by != "auto" else []
        pairs += [("from", self.date_from.isoformat())] if self.date_from else []
        return pairs + ([("to", self.date_to.isoformat())] if self.date_to else [])

    def search(self, text: str = "") -> SearchRequest:
        """The search for one query, or for all articles."""
        match: Literal["all", "auto"] = "all" if text else "auto"
        return SearchRequest(text=text, match=match, date_from=self.date_from, date_to=self.date_to)


@dataclass(frozen=True, slots=True)
class Line:
    """One query over the periods: a count for each, and the total. `undated` are its articles that no period holds."""

    total: Annotated[Count, ALL]
    counts: Annotated[tuple[Count, ...], HIDDEN]
    undated: Count | None

    @property
    def query(self) -> str:
        """The query as typed; empty for all articles."""
        return self.total.value


@dataclass(frozen=True, slots=True)
class Trends(Answer):
    """Queries over time. `every` is the line of all articles, against which shares are computed."""

    request: TrendsRequest
    step: Step
    every: Line
    lines: tuple[Line, ...]
    snapshot: Snapshot

    def shares(self, line: Line) -> tuple[float | None, ...]:
        """A query's share of all articles of each period, from 0 to 1; None for a period without articles."""
        pairs = zip(line.counts, self.every.counts, strict=True)
        return tuple(part.count / whole.count if whole.count else None for part, whole in pairs)

    def nothing_undated(self, line: Line) -> Count:
        """A count of zero undated articles, with its search, for a line that has none."""
        request = replace(line.total.request, selected=((DATE.name, (UNKNOWN,)),))
        return Count(UNKNOWN, UNKNOWN, 0, request)

    def as_shape(self) -> TrendsShape:
        """The answer as in the endpoint's contract."""
        return TrendsShape(
            by=self.step,
            date_from=self.request.date_from,
            date_to=self.request.date_to,
            all=self.every,
            periods=self.every.counts,
            series=tuple(Series(line.total, self._points(line), line.undated) for line in self.lines),
            snapshot=self.snapshot,
        )

    def _points(self, line: Line) -> tuple[Point, ...]:
        shares = (None if share is None else round(share, 6) for share in self.shares(line))
        return tuple(map(Point, line.counts, shares))


@dataclass(frozen=True, slots=True)
class Point:
    """A query in one period, as it is answered."""

    count: Annotated[Count, ALL]
    share: Annotated[float | None, InJson("Of all articles of the period, 0 to 1")]


@dataclass(frozen=True, slots=True)
class Series:
    """The `Line` of a query as it is answered."""

    total: Annotated[Count, InJson(spread={"value": "query", "count": "total", "search": "search"})]
    points: tuple[Point, ...]
    undated: Count | None


@dataclass(frozen=True, slots=True)
class TrendsShape:
    """`Trends` as they are answered."""

    by: Step
    date_from: From
    date_to: To
    all: Line
    periods: tuple[Count, ...]
    series: tuple[Series, ...]
    snapshot: Stamp


def trends(engine: SearchEngine, asked: TrendsRequest, *, locale: str = "tr") -> Trends:
    """Compare queries over time.

    Raises:
        RequestError: a query exceeds the limits, or the step gives too many periods.
    """
    held = engine.held()
    years = dates = _dates(held, asked.search(), ())
    if asked.by in ("auto", "month", "day"):
        dates = _dates(held, asked.search(), opened_for("month", years))
    step: Step = step_for(dates) if asked.by == "auto" else asked.by
    if step == "day" and len(grid(dates, "month")) > MAX_MONTHS_BY_DAY:
        raise _too_many(step)
    counter = _Counter(held, asked, step, opened_for(step, dates), locale)
    # All articles were counted by year, and by month where needed, already.
    every = years if step == "year" else dates if step == "month" else counter.found("")
    periods = grid(every, step)
    if len(periods) > MAX_PERIODS:
        raise _too_many(step)
    return Trends(
        request=asked,
        step=step,
        every=counter.line("", periods, every),
        lines=tuple(counter.line(text, periods, counter.found(text)) for text in asked.queries),
        snapshot=held.snapshot(),
    )


def _too_many(step: Step) -> RequestError:
    reason = f"makes more than {MAX_PERIODS} periods"
    return RequestError(
        "by", step, reason, "Choose a longer step, or fewer days with `from` and `to`.", code="too-many-periods"
    )


def _dates(engine: SearchEngine, asked: SearchRequest, opened: Sequence[str]) -> dict[str, int]:
    """The number of articles by year and, below the opened years or months, by their parts; `unknown` for undated ones.

    A facet is counted without its own filter (drill-sideways): values chosen in it only open the levels below them.
    """
    chosen = replace(asked, selected=((DATE.name, tuple(opened)),)) if opened else asked
    return {value.value: value.count for value in engine.facet(chosen, DATE.name, _EVERY_DATE).values}


@dataclass(frozen=True, slots=True)
class _Counter:
    engine: SearchEngine
    asked: TrendsRequest
    step: Step
    opened: tuple[str, ...]
    locale: str

    def found(self, text: str) -> dict[str, int]:
        """The articles of a query, counted by date."""
        return _dates(self.engine, self.asked.search(text), self.opened)

    def line(self, text: str, periods: Sequence[str], found: Mapping[str, int]) -> Line:
        """The counts of a query, each with the search behind it."""
        # Every dated article is counted in exactly one year.
        dated = sum(number for name, number in found.items() if step_of(name) == "year")
        undated = found.get(UNKNOWN, 0)
        return Line(
            total=Count(text, text, dated + undated, self.asked.search(text)),
            counts=tuple(self._count(text, period, found.get(period, 0)) for period in periods),
            undated=self._count(text, UNKNOWN, undated) if undated else None,
        )

    def _count(self, text: str, period: str, number: int) -> Count:
        request = replace(self.asked.search(text), selected=((DATE.name, (period,)),))
        return Count(period, facet_label(DATE.name, period, self.locale), number, request)
