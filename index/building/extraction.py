"""Entities of many articles, in worker processes where that pays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from typing import TypeVar

from index.article import Article, Entities
from index.building.workers import Workers
from index.entities import ExplainedEntities, explain, extract

CHUNK = 50

Work = tuple[str, str, date | None]
Found = TypeVar("Found")


def extract_entities(articles: Sequence[Article], workers: Workers) -> Iterator[Entities]:
    """The entities of each article, in order."""
    return _of_each(articles, workers, extract_all)


def explain_entities(articles: Sequence[Article], workers: Workers) -> Iterator[ExplainedEntities]:
    """The entities of each article with the rules that took the people, in order."""
    return _of_each(articles, workers, explain_all)


def _of_each(
    articles: Sequence[Article], workers: Workers, function: Callable[[Iterable[Work]], list[Found]]
) -> Iterator[Found]:
    work = [(a.title, a.body, a.published.day if a.published else None) for a in articles]
    if not workers.are_worth(len(work)):
        return iter(function(work))
    return chain.from_iterable(workers.map(function, _chunks(work)))


def extract_all(work: Iterable[Work]) -> list[Entities]:
    """The entities of some articles given as (title, body, publication day); runs in a worker."""
    return [extract(title, body, day) for title, body, day in work]


def explain_all(work: Iterable[Work]) -> list[ExplainedEntities]:
    """The same, explained; runs in a worker."""
    return [explain(title, body, day) for title, body, day in work]


def _chunks(work: Sequence[Work]) -> Iterator[list[Work]]:
    return (list(work[i : i + CHUNK]) for i in range(0, len(work), CHUNK))
