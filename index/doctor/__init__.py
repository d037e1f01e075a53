"""`haberara doctor`: is everything as it should be, and if not, which command mends it.

place     the directory: disk, lock, what was left unfinished
stored    the archive
derived   the index and the lemma cache, which can be made again

Nothing is changed: not even by opening.
"""

from __future__ import annotations

from pathlib import Path

from index.doctor.derived import examine_index
from index.doctor.finding import Finding, Severity
from index.doctor.place import examine_place
from index.doctor.stored import examine_archive
from index.engines.choice import WHOOSH, EngineChoice
from index.engines.registry import backend_of
from index.errors import DataDirectoryError
from index.observer import SILENT, Observer

__all__ = ["Finding", "Severity", "examine"]


def examine(data: Path, engine: EngineChoice = WHOOSH, observer: Observer = SILENT) -> list[Finding]:
    """All findings, in the order in which they should be mended.

    Raises:
        DataDirectoryError: there is no data directory.
    """
    if not data.is_dir():
        raise DataDirectoryError(data, "does not exist", "Run `haberara add SOURCE`, or choose another with --data.")
    return [*examine_place(data), *examine_archive(data, observer), *examine_index(data, backend_of(engine))]
