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
from index.disk import FULL, sync_directory, sync_tree
from index.errors import BackupError, DiskFull
from index.locks import process_lives

OLD = ".old"
"""Ends the name of the backup before, while the new one takes its place."""


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
        for left in sorted(parent.glob(f"{prefix}*"), reverse=True):  # `PID.old` before `PID`
            _clear(left, left.name.removeprefix(prefix), target)
        stage.mkdir()
        yield stage
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull(target, f"{error.strerror}; no backup was made") from error
        raise BackupError(f"{target} can't be written ({error.strerror or error}).", "Choose another.") from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _clear(left: Path, of: str, target: Path) -> None:
    """Remove what a backup left that was killed; the backup that it had just moved away goes back.

    Our own number is of a process that ended: in a container each run may have the same.
    """
    pid = of.removesuffix(OLD)
    if not pid.isdigit() or (int(pid) != os.getpid() and process_lives(int(pid))):
        return
    if of.endswith(OLD) and not target.exists():
        left.rename(target.resolve())
    else:
        shutil.rmtree(left)


def make_room(size: int, folder: Path) -> None:
    """Raise OSError if a file of this size, in bytes, won't fit: rather before it is written than after."""
    free = shutil.disk_usage(folder).free
    if size > free:
        raise OSError(errno.ENOSPC, f"{size / 1e6:.1f} MB are needed, {free / 1e6:.1f} MB are free")


def publish(stage: Path, target: Path) -> None:
    """Let the finished copy be the backup, in place of what was there."""
    sync_tree(stage)
    place = target.resolve()
    old = stage.with_name(f"{stage.name}{OLD}")
    if place.exists():
        place.rename(old)
    try:
        stage.rename(place)
    except OSError:
        if old.exists():
            old.rename(place)
        raise
    sync_directory(place.parent)
    shutil.rmtree(old, ignore_errors=True)


def _known(target: Path) -> set[str]:
    """The names of the files of the backup in a directory."""
    try:
        return {NAME, *read_manifest(target).files}
    except BackupError:
        return set()
