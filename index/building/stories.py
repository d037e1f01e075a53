"""Putting articles among the stories of the archive: each batch as it is stored, all of them at a reindex."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

from index.archive import Archive
from index.archive.stories import body_of, forget_stories, keep_stories, known_stories, name_by_first, seqs_by_day
from index.article import Article
from index.observer import Observer
from index.stories import WINDOW, Stories, shingles

CHUNK = 4_000
"""Articles that are placed together at a reindex."""

_TEXTS_KEPT = 4_000
"""Shingles of earlier articles that are kept while a batch is placed: 3 KB each."""


def place(archive: Archive, articles: Sequence[tuple[int, Article]]) -> None:
    """Find and store the stories of articles that were just stored, given with their numbers.

    Articles that are known already stay where they are: the live index has them so.
    """
    new = {seq for seq, _ in articles}
    days = [_day(article) for _, article in articles]
    dated = [day for day in days if day is not None]
    # An undated article may be a copy of any.
    span = (min(dated) - WINDOW, max(dated) + WINDOW) if dated and len(dated) == len(days) else None
    runs_of = lru_cache(_TEXTS_KEPT)(lambda seq: shingles(body_of(archive, seq)))
    stories = Stories([known for known in known_stories(archive, span) if known.seq not in new], runs_of)
    placed = stories.place(
        [(seq, day, shingles(article.body)) for (seq, article), day in zip(articles, days, strict=True)]
    )
    keep_stories(archive, placed)


def place_all(archive: Archive, observer: Observer) -> None:
    """Find the stories of all current articles anew, in the order of their publication."""
    seqs = seqs_by_day(archive)
    numbers = iter(seqs)
    done = 0
    with archive.transaction():
        forget_stories(archive)
        while chunk := list(islice(numbers, CHUNK)):
            stored = [found for seq in chunk if (found := archive.stored(seq))]
            place(archive, [(one.seq, one.article) for one in stored])
            done += len(chunk)
            observer.progress("stories", done, len(seqs))
        name_by_first(archive)


def _day(article: Article) -> int | None:
    return article.published.day.toordinal() if article.published else None
