"""`haberara add`: sources into the archive, and from there into the live index."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from index.archive import Archive, Blocked, Collision, Outcome
from index.article import Article
from index.building.extraction import extract_entities
from index.building.indexing import index_pending, lay_out, open_writer, put_aliases, snapshot_of, tidy_up
from index.building.intake import Intake, Item
from index.building.report import Acknowledgement, BuildReport, Observer
from index.building.stories import place
from index.building.workers import Workers
from index.engines.base import DocumentWriter
from index.engines.choice import WHOOSH, EngineChoice
from index.engines.registry import backend_of
from index.entities import fingerprint as entities_fingerprint
from index.errors import IndexUnusable, NoIndex, TooManyRejects
from index.fingerprints import expected_fingerprints
from index.generations import Generation, Generations
from index.readers import ReadOptions
from index.turkish import TurkishAnalyzer, open_analyzer
from index.version import VERSION
from index.writing import writing


@dataclass(frozen=True, slots=True)
class AddOptions:
    """How to add. `max_rejects` is how many rejected records are put up with; `jobs` 0 means one per core."""

    read: ReadOptions = field(default_factory=ReadOptions)
    max_rejects: int = 1_000
    dry_run: bool = False
    engine: EngineChoice = WHOOSH
    jobs: int = 0


def add(data: Path, sources: Sequence[str], options: AddOptions, observer: Observer | None = None) -> BuildReport:
    """Read sources, store what is new or changed, and index it.

    What can't be read is reported and left out; the rest goes on.

    Raises:
        SourceError: a source as a whole can't be read; the batches before it are kept.
        TooManyRejects: at the end, with everything readable stored and indexed.
        IndexUnusable: the articles are stored, but the index must be rebuilt to hold them.
        LockedError, DataDirectoryError, ArchiveError: nothing was done.
    """
    watching = observer or Observer()
    began = time.perf_counter()
    if options.dry_run:
        report = _dry_run(data, sources, options, watching)
    else:
        with writing(data, "add", options.engine) as archive, closing(open_analyzer(data)) as analyzer:
            report = _Addition(archive, analyzer, options, watching).run(sources)
    report.seconds = time.perf_counter() - began
    if report.rejected > options.max_rejects:
        raise TooManyRejects(report.rejected, options.max_rejects, report)
    return report


class _Addition:
    """One run of `add`."""

    def __init__(self, archive: Archive, analyzer: TurkishAnalyzer, options: AddOptions, observer: Observer) -> None:
        self._archive = archive
        self._analyzer = analyzer
        self._options = options
        self._observer = observer
        self._report = BuildReport()
        self._stored = 0

    def run(self, sources: Sequence[str]) -> BuildReport:
        generation, writer, unusable = self._live_index()
        intake = Intake(self._options.read, self._classify, self._report, self._observer)
        try:
            with Workers(self._options.jobs) as workers:
                for batch in intake.batches(sources):
                    self._store(batch, workers)
                    self._index(generation, writer, workers)
                # Articles that an earlier run stored but could not index any more.
                if writer and self._archive.count(writer.watermark):
                    self._index(generation, writer, workers)
        finally:
            if writer:
                writer.close()
        if unusable:
            raise unusable
        return self._report

    def _classify(self, article: Article, origin: str) -> Outcome | Collision | Blocked:
        return self._archive.classify(article, origin, update=self._options.read.update)

    def _live_index(self) -> tuple[Generation | None, DocumentWriter | None, IndexUnusable | None]:
        """The live generation, made if there is none; an unusable one is left alone, and said at the end."""
        engine = self._options.engine
        generations = Generations(self._archive.data, backend_of(engine).discard)
        expected = expected_fingerprints(engine.name, self._analyzer)
        tidy_up(generations, engine)
        # An interrupted `reindex` may go on later.
        generations.clear_unfinished(keep=generations.resumable(expected))
        try:
            generation = generations.current()
            generation.check(expected)
            return generation, _usable_writer(generation, engine), None
        except NoIndex:
            generation = generations.create()
            lay_out(generation, engine, expected)
            put_aliases(self._archive.data, generation, engine, self._observer)
            generations.complete(generation, expected, VERSION)
            generations.make_current(generation)
            return generation, _usable_writer(generation, engine), None
        except IndexUnusable as error:
            return None, None, error

    def _store(self, batch: Sequence[Item], workers: Workers) -> None:
        rules = entities_fingerprint()
        found = extract_entities([item.article for item in batch], workers)
        with self._archive.transaction():
            stored = [
                (self._archive.store(item.article, entities, origin=item.origin, entities_fingerprint=rules), item)
                for item, entities in zip(batch, found, strict=True)
            ]
            place(self._archive, [(seq, item.article) for seq, item in stored])
        self._stored += len(batch)

    def _index(self, generation: Generation | None, writer: DocumentWriter | None, workers: Workers) -> None:
        snapshot = None
        if generation and writer:
            engine = self._options.engine
            self._report.indexed += index_pending(
                self._archive, generation, engine, writer, self._analyzer, workers, self._tell_indexed
            )
            snapshot = snapshot_of(generation, writer)
        self._observer.committed(Acknowledgement(self._stored, snapshot))

    def _tell_indexed(self, done: int, total: int) -> None:
        self._observer.progress("index", done, total)


def _usable_writer(generation: Generation, engine: EngineChoice) -> DocumentWriter:
    """A writer whose committed segments can be read, of an index that answers. Raises IndexUnusable."""
    backend_of(engine).publish(generation.path)
    writer = open_writer(generation, engine)
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
