"""Opens archive.db: sets its pragmas, checks what it is, and turns SQLite's errors into ones that a user can act on."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from index.archive import schema
from index.errors import ArchiveError, DataDirectoryError, HaberaraError

FILE_NAME = "archive.db"

BUSY_SECONDS = 30.0
"""How long a statement waits for another process's transaction. Writers exclude each other by `writer_lock`; this
covers short overlaps with a status, a backup or a checkpoint."""

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # FULL, not NORMAL: what `add` acknowledged must survive a power cut, so each commit syncs the write-ahead log.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # A purged article must not be found by searching the file's free pages.
    "PRAGMA secure_delete = ON",
    # 16 MB of pages instead of 2: an upsert by id walks the whole primary key.
    "PRAGMA cache_size = -16384",
)


def prepare_directory(data: Path) -> None:
    """Create the data directory if there is none. Raises DataDirectoryError."""
    try:
        data.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise DataDirectoryError(data, "is not a directory") from None
    except OSError as error:
        raise DataDirectoryError(
            data, f"can't be created ({error.strerror})", "Correct its permissions, or choose another with --data."
        ) from error


def connect(data: Path, *, create: bool) -> sqlite3.Connection:
    """A connection for reading and writing, at the current schema. Raises DataDirectoryError, ArchiveError."""
    path = data / FILE_NAME
    if create:
        prepare_directory(data)
    elif not path.exists():
        raise _missing(data)
    with plain_errors(path):
        return _checked(_open(_uri(path, "rwc" if create else "rw")), path, _make_current)


def connect_readonly(data: Path) -> sqlite3.Connection:
    """A connection that can only read; it works on a read-only medium too. Raises ArchiveError."""
    path = data / FILE_NAME
    if not path.exists():
        raise _missing(data)
    with plain_errors(path):
        try:
            return _checked(_open(_uri(path, "ro")), path, _refuse_older)
        except sqlite3.OperationalError:
            # In WAL mode SQLite creates its -shm file even for reading. Where there is no log and no permission to
            # write, nobody can be writing, and the file can be read as it stands.
            if path.with_name(FILE_NAME + "-wal").exists():
                raise
            return _checked(_open(_uri(path, "ro&immutable=1")), path, _refuse_older)


def found_schema(data: Path) -> int:
    """The schema version of the archive, which may be older than this program's. Raises ArchiveError."""
    path = data / FILE_NAME
    if not path.exists():
        raise _missing(data)
    with plain_errors(path), closing(_open(_uri(path, "ro"))) as connection:
        schema.check_is_ours(connection, path)
        return schema.found_version(connection)


@dataclass(frozen=True, slots=True)
class Copied:
    """An archive that was copied: its schema version and its articles."""

    schema: int
    articles: int


def copy_into(data: Path, target: Path) -> Copied:
    """Copy a snapshot of the archive, whatever schema it has, to a new file, and check the copy.

    The copy is one compact file without a write-ahead log. Writers are not held up.

    Raises:
        ArchiveError: there is no archive, the file is not one, it is damaged, or the disk is full.
    """
    path = data / FILE_NAME
    if not path.exists():
        raise _missing(data)
    with plain_errors(path), closing(_open(_uri(path, "ro"))) as source:
        schema.check_is_ours(source, path)
        source.execute("VACUUM INTO ?", (str(target),))
    return check_copy(target)


def check_copy(path: Path) -> Copied:
    """Check an archive that nobody is writing. Raises ArchiveError if it is damaged or of a newer Haberara."""
    with plain_errors(path), closing(_open(_uri(path, "ro&immutable=1"))) as copy:
        schema.check_is_ours(copy, path)
        found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok" or copy.execute("PRAGMA foreign_key_check").fetchone():
            raise ArchiveError(f"{path} is damaged ({found}).", "Restore it from a backup.")
        articles = copy.execute("SELECT count(*) FROM article").fetchone()[0]
        return Copied(schema.found_version(copy), int(articles))


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours, with a message and a remedy. ProgrammingError passes: it is a bug of ours."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except sqlite3.Error as error:
        raise _explained(path, error) from error


def _uri(path: Path, mode: str) -> str:
    # Not Path.as_uri(): SQLite wants `file:///C:/...`, and an unquoted `?` or `#` would end the name of the file.
    name = path.absolute().as_posix()
    return f"file:{quote(name if name.startswith('/') else '/' + name)}?mode={mode}"


def _open(uri: str) -> sqlite3.Connection:
    # isolation_level None: transactions begin and end where this package says so.
    return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)


def _checked(
    connection: sqlite3.Connection, path: Path, settle: Callable[[sqlite3.Connection, Path], None]
) -> sqlite3.Connection:
    """The connection once `settle` has accepted or migrated its schema; it is closed if that fails."""
    try:
        schema.check_is_ours(connection, path)
        settle(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _make_current(connection: sqlite3.Connection, path: Path) -> None:
    for pragma in _PRAGMAS:
        connection.execute(pragma)
    try:
        schema.migrate(connection)
    except sqlite3.IntegrityError as error:
        raise ArchiveError(
            f"{path} can't be migrated to the current schema ({error}); it was left unchanged."
        ) from error


def _refuse_older(connection: sqlite3.Connection, path: Path) -> None:
    found = schema.found_version(connection)
    if found < schema.known_version():
        raise ArchiveError(
            f"{path} has the older schema version {found}.",
            "Run `haberara reindex --if-needed`, which brings it up to date; nothing is lost.",
        )
    connection.execute("PRAGMA query_only = ON")


def _missing(data: Path) -> HaberaraError:
    return ArchiveError(
        f"There is no archive in {data}.", "Run `haberara add SOURCE` to make one, or choose another with --data."
    )


def _explained(path: Path, error: sqlite3.Error) -> HaberaraError:
    """Our error for one of SQLite. SQLite's own words are kept in brackets, for a bug report."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code; the rest is detail
    if code == sqlite3.SQLITE_FULL:
        return ArchiveError(
            f"The disk of {path} is full ({error}).",
            "Nothing that was acknowledged is lost. Free some space, then try again.",
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return ArchiveError(f"{path} is in use by another process ({error}).", "Wait until it ends, then try again.")
    if code == sqlite3.SQLITE_NOTADB:
        return ArchiveError(
            f"{path} is not an archive ({error}).", "Move the file away, or choose another directory with --data."
        )
    if code == sqlite3.SQLITE_CORRUPT:
        return ArchiveError(f"{path} is damaged ({error}).", "Restore it from a backup.")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return DataDirectoryError(
            path.parent, f"can't be written ({error})", "Correct its permissions, or choose another with --data."
        )
    if code == sqlite3.SQLITE_IOERR:
        return ArchiveError(f"{path} can't be read or written ({error}).", "Check the disk.")
    return ArchiveError(f"{path}: {error}.")
