"""`haberara reindex`: the archive into a new generation beside the live one, verified, then made current."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from index.archive import Archive
from index.building.currency import currency
from index.building.extraction import extract_entities
from index.building.indexing import index_pending, lay_out, open_writer, put_aliases, put_corrections, tidy_up
from index.building.report import BuildReport
from index.building.run import Run, run_on
from index.building.stories import place_all
from index.building.verification import check_generation, check_segments
from index.disk import raising_disk_full
from index.engines.base import Backend
from index.engines.choice import WHOOSH, EngineChoice
from index.engines.registry import backend_of
from index.entities import fingerprint as entities_fingerprint
from index.errors import ArchiveError, BrokenIndex, DiskFull
from index.generations import Generation, Generations
from index.locks import writer_lock
from index.observer import SILENT, Observer
from index.removal import is_pending
from index.restored import is_restored
from index.turkish import drop_damaged_caches
from index.version import VERSION
from index.writing import writing

log = logging.getLogger(__name__)

CHUNK = 1_000


def reindex(data: Path, *, engine: EngineChoice = WHOOSH, jobs: int = 0, observer: Observer = SILENT) -> BuildReport:
    """Build a new generation from the whole archive; searches go on in the old one until it is verified.

    What an interrupted run began is continued if nothing that shapes an index has changed since.

    Raises:
        BrokenIndex: what was built does not hold what the archive holds; the old generation stays live.
        DiskFull, WorkerLost: the old generation stays live.
        LockedError, DataDirectoryError, ArchiveError: nothing was done.
    """
    began = time.perf_counter()
    with opened(data, "reindex", backend_of(engine), jobs, observer) as run:
        report = _rebuild(run)
    report.seconds = time.perf_counter() - began
    return report


def reindex_if_needed(
    data: Path, *, engine: EngineChoice = WHOOSH, jobs: int = 0, observer: Observer = SILENT
) -> BuildReport | None:
    """Rebuild if the live index is missing, stale or damaged, catch up if it is only behind; None if it is current.

    Where nothing is to be done, that is found out without the lock and without writing, in a second or less.
    """
    backend = backend_of(engine)
    if _is_current(data, backend):
        return None
    began = time.perf_counter()
    with opened(data, "reindex --if-needed", backend, jobs, observer) as run:
        found = currency(run.archive, backend)
        if found.is_current:  # another process did it meanwhile
            return None
        reason = found.rebuild
        if reason is None:
            try:
                report = _catch_up(run)
            except BrokenIndex as error:
                reason = error.message
        if reason is not None:
            observer.warned(f"The index is built again: {reason}")
            report = _rebuild(run)
    report.seconds = time.perf_counter() - began
    return report


def reindex_facets(data: Path, observer: Observer = SILENT, *, engine: EngineChoice = WHOOSH) -> str:
    """Put the user's corrections into force in the live index; says their hash."""
    backend = backend_of(engine)
    if backend.corrects_when_writing:
        with opened(data, "reindex --facets", backend, 1, observer) as run:
            return put_corrections(run, run.generations.current())
    with writer_lock(data, "reindex --facets"), raising_disk_full(data):
        return put_aliases(data, Generations(data).current(), backend, observer)


@contextmanager
def opened(data: Path, purpose: str, backend: Backend, jobs: int, observer: Observer) -> Iterator[Run]:
    """A run on an archive that is there, of the one writer."""
    with writing(data, purpose, backend, create=False) as archive:
        drop_damaged_caches(data)
        with run_on(archive, backend, jobs, observer) as run:
            yield run


def _is_current(data: Path, backend: Backend) -> bool:
    try:
        with Archive.open_readonly(data) as archive:
            waiting = is_restored(data) or is_pending(archive)
            return not waiting and currency(archive, backend).is_current
    except ArchiveError:
        return False  # of an older schema, which opening it for writing mends, or it says so again


def _catch_up(run: Run) -> BuildReport:
    tidy_up(run)
    generation = run.generations.current()
    run.backend.publish(generation.path)
    return BuildReport(indexed=_index(run, generation))


def _index(run: Run, generation: Generation) -> int:
    with closing(open_writer(generation, run.backend)) as writer:
        return index_pending(run, generation, writer, stepwise=True)


def _rebuild(run: Run) -> BuildReport:
    """Build a generation, or go on with what was begun, and let it answer."""
    tidy_up(run)
    _refresh_entities(run)
    begun = run.generations.resumable(run.expected)
    run.generations.clear_unfinished(keep=begun)
    report = _continued(run, begun) if begun else None
    if report is None:
        report = _built(run, _begun(run))
    run.generations.prune()
    run.backend.discard_orphans(run.generations.root)
    _remove_old_caches(run.archive.data, run.analyzer.fingerprint)
    return report


def _begun(run: Run) -> Generation:
    # Not where a build goes on: what is indexed already must stay true.
    place_all(run.archive, run.observer)
    generation = run.generations.begin(run.expected, VERSION)
    lay_out(generation, run.backend, run.expected, loading=True)
    put_aliases(run.archive.data, generation, run.backend, run.observer)
    return generation


def _continued(run: Run, begun: Generation) -> BuildReport | None:
    """Go on with an unfinished generation; None, and it is removed, if something is wrong with it."""
    try:
        run.backend.tidy(begun.path)
        check_segments(begun, run.backend, run.workers, run.observer)
        put_corrections(run, begun)
        return _built(run, begun)
    except BrokenIndex as error:
        run.observer.warned(f"The unfinished index can't be continued and is begun again: {error.message}")
        run.generations.discard(begun)
        return None


def _built(run: Run, generation: Generation) -> BuildReport:
    """Index what is missing, verify, publish. What can't be right, or fills the disk, is not left behind."""
    try:
        resumed, _ = run.backend.holdings(generation.path)
        _index(run, generation)
        run.backend.finish(generation.path)
        check_generation(run, generation)
        run.generations.complete(generation, run.expected, VERSION)
        run.generations.make_current(generation)
        run.backend.publish(generation.path)
    except (BrokenIndex, DiskFull, OSError):
        run.generations.discard(generation)
        raise
    return BuildReport(indexed=run.archive.count(), resumed=resumed)


def _remove_old_caches(data: Path, fingerprint: str) -> None:
    """Remove the lemma caches of other analyzers: nothing reads them any more."""
    for path in data.glob("lemmas-*.db*"):
        if not path.name.startswith(f"lemmas-{fingerprint}.db"):
            try:
                path.unlink()
            except OSError as error:  # Windows: an older server still has it open; the next run removes it
                log.warning("The old lemma cache %s can't be removed yet: %s", path.name, error)


def _refresh_entities(run: Run) -> None:
    """Extract again what older rules extracted."""
    archive, rules = run.archive, entities_fingerprint()
    seqs = archive.stale_entities(rules)
    for first in range(0, len(seqs), CHUNK):
        chunk = seqs[first : first + CHUNK]
        stale = [stored for seq in chunk if (stored := archive.stored(seq))]
        found = extract_entities([stored.article for stored in stale], run.workers)
        with archive.transaction():
            for stored, entities in zip(stale, found, strict=True):
                archive.replace_entities(stored.seq, entities, rules)
        run.observer.progress("entities", first + len(chunk), len(seqs))
