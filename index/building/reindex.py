"""`haberara reindex`: the archive into a new generation beside the live one, verified, then made current."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from index.archive import Archive
from index.building.currency import currency
from index.building.extraction import extract_entities
from index.building.indexing import index_pending, lay_out, open_writer, put_aliases, put_corrections, tidy_up
from index.building.report import BuildReport, Observer
from index.building.stories import place_all
from index.building.verification import check_generation, check_segments
from index.building.workers import Workers
from index.disk import told_as_full
from index.engines.choice import WHOOSH, EngineChoice
from index.engines.registry import backend_of
from index.entities import fingerprint as entities_fingerprint
from index.errors import ArchiveError, BrokenIndex, DiskFull
from index.fingerprints import expected_fingerprints
from index.generations import Generation, Generations
from index.locks import writer_lock
from index.removal import is_pending
from index.restored import is_restored
from index.turkish import TurkishAnalyzer, drop_damaged_caches, open_analyzer
from index.version import VERSION
from index.writing import writing

log = logging.getLogger(__name__)

CHUNK = 1_000


def reindex(
    data: Path, *, engine: EngineChoice = WHOOSH, jobs: int = 0, observer: Observer | None = None
) -> BuildReport:
    """Build a new generation from the whole archive; searches go on in the old one until it is verified.

    What an interrupted run began is continued if nothing that shapes an index has changed since.

    Raises:
        BrokenIndex: what was built does not hold what the archive holds; the old generation stays live.
        DiskFull, WorkerLost: the old generation stays live.
        LockedError, DataDirectoryError, ArchiveError: nothing was done.
    """
    watching = observer or Observer()
    began = time.perf_counter()
    with opened(data, "reindex", engine) as (archive, analyzer), Workers(jobs) as workers:
        report = _Rebuild(archive, analyzer, engine, workers, watching).run()
    report.seconds = time.perf_counter() - began
    return report


def reindex_if_needed(
    data: Path, *, engine: EngineChoice = WHOOSH, jobs: int = 0, observer: Observer | None = None
) -> BuildReport | None:
    """Rebuild if the live index is missing, stale or damaged, catch up if it is only behind; None if it is current.

    Where nothing is to be done, that is found out without the lock and without writing, in a second or less.
    """
    if _is_current(data, engine):
        return None
    watching = observer or Observer()
    began = time.perf_counter()
    with opened(data, "reindex --if-needed", engine) as (archive, analyzer), Workers(jobs) as workers:
        found = currency(data, archive, engine)
        if found.is_current:  # another process did it meanwhile
            return None
        reason = found.rebuild
        if reason is None:
            try:
                report = _catch_up(archive, analyzer, engine, workers, watching)
            except BrokenIndex as error:
                reason = error.message
        if reason is not None:
            watching.warned(f"The index is built again: {reason}")
            report = _Rebuild(archive, analyzer, engine, workers, watching).run()
    report.seconds = time.perf_counter() - began
    return report


def reindex_facets(data: Path, observer: Observer | None = None, *, engine: EngineChoice = WHOOSH) -> str:
    """Put the user's corrections into force in the live index; says their hash."""
    watching = observer or Observer()
    if backend_of(engine).corrects_when_writing:
        with opened(data, "reindex --facets", engine) as (archive, analyzer):
            return put_corrections(archive, analyzer, Generations(data).current(), engine, watching)
    with writer_lock(data, "reindex --facets"), told_as_full(data):
        return put_aliases(data, Generations(data).current(), engine, watching)


@contextmanager
def opened(data: Path, purpose: str, engine: EngineChoice) -> Iterator[tuple[Archive, TurkishAnalyzer]]:
    """Archive and analyzer for the one writer."""
    with writing(data, purpose, engine, create=False) as archive:
        drop_damaged_caches(data)
        with closing(open_analyzer(data)) as analyzer:
            yield archive, analyzer


def _is_current(data: Path, engine: EngineChoice) -> bool:
    try:
        with Archive.open_readonly(data) as archive:
            waiting = is_restored(data) or is_pending(archive)
            return not waiting and currency(data, archive, engine).is_current
    except ArchiveError:
        return False  # of an older schema, which opening it for writing mends, or it says so again


def _catch_up(
    archive: Archive, analyzer: TurkishAnalyzer, engine: EngineChoice, workers: Workers, observer: Observer
) -> BuildReport:
    generations = Generations(archive.data)
    tidy_up(generations, engine)
    generation = generations.current()
    backend_of(engine).publish(generation.path)
    with closing(open_writer(generation, engine)) as writer:
        told = partial(observer.progress, "index")
        indexed = index_pending(archive, generation, engine, writer, analyzer, workers, told, stepwise=True)
        return BuildReport(indexed=indexed)


class _Rebuild:
    """One run of `reindex`."""

    def __init__(
        self, archive: Archive, analyzer: TurkishAnalyzer, engine: EngineChoice, workers: Workers, observer: Observer
    ) -> None:
        self._archive = archive
        self._analyzer = analyzer
        self._workers = workers
        self._observer = observer
        self._engine = engine
        self._backend = backend_of(engine)
        self._expected = expected_fingerprints(engine.name, analyzer)
        self._generations = Generations(archive.data, self._backend.discard)

    def run(self) -> BuildReport:
        """Build, or go on with what was begun, and let it answer."""
        tidy_up(self._generations, self._engine)
        _refresh_entities(self._archive, self._workers, self._observer)
        begun = self._generations.resumable(self._expected)
        self._generations.clear_unfinished(keep=begun)
        report = self._continued(begun) if begun else None
        if report is None:
            report = self._built(self._begun())
        self._generations.prune()
        self._backend.discard_orphans(self._generations.root)
        _remove_old_caches(self._archive.data, self._analyzer.fingerprint)
        return report

    def _begun(self) -> Generation:
        # Not where a build goes on: what is indexed already must stay true.
        place_all(self._archive, partial(self._observer.progress, "stories"))
        generation = self._generations.begin(self._expected, VERSION)
        lay_out(generation, self._engine, self._expected, loading=True)
        put_aliases(self._archive.data, generation, self._engine, self._observer)
        return generation

    def _continued(self, begun: Generation) -> BuildReport | None:
        """Go on with an unfinished generation; None, and it is removed, if something is wrong with it."""
        try:
            self._backend.tidy(begun.path)
            check_segments(begun, self._workers, self._engine)
            put_corrections(self._archive, self._analyzer, begun, self._engine, self._observer)
            return self._built(begun)
        except BrokenIndex as error:
            self._observer.warned(f"The unfinished index can't be continued and is begun again: {error.message}")
            self._generations.discard(begun)
            return None

    def _built(self, generation: Generation) -> BuildReport:
        """Index what is missing, verify, publish. What can't be right, or fills the disk, is not left behind."""
        try:
            resumed, _ = self._backend.holdings(generation.path)
            with closing(open_writer(generation, self._engine)) as writer:
                told = partial(self._observer.progress, "index")
                asked = (self._archive, generation, self._engine, writer, self._analyzer, self._workers, told)
                index_pending(*asked, stepwise=True)
            self._backend.finish(generation.path)
            told = partial(self._observer.progress, "verify")
            check_generation(generation, self._engine, self._archive, self._analyzer, self._workers, told)
            self._generations.complete(generation, self._expected, VERSION)
            self._generations.make_current(generation)
            self._backend.publish(generation.path)
        except (BrokenIndex, DiskFull, OSError):
            self._generations.discard(generation)
            raise
        return BuildReport(indexed=self._archive.count(), resumed=resumed)


def _remove_old_caches(data: Path, fingerprint: str) -> None:
    """Remove the lemma caches of other analyzers: nothing reads them any more."""
    for path in data.glob("lemmas-*.db*"):
        if not path.name.startswith(f"lemmas-{fingerprint}.db"):
            try:
                path.unlink()
            except OSError as error:  # Windows: an older server still has it open; the next run removes it
                log.warning("The old lemma cache %s can't be removed yet: %s", path.name, error)


def _refresh_entities(archive: Archive, workers: Workers, observer: Observer) -> None:
    """Extract again what older rules extracted."""
    rules = entities_fingerprint()
    seqs = archive.stale_entities(rules)
    for first in range(0, len(seqs), CHUNK):
        chunk = seqs[first : first + CHUNK]
        stale = [stored for seq in chunk if (stored := archive.stored(seq))]
        found = extract_entities([stored.article for stored in stale], workers)
        with archive.transaction():
            for stored, entities in zip(stale, found, strict=True):
                archive.replace_entities(stored.seq, entities, rules)
        observer.progress("entities", first + len(chunk), len(seqs))
