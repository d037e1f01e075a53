"""Where a backup goes: made beside its target and renamed when it is whole."""

from __future__ import annotations

import errno
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.backup.manifest import NAME, read_manifest
from index.disk import sync_directory, sync_files
from index.errors import BackupError, DiskFull
from index.locks import process_lives

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def check_target(data: Path, target: Path) -> None:
    """Refuse what a backup would bury. Raises BackupError."""
    ours, theirs = data.resolve(), target.resolve()
    if theirs == ours or ours in theirs.parents or theirs in ours.parents:
        raise BackupError(
            f"{target} and the data directory {data} lie within one another.", "Choose a directory elsewhere."
        )
    if not target.exists():
        return
    if not target.is_dir():
        raise BackupError(f"{target} is not a directory.", "Choose another.")
    present = {path.relative_to(target).as_posix() for path in target.rglob("*") if not path.is_dir()}
    foreign = sorted(present - _known(target)) if present else []
    if foreign:
        raise BackupError(
            f"{target} holds files that are of no backup, such as {foreign[0]!r}; they would be lost.",
            "Choose another directory, or an empty one.",
        )


@contextmanager
def staging(target: Path) -> Iterator[Path]:
    """A directory beside the target, removed at the end, whatever happens.

    Raises:
        DiskFull, BackupError: for whatever the system says when something is written there.
    """
    parent = target.resolve().parent
    prefix = f".{target.name}.partial-{socket.gethostname()}-"
    stage = parent / f"{prefix}{os.getpid()}"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        for left in parent.glob(f"{prefix}*"):
            pid = left.name.removeprefix(prefix)
            if pid.isdigit() and not process_lives(int(pid)):
                shutil.rmtree(left)
        stage.mkdir()
        yield stage
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(target, f"{error.strerror}; no backup was made") from error
        raise BackupError(f"{target} can't be written ({error.strerror or error}).", "Choose another.") from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def make_room(size: int, folder: Path) -> None:
    """Raise OSError if a file of this size, in bytes, won't fit: rather before it is written than after."""
    free = shutil.disk_usage(folder).free
    if size > free:
        raise OSError(errno.ENOSPC, f"{size / 1e6:.1f} MB are needed, {free / 1e6:.1f} MB are free")


def publish(stage: Path, target: Path) -> None:
    """Let the finished copy be the backup, in place of what was there."""
    sync_files(path for path in stage.rglob("*") if path.is_file())
    for folder in (stage, *(path for path in stage.rglob("*") if path.is_dir())):
        sync_directory(folder)
    place = target.resolve()
    old = stage.with_name(f"{stage.name}.old")
    if place.exists():
        place.rename(old)
    stage.rename(place)
    sync_directory(place.parent)
    shutil.rmtree(old, ignore_errors=True)


def _known(target: Path) -> set[str]:
    """The names of the files of the backup in a directory."""
    try:
        return {NAME, *read_manifest(target).files}
    except BackupError:
        return set()
