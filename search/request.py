"""What is asked: one frozen value, the same from the page, the endpoint and the command line.

A request round-trips to URL parameters: `SearchRequest.from_params(request.to_params()) == request`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, cast, get_args

from index.article.facets import BY_NAME, COUNTRY, FACETS, UNKNOWN
from index.article.periods import Period
from index.entities import country_code
from index.errors import RequestError

Match = Literal["all", "any", "auto"]
Sort = Literal["relevance", "fresh", "newest", "oldest"]
"""`fresh` is relevance with a mild lift for what was published lately."""

Collapse = Literal["none", "hits", "all"]
"""Copies of one story: shown each; the earliest for all of them; the same, and facets count stories."""

FacetOrder = Literal["count", "alphabet"]
"""Facet values by their counts, or in the order of the Turkish alphabet."""

NOT = "not_"
FILTERS = {facet.name: f"Articles with this {facet.described}; repeat it for any of several" for facet in FACETS}
FILTERS |= {NOT + facet.name: f"Leaves out articles with this {facet.described}" for facet in FACETS}
"""The parameters that filter by a facet, in the order in which a permalink has them, with what they do."""

Selection = tuple[tuple[str, tuple[str, ...]], ...]
"""Facet names with the values chosen in each, in the order of `FACETS`; facets without a value are absent."""

DEFAULT_LIMIT = 10
MAX_LIMIT = 1000
MAX_DEPTH = 10_000
MAX_TEXT = 1_000
MAX_FILTER_VALUES = 100
MAX_VALUE_LENGTH = 300

MAX_FILTERS = 150
MAX_FILTERS_LENGTH = 3_000
"""The most filters of one search, and characters in all of them together: each of a page's links repeats them all."""

MAX_EXPLAINED = 50
"""The most results of a page that are explained: each costs as much as the search itself."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search. An empty `text` means all articles.

    `selected` filters: OR within a facet, AND between facets. `excluded` leaves articles out. `date_from` and
    `date_to` are days in Istanbul, both inclusive; they leave undated articles out.
    """

    text: str = ""
    selected: Selection = ()
    excluded: Selection = ()
    date_from: date | None = None
    date_to: date | None = None
    match: Match = "auto"
    sort: Sort = "relevance"
    page: int = 1
    limit: int = DEFAULT_LIMIT
    explain: bool = field(default=False)
    collapse: Collapse = "none"

    @classmethod
    def from_params(cls, params: Mapping[str, Sequence[str]]) -> SearchRequest:
        """From URL parameters (name -> its values). Unknown parameters are left to the caller.

        Raises:
            RequestError: a value can't be used; it names the parameter, the value and the remedy.
        """
        page = _number(params, "page", 1, MAX_DEPTH)
        limit = _number(params, "limit", DEFAULT_LIMIT, MAX_LIMIT)
        if page * limit > MAX_DEPTH:
            raise RequestError(
                "page",
                str(page),
                f"with limit {limit} is beyond result {MAX_DEPTH}",
                "Narrow the search, or export all results with `haberara export`.",
                code="beyond-depth",
            )
        explain = _choice(params, "explain", ("0", "1"), "0") == "1"
        _refuse_many_explained(explain, limit)
        begin, end = _period(params, "from"), _period(params, "to")
        first, last = begin.first if begin else None, end.last if end else None
        if first and last and first > last:
            raise RequestError(
                "from", first.isoformat(), f"is after to ({last})", "Swap the two dates.", code="days-swapped"
            )
        selected, excluded = _selection(params, ""), _selection(params, NOT)
        _refuse_many_filters(selected, excluded)
        return cls(
            text=_text(params),
            selected=selected,
            excluded=excluded,
            date_from=first,
            date_to=last,
            match=cast(Match, _choice(params, "match", get_args(Match), "auto")),
            sort=cast(Sort, _choice(params, "sort", get_args(Sort), "relevance")),
            page=page,
            limit=limit,
            explain=explain,
            collapse=cast(Collapse, _choice(params, "collapse", get_args(Collapse), "none")),
        )

    def to_params(self) -> list[tuple[str, str]]:
        """URL parameters in a fixed order, defaults left out: the permalink of this search."""
        pairs = [("q", self.text)] if self.text else []
        for prefix, selection in (("", self.selected), (NOT, self.excluded)):
            pairs += [(prefix + name, value) for name, values in selection for value in values]
        pairs += [("from", self.date_from.isoformat())] if self.date_from else []
        pairs += [("to", self.date_to.isoformat())] if self.date_to else []
        for name, value, default in (
            ("match", self.match, "auto"),
            ("sort", self.sort, "relevance"),
            ("page", str(self.page), "1"),
            ("limit", str(self.limit), str(DEFAULT_LIMIT)),
            ("explain", "1" if self.explain else "0", "0"),
            ("collapse", self.collapse, "none"),
        ):
            if value != default:
                pairs.append((name, value))
        return pairs

    def values(self, facet: str) -> tuple[str, ...]:
        """The values chosen in a facet."""
        return dict(self.selected).get(facet, ())

    def excluded_values(self, facet: str) -> tuple[str, ...]:
        """The values left out in a facet."""
        return dict(self.excluded).get(facet, ())

    def toggled(self, facet: str, value: str) -> SearchRequest:
        """The same search with this value chosen if it was not, and not chosen if it was; back on page 1."""
        return replace(self, selected=_toggle(self.selected, facet, value), page=1)

    def toggled_exclusion(self, facet: str, value: str) -> SearchRequest:
        """Like `toggled`, for the values left out."""
        return replace(self, excluded=_toggle(self.excluded, facet, value), page=1)

    def without_dates(self) -> SearchRequest:
        """The same search without `from` and `to`; back on page 1."""
        return replace(self, date_from=None, date_to=None, page=1)

    def on_page(self, page: int) -> SearchRequest:
        """The same search on another page."""
        return replace(self, page=page)

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the text narrows this search."""
        return bool(self.selected or self.excluded or self.date_from or self.date_to)


def parse_value(facet: str, value: str, parameter: str | None = None) -> str:
    """A filter value in its canonical form: country codes in capitals, dates checked.

    Raises:
        RequestError: naming the parameter.
    """
    named = parameter or facet
    text = value.strip()
    if len(text) > MAX_VALUE_LENGTH:
        raise RequestError(
            named, value, f"is longer than {MAX_VALUE_LENGTH} characters", "Use a shorter value.", code="too-long"
        )
    if text == UNKNOWN:
        return UNKNOWN
    if facet == COUNTRY.name:
        code = country_code(text)
        if code is None:
            raise RequestError(
                named,
                value,
                "is not a known country",
                "Use an ISO 3166-1 code such as TR or DE.",
                code="unknown-country",
            )
        return code
    if BY_NAME[facet].hierarchical:
        try:
            Period.of(text)
        except ValueError as error:
            raise RequestError(
                named, value, str(error), "Use 2024, 2024-03, 2024-03-05 or unknown.", code="not-a-date"
            ) from error
    return text


def _text(params: Mapping[str, Sequence[str]]) -> str:
    text = " ".join(part for part in params.get("q", ()) if part).strip()
    if len(text) > MAX_TEXT:
        raise RequestError(
            "q",
            text,
            f"has {len(text)} characters, more than {MAX_TEXT}",
            "Shorten the query, or use filters.",
            code="too-long",
        )
    return text


def _selection(params: Mapping[str, Sequence[str]], prefix: str) -> Selection:
    found = []
    for facet in FACETS:
        name = prefix + facet.name
        given = [value for value in params.get(name, ()) if value.strip()]
        if len(given) > MAX_FILTER_VALUES:
            raise RequestError(
                name,
                str(len(given)),
                f"is given more than {MAX_FILTER_VALUES} times",
                "Use fewer.",
                code="too-many-values",
            )
        values = tuple(dict.fromkeys(parse_value(facet.name, value, name) for value in given))
        if values:
            found.append((facet.name, values))
    return tuple(found)


def _refuse_many_explained(explain: bool, limit: int) -> None:
    if explain and limit > MAX_EXPLAINED:
        raise RequestError(
            "explain",
            "1",
            f"with limit {limit} would explain more than {MAX_EXPLAINED} results",
            f"Use a limit of {MAX_EXPLAINED} or less, or leave explain out.",
            code="too-many-explained",
        )


def _refuse_many_filters(selected: Selection, excluded: Selection) -> None:
    number = length = 0
    for prefix, selection in (("", selected), (NOT, excluded)):
        for facet, values in selection:
            number += len(values)
            length += sum(len(value) for value in values)
            if number > MAX_FILTERS or length > MAX_FILTERS_LENGTH:
                raise RequestError(
                    prefix + facet,
                    str(len(values)),
                    f"makes the filters of this search more than {MAX_FILTERS},"
                    f" or longer than {MAX_FILTERS_LENGTH} characters together",
                    "Use fewer.",
                    code="too-many-filters",
                )


def toggled(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    """The values with this one if it was not among them, without it if it was."""
    return tuple(v for v in values if v != value) if value in values else (*values, value)


def _toggle(selection: Selection, facet: str, value: str) -> Selection:
    chosen = dict(selection)
    chosen[facet] = toggled(chosen.get(facet, ()), value)
    return tuple((f.name, chosen[f.name]) for f in FACETS if chosen.get(f.name))


def _last(params: Mapping[str, Sequence[str]], name: str) -> str:
    return next((value.strip() for value in reversed(params.get(name, ())) if value.strip()), "")


def _number(params: Mapping[str, Sequence[str]], name: str, default: int, highest: int) -> int:
    text = _last(params, name)
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= highest):
        raise RequestError(
            name, text, f"is not a number from 1 to {highest}", f"Leave {name} out for {default}.", code="not-a-number"
        )
    return int(text)


def _choice(params: Mapping[str, Sequence[str]], name: str, allowed: Iterable[str], default: str) -> str:
    text = _last(params, name)
    if text and text not in allowed:
        raise RequestError(
            name, text, "is not one of " + ", ".join(allowed), f"Leave {name} out for {default}.", code="not-a-choice"
        )
    return text or default


def _period(params: Mapping[str, Sequence[str]], name: str) -> Period | None:
    text = _last(params, name)
    if not text:
        return None
    try:
        return Period.of(text)
    except ValueError as error:
        raise RequestError(name, text, str(error), "Use a day such as 2024-03-05.", code="not-a-date") from error
