"""Exports as text, row by row: CSV for spreadsheets, JSON lines for programs and for `haberara add`."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, get_args

from search.results import ExportedArticle

Format = Literal["csv", "jsonl"]
Separator = Literal["comma", "semicolon", "tab"]
FORMATS: tuple[str, ...] = get_args(Format)
SEPARATORS: tuple[str, ...] = get_args(Separator)

FIELDS = ("id", "title", "date", "source", "category", "url", "people", "countries", "score", "body", "haberara_url")
BOM = "\ufeff"
_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
PIECE = 32_768
"""Characters that are handed on at once."""

Permalink = Callable[[str], str]
"""From an article's id to its address, with the search that found it."""


def export_text(
    articles: Iterable[ExportedArticle],
    format: Format,
    permalink: Permalink,
    *,
    bom: bool = False,
    separator: Separator = "comma",
) -> Iterator[str]:
    """The lines of an export: nothing is held but the article that is being written.

    `bom` begins CSV with a byte order mark, without which Excel takes Turkish letters for others; Excel in Turkish
    wants semicolons. JSON lines know neither.
    """
    if format == "jsonl":
        for article in articles:
            record = article.to_json() | {"haberara_url": permalink(article.id)}
            yield json.dumps(record, ensure_ascii=False) + "\n"
        return
    line = _Line()
    rows = csv.writer(line, delimiter=_SEPARATORS[separator], lineterminator="\n")
    rows.writerow(FIELDS)
    yield (BOM if bom else "") + line.text
    for article in articles:
        rows.writerow(_row(article, permalink(article.id)))
        yield line.text


def table_text(
    header: Sequence[str], rows: Iterable[Sequence[Any]], *, bom: bool = False, separator: Separator = "comma"
) -> str:
    """A small table as CSV, as safe for spreadsheets as an export."""
    line = _Line()
    writer = csv.writer(line, delimiter=_SEPARATORS[separator], lineterminator="\n")
    lines = [BOM] if bom else []
    for row in (header, *rows):
        writer.writerow([_cell(value) for value in row])
        lines.append(line.text)
    return "".join(lines)


def pieces(lines: Iterable[str]) -> Iterator[str]:
    """The lines in pieces worth sending; the first, which says that the export has begun, at once."""
    held: list[str] = []
    size = PIECE
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= PIECE:
            yield "".join(held)
            held, size = [], 0
    if held:
        yield "".join(held)


class _Line:
    """What `csv` writes to: keeps the last row."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def _row(article: ExportedArticle, address: str) -> list[str]:
    found = article.to_json() | {
        "people": "; ".join(article.people),
        "countries": "; ".join(article.countries),
        "haberara_url": address,
    }
    return [_cell(found[name]) for name in FIELDS]


def _cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    text = "" if value is None else str(value)
    return "'" + text if text.startswith(_FORMULA) else text
