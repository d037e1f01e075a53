"""Durable writes: files and directories that survive a power cut, and full disks reported as such."""

from __future__ import annotations

import errno
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import DiskFull

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""The error numbers that mean that no more can be written: the disk is full, a quota, or a file's size limit."""

_CHUNK = 1 << 20


@contextmanager
def raising_disk_full(path: Path) -> Iterator[None]:
    """Turn an OSError that means a full disk into DiskFull; other errors pass unchanged."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull(path, error.strerror or "no space left") from error
        raise


def checksum(path: Path) -> int:
    """The CRC-32 of a file's bytes. It finds decay of a disk, not changes made on purpose."""
    value = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            value = zlib.crc32(chunk, value)
    return value


def sync_files(paths: Iterable[Path]) -> None:
    """Flush files to the disk; files that no longer exist are left out."""
    for path in paths:
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())


def sync_directory(path: Path) -> None:
    """Flush a directory's entries to the disk, where the platform can (Windows can't and needn't)."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(path: Path) -> None:
    """Flush a directory with everything below it to the disk."""
    below = list(path.rglob("*"))
    sync_files(below)
    for folder in (path, *(place for place in below if place.is_dir())):
        sync_directory(folder)


def replace_file(path: Path, text: str) -> None:
    """Replace a small file atomically and durably: readers see the old or the new text, never a part of it."""
    temporary = path.with_name(path.name + ".new")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    sync_files([temporary])
    temporary.replace(path)
    sync_directory(path.parent)
