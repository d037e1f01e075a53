"""Is a generation whole? Counted, read to its end, and asked for articles of the archive."""

from __future__ import annotations

from collections.abc import Iterator

from index.archive import Archive
from index.build.workers import Workers
from index.document import to_document
from index.engines.whoosh.files import damaged_files
from index.engines.whoosh.inspection import Probe, check_segment, segment_names, verify
from index.errors import BrokenIndex
from index.generations import Generation
from index.schema import TEXT_LEMMA
from index.turkish import TurkishAnalyzer

PROBES = 20
"""Articles, spread over the archive, that must be found by their ids and words."""
WORDS = 10


def check_segments(generation: Generation, workers: Workers) -> None:
    """Read every segment to its end, and compare its files' checksums. Raises BrokenIndex, saying what is wrong."""
    for file, problem in damaged_files(generation.path):
        raise BrokenIndex(generation.path, f"its file {file} {problem}")
    names = segment_names(generation.path)
    if workers.are_worth(len(names)):
        list(workers.map(check_segment, names))
    else:
        for name in names:
            check_segment(name)


def check_generation(generation: Generation, archive: Archive, analyzer: TurkishAnalyzer, workers: Workers) -> None:
    """Check that a generation holds what the archive holds. Raises BrokenIndex, saying what is wrong."""
    verify(generation.path, archive.count(), list(_probes(archive, analyzer)))
    check_segments(generation, workers)


def _probes(archive: Archive, analyzer: TurkishAnalyzer) -> Iterator[Probe]:
    seqs = archive.seqs()
    chosen = {seqs[len(seqs) * number // PROBES] for number in range(PROBES)} if seqs else set()
    for seq in sorted(chosen | set(seqs[-1:])):
        stored = archive.stored(seq)
        assert stored is not None  # only the holder of the lock removes any, and that is us
        document = to_document(stored.article, stored.entities, seq, analyzer)
        words = dict.fromkeys(word for run in document.terms[TEXT_LEMMA.name] for word in run)
        yield Probe(document.id, tuple(words)[:WORDS])
