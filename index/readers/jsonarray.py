"""JSON over several lines: an array of objects, an object that holds one (`{"articles": [...]}`), or objects in a row.

Elements are read one at a time, so that a file of any size needs only the memory of its largest element.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any

from index.article import BadRecord
from index.readers.encoding import TextDecoder
from index.readers.options import MAX_LINE
from index.readers.record import RawRecord
from index.readers.streams import DAMAGE, Broken, damage_reason

_STEP = 1 << 20
"""The fewest characters that are read at a time."""

_HEAD = 1 << 14
"""Characters that are held ahead, enough to match what precedes the first element."""

_SPACE_AND_COMMAS = re.compile(r"[\s,]*")
_LISTS = "articles|items|results|data|docs|documents|records|entries|rows|news|stories|haberler|kayitlar|veriler"
_OPENING = re.compile(
    r"\s*(?:\{\s*(?:\"[^\"\\]*\"\s*:\s*(?:\"(?:[^\"\\]|\\.)*\"|[-\w.+]+)\s*,\s*)*\"(?:" + _LISTS + r")\"\s*:\s*)?\["
)
"""What precedes the first element: `[`, or the opening of an object, some plain members and the name of the array."""

_NEXT_OBJECT = re.compile(r"\}\s*,?\s*(?=\{)|\n(?=\{)")


def spans_lines(head: str) -> bool:
    """Whether a file that begins like this holds JSON values over several lines, instead of one object per line."""
    return _is_array(head) or _is_spread(head)


def _is_array(head: str) -> bool:
    opening = _OPENING.match(head)
    if opening is None:
        return False
    # `{"tags": [...], "title": ...}` on a line is an article that begins with a list.
    return head.lstrip()[:1] == "[" or re.match(r"\s*(?:\{|$)", head[opening.end() :]) is not None


def _is_spread(head: str) -> bool:
    """Whether the first object continues on the second line; a first line that is merely broken does not count."""
    first, _, rest = head.lstrip().partition("\n")
    return first.startswith("{") and first.rstrip().endswith(("{", "[", ",")) and rest.lstrip()[:1] == '"'


def read_values(stream: io.BufferedReader, source: str, decoder: json.JSONDecoder) -> Iterator[RawRecord | BadRecord]:
    """A record for each object. Raises streams.Broken for damage.

    A place where the text is not JSON is rejected, and reading resumes with the next thing that looks like the
    beginning of an object.
    """
    text = _Text(stream)
    is_array = _is_array(text.head(_HEAD)) and text.match(_OPENING) is not None
    while text.skip(_SPACE_AND_COMMAS) and not (is_array and text.at("]")):
        yield _element(text, source, decoder)
    if is_array and not text.at("]"):
        yield BadRecord(source, "the array is not closed; what came before was kept", text.line)


def _element(text: _Text, source: str, decoder: json.JSONDecoder) -> RawRecord | BadRecord:
    line = text.line
    try:
        value = text.value(decoder)
    except RecursionError:
        reason = "is nested too deeply"
    except ValueError as error:
        reason = str(error)
    else:
        return RawRecord(line, value) if isinstance(value, dict) else BadRecord(source, "is not a JSON object", line)
    text.resume(_NEXT_OBJECT)
    return BadRecord(source, reason, line)


class _Text:
    """The text of a stream as a window that moves forward."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self._decoder = TextDecoder()
        self._held = b""
        self._buffer = ""
        self._at = 0
        self._ended = False
        self.line = 1
        self._more(_STEP)

    def _more(self, characters: int) -> None:
        """Read and decode the next bytes of the stream, with or without line ends in them."""
        parts = [self._buffer[self._at :]]
        while characters > 0 and not self._ended:
            try:
                raw = self._stream.readline(_STEP)
            except DAMAGE as error:
                raise Broken(self.line + parts[0].count("\n"), damage_reason(error)) from error
            self._ended = not raw
            raw, self._held = _whole_characters(self._held + raw) if raw else (self._held, b"")
            parts.append(self._decoder.decode_lossless(raw))
            characters -= len(parts[-1])
        self._buffer, self._at = "".join(parts), 0

    @property
    def _left(self) -> int:
        """How many characters are held and not yet consumed."""
        return len(self._buffer) - self._at

    def _advance(self, end: int) -> None:
        self.line += self._buffer.count("\n", self._at, end)
        self._at = end

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self._buffer, self._at)
        if found:
            self._advance(found.end())
        return found

    def skip(self, pattern: re.Pattern[str]) -> bool:
        """Skip what the pattern matches here; False at the end of the text."""
        while True:
            self.match(pattern)
            if self._left or self._ended:
                return self._left > 0
            self._more(_STEP)

    def head(self, characters: int) -> str:
        """The next characters, without consuming them."""
        return self._buffer[self._at : self._at + characters]

    def at(self, character: str) -> bool:
        return self._buffer.startswith(character, self._at)

    def value(self, decoder: json.JSONDecoder) -> Any:
        """The JSON value that begins here. Raises ValueError with a reason for users."""
        while True:
            try:
                value, end = decoder.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                if self._ended or not _cut_short(error, self._buffer):
                    raise ValueError(self._reason(error)) from None
                if self._left >= MAX_LINE:
                    raise ValueError(f"an element is longer than {MAX_LINE // 1_000_000} MB") from None
                # Twice as much each time, so that a long element costs no more than twice its length.
                self._more(max(_STEP, min(self._left, MAX_LINE - self._left)))
            else:
                if end < len(self._buffer) or self._ended:
                    self._advance(end)
                    return value
                self._more(_STEP)  # a number may go on

    def _reason(self, error: json.JSONDecodeError) -> str:
        line = self.line + self._buffer.count("\n", self._at, error.pos)
        return f"is not valid JSON ({error.msg} at line {line}, column {error.colno})"

    def resume(self, pattern: re.Pattern[str]) -> None:
        """Move to just after the next match of the pattern, or to the end if there is none."""
        while True:
            found = pattern.search(self._buffer, self._at)
            if found or self._ended:
                self._advance(found.end() if found else len(self._buffer))
                return
            # The match may begin at the end of the text held so far.
            self._advance(max(self._at, len(self._buffer) - 100))
            self._more(_STEP)


def _whole_characters(raw: bytes) -> tuple[bytes, bytes]:
    """The bytes up to the last whole UTF-8 character, and the bytes of the unfinished one."""
    for back in range(1, min(4, len(raw) + 1)):
        byte = raw[-back]
        if byte >= 0xC0:  # begins a character of 2 to 4 bytes
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return (raw[:-back], raw[-back:]) if back < length else (raw, b"")
        if byte < 0x80:
            break
    return raw, b""


def _cut_short(error: json.JSONDecodeError, buffer: str) -> bool:
    """Whether more text might make it valid: an unterminated string, or an error where the text ends."""
    return error.msg.startswith("Unterminated string") or error.pos >= len(buffer.rstrip()) - 12
