"""An index in parts: each a run of articles that one process makes a small index of, taken over in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from math import ceil
from pathlib import Path

from index.archive import Archive, StoredArticle
from index.building.workers import advance
from index.document import to_document
from index.engines.base import Backend, DocumentWriter
from index.generations import Generation
from index.turkish import TurkishAnalyzer, open_analyzer

PARTS = "parts"
"""The folder of a generation with the parts that workers write."""

PART = 5_000
"""Articles of a part at most: what an interrupt loses of each worker, some ten seconds, and a segment that is worth
its cost to every search."""

SMALLEST = 200
"""Articles of a part at least, where there are more processes than work."""

CHUNK = 500
CHUNK_TEXT = 4_000_000
"""Articles whose unknown words are worked out together; fewer if they have so many characters."""

STEP = 50
"""Articles between two looks at progress."""


@dataclass(frozen=True, slots=True)
class Part:
    """The articles of the archive in `data` after the number `after` up to `last`, for an index of them."""

    data: Path
    generation: Path
    backend: Backend
    after: int
    last: int

    @property
    def folder(self) -> Path:
        """Where the part's index is put."""
        return self.generation / PARTS / str(self.last)


def partition(seqs: Sequence[int], after: int, jobs: int) -> list[tuple[int, int]]:
    """Cut the numbers of articles into ranges: none is too large, and each process has as many as the others.

    Each range is the number after which it begins, the first of all `after`, and its last number.
    """
    count = max(1, min(ceil(ceil(len(seqs) / PART) / jobs) * jobs, len(seqs) // SMALLEST))
    if jobs == 1:
        count = ceil(len(seqs) / PART)
    lasts = [seqs[len(seqs) * (number + 1) // count - 1] for number in range(count)]
    return list(zip([after, *lasts[:-1]], lasts, strict=True))


def read_part(archive: Archive, part: Part) -> Iterator[StoredArticle]:
    """The articles of a part."""
    return takewhile(lambda stored: stored.seq <= part.last, archive.current(part.after))


def build_part(part: Part) -> Path:
    """Make the index of a part; runs in a worker, which opens archive and lemma cache for itself."""
    corrections = Generation(part.generation).corrections()
    opened = part.backend.part_writer(part.generation, part.folder, corrections)
    with Archive.open_readonly(part.data) as archive, closing(opened) as writer:
        write_articles(read_part(archive, part), writer, _analyzer(part.data), advance)
        writer.commit()
    return part.folder


def write_articles(
    articles: Iterable[StoredArticle], writer: DocumentWriter, analyzer: TurkishAnalyzer, tell: Callable[[int], None]
) -> None:
    """Analyze articles and write them; what is too much for memory is committed on the way."""
    for chunk in _chunks(articles):
        analyzer.prepare(text for stored in chunk for text in (stored.article.title, stored.article.body))
        for first in range(0, len(chunk), STEP):
            some = chunk[first : first + STEP]
            for stored in some:
                writer.add(to_document(stored.article, stored.entities, stored.seq, analyzer, story=stored.story))
            tell(len(some))
            if writer.wants_commit:
                writer.commit()


@lru_cache(maxsize=1)
def _analyzer(data: Path) -> TurkishAnalyzer:
    return open_analyzer(data)


def _chunks(articles: Iterable[StoredArticle]) -> Iterator[list[StoredArticle]]:
    chunk: list[StoredArticle] = []
    size = 0
    for stored in articles:
        chunk.append(stored)
        size += len(stored.article.body)
        if len(chunk) == CHUNK or size >= CHUNK_TEXT:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
