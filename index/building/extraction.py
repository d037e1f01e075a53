"""Entities of many articles, in worker processes where that pays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain

from index.article import Article, Entities
from index.building.workers import Workers
from index.entities import extract

CHUNK = 50

Work = tuple[str, str, date | None]


def extract_entities(articles: Sequence[Article], workers: Workers) -> Iterator[Entities]:
    """The entities of each article, in order."""
    work = [(a.title, a.body, a.published.day if a.published else None) for a in articles]
    if not workers.are_worth(len(work)):
        return iter(extract_all(work))
    return chain.from_iterable(workers.map(extract_all, _chunks(work)))


def extract_all(work: Iterable[Work]) -> list[Entities]:
    """The entities of some articles given as (title, body, publication day); runs in a worker."""
    return [extract(title, body, day) for title, body, day in work]


def _chunks(work: Sequence[Work]) -> Iterator[list[Work]]:
    return (list(work[i : i + CHUNK]) for i in range(0, len(work), CHUNK))
