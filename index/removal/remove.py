"""`haberara remove`: which articles, and the order of the steps."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.archive import Archive
from index.archive.purging import (
    Doomed,
    agree,
    bury,
    compact,
    condemned,
    find_doomed,
    ids_of_source,
    is_agreed,
    lift,
    make_tombstones,
)
from index.archive.tombstones import Tombstones
from index.disk import raising_disk_full, replace_file, sync_directory
from index.engines.base import Backend
from index.engines.choice import WHOOSH, EngineChoice
from index.engines.registry import backend_of
from index.errors import ArchiveError, DiskFull, RemovalUnfinished
from index.locks import writer_lock
from index.observer import SILENT, Observer
from index.readers.feedstate import FILE_NAME as FEEDS
from index.removal.sweep import sweep_generations, sweep_lemmas
from index.restored import finish_restore

PENDING = "removal.json"


@dataclass(frozen=True, slots=True)
class Removal:
    """What would be removed: the articles, the asked ids that there are none of, other articles with the same text.

    `gone` are those of the missing ids that were removed for good before. `unfinished`: an interrupted removal has left
    something to do, so that searches may still find articles that are in the archive no more.
    """

    articles: tuple[Doomed, ...]
    missing: tuple[str, ...] = ()
    same_text: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    unfinished: bool = False


@dataclass(slots=True)
class RemovalReport:
    """What was removed. `dropped` names generations that could not be read and were removed as a whole; `finished`
    says that an interrupted removal had left something, which is done now."""

    articles: int = 0
    versions: int = 0
    missing: list[str] = field(default_factory=list)
    same_text: list[str] = field(default_factory=list)
    segments: int = 0
    dropped: list[str] = field(default_factory=list)
    lemmas: int = 0
    finished: bool = False
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return {**asdict(self), "seconds": round(self.seconds, 3)}


def look_up(data: Path, ids: Iterable[str] = (), source: str | None = None) -> Removal:
    """What `remove` would remove; changes nothing. Raises ArchiveError."""
    with Archive.open_readonly(data) as archive:
        return _looked_up(archive, ids, source)


def remove(
    data: Path,
    ids: Iterable[str],
    *,
    source: str | None = None,
    observer: Observer = SILENT,
    engine: EngineChoice = WHOOSH,
) -> RemovalReport:
    """Remove articles for good, also what an interrupted removal left.

    Raises:
        LockedError, DataDirectoryError, ArchiveError: nothing was done, or what the message says.
        RemovalUnfinished: the disk is full. The steps that are left are done by the next writer or by
            `haberara remove --finish`.
    """
    began = time.perf_counter()
    report = RemovalReport()
    with _writing(data, "remove") as archive:
        found = _looked_up(archive, ids, source)
        report.finished = found.unfinished
        report.articles, report.versions = len(found.articles), sum(a.versions for a in found.articles)
        report.missing, report.same_text = list(found.missing), list(found.same_text)
        if found.articles:
            doomed = [article.id for article in found.articles]
            stones, _ = make_tombstones(archive, doomed)
            _begin(data)
            observer.began("archive")
            bury(archive, doomed, stones)
        if is_pending(archive):
            with _raising_removal_unfinished(data):
                _finish(archive, report, backend_of(engine), observer)
    report.seconds = time.perf_counter() - began
    return report


def allow(data: Path, article_id: str, *, engine: EngineChoice = WHOOSH) -> int:
    """Let a removed article, and its text, be added again; says how many versions were blocked."""
    with _writing(data, "remove --allow") as archive:
        finish_pending(archive, backend_of(engine))
        return lift(archive, article_id)


def is_pending(archive: Archive) -> bool:
    """Whether a removal was interrupted, or an archive was put back that does not know of one."""
    return (archive.data / PENDING).exists() or not is_agreed(archive)


def finish_pending(archive: Archive, backend: Backend) -> RemovalReport | None:
    """Do what an interrupted removal left, and remove again what an older archive brought back.

    For the holder of the writer's lock, before anything else is written; costs a look at two small files if there is
    nothing to do. None if there was not.
    """
    if not is_pending(archive):
        return None
    report = RemovalReport()
    _finish(archive, report, backend, SILENT)
    return report


@contextmanager
def _raising_removal_unfinished(data: Path) -> Iterator[None]:
    try:
        with raising_disk_full(data):
            yield
    except DiskFull as error:
        raise RemovalUnfinished(error.message) from error
    except ArchiveError as error:
        if not isinstance(error.__cause__, sqlite3.Error) or error.__cause__.sqlite_errorcode != sqlite3.SQLITE_FULL:
            raise
        raise RemovalUnfinished(error.message) from error


@contextmanager
def _writing(data: Path, purpose: str) -> Iterator[Archive]:
    with writer_lock(data, purpose), raising_disk_full(data):
        finish_restore(data)
        with Archive.open(data, create=False) as archive:
            yield archive


def _looked_up(archive: Archive, ids: Iterable[str], source: str | None) -> Removal:
    asked = list(dict.fromkeys(ids))
    wanted = [*asked, *(ids_of_source(archive, source) if source is not None else ())]
    articles = tuple(find_doomed(archive, wanted))
    known = {article.id for article in articles}
    _, same_text = make_tombstones(archive, known) if known else (Tombstones(), [])
    missing = tuple(name for name in asked if name not in known)
    stones = archive.tombstones()
    gone = tuple(name for name in missing if stones.has_id(name))
    return Removal(articles, missing, tuple(same_text), gone, is_pending(archive))


def _begin(data: Path) -> None:
    replace_file(data / PENDING, json.dumps({"since": datetime.now(UTC).isoformat(timespec="seconds")}) + "\n")


def _finish(archive: Archive, report: RemovalReport, backend: Backend, observer: Observer) -> None:
    """All steps after the tombstones."""
    data = archive.data
    if not (data / PENDING).exists():
        _begin(data)
    returned = condemned(archive)
    if returned:
        stones, _ = make_tombstones(archive, returned)
        bury(archive, returned, stones)
        report.articles += len(returned)
    agree(archive)
    stones = archive.tombstones()
    # An article that an edit has replaced is an earlier version of another one now: by its old id the archive has none.
    known = {row[0] for row in archive.rows("SELECT DISTINCT id FROM version")}
    observer.began("index")
    report.segments, report.dropped = sweep_generations(
        data, lambda article_id: stones.has_id(article_id) or article_id not in known, backend
    )
    # Addresses, which may be those of the articles; without it, feeds are read once more.
    (data / FEEDS).unlink(missing_ok=True)
    observer.began("lemmas")
    report.lemmas = sweep_lemmas(data, backend)
    observer.began("compact")
    compact(archive)
    (data / PENDING).unlink()
    sync_directory(data)
