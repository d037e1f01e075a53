"""What `watch` keeps of the files that it reads, beside what came from them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from index.archive.store import Archive


@dataclass(frozen=True, slots=True)
class SourceState:
    """A file as it was when it was read: its size in bytes, when it changed, which it is on its disk.

    `how` is a digest of the options that it was read with.
    """

    size: int
    mtime_ns: int
    inode: int
    how: str

    @property
    def file(self) -> tuple[int, int, int]:
        """The same of two looks, maybe under two names, at one file that did not change."""
        return self.size, self.mtime_ns, self.inode


def read_sources(archive: Archive) -> dict[str, SourceState]:
    """All that is known, by origin; what can't be understood is not known."""
    found = {}
    for origin, text in archive.rows("SELECT origin, state FROM source"):
        try:
            found[origin] = SourceState(**json.loads(text))
        except (ValueError, TypeError):
            continue
    return found


def note_sources(archive: Archive, states: Mapping[str, SourceState]) -> None:
    """Keep that these were read."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with archive.atomic():
        for origin, state in states.items():
            archive.execute("INSERT OR REPLACE INTO source VALUES (?, ?, ?)", origin, json.dumps(asdict(state)), now)


def move_source(archive: Archive, old: str, new: str) -> None:
    """A file has another name: what came from it came from there."""
    with archive.atomic():
        archive.execute("UPDATE version SET origin = ? WHERE origin = ?", new, old)
        archive.execute("UPDATE article SET origin = ? WHERE origin = ?", new, old)
        archive.execute("UPDATE OR REPLACE source SET origin = ? WHERE origin = ?", new, old)


def ids_from(archive: Archive, origin: str) -> list[str]:
    """The ids of the articles whose current version came from there, oldest first."""
    return [row[0] for row in archive.rows("SELECT id FROM article WHERE origin = ? ORDER BY seq", origin)]


def supersede(archive: Archive, old: str, new: str) -> None:
    """One article takes the place of another, whose versions become earlier ones of it: removed with it one day."""
    with archive.atomic():
        archive.execute("DELETE FROM article WHERE id = ?", old)
        # First to numbers that nothing has: each is unique among those of its id at any moment.
        archive.execute("UPDATE version SET id = ?1, number = -seq WHERE id IN (?1, ?2)", new, old)
        archive.execute(
            "UPDATE version SET number = (SELECT count(*) FROM version AS v WHERE v.id = ?1 AND v.seq <= version.seq)"
            " WHERE id = ?1",
            new,
        )
