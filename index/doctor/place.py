"""The data directory itself: where it lies, who writes, what was left unfinished."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from index.archive.connection import FILE_NAME
from index.doctor.finding import FINISH, Finding, note, ok, problem, warning
from index.entities import COUNTRIES_FILE, PEOPLE_FILE, load_corrections
from index.generations import Generations
from index.locks import is_locked, read_holder
from index.removal import PENDING
from index.restored import RESTORED, RESTORING
from index.shares import share_warning

SPARE = 64 * 1024 * 1024
"""Bytes that should be free in any case."""


def examine_place(data: Path) -> Iterator[Finding]:
    """Findings about the directory."""
    share = share_warning(data)
    yield warning("place", share) if share else ok("place", "The data directory is on a disk of this machine.")
    yield _space(data)
    yield _lock(data)
    yield from _unfinished(data)
    yield from _tables(data)


def _space(data: Path) -> Finding:
    """A reindex writes a second index beside the live one, a removal the archive anew."""
    live = max((generation.size() for generation in Generations(data).all()), default=0)
    archive = (data / FILE_NAME).stat().st_size if (data / FILE_NAME).exists() else 0
    needed, free = max(live * 5 // 4, archive) + SPARE, shutil.disk_usage(data).free
    shown = f"{free / 1e6:.0f} MB are free, a reindex or a removal may need {needed / 1e6:.0f} MB"
    if free < needed:
        return warning("space", f"The disk is nearly full: {shown}.", "Free some space, then run `haberara doctor`.")
    return ok("space", f"There is room: {shown}.")


def _lock(data: Path) -> Finding:
    holder = read_holder(data)
    if is_locked(data):
        return note("lock", f"{holder or 'Another process'} is writing now; some findings may be of its work.")
    if holder is not None:
        return warning("lock", f"The last writer, {holder}, did not end properly.", FINISH)
    return ok("lock", "Nobody is writing, and nobody left a lock.")


def _unfinished(data: Path) -> Iterator[Finding]:
    if is_locked(data):
        return
    if (data / RESTORED).is_dir():
        yield problem("unfinished", "A restore was interrupted before all was in place.", FINISH)
    if (data / RESTORING).is_dir():
        yield warning("unfinished", "A restore was interrupted; its copy takes space and counts for nothing.", FINISH)
    if (data / PENDING).exists():
        yield problem("unfinished", "A removal was interrupted: articles that must go may still be found.", FINISH)


def _tables(data: Path) -> Iterator[Finding]:
    _, problems = load_corrections(data / PEOPLE_FILE, data / COUNTRIES_FILE)
    for bad in problems:
        yield warning("tables", str(bad), "Correct the line, then run `haberara reindex --facets`.")
