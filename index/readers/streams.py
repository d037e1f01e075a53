"""Bytes of a source: compression undone, lines of bounded length, damage named."""

from __future__ import annotations

import codecs
import gzip
import io
import lzma
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from index.errors import SourceError
from index.readers.options import MAX_LINE

STDIN = "-"

_GZIP_MAGIC = b"\x1f\x8b"
_XZ_MAGIC = b"\xfd7zXZ\x00"
_UTF8_BOM = codecs.BOM_UTF8
_UTF16_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError, UnicodeError)
"""What reading a damaged file raises."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its line end. `raw` is None if it was longer than MAX_LINE. `number` is 1-based."""

    number: int
    raw: bytes | None


class Broken(Exception):
    """The stream ended by damage after line `line`; `reason` is fit to show."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


@contextmanager
def opened(path: Path | str) -> Iterator[io.BufferedReader]:
    """The bytes of a file, decompressed, in UTF-8 if a mark says UTF-16, and without such a mark; `-` is stdin.

    Compression is told by content, not by name. Raises SourceError if the file can't be opened.
    """
    if path == STDIN:
        yield _readable(_stdin(), path)
        return
    try:
        raw = Path(path).open("rb")  # noqa: SIM115 -- closed below
    except OSError as error:
        raise SourceError(str(path), f"can't be read ({error.strerror})") from error
    with raw:
        yield _readable(raw, path)


def _stdin() -> io.BufferedReader:
    binary = sys.stdin.buffer
    # Tests and embedding programs put plain byte streams there, which can't be peeked into.
    return binary if isinstance(binary, io.BufferedReader) else io.BufferedReader(cast("io.RawIOBase", binary))


def damage_reason(error: Exception) -> str:
    """What reading said, in words."""
    if isinstance(error, EOFError):
        return "the compressed file ends too early"
    if isinstance(error, UnicodeError):
        return "is not valid UTF-16"
    if isinstance(error, OSError) and error.strerror:
        return f"can't be read ({error.strerror})"
    return f"is damaged ({error})"


def lines(stream: io.BufferedReader, limit: int = MAX_LINE) -> Iterator[Line]:
    """The lines, one at a time, in bounded memory. Raises Broken where the stream is damaged."""
    number = 0
    try:
        while raw := stream.readline(limit + 1):
            number += 1
            if len(raw) > limit and not raw.endswith(b"\n"):
                _skip_line(stream, limit)
                yield Line(number, None)
            else:
                yield Line(number, raw.rstrip(b"\r\n"))
    except DAMAGE as error:
        raise Broken(number, damage_reason(error)) from error


def _skip_line(stream: io.BufferedReader, limit: int) -> None:
    while (rest := stream.readline(min(limit, 1 << 20))) and not rest.endswith(b"\n"):
        pass


def _readable(raw: io.BufferedReader, path: Path | str) -> io.BufferedReader:
    return _without_mark(_decompressed(raw, path))


def _decompressed(raw: io.BufferedReader, path: Path | str) -> io.BufferedReader:
    head = _peek(raw, path)
    if head.startswith(_GZIP_MAGIC):
        return io.BufferedReader(cast("io.RawIOBase", gzip.GzipFile(fileobj=raw, mode="rb")), 1 << 17)
    if head.startswith(_XZ_MAGIC):
        return io.BufferedReader(cast("io.RawIOBase", lzma.LZMAFile(raw, "rb")), 1 << 17)
    return raw


def _without_mark(stream: io.BufferedReader) -> io.BufferedReader:
    try:
        head = stream.peek(4)[:4]
    except DAMAGE:
        return stream  # reading the first line will say so
    if head.startswith(_UTF16_BOMS):
        return io.BufferedReader(_Recoded(stream, "utf-16"))
    if head.startswith(_UTF8_BOM):
        stream.read(len(_UTF8_BOM))
    return stream


def _peek(raw: io.BufferedReader, path: Path | str) -> bytes:
    try:
        return raw.peek(6)[:6]
    except OSError as error:  # a directory on some systems, a broken disk
        raise SourceError(str(path), f"can't be read ({error.strerror})") from error


class _Recoded(io.RawIOBase):
    """A stream in another encoding, as UTF-8: Excel's "Unicode text" is UTF-16."""

    def __init__(self, stream: BinaryIO | io.BufferedReader, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any writable buffer
        while not self._ready:
            chunk = self._stream.read(1 << 16)
            self._ready = self._decoder.decode(chunk, final=not chunk).encode("utf-8", "surrogatepass")
            if not chunk:
                break
        given = self._ready[: len(buffer)]
        buffer[: len(given)] = given
        self._ready = self._ready[len(given) :]
        return len(given)
