"""Bring an index up to what the archive holds."""

from __future__ import annotations

import contextlib
import shutil
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from index.building.parts import PARTS, Part, build_part, partition, read_part, write_articles
from index.building.run import Run
from index.disk import replace_file
from index.document import facet_values, to_document
from index.engines.base import Backend, DocumentWriter
from index.entities import COUNTRIES_FILE, PEOPLE_FILE, Corrections, corrections_of, table_text
from index.errors import BrokenIndex, ClusterError, DataDirectoryError
from index.generations import ALIASES, COUNTRY_ALIASES, Fingerprints, Generation, Snapshot
from index.observer import Observer


def open_writer(generation: Generation, backend: Backend) -> DocumentWriter:
    """The writer of a generation, with the corrections that are in force there."""
    return backend.writer(generation.path, generation.corrections())


def tidy_up(run: Run) -> None:
    """Remove what crashes left beside the files of complete generations; a damaged one is left as it is."""
    for generation in run.generations.all():
        if generation.is_complete:
            with contextlib.suppress(BrokenIndex):  # whoever opens it says so
                run.backend.tidy(generation.path)


def lay_out(generation: Generation, backend: Backend, expected: Fingerprints, *, loading: bool = False) -> None:
    """Make an empty index in a new generation; `loading` says that a whole archive follows before anybody asks it.

    Raises:
        ClusterError: there is no generation then.
    """
    try:
        backend.create(generation.path, asdict(expected), loading=loading)
    except ClusterError:
        with contextlib.suppress(ClusterError):  # what the cluster has of it goes with the next orphans
            backend.discard(generation.path)
        shutil.rmtree(generation.path)
        raise


def index_pending(run: Run, generation: Generation, writer: DocumentWriter, *, stepwise: bool = False) -> int:
    """Write everything that the archive has and the index has not, and commit; says how many articles.

    An index holds all current versions up to its watermark, so that whatever a crash kept from being indexed is
    caught up with here. `stepwise` commits after each part: a run that is interrupted then loses only the last ones.
    The same articles come in the same order however many processes work.
    """
    after = writer.watermark
    seqs = run.archive.seqs(after)
    if not seqs:
        return 0
    ranges = partition(seqs, after, run.workers.jobs)
    parts = [Part(run.archive.data, generation.path, run.backend, first, last) for first, last in ranges]

    def tell(done: int) -> None:
        run.observer.progress("index", done, len(seqs))

    if run.workers.are_worth(len(seqs)):
        for folder in run.workers.map(build_part, parts, tell):
            writer.adopt(folder)
            if stepwise:
                writer.commit()
        (generation.path / PARTS).rmdir()
    else:
        done = 0

        def count(articles: int) -> None:
            nonlocal done
            done += articles
            tell(done)

        for part in parts:
            write_articles(read_part(run.archive, part), writer, run.analyzer, count)
            if stepwise:
                writer.commit()
    writer.commit()
    return len(seqs)


def put_aliases(data: Path, generation: Generation, backend: Backend, observer: Observer) -> str:
    """Give a generation the user's corrections, so that it answers the same until told otherwise; says their hash."""
    copies = {ALIASES: _table(data, PEOPLE_FILE), COUNTRY_ALIASES: _table(data, COUNTRIES_FILE)}
    corrections, problems = corrections_of(copies[ALIASES], copies[COUNTRY_ALIASES])
    for problem in problems:
        observer.warned(str(problem))
    for name, text in copies.items():
        replace_file(generation.path / name, text)
    backend.correct(generation.path, copies, corrections.hash)
    return corrections.hash


def put_corrections(run: Run, generation: Generation) -> str:
    """Put the user's corrections into force in a generation that has articles; says their hash.

    No text is read for it, but by an engine that writes corrected values: there the articles are written again whose
    values change.
    """
    before = generation.corrections()
    hash_ = put_aliases(run.archive.data, generation, run.backend, run.observer)
    if run.backend.corrects_when_writing and before.hash != hash_:
        _rewrite_corrected(run, generation, before)
    return hash_


def _rewrite_corrected(run: Run, generation: Generation, before: Corrections) -> None:
    """Write the articles again that other corrections count under other people or countries."""
    after = generation.corrections()
    with closing(open_writer(generation, run.backend)) as writer:
        for stored in run.archive.current():
            if stored.seq > writer.watermark:
                break
            values = facet_values(stored.article, stored.entities)
            if before.applied(values) != after.applied(values):
                writer.add(to_document(stored.article, stored.entities, stored.seq, run.analyzer))
        writer.commit()


def _table(data: Path, name: str) -> str:
    try:
        return table_text(data / name)
    except OSError as error:
        raise DataDirectoryError(
            data, f"{name} can't be read ({error.strerror})", "Correct its permissions, or move it away."
        ) from error


def snapshot_of(generation: Generation, writer: DocumentWriter) -> Snapshot:
    """The state that readers see now."""
    return Snapshot(generation.name, writer.commit(), generation.corrections().hash)
