"""Bring an index up to what the archive holds."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from index.archive import Archive
from index.build.parts import build_part, partition, read_part, write_articles
from index.build.report import Observer
from index.build.workers import Workers
from index.disk import replace_file
from index.engines.base import DocumentWriter
from index.engines.whoosh.tidying import tidy
from index.engines.whoosh.writer import PARTS, WhooshWriter, create_index
from index.entities import load_corrections
from index.errors import BrokenIndex, DataDirectoryError
from index.generations import ALIASES, COUNTRY_ALIASES, Generation, Generations, Snapshot
from index.turkish import TurkishAnalyzer

PEOPLE_FILE = "people_aliases.tsv"
COUNTRIES_FILE = "countries_aliases.tsv"


def open_writer(generation: Generation) -> DocumentWriter:
    """The writer of a generation's engine."""
    return WhooshWriter(generation.path)


def tidy_up(generations: Generations) -> None:
    """Remove what crashes left beside the files of complete generations; a damaged one is left as it is."""
    for generation in generations.all():
        if generation.is_complete:
            with contextlib.suppress(BrokenIndex):  # whoever opens it says so
                tidy(generation.path)


def lay_out(generation: Generation) -> None:
    """Make an empty index in a new generation."""
    create_index(generation.path)


def index_pending(
    archive: Archive,
    generation: Generation,
    writer: DocumentWriter,
    analyzer: TurkishAnalyzer,
    workers: Workers,
    told: Callable[[int, int], None],
    *,
    stepwise: bool = False,
) -> int:
    """Write everything that the archive has and the index has not, and commit; says how many articles.

    An index holds all current versions up to its watermark, so that whatever a crash kept from being indexed is
    caught up with here. `stepwise` commits after each part: a run that is interrupted then loses only the last ones.
    `told` hears how many articles of how many are done. The same articles come in the same order however many
    processes work.
    """
    after = writer.watermark
    seqs = archive.seqs(after)
    if not seqs:
        return 0
    parts = partition(archive.data, generation, seqs, after, workers.jobs)
    if workers.are_worth(len(seqs)):
        for folder in workers.map(build_part, parts, lambda done: told(done, len(seqs))):
            writer.adopt(folder)
            if stepwise:
                writer.commit()
        (generation.path / PARTS).rmdir()
    else:
        done = 0

        def count(articles: int) -> None:
            nonlocal done
            done += articles
            told(done, len(seqs))

        for part in parts:
            write_articles(read_part(archive, part), writer, analyzer, count)
            if stepwise:
                writer.commit()
    writer.commit()
    return len(seqs)


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
