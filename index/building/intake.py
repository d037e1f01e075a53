"""What a run reads: each record counted, the new and changed ones gathered into batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index.archive import Blocked, Collision, Outcome
from index.article import Article, BadRecord
from index.building.report import BuildReport
from index.errors import SourceError
from index.observer import Observer
from index.readers import ReadOptions, language_of, read_files

FIRST_BATCH = 1_000
LARGEST_BATCH = 8_000
"""Articles of a durable batch: small at first, so that something is safe soon, then larger, since each commit makes a
segment."""

HOME = "tr"
"""The language that an archive is expected to be in."""

Classify = Callable[[Article, str], Outcome | Collision | Blocked]


@dataclass(frozen=True, slots=True)
class Item:
    """An article to be stored, and the file that it came from."""

    article: Article
    origin: str


class Intake:
    """Reads sources and counts into a report."""

    def __init__(self, options: ReadOptions, classify: Classify, report: BuildReport, observer: Observer) -> None:
        self._options = options
        self._classify = classify
        self._report = report
        self._observer = observer

    def batches(self, sources: Sequence[str]) -> Iterator[list[Item]]:
        """Batches of new and changed articles; each must be stored before the next is asked for.

        Raises:
            SourceError: a source as a whole can't be read.
        """
        batch: dict[str, Item] = {}
        try:
            yield from self._batches(sources, batch)
        except SourceError:
            # What was read before is not lost with it.
            if batch:
                yield list(batch.values())
            raise

    def _batches(self, sources: Sequence[str], batch: dict[str, Item]) -> Iterator[list[Item]]:
        size = FIRST_BATCH
        for origin, record in self._records(sources):
            if isinstance(record, BadRecord):
                self._reject(record)
                continue
            waiting = batch.get(record.id)
            if waiting and waiting.article == record:
                self._report.unchanged += 1
                continue
            if batch and (waiting or len(batch) >= size):
                # An id that comes again is classified against its stored self.
                yield list(batch.values())
                size = size if waiting else min(size * 2, LARGEST_BATCH)
                batch.clear()
            if self._wanted(record, origin):
                batch[record.id] = Item(record, origin)
        if batch:
            yield list(batch.values())

    def _records(self, sources: Sequence[str]) -> Iterator[tuple[str, Article | BadRecord]]:
        for source in sources:
            for file in read_files(source, self._options):
                for record in file.records:
                    self._report.read += 1
                    if self._report.read % 100 == 0:
                        self._observer.progress("read", self._report.read, None)
                    yield file.origin, record

    def _speaks(self, article: Article) -> bool:
        """Counts what is not Turkish; whether the language is one that is wanted. An unknown one always is."""
        language = language_of(article.body)
        if language and language != HOME:
            self._report.languages[language] = self._report.languages.get(language, 0) + 1
        wanted = self._options.languages
        return not wanted or language is None or language in wanted

    def _wanted(self, article: Article, origin: str) -> bool:
        match self._classify(article, origin):
            case Collision(reason):
                self._reject(BadRecord(origin, reason, field="id"))
                return False
            case Blocked(reason):
                self._report.blocked += 1
                self._observer.blocked(BadRecord(origin, reason))
                return False
            case Outcome.UNCHANGED:
                self._report.unchanged += 1
                return False
            # Asked last: it is the most of the work on an article that is known already.
            case _ if not self._speaks(article):
                self._report.left_out += 1
                return False
            case Outcome.NEW:
                self._report.added += 1
            case Outcome.CHANGED:
                self._report.changed += 1
        return True

    def _reject(self, record: BadRecord) -> None:
        self._report.rejected += 1
        self._observer.rejected(record)
