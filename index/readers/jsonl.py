"""JSON files: one object on each line, or values over several lines (`jsonarray`)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any, NoReturn

from index.article import BadRecord
from index.readers.encoding import TextDecoder
from index.readers.jsonarray import read_values, spans_lines
from index.readers.options import MAX_LINE
from index.readers.record import RawRecord
from index.readers.streams import DAMAGE, Broken, Line, damage_reason, lines

_HEAD = 1 << 14
"""Bytes at the beginning of a file that are looked at to tell an array from JSON lines."""


def read_jsonl(stream: io.BufferedReader, source: str) -> Iterator[RawRecord | BadRecord]:
    """A record for each line that is not blank, or for each object of an array. Raises streams.Broken for damage."""
    if spans_lines(_head(stream)):
        yield from read_values(stream, source, _DECODER)
        return
    decoder = TextDecoder()
    for line in lines(stream):
        if line.raw is None or line.raw.strip():
            yield _record(line, decoder, source)


def _head(stream: io.BufferedReader) -> str:
    try:
        return stream.peek(_HEAD)[:_HEAD].decode("utf-8", "replace")
    except DAMAGE as error:
        raise Broken(0, damage_reason(error)) from error


def _record(line: Line, decoder: TextDecoder, source: str) -> RawRecord | BadRecord:
    if line.raw is None:
        return BadRecord(source, f"the line is longer than {MAX_LINE // 1_000_000} MB", line.number)
    try:
        value = _parsed(decoder.decode(line.raw))
    except ValueError as error:
        return BadRecord(source, str(error), line.number)
    except RecursionError:
        return BadRecord(source, "is nested too deeply", line.number)
    if not isinstance(value, dict):
        return BadRecord(source, "is not a JSON object", line.number)
    return RawRecord(line.number, value)


def _parsed(text: str) -> Any:
    """The JSON value of a line. Raises ValueError with a reason for users."""
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"is not valid JSON ({error.msg} at column {error.colno})") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")


# Not strict: raw tabs and line feeds inside strings are an exporter's slip; the text is mended anyway.
_DECODER = json.JSONDecoder(strict=False, parse_constant=_refuse_constant)
