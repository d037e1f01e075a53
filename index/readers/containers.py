"""ZIP and tar: reads their members as streams. No member is written to disk, and no path outside is followed.

What an attacker may have put into one is refused with a reason: members that expand out of all proportion, names that
lead out of the archive, links, devices, archives in archives.
"""

from __future__ import annotations

import io
import re
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Self, cast

from index.article import BadRecord
from index.errors import SourceError
from index.readers.kinds import Container
from index.readers.naming import shown_name
from index.readers.streams import DAMAGE, HARMLESS_SIZE, MOST_EXPANSION, Bomb, damage_reason

_MOST_HEADER = 1 << 20
"""The most bytes of a long name or of extended headers in a tar, since tarfile reads them at once."""

_DRIVE = re.compile(r"[A-Za-z]:")

BROKEN = (zipfile.BadZipFile, tarfile.TarError, NotImplementedError, RuntimeError, ValueError, LookupError, *DAMAGE)
"""What zipfile and tarfile raise for damaged, encrypted or unknown members."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive; its stream is open only until the next member is asked for."""

    name: str
    stream: io.BufferedReader


def members(stream: io.BufferedReader, name: str, container: Container) -> Iterator[Member | BadRecord]:
    """The regular files in an archive, in its order, and a rejection for each refused member. Folders are skipped."""
    reader = _zip_members if container == "zip" else _tar_members
    try:
        yield from reader(stream, name)
    except zlib.error as error:
        yield BadRecord(name, f"is damaged ({error}); what came before was kept")
    except DAMAGE as error:
        yield BadRecord(name, f"{damage_reason(error)}; what came before was kept")
    except BROKEN as error:
        yield BadRecord(name, f"is damaged ({error}); what came before was kept")


def _refusal(name: str) -> str | None:
    path = PurePosixPath(name.replace("\\", "/"))
    if not name.strip() or "\0" in name:
        return "has no usable name"
    if path.is_absolute() or ".." in path.parts or _DRIVE.match(name):
        return "is refused: its name leads out of the archive"
    return None


# -- ZIP


def _zip_members(stream: io.BufferedReader, name: str) -> Iterator[Member | BadRecord]:
    with _seekable(stream) as file, zipfile.ZipFile(file) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        packed = file.seek(0, io.SEEK_END)
        # The sum is checked too: in a ZIP bomb of overlapping members, each alone looks harmless.
        if _is_bomb(sum(entry.file_size for entry in entries), packed):
            raise SourceError(
                name, f"is refused: it expands to more than {MOST_EXPANSION} times its size, which no news archive does"
            )
        for entry in entries:
            yield _zip_member(archive, entry, name)


def _zip_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> Member | BadRecord:
    place = f"{name}/{shown(entry.filename)}"
    refusal = _refusal(entry.filename)
    if refusal is None and (entry.external_attr >> 16) & 0o170000 == 0o120000:
        refusal = "is refused: it is a link"
    if refusal is None and entry.flag_bits & 0x1:
        refusal = "is encrypted"
    if refusal is None and _is_bomb(entry.file_size, entry.compress_size):
        refusal = f"is refused: it expands to more than {MOST_EXPANSION} times its size, which no news archive does"
    if refusal:
        return BadRecord(place, refusal)
    try:
        return Member(place, io.BufferedReader(_Plain(archive.open(entry)), 1 << 16))
    except BROKEN as error:
        return BadRecord(place, f"can't be read ({error})")


def _is_bomb(plain: int, packed: int) -> bool:
    return plain > max(HARMLESS_SIZE, MOST_EXPANSION * packed)


@contextmanager
def _seekable(stream: io.BufferedReader) -> Iterator[Any]:
    """The stream, copied to a temporary file if it is a pipe: the directory of a ZIP is at its end."""
    if stream.seekable():
        yield stream
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(stream, copy)
        copy.seek(0)
        yield copy


class _Plain(io.RawIOBase):
    """The bytes of a member, with damage raised as the OSError that every reader of streams expects."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any writable buffer
        try:
            chunk = self._stream.read(len(buffer))
        except (Bomb, EOFError):
            raise
        except BROKEN as error:
            raise OSError(str(error)) from error
        except MemoryError as error:  # LZMA takes what the member asks for, up to 4 GB
            raise OSError("unpacking it takes more memory than there is") from error
        buffer[: len(chunk)] = chunk
        return len(chunk)


# -- tar


class _Header(tarfile.TarInfo):
    """A tar header that refuses an oversized name or attributes, which tarfile would read into memory."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        header = super().frombuf(buf, encoding, errors)
        if header.type in _EXTENDED and header.size > _MOST_HEADER:
            raise tarfile.ReadError(f"a header of {header.size:,} bytes")
        return header


_EXTENDED = (
    *(tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
    tarfile.GNUTYPE_SPARSE,
)


def _tar_members(stream: io.BufferedReader, name: str) -> Iterator[Member | BadRecord]:
    # At runtime tarinfo takes any subclass of TarInfo, which the stub does not say.
    with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Header) as archive:
        for entry in archive:
            archive.members = []  # type: ignore[attr-defined]  # else it remembers every header
            if not entry.isdir():
                yield _tar_member(archive, entry, name)


def _tar_member(archive: tarfile.TarFile, entry: tarfile.TarInfo, name: str) -> Member | BadRecord:
    place = f"{name}/{shown(entry.name)}"
    refusal = _refusal(entry.name)
    if refusal is None and (entry.issym() or entry.islnk()):
        refusal = "is refused: it is a link"
    if refusal is None and (entry.issparse() or not entry.isreg()):
        refusal = "is not a regular file"
    if refusal:
        return BadRecord(place, refusal)
    content = cast("io.BufferedReader", archive.extractfile(entry))
    return Member(place, io.BufferedReader(_Plain(content), 1 << 16))


def shown(name: str) -> str:
    """A member's name as text on one line, at most 200 characters."""
    return shown_name(" ".join(name.split()))[:200]
