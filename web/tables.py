"""The tables under the charts as CSV: `format=csv`, with `bom` and `separator` as in exports."""

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
"""The columns of one `Count`."""


class TableAnswer(Protocol):
    """An answer that can be given as a table too, with the snapshot it was computed on."""

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot of the index that answered."""
        ...

    def to_json(self) -> dict[str, Any]:
        """The answer as in the endpoint's contract."""
        ...


@dataclass(frozen=True, slots=True)
class Table:
    """A table for a CSV file: the middle part of the file's name, the header and the rows."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The format in which the request wants its answer."""

    csv: bool
    bom: bool
    separator: Separator

    def answer(self, made: TableAnswer, table: Callable[[], Table]) -> tuple[Response, Snapshot]:
        """The answer in this format, with its snapshot."""
        if not self.csv:
            return json_response(made.to_json()), made.snapshot
        found = table()
        text = table_text(found.header, found.rows, bom=self.bom, separator=self.separator)
        response = Response(text, content_type=TYPE)
        day = datetime.now(ISTANBUL).date().isoformat()
        response.headers["Content-Disposition"] = f'attachment; filename="haberara-{found.name}-{day}.csv"'
        return response, made.snapshot


def wanted() -> Wanted:
    """The format that this request asks for. Raises RequestError."""
    return Wanted(
        csv=params.choice("format", FORMATS, "json") == "csv",
        bom=params.choice("bom", ("0", "1"), "0") == "1",
        separator=cast(Separator, params.choice("separator", SEPARATORS, "comma")),
    )


def row(count: Count) -> tuple[str, str, int, str]:
    """The cells of a count under the columns `EACH`, with the absolute address of the search behind it."""
    return count.value, count.label, count.count, links.whole(links.search_url(count.request))
