"""Is the live index what this program would make of the archive now? Asked without locks, writing or morphology."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from index.archive import Archive
from index.engines.base import Backend
from index.engines.choice import WHOOSH
from index.errors import IndexUnusable
from index.generations import Generations, expected_fingerprints


@dataclass(frozen=True, slots=True)
class Currency:
    """`rebuild` says why the index should be built again, None if it need not; else `pending` articles are missing."""

    rebuild: str | None
    pending: int

    @property
    def is_current(self) -> bool:
        """Whether there is nothing to do."""
        return self.rebuild is None and not self.pending


def needs_rebuild(data: Path, engine: str = WHOOSH.name) -> str | None:
    """Why an engine's live index should be built again, as its manifest tells; None if it need not. Changes nothing."""
    expected = expected_fingerprints(engine)
    try:
        generation = Generations(data).current()
        generation.check(expected)
        if generation.manifest().fingerprints != expected:
            return "its people, countries and dates were found by older rules"
    except IndexUnusable as error:
        return error.message
    return None


def currency(archive: Archive, backend: Backend) -> Currency:
    """Compare the live index with the archive: fingerprints, the newest article, the count."""
    reason = needs_rebuild(archive.data, backend.name)
    if reason:
        return Currency(reason, 0)
    generation = Generations(archive.data).current()
    try:
        documents, watermark = backend.holdings(generation.path)
    except IndexUnusable as error:
        return Currency(error.message, 0)
    pending, articles = archive.count(watermark), archive.count()
    if not pending and documents != articles:
        return Currency(f"it holds {documents} articles where the archive has {articles}", 0)
    return Currency(None, pending)
