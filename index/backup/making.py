"""`haberara backup`: a consistent copy while searches, and writers, go on.

The live index is copied first and the archive after it, so that the archive has whatever the index has; what it has
more is indexed after a restore.
"""

from __future__ import annotations

import shutil
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.archive.connection import FILE_NAME, Copied, copy_into
from index.archive.tombstones import FILE_NAME as TOMBSTONES
from index.backup.manifest import NAME, BackupManifest, FileEntry, copy_file, describe
from index.backup.target import check_target, make_room, publish, staging
from index.engines.registry import files_of
from index.entities import COUNTRIES_FILE, PEOPLE_FILE
from index.errors import BackupError, BrokenIndex, IndexUnusable
from index.generations import CURRENT, Generations
from index.observer import SILENT, Observer
from index.removal import PENDING
from index.version import VERSION

ATTEMPTS = 5
TABLES = (PEOPLE_FILE, COUNTRIES_FILE)
"""The user's own files."""


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What was backed up. `index` says why no index was copied, empty if one was; `bytes` is the size of all files."""

    target: str
    articles: int
    generation: str | None
    index: str
    files: int
    bytes: int
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return {**asdict(self), "seconds": round(self.seconds, 3)}


def backup(data: Path, target: Path, observer: Observer = SILENT) -> BackupReport:
    """Copy a data directory to `target`, in place of a backup that is there.

    Raises:
        BackupError: the target holds something else, or lies inside the data directory; or a removal is under way.
        DiskFull: nothing is left of the copy; a backup that was there before is as it was.
        ArchiveError, DataDirectoryError: the archive can't be read, or the disk is full.
    """
    began = time.perf_counter()
    check_target(data, target)
    with staging(target) as stage:
        copy = _copied(data, stage, observer)
        for checked, (name, entry) in enumerate(copy.files.items(), 1):
            if describe(stage / name) != entry:
                raise BackupError(f"{name} is not in the copy as it was read.", "Check the disk of the backup.")
            observer.progress("verify", checked, len(copy.files))
        manifest = copy.manifest()
        (stage / NAME).write_text(manifest.text(), encoding="utf-8", newline="\n")
        publish(stage, target)
    seconds = time.perf_counter() - began
    return BackupReport(
        str(target), manifest.articles, manifest.generation, copy.problem, len(manifest.files), manifest.bytes, seconds
    )


@dataclass(slots=True)
class _Copy:
    """A copy that is being made."""

    data: Path
    stage: Path
    observer: Observer
    files: dict[str, FileEntry] = field(default_factory=dict)
    generation: str | None = None
    problem: str = ""
    archive: Copied = Copied(0, 0)  # noqa: RUF009 -- frozen

    def take(self, source: Path, name: str) -> None:
        """Copy one file."""
        make_room(source.stat().st_size, self.stage)
        self.observer.progress("copy", len(self.files), None)
        self.files[name] = copy_file(source, self.stage / name)

    def take_index(self) -> None:
        """Copy the live index."""
        generation = Generations(self.data).current()
        files = files_of(generation.manifest().fingerprints.engine)
        if files is None:
            raise IndexUnusable("It is in an OpenSearch cluster, which makes snapshots of its own.")
        folder = f"index/{generation.name}"
        for file in files.committed(generation.path):
            self.take(file, f"{folder}/{file.name}")
        current = self.stage / "index" / CURRENT
        current.write_text(generation.name + "\n", encoding="utf-8", newline="\n")
        self.files[f"index/{CURRENT}"] = describe(current)
        self.generation = generation.name

    def drop_index(self) -> None:
        """Forget what was copied of the index."""
        shutil.rmtree(self.stage / "index", ignore_errors=True)
        self.files.clear()
        self.generation = None

    def take_archive(self) -> None:
        """Copy the archive as it is at one moment."""
        make_room((self.data / FILE_NAME).stat().st_size if (self.data / FILE_NAME).exists() else 0, self.stage)
        self.observer.progress("copy", len(self.files), None)
        self.archive = copy_into(self.data, self.stage / FILE_NAME)
        self.files[FILE_NAME] = describe(self.stage / FILE_NAME)

    def manifest(self) -> BackupManifest:
        """What the copy is."""
        created = datetime.now(UTC).isoformat(timespec="seconds")
        schema, articles = self.archive.schema, self.archive.articles
        return BackupManifest(created, VERSION, schema, articles, self.generation, self.files)


def _copied(data: Path, stage: Path, observer: Observer) -> _Copy:
    """Copy everything. Articles that are removed meanwhile must not stay in the copy of the index."""
    for attempt in range(ATTEMPTS):
        copy = _Copy(data, stage, observer)
        before = _removals(data)
        if before is not None:
            copy.problem = _copy_index(copy)
            copy.take_archive()
            for name in (TOMBSTONES, *TABLES):
                if (data / name).exists():
                    copy.take(data / name, name)
            if _removals(data) == before:
                return copy
        for path in stage.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        time.sleep(0.5 * attempt)
    raise BackupError(
        "Articles are being removed, which a backup must not miss.",
        "Try again when that has ended; `haberara remove --finish` ends one that was interrupted.",
    )


def _removals(data: Path) -> str | None:
    """Changes with every removal; None while one is under way."""
    if (data / PENDING).exists():
        return None
    return describe(data / TOMBSTONES).digest if (data / TOMBSTONES).exists() else ""


def _copy_index(copy: _Copy) -> str:
    """Copy the live index; says why that could not be."""
    for attempt in range(2 * ATTEMPTS):  # commits may come one after another
        try:
            copy.take_index()
            return ""
        except (FileNotFoundError, BrokenIndex) as error:
            # A commit or a new generation took files away: begin again. After some attempts it is real damage.
            copy.drop_index()
            problem = error.message if isinstance(error, BrokenIndex) else f"Its file {error.filename} is missing."
            time.sleep(0.1 * attempt)
        except IndexUnusable as error:
            return error.message
    return problem
