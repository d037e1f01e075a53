"""Entities of many articles, in worker processes where that pays."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from itertools import chain
from types import TracebackType
from typing import Self

from index.article import Article, Entities
from index.entities import extract

WORTH_WORKERS = 400
"""Articles from which on starting processes (about a second each) is repaid."""

CHUNK = 50

Work = tuple[str, str, date | None]


class Extractor:
    """Extracts entities; starts its processes when they are first worth it. A context manager."""

    def __init__(self, jobs: int = 0) -> None:
        self._jobs = jobs or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def extract(self, articles: Sequence[Article]) -> Iterator[Entities]:
        """The entities of each article, in order."""
        work = [(a.title, a.body, a.published.day if a.published else None) for a in articles]
        if self._jobs == 1 or (self._pool is None and len(work) < WORTH_WORKERS):
            return iter(extract_all(work))
        if self._pool is None:
            # Spawned, not forked: the same on every platform, and safe beside threads.
            self._pool = ProcessPoolExecutor(self._jobs, mp_context=multiprocessing.get_context("spawn"))
        return chain.from_iterable(self._pool.map(extract_all, _chunks(work)))


def extract_all(work: Iterable[Work]) -> list[Entities]:
    """The entities of some articles given as (title, body, publication day); runs in a worker."""
    return [extract(title, body, day) for title, body, day in work]


def _chunks(work: Sequence[Work]) -> Iterator[list[Work]]:
    return (list(work[i : i + CHUNK]) for i in range(0, len(work), CHUNK))
