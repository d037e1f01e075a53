"""The bytes of a source: decompressed, split into lines of bounded length, with damage reported."""

from __future__ import annotations

import bz2
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
from typing import Any, BinaryIO, cast

from index.errors import SourceError
from index.readers.naming import shown_name
from index.readers.options import MAX_LINE

STDIN = "-"

_GZIP_MAGIC = b"\x1f\x8b"
_XZ_MAGIC = b"\xfd7zXZ\x00"
_BZIP2_MAGIC = b"BZh"
_UTF8_BOM = codecs.BOM_UTF8
_UTF16_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

MOST_EXPANSION = 200
"""How many times its own size a compressed file may expand to. News text expands 5 times, tables of it 20 times."""

HARMLESS_SIZE = 64_000_000
"""Bytes up to which any expansion is accepted."""

_XZ_MEMORY = 256_000_000
"""The most bytes of memory that decompressing xz may take; `xz -9` needs 65 MB."""

DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError, UnicodeError)
"""The exceptions that reading a damaged file raises."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its line end. `raw` is None if it was longer than MAX_LINE. `number` is 1-based."""

    number: int
    raw: bytes | None


class Broken(Exception):
    """The stream is damaged after line `line`; `reason` is meant for users."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


class Bomb(OSError):
    """Compressed data that expands out of all proportion: an attack on the reader's machine, not a news archive."""

    def __init__(self) -> None:
        super().__init__(f"it expands to more than {MOST_EXPANSION} times its size, which no news archive does")


@contextmanager
def opened(path: Path | str) -> Iterator[io.BufferedReader]:
    """The bytes of a file, decompressed and without byte order mark; UTF-16 is converted to UTF-8. `-` is stdin.

    Compression is recognised by content, not by name. Raises SourceError if the file can't be opened.
    """
    if path == STDIN:
        yield _readable(_stdin(), path)
        return
    try:
        raw = Path(path).open("rb")  # noqa: SIM115 -- closed below
    except OSError as error:
        raise SourceError(shown_name(path), f"can't be read ({error.strerror})") from error
    with raw:
        yield _readable(raw, path)


def _stdin() -> io.BufferedReader:
    binary = sys.stdin.buffer
    # Tests and embedding programs put plain byte streams there, which have no `peek`.
    return binary if isinstance(binary, io.BufferedReader) else io.BufferedReader(cast("io.RawIOBase", binary))


def damage_reason(error: Exception) -> str:
    """The reason of a rejection for an exception of DAMAGE."""
    if isinstance(error, Bomb):
        return f"is refused: {error}"
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


def whole(stream: Any, limit: int) -> bytes | None:
    """Everything in a stream; None if that is more than `limit` bytes. Raises the exceptions in DAMAGE.

    Read in parts: `read(limit)` would allocate that much memory for a file of ten bytes.
    """
    parts = []
    size = 0
    while chunk := stream.read(1 << 16):
        size += len(chunk)
        if size > limit:
            return None
        parts.append(chunk)
    return b"".join(parts)


def _skip_line(stream: io.BufferedReader, limit: int) -> None:
    while (rest := stream.readline(min(limit, 1 << 20))) and not rest.endswith(b"\n"):
        pass


def _readable(raw: io.BufferedReader, path: Path | str) -> io.BufferedReader:
    return _without_mark(_decompressed(raw, path))


def readable(raw: io.BufferedReader, name: str) -> io.BufferedReader:
    """The bytes of a stream that is open already, such as a member of an archive, converted as `opened` does."""
    return _readable(raw, name)


def _decompressed(raw: io.BufferedReader, path: Path | str) -> io.BufferedReader:
    head = _peek(raw, path)
    counted = _Counted(raw)
    within = io.BufferedReader(counted, 1 << 16)
    if head.startswith(_GZIP_MAGIC):
        plain: BinaryIO = cast("BinaryIO", gzip.GzipFile(fileobj=within, mode="rb"))
    elif head.startswith(_XZ_MAGIC):
        plain = cast("BinaryIO", _Xz(within))
    elif head.startswith(_BZIP2_MAGIC) and head[4:10] == b"1AY&SY":
        plain = cast("BinaryIO", bz2.BZ2File(within))
    else:
        return raw
    return io.BufferedReader(_Bounded(plain, counted), 1 << 17)


def _without_mark(stream: io.BufferedReader) -> io.BufferedReader:
    try:
        head = stream.peek(4)[:4]
    except DAMAGE:
        return stream  # reading the first line will report the damage
    if head.startswith(_UTF16_BOMS):
        return io.BufferedReader(_Recoded(stream, "utf-16"))
    if head.startswith(_UTF8_BOM):
        stream.read(len(_UTF8_BOM))
    return stream


def _peek(raw: io.BufferedReader, path: Path | str) -> bytes:
    try:
        return raw.peek(10)[:10]
    except DAMAGE as error:  # a directory on some systems, a broken disk, a damaged member
        raise SourceError(shown_name(path), damage_reason(error)) from error


class _Counted(io.RawIOBase):
    """A stream that counts the bytes read from it."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any writable buffer
        count = self._stream.readinto(buffer)
        self.taken += count
        return count


class _Bounded(io.RawIOBase):
    """The decompressed bytes of a stream. Raises Bomb once they are out of proportion to the compressed ones."""

    def __init__(self, plain: BinaryIO, compressed: _Counted) -> None:
        self._plain = plain
        self._compressed = compressed
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any writable buffer
        chunk = self._plain.read(len(buffer))
        buffer[: len(chunk)] = chunk
        self._given += len(chunk)
        if self._given > max(HARMLESS_SIZE, MOST_EXPANSION * self._compressed.taken):
            raise Bomb
        return len(chunk)


class _Xz(io.RawIOBase):
    """The decompressed bytes of xz, in bounded memory; lzma.LZMAFile takes as much as the file's header asks for."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self._stream = stream
        self._decoder = self._new()
        self._pending = b""

    @staticmethod
    def _new() -> lzma.LZMADecompressor:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any writable buffer
        while True:
            if self._decoder.eof:
                # Streams may follow one another, with zero bytes between them.
                rest = (self._decoder.unused_data or self._stream.read(1 << 16)).lstrip(b"\0")
                if not rest:
                    return 0
                self._decoder, self._pending = self._new(), rest
            elif self._decoder.needs_input and not self._pending:
                self._pending = self._stream.read(1 << 16)
                if not self._pending:
                    raise EOFError
            plain = self._decoder.decompress(self._pending, len(buffer))
            self._pending = b""
            if plain:
                buffer[: len(plain)] = plain
                return len(plain)


class _Recoded(io.RawIOBase):
    """A stream in another encoding, recoded to UTF-8: Excel's "Unicode text" is UTF-16."""

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
