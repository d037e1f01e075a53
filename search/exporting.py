"""Writes exports as text, row by row: CSV for spreadsheets, JSON lines for programs and for `haberara add`."""

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
"""The fewest characters that are sent at once."""

Permalink = Callable[[str], str]
"""Gives the address of an article by its id, with the search that found it."""


def export_text(
    articles: Iterable[ExportedArticle],
    format: Format,
    permalink: Permalink,
    *,
    bom: bool = False,
    separator: Separator = "comma",
) -> Iterator[str]:
    """The lines of an export, in bounded memory: only the article that is being written is held.

    `bom` begins CSV with a byte order mark, without which Excel garbles Turkish letters; Turkish Excel expects
    semicolons as `separator`. Both are ignored for JSON lines.
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
    """A small table as CSV, with its cells escaped against formulas as in an export."""
    line = _Line()
    writer = csv.writer(line, delimiter=_SEPARATORS[separator], lineterminator="\n")
    lines = [BOM] if bom else []
    for row in (header, *rows):
        writer.writerow([_cell(value) for value in row])
        lines.append(line.text)
    return "".join(lines)


def pieces(lines: Iterable[str]) -> Iterator[str]:
    """The lines joined into pieces of at least `PIECE` characters. The first line comes at once, as a sign of life."""
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
    """The file that `csv` writes to: it keeps only the last row."""

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
    """The value as a cell that no spreadsheet runs as a formula (OWASP, CSV injection).

    A carriage return becomes a newline, since `csv` only quotes a cell for the character that ends its own lines: for
    a spreadsheet, what follows a bare one would be the first cell of another row.
    """
    text = "" if value is None else str(value)
    text = "'" + text if text.startswith(_FORMULA) else text
    return text.replace("\r\n", "\n").replace("\r", "\n")
