"""Bring an index up to what the archive holds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from index.archive import Archive, StoredArticle
from index.build.report import Observer
from index.disk import replace_file
from index.document import to_document
from index.engines.base import DocumentWriter
from index.engines.whoosh.writer import WhooshWriter, create_index
from index.entities import load_corrections
from index.errors import DataDirectoryError
from index.generations import ALIASES, COUNTRY_ALIASES, Generation, Snapshot
from index.turkish import TurkishAnalyzer

CHUNK = 4_000
"""Articles whose unknown word forms are lemmatized together: enough to repay the start of worker processes."""

STEP = 100
"""Articles between two looks at memory and progress."""

PEOPLE_FILE = "people_aliases.tsv"
COUNTRIES_FILE = "countries_aliases.tsv"


def open_writer(generation: Generation) -> DocumentWriter:
    """The writer of a generation's engine."""
    return WhooshWriter(generation.path)


def lay_out(generation: Generation) -> None:
    """Make an empty index in a new generation."""
    create_index(generation.path)


def index_pending(
    archive: Archive, writer: DocumentWriter, analyzer: TurkishAnalyzer, observer: Observer, jobs: int
) -> int:
    """Write everything that the archive has and the index has not, and commit; says how many articles.

    An index holds all current versions up to its watermark, so that whatever a crash kept from being indexed is
    caught up with here.
    """
    after = writer.watermark
    total = archive.count(after)
    done = 0
    for chunk in _chunks(archive.current(after)):
        texts = [text for stored in chunk for text in (stored.article.title, stored.article.body)]
        analyzer.prepare(texts, jobs or os.cpu_count() or 1)
        for stored in chunk:
            writer.add(to_document(stored.article, stored.entities, stored.seq, analyzer))
            done += 1
            if done % STEP == 0:
                observer.progress("index", done, total)
                if writer.wants_commit:
                    writer.commit()
    if done:
        writer.commit()
    return done


def put_aliases(data: Path, generation: Generation, observer: Observer) -> str:
    """Give a generation the user's corrections, so that it answers the same until told otherwise; says their hash."""
    copies = {ALIASES: _text_of(data, PEOPLE_FILE), COUNTRY_ALIASES: _text_of(data, COUNTRIES_FILE)}
    corrections, problems = load_corrections(data / PEOPLE_FILE, data / COUNTRIES_FILE)
    for problem in problems:
        observer.warned(str(problem))
    for name, text in copies.items():
        replace_file(generation.path / name, text)
    return corrections.hash


def _text_of(data: Path, name: str) -> str:
    source = data / name
    try:
        return source.read_bytes().decode("utf-8-sig", errors="replace") if source.exists() else ""
    except OSError as error:
        raise DataDirectoryError(data, f"{name} can't be read ({error.strerror})", "Mend the file.") from error


def snapshot_of(generation: Generation, writer: DocumentWriter) -> Snapshot:
    """The state that readers see now."""
    return Snapshot(generation.name, writer.commit(), generation.corrections().hash)


def _chunks(articles: Iterator[StoredArticle]) -> Iterator[list[StoredArticle]]:
    while chunk := list(islice(articles, CHUNK)):
        yield chunk
