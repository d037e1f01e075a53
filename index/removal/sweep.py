"""Clearing everything that is derived from the archive of what is no longer in it."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from index.disk import replace_file
from index.document.schema import schema_fingerprint
from index.engines.base import Backend
from index.engines.registry import maker_of
from index.errors import ArchiveError, ClusterError, IndexUnusable
from index.generations import ALIASES, Generation, Generations
from index.turkish import fingerprint

log = logging.getLogger(__name__)

_BATCH = 500


def sweep_generations(data: Path, is_removed: Callable[[str], bool], backend: Backend) -> tuple[int, list[str]]:
    """Write anew what has anything of removed articles, in every generation.

    A generation that can't be read, since it is damaged, of another schema or unfinished, is removed as a whole: it is
    made from the archive, and `haberara reindex` makes it again.

    Returns how many segments were written anew, or articles removed from a cluster, and the names of the generations
    that were removed.

    Raises:
        SettingsError: a generation is in a cluster, and the chosen engine is another.
        ClusterError: the cluster can't be asked.
    """
    rewritten, dropped = 0, []
    for generation in list(Generations(data).all()):
        try:
            rewritten += _sweep(generation, is_removed, backend)
        except ClusterError:
            raise
        except IndexUnusable as error:
            log.info("The index %s is removed: %s", generation.name, error.message)
            backend.discard(generation.path)
            shutil.rmtree(generation.path)
            dropped.append(generation.name)
    backend.discard_orphans(Generations(data).root)
    return rewritten, dropped


def _sweep(generation: Generation, is_removed: Callable[[str], bool], backend: Backend) -> int:
    found = generation.manifest().fingerprints
    if found.schema != schema_fingerprint(found.engine):
        # Raised here to be caught above: what another schema wrote can't be searched through for certain.
        raise IndexUnusable("it is of another schema.")
    segments = _maker(generation, backend).erase(generation.path, is_removed)
    if segments:
        # Written again, though it is the same: readers then forget all names and words that they hold in memory.
        path = generation.path / ALIASES
        replace_file(path, path.read_text(encoding="utf-8") if path.exists() else "")
    return segments


def _maker(generation: Generation, chosen: Backend) -> Backend:
    return maker_of(generation.name, generation.manifest().fingerprints.engine, chosen)


def sweep_lemmas(data: Path, backend: Backend) -> int:
    """Leave in the lemma cache only the words that some generation has; says how many were removed.

    Caches of other analyzers, which nothing reads, are removed.

    Raises:
        ArchiveError: another process has the cache in use for longer than half a minute.
    """
    removed = 0
    generations = [generation for generation in Generations(data).all() if generation.is_complete]
    for path in sorted(data.glob("lemmas-*.db")):
        if generations and path.name == f"lemmas-{fingerprint()}.db":
            removed += _swept(path, {form for g in generations for form in _maker(g, backend).forms(g.path)})
        else:
            _remove_cache(path)
    return removed


def _swept(path: Path, known: set[str]) -> int:
    try:
        with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as database:
            database.execute("PRAGMA secure_delete = ON")
            gone = [form for (form,) in database.execute("SELECT form FROM lemma") if form and form not in known]
            database.execute("BEGIN IMMEDIATE")
            for batch in _batches(gone):
                database.execute(f"DELETE FROM lemma WHERE form IN ({','.join('?' * len(batch))})", batch)
            database.execute("COMMIT")
            database.execute("VACUUM")
            busy = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise _in_use(path, error) from error
        _remove_cache(path)  # damaged, and disposable
        return 0
    if busy:
        raise _in_use(path, "its log is being read")
    return len(gone)


def _remove_cache(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)


def _in_use(path: Path, reason: object) -> ArchiveError:
    return ArchiveError(
        f"The articles are removed, but {path} can't be cleared of their words ({reason}).",
        "Run `haberara remove --finish` when nothing else writes.",
    )


def _batches(forms_: Iterable[str]) -> Iterator[list[str]]:
    iterator = iter(forms_)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
