"""The archive: whether it can be read, is sound, and holds what was stored."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from index.archive import Archive
from index.archive.connection import FILE_NAME, found_schema
from index.archive.packing import content_hash
from index.archive.purging import is_agreed
from index.archive.schema import known_version
from index.doctor.finding import CATCH_UP, FINISH, RESTORE, Finding, ok, problem, warning
from index.errors import ArchiveError, HaberaraError, NewerArchive
from index.generations import Generations
from index.observer import Observer

LARGE_LOG = 64 * 1024 * 1024
"""Bytes of the log from which on it is told: SQLite empties it at some megabytes, unless somebody reads meanwhile."""

STEP = 100
"""Articles between two looks at progress."""


def examine_archive(data: Path, observer: Observer) -> Iterator[Finding]:
    """Findings about archive.db. The first one that makes it unreadable is the last."""
    path = data / FILE_NAME
    if not path.exists():
        lost = any(Generations(data).all())
        message = f"There is no archive in {data}" + (", but an index of one." if lost else ".")
        yield problem("archive", message, RESTORE if lost else "Run `haberara add SOURCE`.")
        return
    try:
        if found_schema(data) < known_version():
            yield warning("archive", "The archive has an older schema.", CATCH_UP)
            return
        yield from _sound(path)
        with Archive.open_readonly(data) as archive:
            yield _agreement(archive)
            yield _contents(archive, observer)
    except NewerArchive as error:
        yield problem("archive", error.message, error.remedy)
    except ArchiveError as error:
        yield problem("archive", error.message, error.remedy if "haberara" in error.remedy else RESTORE)
    except HaberaraError as error:
        yield problem("archive", error.message, error.remedy)
    yield _log(path)


def _sound(path: Path) -> Iterator[Finding]:
    """What SQLite finds. Raises ArchiveError if there is anything."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=30)) as database:
            found = [row[0] for row in database.execute("PRAGMA integrity_check(3)")]
            orphans = len(database.execute("PRAGMA foreign_key_check").fetchmany(100))
    except sqlite3.DatabaseError as error:
        raise ArchiveError(f"The archive is damaged ({error}).", RESTORE) from error
    if found != ["ok"]:
        raise ArchiveError(f"The archive is damaged ({'; '.join(found)}).", RESTORE)
    if orphans:
        raise ArchiveError(f"The archive is damaged ({orphans} rows belong to no version).", RESTORE)
    yield ok("archive", "The archive is sound.")


def _agreement(archive: Archive) -> Finding:
    if is_agreed(archive):
        return ok("tombstones", f"{len(archive.tombstones())} versions were removed for good and stay so.")
    return problem("tombstones", "The archive does not know of all that was removed for good.", FINISH)


def _contents(archive: Archive, observer: Observer) -> Finding:
    """SQLite's own check does not see a letter that changed."""
    count, changed, articles = 0, [], archive.count()
    for article_id, seq, digest in archive.rows("SELECT id, seq, hash FROM article ORDER BY seq"):
        try:
            stored = archive.stored(seq)
            if stored is None:  # changed since
                continue
            count += 1
            if count % STEP == 0:
                observer.progress("contents", count, articles)
            is_whole = content_hash(stored.article) == digest
        except ArchiveError:
            is_whole = False
        if not is_whole:
            changed.append(article_id)
    if changed:
        return problem(
            "contents", f"{len(changed)} articles are not as they were stored, the first is {changed[0]!r}.", RESTORE
        )
    return ok("contents", f"All {count} articles are as they were stored.")


def _log(path: Path) -> Finding:
    log = path.with_name(f"{path.name}-wal")
    size = log.stat().st_size if log.exists() else 0
    if size > LARGE_LOG:
        return warning("log", f"The archive's log has grown to {size / 1e6:.0f} MB.", FINISH)
    return ok("log", f"The archive's log has {size / 1e6:.1f} MB.")
