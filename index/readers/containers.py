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
from typing import Any, cast

from index.article import BadRecord
from index.errors import SourceError
from index.readers.kinds import Container
from index.readers.naming import shown_name
from index.readers.streams import DAMAGE, HARMLESS_SIZE, MOST_EXPANSION, Bomb, damage_reason

_MOST_HEADER = 1 << 17
"""The most bytes of a long name or of extended headers in a tar, since tarfile reads them at once."""

_MOST_ATTRIBUTES = 1_000
"""The most records of one extended header, and of all global ones, which tarfile copies for each member."""

_LONG_NUMBER = re.compile(rb"[0-9]{100}")
"""Longer than any number in a header. For some patterns, tarfile takes time quadratic in the digits (CVE-2024-6232)."""

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
    except _Refused as error:
        yield BadRecord(name, f"is refused: {error}; what came before was kept")
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


class _Refused(tarfile.ReadError):
    """A header is refused before tarfile parses it; the text says why."""


class _Header(tarfile.TarInfo):
    """A tar header that keeps tarfile from what takes it long or fills the memory: oversized names, attributes without
    end, maps of sparse files."""

    # Inner methods of tarfile, but the same in every version; newer ones don't lead each header through `frombuf`.

    def _proc_member(self, archive: Any) -> tarfile.TarInfo:
        """What becomes of any header that was read."""
        if self.size < 0:
            raise _Refused("a member has fewer than 0 bytes")
        if self.type in _EXTENDED and self.size > _MOST_HEADER:
            raise _Refused(f"it has a header of {self.size:,} bytes")
        member: tarfile.TarInfo = super()._proc_member(archive)  # type: ignore[misc]
        return member

    def _proc_pax(self, archive: Any) -> tarfile.TarInfo:
        """Read extended attributes, those of sparse files under names that tarfile doesn't know."""
        if len(archive.pax_headers) > _MOST_ATTRIBUTES:
            raise _Refused("it has too many attributes")
        raw = archive.fileobj.read(self._block(self.size))  # type: ignore[attr-defined]
        _check_attributes(raw[: self.size])
        plain = raw.replace(b"GNU.sparse.", b"GNU-sparse.")
        archive.fileobj = _Again(archive, plain)
        member: tarfile.TarInfo = super()._proc_pax(archive)  # type: ignore[misc]
        if plain != raw:
            member.sparse = []  # type: ignore[assignment]  # by which it is known; the stub takes it for bytes
        return member

    def _proc_sparse(self, archive: Any) -> tarfile.TarInfo:
        """Pass over the map of a sparse file, which may be as long as the archive."""
        _, goes_on, _ = self._sparse_structs  # type: ignore[attr-defined]
        while goes_on:
            block = archive.fileobj.read(tarfile.BLOCKSIZE)
            goes_on = len(block) == tarfile.BLOCKSIZE and bool(block[504])
        self.sparse = []  # type: ignore[assignment]
        self.offset_data = archive.fileobj.tell()
        archive.offset = self.offset_data + self._block(self.size)  # type: ignore[attr-defined]
        return self


def _check_attributes(raw: bytes) -> None:
    """Whether extended attributes are records as POSIX has them: `LENGTH NAME=VALUE` and a newline.

    Where lengths are wrong, tarfile takes the same bytes again and again. Raises _Refused.
    """
    if _LONG_NUMBER.search(raw):
        raise _Refused("its attributes have a number of more than 100 digits")
    place = count = 0
    while place < len(raw) and raw[place]:
        digits, space, _ = raw[place : place + 8].partition(b" ")
        record = raw[place : place + int(digits)] if space and digits.isdigit() else b""
        count += 1
        if b"=" not in record or not record.endswith(b"\n") or count > _MOST_ATTRIBUTES:
            raise _Refused("it has attributes that are too many or no attributes of a tar")
        place += len(record)


class _Again:
    """Stands in for the file of an archive until the bytes that were read already have been read again."""

    def __init__(self, archive: Any, content: bytes) -> None:
        self._archive = archive
        self._file = archive.fileobj
        self._content = content

    def read(self, _: int) -> bytes:
        self._archive.fileobj = self._file
        return self._content


_EXTENDED = (
    *(tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
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
