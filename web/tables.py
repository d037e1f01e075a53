"""The tables under the charts to take along: `format=csv`, with `bom` and `separator` as an export has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

from flask import Response

from index.article import ISTANBUL
from search.exporting import SEPARATORS, Separator, table_text
from search.reading.counted import Count
from search.results import Snapshot
from web import links, params
from web.jsontext import json_response

PARAMETERS = ("format", "bom", "separator")
FORMATS = ("json", "csv")
TYPE = "text/csv; charset=utf-8; header=present"
EACH = ("value", "label", "articles", "haberara_url")
"""The columns that tell of one `Count`."""


class Answer(Protocol):
    """What an endpoint answers as JSON."""

    @property
    def snapshot(self) -> Snapshot:
        """The state that answered."""
        ...

    def to_json(self) -> dict[str, Any]:
        """As in the endpoint's contract."""
        ...


@dataclass(frozen=True, slots=True)
class Table:
    """A header with its rows, and what the file is called."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The form in which an answer is wanted."""

    csv: bool
    bom: bool
    separator: Separator

    def answer(self, made: Answer, table: Callable[[], Table]) -> tuple[Response, Snapshot]:
        """The answer in this form."""
        if not self.csv:
            return json_response(made.to_json()), made.snapshot
        found = table()
        text = table_text(found.header, found.rows, bom=self.bom, separator=self.separator)
        response = Response(text, content_type=TYPE)
        day = datetime.now(ISTANBUL).date().isoformat()
        response.headers["Content-Disposition"] = f'attachment; filename="haberara-{found.name}-{day}.csv"'
        return response, made.snapshot


def wanted() -> Wanted:
    """What this request asks for. Raises RequestError."""
    return Wanted(
        csv=params.choice("format", FORMATS, "json") == "csv",
        bom=params.choice("bom", ("0", "1"), "0") == "1",
        separator=cast(Separator, params.choice("separator", SEPARATORS, "comma")),
    )


def row(count: Count) -> tuple[str, str, int, str]:
    """A number with the whole address of the search behind it, under the columns of `EACH`."""
    return count.value, count.label, count.count, links.whole(links.search_url(count.request))
