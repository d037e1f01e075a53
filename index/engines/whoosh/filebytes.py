"""Bytes of a file that nobody changes, read from any place by any number of threads.

A mapped file would do, but its pages count as the process's own for as long as nobody else maps it: 340 MB of a server
with 200,000 articles. Reads at a place leave them to the system's cache.
"""

from __future__ import annotations

import mmap
import os
import weakref
from pathlib import Path
from typing import Protocol


class FileBytes(Protocol):
    """An open file; it is closed with its last user."""

    def read(self, begin: int, end: int) -> bytes:
        """The bytes from one place to another; what lies beyond the end of the file is left out."""
        ...


class _Positioned:
    """Read by `pread`, which has no position that threads could fight about."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        weakref.finalize(self, os.close, self._file)

    def read(self, begin: int, end: int) -> bytes:
        """The bytes by a `pread`, which moves no file position."""
        return os.pread(self._file, end - begin, begin)


class _Mapped:
    """Mapped, where there is no `pread`: on Windows."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            # An empty file can't be mapped.
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""

    def read(self, begin: int, end: int) -> bytes:
        """The bytes as a slice of the map."""
        found: bytes = self._map[begin:end]
        return found


def open_bytes(path: Path) -> FileBytes:
    """Open a file for reading at any place."""
    return _Positioned(path) if hasattr(os, "pread") else _Mapped(path)
