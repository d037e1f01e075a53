"""`haberara rollback`: the generation before the live one answers again."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.building.indexing import index_pending, open_writer, put_corrections, snapshot_of
from index.building.reindex import opened
from index.building.run import Run
from index.building.verification import check_generation
from index.engines.choice import WHOOSH, EngineChoice
from index.engines.registry import backend_of
from index.errors import BrokenIndex, IndexUnusable, RollbackError, StaleIndex
from index.generations import Generation, Generations
from index.observer import SILENT, Observer

REBUILD = "Run `haberara reindex` to build the index again."


@dataclass(frozen=True, slots=True)
class RollbackReport:
    """Which index answers now and which did, when the one that answers was built, how many articles it lacked."""

    snapshot: str
    before: str | None
    created: str
    indexed: int
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return {**asdict(self), "seconds": round(self.seconds, 3)}


def rollback(
    data: Path, *, engine: EngineChoice = WHOOSH, jobs: int = 0, observer: Observer = SILENT
) -> RollbackReport:
    """Let the previous generation answer, after it has caught up with the archive and was verified.

    The generation that answered until now is kept until the next run that writes, for the requests that are under way.

    Raises:
        RollbackError: there is no earlier generation, or it can't be read any more; nothing was changed.
        LockedError, DataDirectoryError, ArchiveError, DiskFull: nothing was changed.
    """
    began = time.perf_counter()
    with opened(data, "rollback", backend_of(engine), jobs, observer) as run:
        before = _answering(run.generations)
        chosen = run.generations.previous()
        name = f"The earlier index {chosen.name}"
        try:
            chosen.check(run.expected)
            indexed, snapshot = _caught_up(run, chosen)
        except StaleIndex as error:
            raise RollbackError(f"{name} can't be read any more: {error.message}", REBUILD) from error
        except BrokenIndex as error:
            raise RollbackError(f"{name} can't be used: {error.message}", REBUILD) from error
        run.generations.make_current(chosen)
        run.backend.publish(chosen.path)
    return RollbackReport(snapshot, before, chosen.manifest().created, indexed, time.perf_counter() - began)


def _answering(generations: Generations) -> str | None:
    try:
        return generations.current().name
    except IndexUnusable:  # a reason to go back
        return None


def _caught_up(run: Run, chosen: Generation) -> tuple[int, str]:
    """Index what was added since, put the user's corrections into force, verify."""
    run.backend.tidy(chosen.path)
    put_corrections(run, chosen)
    with closing(open_writer(chosen, run.backend)) as writer:
        indexed = index_pending(run, chosen, writer, stepwise=True)
        snapshot = str(snapshot_of(chosen, writer))
    check_generation(run, chosen)
    return indexed, snapshot
