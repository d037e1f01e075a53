"""Is a generation whole? Counted, read to its end, and asked for articles of the archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from index.archive import Archive
from index.building.run import Run
from index.building.workers import Workers
from index.document import to_document
from index.document.schema import TEXT_LEMMA
from index.engines.base import Backend, Probe
from index.generations import Generation
from index.observer import Observer
from index.turkish import TurkishAnalyzer

PROBES = 20
"""Articles, spread over the archive, that must be found by their ids and words."""
WORDS = 10


def check_segments(generation: Generation, backend: Backend, workers: Workers, observer: Observer) -> None:
    """Check everything that the engine can check.

    Raises:
        BrokenIndex: saying what is wrong.
    """
    checks = backend.checks(generation.path)
    observer.progress("verify", 0, len(checks))
    in_workers = workers.are_worth(len(checks))
    for done, _ in enumerate(workers.map(_run, checks) if in_workers else map(_run, checks), 1):
        observer.progress("verify", done, len(checks))


def _run(check: Callable[[], None]) -> None:
    """Run a check; in a worker."""
    check()


def check_generation(run: Run, generation: Generation) -> None:
    """Check that a generation holds what the archive holds. Raises BrokenIndex, saying what is wrong."""
    run.backend.verify(generation.path, run.archive.count(), list(_probes(run.archive, run.analyzer)))
    check_segments(generation, run.backend, run.workers, run.observer)


def _probes(archive: Archive, analyzer: TurkishAnalyzer) -> Iterator[Probe]:
    seqs = archive.seqs()
    chosen = {seqs[len(seqs) * number // PROBES] for number in range(PROBES)} if seqs else set()
    for seq in sorted(chosen | set(seqs[-1:])):
        stored = archive.stored(seq)
        assert stored is not None  # only the holder of the lock removes any, and that is us
        document = to_document(stored.article, stored.entities, seq, analyzer)
        words = dict.fromkeys(word for run in document.terms[TEXT_LEMMA.name] for word in run)
        yield Probe(document.id, tuple(words)[:WORDS])
