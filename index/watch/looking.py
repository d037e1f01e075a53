"""What lies in the watched places, by looking at it: nothing is read.

Looking again and again works on every system and every disk; what systems tell of changes by themselves does not, on
network shares least of all.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path

from index.archive.sources import SourceState
from index.article import BadRecord
from index.readers import FeedState, ReadOptions, files_below
from index.readers.feedstate import FILE_NAME as FEEDS
from index.settings import CONFIG_FILE

SETTLED = 2.0
"""Seconds without a change from which on a file counts as written to its end."""


def digest_of(options: ReadOptions, root: Path) -> str:
    """Of all that decides what a file is read as: options, and the mapping beside the files."""
    beside = (root if root.is_dir() else root.parent) / CONFIG_FILE
    try:
        mapping = beside.read_bytes()
    except OSError:
        mapping = b""
    parts = (options.format, sorted(options.mapping.items()), options.id_prefix, options.follow, options.languages)
    return blake2b(repr(parts).encode() + mapping, digest_size=8).hexdigest()


def feed_state(data: Path, options: ReadOptions) -> FeedState:
    """What servers said of the feeds that were read with these options."""
    return FeedState(data / FEEDS, digest_of(options, data))


def look(root: Path, how: str) -> dict[Path, SourceState]:
    """The files of a folder, or the one file, as they are now.

    Raises:
        OSError: the place can't be looked into.
    """
    if not root.is_dir():
        return {root: state_of(root, how)}
    unreadable: list[BadRecord] = []
    next(root.iterdir(), None)  # a folder that can't be opened is an error, one below it is not
    return dict(_states(files_below(root, unreadable), how))


def state_of(path: Path, how: str) -> SourceState:
    """A file as it is now. Raises OSError."""
    found = path.stat()
    return SourceState(found.st_size, found.st_mtime_ns, found.st_ino, how)


def _states(paths: Iterable[Path], how: str) -> Iterator[tuple[Path, SourceState]]:
    for path in paths:
        try:
            if path.is_file():
                yield path, state_of(path, how)
        except OSError:
            continue  # gone since the folder was listed


class Settling:
    """Tells which files are written to their end: by their time, or because they were the same some seconds ago.

    The clock of a share, or of whoever unpacked the files, may be another one: then only looking twice helps.
    """

    def __init__(self) -> None:
        self._seen: dict[Path, tuple[SourceState, float]] = {}

    def settled(self, looks: dict[Path, SourceState]) -> dict[Path, SourceState]:
        """Those that can be read now; the others are remembered."""
        now, wall = time.monotonic(), time.time_ns()
        ready, waiting = {}, {}
        for path, state in looks.items():
            before, since = self._seen.get(path, (None, now))
            if before != state:
                since = now
            if 0 <= SETTLED * 1e9 <= wall - state.mtime_ns or now - since >= SETTLED:
                ready[path] = state
            else:
                waiting[path] = (state, since)
        self._seen = waiting
        return ready

    @property
    def waiting(self) -> bool:
        """Whether some files were not ready."""
        return bool(self._seen)
