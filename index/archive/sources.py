"""What `watch` remembers of the files that it has read: their state, and which articles came from them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from index.archive.store import Archive


@dataclass(frozen=True, slots=True)
class SourceState:
    """A file as it was when it was read: its size in bytes, when it was modified, and its inode.

    `how` is a digest of the options that it was read with: under other options it counts as unread.
    """

    size: int
    mtime_ns: int
    inode: int
    how: str

    @property
    def file(self) -> tuple[int, int, int]:
        """The identity of the unchanged file: equal before and after a rename."""
        return self.size, self.mtime_ns, self.inode


def read_sources(archive: Archive) -> dict[str, SourceState]:
    """The states of all files that were read, by origin; a row that can't be parsed is passed over."""
    found = {}
    for origin, text in archive.rows("SELECT origin, state FROM source"):
        try:
            found[origin] = SourceState(**json.loads(text))
        except (ValueError, TypeError):
            continue
    return found


def note_sources(archive: Archive, states: Mapping[str, SourceState]) -> None:
    """Store the states of files that were read."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with archive.atomic():
        for origin, state in states.items():
            archive.execute("INSERT OR REPLACE INTO source VALUES (?, ?, ?)", origin, json.dumps(asdict(state)), now)


def move_source(archive: Archive, old: str, new: str) -> None:
    """A file was renamed: change the origin of everything that came from it."""
    with archive.atomic():
        archive.execute("UPDATE version SET origin = ? WHERE origin = ?", new, old)
        archive.execute("UPDATE article SET origin = ? WHERE origin = ?", new, old)
        archive.execute("UPDATE OR REPLACE source SET origin = ? WHERE origin = ?", new, old)


def ids_from(archive: Archive, origin: str) -> list[str]:
    """The ids of the articles whose current version came from this origin, oldest first."""
    return [row[0] for row in archive.rows("SELECT id FROM article WHERE origin = ? ORDER BY seq", origin)]


def supersede(archive: Archive, old: str, new: str) -> None:
    """Let one article replace another, whose versions become its earlier ones: removing it removes them too."""
    with archive.atomic():
        archive.execute("DELETE FROM article WHERE id = ?", old)
        # First to negative numbers, which no version has: (id, number) must be unique at every step.
        archive.execute("UPDATE version SET id = ?1, number = -seq WHERE id IN (?1, ?2)", new, old)
        archive.execute(
            "UPDATE version SET number = (SELECT count(*) FROM version AS v WHERE v.id = ?1 AND v.seq <= version.seq)"
            " WHERE id = ?1",
            new,
        )
