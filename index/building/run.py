"""One run of whatever writes an index: what it works on, and with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from index.archive import Archive
from index.building.workers import Workers
from index.engines.base import Backend
from index.generations import Fingerprints, Generations, expected_fingerprints
from index.observer import Observer
from index.turkish import TurkishAnalyzer, open_analyzer


@dataclass(frozen=True, slots=True)
class Run:
    """What one run holds open or knows, made once and handed on. `expected` are the fingerprints of what it builds."""

    archive: Archive
    analyzer: TurkishAnalyzer
    backend: Backend
    workers: Workers
    observer: Observer
    generations: Generations
    expected: Fingerprints


@contextmanager
def run_on(archive: Archive, backend: Backend, jobs: int, observer: Observer) -> Iterator[Run]:
    """A run on an archive that is open for writing, with `jobs` processes, 0 for one per core."""
    with closing(open_analyzer(archive.data)) as analyzer, Workers(jobs) as workers:
        generations = Generations(archive.data, backend.discard)
        expected = expected_fingerprints(backend.name, analyzer)
        yield Run(archive, analyzer, backend, workers, observer, generations, expected)
