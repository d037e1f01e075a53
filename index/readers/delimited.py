"""CSV and its relatives: cells separated by comma, semicolon, tab or bar, under a header."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator, Mapping

from index.article import BadRecord
from index.errors import SourceError
from index.readers.encoding import TextDecoder
from index.readers.fields import names_by_field, recognised_names
from index.readers.options import MAX_LINE, ReadOptions
from index.readers.record import RawRecord
from index.readers.streams import lines

DELIMITERS = (",", ";", "\t", "|")

_NO_DELIMITER = "\x1f"
"""The delimiter of a file of one column, whose texts may hold unquoted commas: one that occurs in no text."""

# A process-wide setting of the csv module, 128 KB by default. Not sys.maxsize, which overflows a C long on Windows.
csv.field_size_limit(MAX_LINE)


def read_delimited(stream: io.BufferedReader, source: str, options: ReadOptions) -> Iterator[RawRecord | BadRecord]:
    """A record for each row that is not blank. Raises SourceError without a usable header, streams.Broken for damage.

    A row that can't be split is rejected, and reading resumes with the line after its first one, so that a quote that
    is never closed does not swallow the rest of the file.
    """
    feed = _Lines(stream)
    delimiter, header = _header(feed, source, options.mapping)
    while True:
        feed.begin_record()
        try:
            row = next(csv.reader(feed, delimiter=delimiter, strict=True), None)
        except _TooLong:
            yield BadRecord(source, f"the record is longer than {MAX_LINE // 1_000_000} MB", feed.record_line)
            feed.rewind()
            continue
        except csv.Error as error:
            yield BadRecord(source, f"the row can't be split into cells ({error})", feed.record_line)
            feed.rewind()
            continue
        if row is None:
            return
        if any(cell.strip() for cell in row):
            yield _record(row, header, source, feed.record_line)


def _record(row: list[str], header: list[str], source: str, line: int) -> RawRecord | BadRecord:
    while len(row) > len(header) and not row[-1].strip():
        row.pop()  # spreadsheets pad rows
    if len(row) != len(header):
        return BadRecord(source, f"the header names {len(header)} columns, but the row has {len(row)}", line)
    return RawRecord(line, dict(zip(header, row, strict=True)))


def _header(feed: _Lines, source: str, mapping: Mapping[str, str]) -> tuple[str, list[str]]:
    """The delimiter and the column names, from the first line that is not blank."""
    first = next((line for line in feed if line.strip()), None)
    if first is None:
        raise SourceError(source, "is empty")
    declared = _declared_delimiter(first)
    if declared:
        first = next(feed, "")
    try:
        delimiter = declared or _sniffed_delimiter(first, mapping)
        header = _cells(first, delimiter)
    except csv.Error as error:
        raise SourceError(source, f"its first line can't be split into column names ({error})") from error
    known = names_by_field(header, mapping)
    _refuse_twins(header, {name for names in known.values() for name in names}, source)
    if not {"title", "body"} & known.keys():
        shown = ", ".join(name[:40] for name in header[:20]).encode("utf-8", "replace").decode("utf-8")
        raise SourceError(
            source,
            f"none of its columns is recognised as a title or a body (its first line is: {shown})",
            f"Say which is which, as with --map body=COLUMN. Recognised names: {recognised_names()}.",
        )
    return delimiter, header


def _refuse_twins(header: list[str], known: set[str], source: str) -> None:
    """Raise SourceError for two columns with one name, since one of them would be lost in silence."""
    twins = [name for name in known if header.count(name) > 1]
    if twins:
        raise SourceError(source, f"has {header.count(twins[0])} columns named {twins[0]!r}", "Rename all but one.")


def _declared_delimiter(line: str) -> str | None:
    """The delimiter that Excel's `sep=;` line declares; None for any other line."""
    text = line.rstrip("\n")
    return text[4] if text.lower().startswith("sep=") and text[4:] in DELIMITERS else None


def _sniffed_delimiter(line: str, mapping: Mapping[str, str]) -> str:
    """The delimiter that gives the most recognised column names, then the most columns."""

    def worth(delimiter: str) -> tuple[int, int]:
        cells = _cells(line, delimiter)
        return len(names_by_field(cells, mapping)), len(cells)

    best = max(DELIMITERS, key=worth)
    return best if worth(best)[1] > 1 else _NO_DELIMITER


def _cells(line: str, delimiter: str) -> list[str]:
    row: list[str] = next(csv.reader([line], delimiter=delimiter), [])
    return [cell.strip() for cell in row]


class _TooLong(Exception):
    """The record has more bytes than MAX_LINE."""


class _Lines:
    """Decoded lines for the csv module. The lines of the current record are kept, so that they can be read again."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._lines = lines(stream)
        self._decoder = TextDecoder()
        self._again: deque[tuple[int, str]] = deque()
        self._record: list[tuple[int, str]] = []
        self._size = 0

    @property
    def record_line(self) -> int:
        """The 1-based number of the line on which the current record begins."""
        return self._record[0][0] if self._record else 0

    def begin_record(self) -> None:
        """Drop the lines of the last record: it is finished."""
        self._record.clear()
        self._size = 0

    def rewind(self) -> None:
        """Give the lines of the current record again, except its first."""
        self._again.extendleft(reversed(self._record[1:]))

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        number, text = self._again.popleft() if self._again else self._decoded()
        self._record.append((number, text))
        self._size += len(text)
        if self._size > MAX_LINE:
            raise _TooLong
        return text

    def _decoded(self) -> tuple[int, str]:
        line = next(self._lines)
        if line.raw is None:
            self._record.append((line.number, ""))
            raise _TooLong
        # Undecodable bytes become lone surrogates, for which the record is then rejected.
        return line.number, self._decoder.decode_lossless(line.raw) + "\n"
