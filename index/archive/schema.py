"""The tables of archive.db, and the migrations from each earlier schema to this one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import ArchiveError, NewerArchive

APPLICATION_ID = 0x48424152
"""`HBAR`, in the header of the file, which tells an archive of ours from any other SQLite database."""

_VERSION_1 = (
    # `seq` is AUTOINCREMENT so that a number is never given twice, even when the newest version was purged.
    """
    CREATE TABLE version (
        seq        INTEGER PRIMARY KEY AUTOINCREMENT,
        id         TEXT NOT NULL,
        number     INTEGER NOT NULL,   -- 1 for the first version of this id
        published  TEXT,               -- Publication.iso
        day        TEXT,               -- Publication.day, in Istanbul
        source     TEXT,
        url        TEXT,
        category   TEXT,
        origin     TEXT NOT NULL,      -- the file or feed that it came from
        stored_at  TEXT NOT NULL,      -- UTC
        UNIQUE (id, number)
    )
    """,
    # Texts and entities have tables of their own: counting does not page through them, and entities are replaced
    # without rewriting texts.
    """
    CREATE TABLE text (
        seq    INTEGER PRIMARY KEY REFERENCES version (seq) ON DELETE CASCADE,
        title  TEXT NOT NULL,
        body   TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE entities (
        seq          INTEGER PRIMARY KEY REFERENCES version (seq) ON DELETE CASCADE,
        fingerprint  TEXT NOT NULL,    -- of the rules and lists that found them
        packed       TEXT NOT NULL     -- see packing.py
    )
    """,
    # The only table that an unchanged article touches.
    """
    CREATE TABLE article (
        id      TEXT PRIMARY KEY,
        seq     INTEGER NOT NULL UNIQUE REFERENCES version (seq) ON DELETE CASCADE,
        hash    BLOB NOT NULL,         -- content_hash of the current version
        url     TEXT,                  -- canonical
        origin  TEXT NOT NULL
    ) WITHOUT ROWID
    """,
    f"PRAGMA application_id = {APPLICATION_ID}",
)

_VERSION_2 = (
    # What was removed for good (tombstones.py). `text` is empty where another article still has the removed text.
    """
    CREATE TABLE tombstone (
        key         BLOB NOT NULL,     -- of the hashes
        id          BLOB NOT NULL,     -- hash of the id
        text        BLOB NOT NULL,     -- hash of title and body of a version
        removed_at  TEXT NOT NULL,     -- UTC
        PRIMARY KEY (key, id, text)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE source (
        origin   TEXT PRIMARY KEY,     -- as in version.origin
        state    TEXT NOT NULL,        -- JSON, see sources.py
        read_at  TEXT NOT NULL         -- UTC
    ) WITHOUT ROWID
    """,
)

_VERSION_3 = (
    # Which story a version belongs to, and the MinHash keys by which copies of it are found (stories.py).
    """
    CREATE TABLE story (
        seq     INTEGER PRIMARY KEY REFERENCES version (seq) ON DELETE CASCADE,
        story   INTEGER NOT NULL,      -- the seq that the story began with
        day     INTEGER,               -- of publication, 1 being 0001-01-01
        method  INTEGER NOT NULL,      -- of the keys
        keys    BLOB NOT NULL
    )
    """,
    "CREATE INDEX story_day ON story (day)",
    "CREATE INDEX story_story ON story (story)",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_VERSION_1, _VERSION_2, _VERSION_3)
"""MIGRATIONS[n] are the statements that migrate schema version n to n + 1. Never edit one that was released."""


def known_version() -> int:
    """The schema version that this program writes."""
    return len(MIGRATIONS)


def found_version(connection: sqlite3.Connection) -> int:
    """The schema version of an open database; 0 for an empty one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check_is_ours(connection: sqlite3.Connection, path: Path) -> None:
    """Raise ArchiveError for a database that Haberara did not make, NewerArchive for one of a newer Haberara."""
    found = found_version(connection)
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    is_empty = found == 0 and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if not is_empty and application != APPLICATION_ID:
        raise ArchiveError(
            f"{path} is a SQLite database, but not an archive of Haberara.", "Choose another directory with --data."
        )
    if found > known_version():
        raise NewerArchive(path, found, known_version())


def migrate(connection: sqlite3.Connection) -> None:
    """Migrate the database to this program's schema in one transaction: all of it or nothing."""
    if found_version(connection) == known_version():
        return
    with _immediate(connection):
        # Read again: another process may have migrated while this one waited for the write lock.
        for statements in MIGRATIONS[found_version(connection) :]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {known_version()}")


@contextmanager
def _immediate(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
