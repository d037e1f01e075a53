"""`haberara restore`: a backup becomes the data directory, all of it or nothing, and its index is brought up to date.

What was removed for good since the backup was made is removed from it again: tombstones of the data directory and of
the backup count both.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from index.archive import Archive
from index.archive.connection import FILE_NAME
from index.archive.schema import known_version
from index.archive.tombstones import Tombstones, read_file, write_file
from index.backup.manifest import BackupManifest, copy_file, read_manifest
from index.backup.target import make_room
from index.building import reindex_if_needed
from index.disk import FULL, replace_file
from index.engines.base import Backend
from index.engines.choice import WHOOSH, EngineChoice
from index.engines.registry import backend_of
from index.errors import ArchiveError, BackupError, DataDirectoryError, DiskFull, NewerArchive
from index.generations import CURRENT, MANIFEST, Generations
from index.locks import HOLDER_FILE, LOCK_FILE, writer_lock
from index.observer import SILENT, Observer
from index.removal import finish_pending
from index.restored import RESTORING, finish_restore, settle


@dataclass(frozen=True, slots=True)
class RestoreOptions:
    """How to restore. `replace` gives up what the data directory holds; `jobs` 0 means one process per core."""

    replace: bool = False
    engine: EngineChoice = WHOOSH
    jobs: int = 0


INTO_NOTHING = RestoreOptions()


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was restored, in how many seconds, and how many articles were `indexed` again after that.

    `removed` counts articles of the backup that were removed for good since.
    """

    articles: int
    removed: int
    generation: str | None
    created: str
    seconds: float
    indexed: int = 0

    def to_json(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return {**asdict(self), "seconds": round(self.seconds, 3)}


def restore(
    data: Path, source: Path, options: RestoreOptions = INTO_NOTHING, observer: Observer = SILENT
) -> RestoreReport:
    """Make the data directory what it was when the backup was made. A server that runs follows.

    The index is built again if the backup has none, or one that this program can't read.

    Raises:
        BackupError: it is no backup, not whole, or a file is not as it was written; nothing was changed. Or the data
            directory holds something that is not to be replaced.
        NewerArchive, DiskFull, LockedError, DataDirectoryError: nothing was changed.
    """
    report = _put_back(data, source, options, observer)
    built = reindex_if_needed(data, engine=options.engine, jobs=options.jobs, observer=observer)
    return replace(report, indexed=built.indexed if built else 0)


def _put_back(data: Path, source: Path, options: RestoreOptions, observer: Observer) -> RestoreReport:
    began = time.perf_counter()
    backend = backend_of(options.engine)
    manifest = read_manifest(source)
    if manifest.schema > known_version():
        raise NewerArchive(source / FILE_NAME, manifest.schema, known_version())
    with writer_lock(data, "restore"):
        finish_restore(data)
        _check_data(data, options)
        with _staging(data) as stage:
            generation = _copy(stage, source, manifest, observer)
            write_file(stage, Tombstones((*_known_tombstones(data), *read_file(source))))
            # In the copy, before it counts: no visitor sees what was removed, not for a moment.
            removed = _remove_again(stage, backend)
            settle(stage)
        finish_restore(data)
        removed += _remove_again(data, backend)  # what the cluster still has of it
        backend.discard_orphans(Generations(data).root)
        with Archive.open_readonly(data) as archive:
            articles = archive.count()
    return RestoreReport(articles, removed, generation, manifest.created, time.perf_counter() - began)


def _remove_again(data: Path, backend: Backend) -> int:
    with Archive.open(data, create=False) as archive:
        again = finish_pending(archive, backend)
        return again.articles if again else 0


def _check_data(data: Path, options: RestoreOptions) -> None:
    present = sorted(path.name for path in data.iterdir() if path.name not in (LOCK_FILE, HOLDER_FILE, RESTORING))
    if present and not options.replace:
        raise BackupError(
            f"The data directory {data} is not empty ({present[0]}).",
            "Name another with --data, or give --replace: what it holds is then lost.",
        )


@contextmanager
def _staging(data: Path) -> Iterator[Path]:
    stage = data / RESTORING
    try:
        shutil.rmtree(stage, ignore_errors=True)  # of a restore that was interrupted
        stage.mkdir()
        yield stage
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull(data, f"{error.strerror}; nothing was changed") from error
        raise DataDirectoryError(data, f"can't be written ({error.strerror or error})") from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _copy(stage: Path, source: Path, manifest: BackupManifest, observer: Observer) -> str | None:
    """Copy and check all files; the index under a name that is not taken. Says that name."""
    make_room(manifest.bytes, stage)
    generation = _free_name(stage.parent, manifest.generation) if manifest.generation else None
    for copied, (name, entry) in enumerate(manifest.files.items()):
        observer.progress("copy", copied, len(manifest.files))
        place = stage / (name.replace(f"/{manifest.generation}/", f"/{generation}/", 1) if generation else name)
        try:
            found = copy_file(source / name, place)
        except FileNotFoundError:
            raise BackupError(f"The backup {source} is not whole: {name} is missing.", "Use another backup.") from None
        if found != entry:
            raise BackupError(
                f"The backup {source} is damaged: {name} is not as it was written.", "Use another backup."
            )
    if generation and generation != manifest.generation:
        _rename(stage / "index", generation)
    return generation


def _free_name(data: Path, name: str) -> str:
    """The name of the generation, with a number after all that there are: a server is sure to see that it changed."""
    taken = [generation.name for generation in Generations(data).all()]
    last = max((int(other[:6]) for other in taken if other[:6].isdigit()), default=0)
    return name if int(name[:6]) > last else f"{last + 1:06d}{name[6:]}"


def _rename(index: Path, name: str) -> None:
    manifest = index / name / MANIFEST
    said = json.loads(manifest.read_text(encoding="utf-8"))
    replace_file(manifest, json.dumps({**said, "name": name}, indent=2, sort_keys=True) + "\n")
    replace_file(index / CURRENT, name + "\n")


def _known_tombstones(data: Path) -> Tombstones:
    """Those of the data directory, of its archive too if it can be read."""
    if not (data / FILE_NAME).exists():
        return read_file(data)
    try:
        with Archive.open_readonly(data) as archive:
            return archive.tombstones()
    except ArchiveError:
        return read_file(data)  # the archive is damaged, which may be why a backup is restored
