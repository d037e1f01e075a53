"""Lemmas already worked out, on disk.

One SQLite file per analyzer fingerprint: another analyzer has another file, so that a row is never stale. Rows are
looked up where they are, not held in memory. Two processes may write at once; what both write is the same.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

Lemmas = tuple[str, str]
"""The lemma of a form as a common word, and as a name."""

_BATCH: Final = 400  # SQLite allows 999 variables in a statement
_MAX_MEMORY: Final = 50_000


class LemmaCache:
    """form -> Lemmas. With a path, kept in SQLite; without, or where that can't be written, in bounded memory.

    With `keep` false the file is only read, where there is one: what is learnt stays in memory.
    """

    def __init__(self, path: Path | None, *, keep: bool = True) -> None:
        self._lock = threading.Lock()
        self._memory: dict[str, Lemmas] = {}
        self._keep = keep
        self._database = None if path is None else _open(path) if keep else _open_readonly(path)

    def get(self, forms: Iterable[str]) -> dict[str, Lemmas]:
        """The lemmas of those forms that are known."""
        wanted = list(forms)
        with self._lock:
            found = {form: self._memory[form] for form in wanted if form in self._memory}
            if self._database is not None:
                try:
                    for batch in _batches(form for form in wanted if form not in found):
                        found.update(_select(self._database, batch))
                except sqlite3.Error as error:
                    self._give_up(error)
        return found

    def put(self, lemmas: Mapping[str, Lemmas]) -> None:
        """Remember lemmas; durable when this returns, unless the file can't be written."""
        if not lemmas:
            return
        with self._lock:
            if self._database is not None and self._keep:
                try:
                    with self._database:
                        self._database.executemany(
                            "INSERT OR IGNORE INTO lemma VALUES (?, ?, ?)",
                            [(form, lemma, None if name == lemma else name) for form, (lemma, name) in lemmas.items()],
                        )
                    return
                except sqlite3.Error as error:
                    self._give_up(error)
            self._remember(lemmas)

    def close(self) -> None:
        """Close the file; the cache goes on in memory."""
        with self._lock:
            if self._database is not None:
                self._database.close()
                self._database = None

    def _give_up(self, error: sqlite3.Error) -> None:
        log.warning("The lemma cache can't be used (%s); going on without it, slower.", error)
        if self._database is not None:
            self._database.close()
            self._database = None

    def _remember(self, lemmas: Mapping[str, Lemmas]) -> None:
        self._memory.update(lemmas)
        if len(self._memory) > _MAX_MEMORY:
            for form in list(islice(self._memory, len(self._memory) - _MAX_MEMORY // 2)):
                del self._memory[form]


def _open(path: Path) -> sqlite3.Connection | None:
    database = None
    try:
        database = sqlite3.connect(path, timeout=30, check_same_thread=False)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("PRAGMA cache_size = -2000")
        database.execute(
            "CREATE TABLE IF NOT EXISTS lemma (form TEXT PRIMARY KEY, lemma TEXT NOT NULL, name TEXT) WITHOUT ROWID"
        )
        with database:  # the directory may be readable only; find out now
            database.execute("INSERT OR IGNORE INTO lemma VALUES ('', '', NULL)")
    except sqlite3.Error as error:
        log.warning("The lemma cache %s can't be used (%s); going on without it, slower.", path, error)
        if database is not None:
            database.close()
        return None
    return database


def cache_damage(path: Path) -> str | None:
    """What is wrong with the file of a cache; None if it is sound or only in use. Reads all of it."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as database:
            found = str(database.execute("PRAGMA quick_check(1)").fetchone()[0])
            database.execute("SELECT form, lemma, name FROM lemma LIMIT 1").fetchone()
    except sqlite3.OperationalError as error:
        return str(error) if "no such" in str(error) else None
    except sqlite3.DatabaseError as error:
        return str(error)
    return None if found == "ok" else found


def drop_damaged_caches(directory: Path) -> None:
    """Remove caches that can't be used any more, so that they are made anew. For the one writer."""
    for path in directory.glob("lemmas-*.db"):
        wrong = cache_damage(path)
        if wrong:
            log.warning("The lemma cache %s is damaged (%s) and is made again.", path, wrong)
            for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
                path.with_name(name).unlink(missing_ok=True)


def _open_readonly(path: Path) -> sqlite3.Connection | None:
    if not path.is_file():
        return None
    database = None
    try:
        # Not mode=ro, which can't open a file in WAL mode that nobody has open on a medium that can't be written.
        database = sqlite3.connect(path, timeout=30, check_same_thread=False)
        database.execute("PRAGMA query_only = ON")
        database.execute("PRAGMA cache_size = -2000")
        database.execute("SELECT form FROM lemma LIMIT 1").fetchone()
    except sqlite3.Error as error:
        log.warning("The lemma cache %s can't be read (%s); going on without it, slower.", path, error)
        if database is not None:
            database.close()
        return None
    return database


def _select(database: sqlite3.Connection, forms: list[str]) -> Iterator[tuple[str, Lemmas]]:
    marks = ",".join("?" * len(forms))
    rows = database.execute(f"SELECT form, lemma, name FROM lemma WHERE form IN ({marks})", forms)
    for form, lemma, name in rows:
        yield form, (lemma, lemma if name is None else name)


def _batches(forms: Iterable[str]) -> Iterator[list[str]]:
    iterator = iter(forms)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
