"""Removes articles from the archive for good: every version, and every trace in the file.

`secure_delete` overwrites deleted rows with zeros, but not the copies that SQLite left in unused parts of pages when it
moved rows earlier. `compact` therefore rewrites the whole file and empties the write-ahead log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from index.archive.store import Archive
from index.archive.tombstones import (
    Tombstone,
    Tombstones,
    hash_of_id,
    hash_of_text,
    read_file,
    stored_tombstones,
    write_file,
)
from index.errors import ArchiveError

_TEXTS = "SELECT v.id, t.title, t.body FROM text AS t JOIN version AS v USING (seq)"


@dataclass(frozen=True, slots=True)
class Doomed:
    """An article that is to be removed: its id, title and source, and how many versions of it are stored."""

    id: str
    title: str
    source: str | None
    versions: int


def find_doomed(archive: Archive, ids: Iterable[str]) -> Iterator[Doomed]:
    """The articles among these ids that the archive has in any version; ids that it lacks are passed over."""
    for article_id in dict.fromkeys(ids):
        row = archive.row(
            "SELECT t.title, v.source, v.number FROM version AS v JOIN text AS t USING (seq) WHERE v.id = ?"
            " ORDER BY v.number DESC LIMIT 1",
            article_id,
        )
        if row is not None:
            versions = archive.required("SELECT count(*) FROM version WHERE id = ?", article_id)[0]
            yield Doomed(article_id, row[0], row[1], versions)


def ids_of_source(archive: Archive, source: str) -> list[str]:
    """The ids of all articles with a version from this source; an empty source means articles without one."""
    return [row[0] for row in archive.rows("SELECT DISTINCT id FROM version WHERE coalesce(source, '') = ?", source)]


def condemned(archive: Archive) -> list[str]:
    """The ids of articles that have a tombstone and are in the archive all the same, as after a restore."""
    stones = archive.tombstones()
    if not len(stones):
        return []
    by_id = {row[0] for row in archive.rows("SELECT DISTINCT id FROM version") if stones.has_id(row[0])}
    texts = archive.each(_TEXTS)
    return sorted(by_id | {article_id for article_id, *text in texts if stones.has_text(*text)})


def make_tombstones(archive: Archive, ids: Iterable[str]) -> tuple[Tombstones, list[str]]:
    """Tombstones for all versions of some articles, and the ids of other articles that have the same text.

    A text that another article still has is not blocked: its tombstone holds the id alone.
    """
    doomed = set(ids)
    key = archive.tombstones().key
    now = datetime.now(UTC).isoformat(timespec="seconds")
    texts: dict[bytes, list[str]] = {}
    others: dict[bytes, str] = {}
    for article_id, title, body in archive.each(_TEXTS):
        text = hash_of_text(key, title, body)
        if article_id in doomed:
            texts.setdefault(text, []).append(article_id)
        else:
            others[text] = article_id
    stones = Tombstones(
        Tombstone(key, hash_of_id(key, article_id), b"" if text in others else text, now)
        for text, owners in texts.items()
        for article_id in owners
    )
    return stones, sorted({others[text] for text in texts if text in others})


def bury(archive: Archive, ids: Iterable[str], stones: Tombstones) -> None:
    """Delete all versions of the articles and keep the tombstones, all or nothing.

    The file of tombstones is written first: a crash in between leaves articles that `condemned` then finds.
    """
    write_file(archive.data, Tombstones((*archive.tombstones(), *stones)))
    with archive.transaction():
        for article_id in ids:
            _forget_sources(archive, article_id)
            archive.execute("DELETE FROM version WHERE id = ?", article_id)  # the other tables cascade
        _insert(archive, stones)
    archive.forget_tombstones()


def agree(archive: Archive) -> None:
    """Give the archive and the file beside it the same tombstones: the union of both."""
    both = archive.tombstones()
    with archive.transaction():
        _insert(archive, both)
    write_file(archive.data, both)


def is_agreed(archive: Archive) -> bool:
    """Whether the archive and the file beside it have the same tombstones."""
    return read_file(archive.data).identities == stored_tombstones(archive).identities


def lift(archive: Archive, article_id: str) -> int:
    """Delete the tombstones of an id, so that it may be added again; returns how many there were."""
    before = archive.tombstones()
    kept = before.without(article_id)
    gone = before.identities - kept.identities
    with archive.transaction():
        for identity in gone:
            archive.execute("DELETE FROM tombstone WHERE key = ? AND id = ? AND text = ?", *identity)
    write_file(archive.data, kept)
    archive.forget_tombstones()
    return len(gone)


def compact(archive: Archive) -> None:
    """Rewrite the archive's file without its unused pages, and empty its write-ahead log.

    Raises:
        ArchiveError: the disk is full, or another process is reading.
    """
    archive.execute("VACUUM")
    empty_log(archive)


def empty_log(archive: Archive) -> None:
    """Checkpoint the write-ahead log and truncate it. Raises ArchiveError if another process is reading."""
    if archive.required("PRAGMA wal_checkpoint(TRUNCATE)")[0]:
        raise ArchiveError(
            f"The write-ahead log of {archive.path} can't be emptied: another process is reading the archive.",
            "End it (an export, a backup, `haberara status`), then run `haberara remove --finish`.",
        )


def _insert(archive: Archive, stones: Tombstones) -> None:
    for stone in stones:
        archive.execute("INSERT OR IGNORE INTO tombstone VALUES (?, ?, ?, ?)", *stone.identity, stone.removed_at)


def _forget_sources(archive: Archive, article_id: str) -> None:
    """Forget the files that only this article came from: their names may say what it was about."""
    archive.execute(
        "DELETE FROM source WHERE origin IN (SELECT origin FROM version WHERE id = ?1)"
        " AND NOT EXISTS (SELECT 1 FROM version WHERE version.origin = source.origin AND id <> ?1)",
        article_id,
    )
