"""`haberara add`: sources into the archive, and from there into the live index."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.archive import Archive, Blocked, Collision, Outcome
from index.article import Article
from index.building.extraction import extract_entities
from index.building.indexing import index_pending, lay_out, open_writer, put_aliases, snapshot_of, tidy_up
from index.building.intake import Intake, Item
from index.building.report import BuildReport
from index.building.run import Run, run_on
from index.building.stories import place
from index.engines.base import Backend, DocumentWriter
from index.engines.choice import WHOOSH, EngineChoice
from index.engines.registry import backend_of
from index.entities import fingerprint as entities_fingerprint
from index.errors import IndexUnusable, NoIndex, TooManyRejects
from index.generations import Generation
from index.observer import SILENT, Acknowledgement, Observer
from index.readers import ReadOptions
from index.version import VERSION
from index.writing import writing


@dataclass(frozen=True, slots=True)
class AddOptions:
    """How to add. `max_rejects` is how many rejected records are tolerated; `jobs` 0 means one per core."""

    read: ReadOptions = field(default_factory=ReadOptions)
    max_rejects: int = 1_000
    dry_run: bool = False
    engine: EngineChoice = WHOOSH
    jobs: int = 0


def add(data: Path, sources: Sequence[str], options: AddOptions, observer: Observer = SILENT) -> BuildReport:
    """Read sources, store what is new or changed, and index it.

    What can't be read is reported and left out; the rest goes on.

    Raises:
        SourceError: a source as a whole can't be read; the batches before it are kept.
        TooManyRejects: at the end, with everything readable stored and indexed.
        IndexUnusable: the articles are stored, but the index must be rebuilt to hold them.
        LockedError, DataDirectoryError, ArchiveError: nothing was done.
    """
    began = time.perf_counter()
    if options.dry_run:
        report = _dry_run(data, sources, options, observer)
    else:
        backend = backend_of(options.engine)
        with writing(data, "add", backend) as archive, run_on(archive, backend, options.jobs, observer) as run:
            report = _Addition(run, options.read).add(sources)
    report.seconds = time.perf_counter() - began
    if report.rejected > options.max_rejects:
        raise TooManyRejects(report.rejected, options.max_rejects, report)
    return report


class _Addition:
    """One run of `add`."""

    def __init__(self, run: Run, options: ReadOptions) -> None:
        self._run = run
        self._options = options
        self._report = BuildReport()
        self._stored = 0

    def add(self, sources: Sequence[str]) -> BuildReport:
        generation, writer, unusable = self._live_index()
        intake = Intake(self._options, self._classify, self._report, self._run.observer)
        try:
            for batch in intake.batches(sources):
                self._store(batch)
                self._index(generation, writer)
            # Articles that an earlier run stored but could not index any more.
            if writer and self._run.archive.count(writer.watermark):
                self._index(generation, writer)
        finally:
            if writer:
                writer.close()
        if unusable:
            raise unusable
        return self._report

    def _classify(self, article: Article, origin: str) -> Outcome | Collision | Blocked:
        return self._run.archive.classify(article, origin, update=self._options.update)

    def _live_index(self) -> tuple[Generation | None, DocumentWriter | None, IndexUnusable | None]:
        """The live generation, made if there is none; an unusable one is left alone, and said at the end."""
        backend, generations, expected = self._run.backend, self._run.generations, self._run.expected
        tidy_up(self._run)
        # An interrupted `reindex` may go on later.
        generations.clear_unfinished(keep=generations.resumable(expected))
        try:
            generation = generations.current()
            generation.check(expected)
            return generation, _usable_writer(generation, backend), None
        except NoIndex:
            generation = generations.create()
            lay_out(generation, backend, expected)
            put_aliases(self._run.archive.data, generation, backend, self._run.observer)
            generations.complete(generation, expected, VERSION)
            generations.make_current(generation)
            return generation, _usable_writer(generation, backend), None
        except IndexUnusable as error:
            return None, None, error

    def _store(self, batch: Sequence[Item]) -> None:
        archive, rules = self._run.archive, entities_fingerprint()
        found = extract_entities([item.article for item in batch], self._run.workers)
        with archive.transaction():
            stored = [
                (archive.store(item.article, entities, origin=item.origin, entities_fingerprint=rules), item)
                for item, entities in zip(batch, found, strict=True)
            ]
            place(archive, [(seq, item.article) for seq, item in stored])
        self._stored += len(batch)

    def _index(self, generation: Generation | None, writer: DocumentWriter | None) -> None:
        snapshot = None
        if generation and writer:
            self._report.indexed += index_pending(self._run, generation, writer)
            snapshot = snapshot_of(generation, writer)
        self._run.observer.committed(Acknowledgement(self._stored, snapshot))


def _usable_writer(generation: Generation, backend: Backend) -> DocumentWriter:
    """A writer whose committed segments can be read, of an index that answers. Raises IndexUnusable."""
    backend.publish(generation.path)
    writer = open_writer(generation, backend)
    try:
        _ = writer.watermark
    except BaseException:
        writer.close()
        raise
    return writer


def _dry_run(data: Path, sources: Sequence[str], options: AddOptions, observer: Observer) -> BuildReport:
    """Read everything and say what would happen; nothing is written."""
    report = BuildReport()
    archive = Archive.open_readonly(data) if (data / "archive.db").is_file() else None
    seen: dict[str, int] = {}

    def classify(article: Article, origin: str) -> Outcome | Collision | Blocked:
        before, seen[article.id] = seen.get(article.id), hash(article)
        if before is not None:
            return Outcome.UNCHANGED if before == seen[article.id] else Outcome.CHANGED
        return archive.classify(article, origin, update=options.read.update) if archive else Outcome.NEW

    try:
        for _ in Intake(options.read, classify, report, observer).batches(sources):
            pass
    finally:
        if archive:
            archive.close()
    return report
