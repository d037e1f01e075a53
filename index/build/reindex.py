"""`haberara reindex`: the archive into a new generation beside the live one, verified, then made current."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from itertools import islice
from pathlib import Path

from index.archive import Archive, StoredArticle
from index.build.extraction import extract_entities
from index.build.indexing import index_pending, lay_out, open_writer, put_aliases
from index.build.report import BuildReport, Observer
from index.build.workers import Workers
from index.engines.whoosh.inspection import verify
from index.entities import fingerprint as entities_fingerprint
from index.errors import BrokenIndex, IndexUnusable
from index.fingerprints import expected_fingerprints
from index.generations import Generations
from index.locks import writer_lock
from index.session import writing
from index.turkish import TurkishAnalyzer, open_analyzer
from index.version import VERSION

log = logging.getLogger(__name__)

CHUNK = 1_000


def reindex(data: Path, *, engine: str = "whoosh", jobs: int = 0, observer: Observer | None = None) -> BuildReport:
    """Build a new generation from the whole archive; searches go on in the old one until it is verified.

    Raises:
        BrokenIndex: what was built does not hold what the archive holds; the old generation stays live.
        LockedError, DataDirectoryError, ArchiveError: nothing was done.
    """
    watching = observer or Observer()
    began = time.perf_counter()
    with _opened(data) as (archive, analyzer):
        report = _rebuild(archive, analyzer, engine, jobs, watching)
    report.seconds = time.perf_counter() - began
    return report


def reindex_if_needed(
    data: Path, *, engine: str = "whoosh", jobs: int = 0, observer: Observer | None = None
) -> BuildReport | None:
    """Rebuild if the live index is missing, stale or damaged, catch up if it is only behind; None if it is current."""
    watching = observer or Observer()
    began = time.perf_counter()
    with _opened(data) as (archive, analyzer):
        reason = _why_rebuild(data, analyzer, engine)
        report = None
        if not reason:
            try:
                report = _catch_up(archive, analyzer, jobs, watching)
            except BrokenIndex as error:
                reason = error.message
        if reason:
            watching.warned(f"The index is built again: {reason}")
            report = _rebuild(archive, analyzer, engine, jobs, watching)
    if report is None:
        return None
    report.seconds = time.perf_counter() - began
    return report


@contextmanager
def _opened(data: Path) -> Iterator[tuple[Archive, TurkishAnalyzer]]:
    """Archive and analyzer for the one writer."""
    with writing(data, "reindex", create=False) as archive, closing(open_analyzer(data)) as analyzer:
        yield archive, analyzer


def reindex_facets(data: Path, observer: Observer | None = None) -> str:
    """Put the user's corrections into force in the live index without reading any text; says their hash."""
    with writer_lock(data, "reindex --facets"):
        return put_aliases(data, Generations(data).current(), observer or Observer())


def needs_rebuild(data: Path, engine: str = "whoosh") -> str | None:
    """Why the live index should be built again; None if it need not. Changes nothing."""
    with closing(open_analyzer(data, keep=False)) as analyzer:
        return _why_rebuild(data, analyzer, engine)


def _why_rebuild(data: Path, analyzer: TurkishAnalyzer, engine: str) -> str | None:
    expected = expected_fingerprints(engine, analyzer)
    try:
        generation = Generations(data).current()
        generation.check(expected)
        if generation.manifest().fingerprints != expected:
            return "its people, countries and dates were found by older rules"
    except IndexUnusable as error:
        return error.message
    return None


def _catch_up(archive: Archive, analyzer: TurkishAnalyzer, jobs: int, observer: Observer) -> BuildReport | None:
    generation = Generations(archive.data).current()
    with closing(open_writer(generation)) as writer, Workers(jobs) as workers:
        if not archive.count(writer.watermark):
            return None
        told = partial(observer.progress, "index")
        return BuildReport(indexed=index_pending(archive, generation, writer, analyzer, workers, told, stepwise=True))


def _rebuild(archive: Archive, analyzer: TurkishAnalyzer, engine: str, jobs: int, observer: Observer) -> BuildReport:
    generations = Generations(archive.data)
    generations.clear_unfinished()
    with Workers(jobs) as workers:
        _refresh_entities(archive, workers, observer)
        generation = generations.create()
        lay_out(generation)
        told = partial(observer.progress, "index")
        with closing(open_writer(generation)) as writer:
            indexed = index_pending(archive, generation, writer, analyzer, workers, told, stepwise=True)
    put_aliases(archive.data, generation, observer)
    verify(generation.path, archive.count(), _probes(archive))
    generations.complete(generation, expected_fingerprints(engine, analyzer), VERSION)
    generations.make_current(generation)
    generations.prune()
    _remove_old_caches(archive.data, analyzer.fingerprint)
    return BuildReport(indexed=indexed)


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
    total = archive.count()
    done = 0
    articles = iter(archive.current())
    while chunk := list(islice(articles, CHUNK)):
        stale = [stored for stored in chunk if stored.entities_fingerprint != rules]
        if stale:
            _extract_again(archive, stale, workers, rules)
        done += len(chunk)
        observer.progress("entities", done, total)


def _extract_again(archive: Archive, stale: list[StoredArticle], workers: Workers, rules: str) -> None:
    found = extract_entities([stored.article for stored in stale], workers)
    with archive.transaction():
        for stored, entities in zip(stale, found, strict=True):
            archive.replace_entities(stored.seq, entities, rules)


def _probes(archive: Archive) -> list[str]:
    """The ids of the first articles: a sample that verification must find."""
    return [stored.article.id for stored in islice(archive.current(), 20)]
