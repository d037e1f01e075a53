"""Putting a restored archive and index into place: all of it, also after a crash between two steps.

    restoring/    a copy of a backup that is being made; nothing of it counts
    restored/     the copy is whole: what it holds goes into the data directory, file by file

The one rename from the first name to the second decides. Whatever writes next goes on with a `restored` directory
before anything else, see `finish_restore`. Searches go on meanwhile: the old index answers until `CURRENT` moves.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from index.archive.connection import FILE_NAME
from index.disk import sync_directory, sync_tree
from index.generations import CURRENT, Generations
from index.readers.feedstate import FILE_NAME as FEEDS_FILE

RESTORING = "restoring"
RESTORED = "restored"


def settle(stage: Path) -> None:
    """The copy in `restoring` is whole and is what counts from now on."""
    sync_tree(stage)
    stage.rename(stage.with_name(RESTORED))
    sync_directory(stage.parent)


def is_restored(data: Path) -> bool:
    """Whether a restored copy waits to be put into place."""
    return (data / RESTORED).is_dir()


def finish_restore(data: Path) -> None:
    """Put a restored copy into place, if one waits.

    For the holder of the writer's lock, before the archive is opened.
    """
    copy = data / RESTORED
    shutil.rmtree(data / RESTORING, ignore_errors=True)  # it was interrupted before it counted
    if not copy.is_dir():
        return
    if (copy / FILE_NAME).exists():
        # The log belongs to the old archive and would be played into the new one.
        for name in (FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"):
            (data / name).unlink(missing_ok=True)
        # Servers said it of what this archive may not have: its feeds must be sent whole once more.
        (data / FEEDS_FILE).unlink(missing_ok=True)
        (copy / FILE_NAME).replace(data / FILE_NAME)
    for path in sorted(copy.iterdir()):
        if path.is_file():
            path.replace(data / path.name)
    _install_index(data, copy / "index")
    sync_directory(data)
    # First by its other name, which counts for nothing: half removed, it would look like a backup without an index.
    leftover = copy.with_name(RESTORING)
    copy.rename(leftover)
    shutil.rmtree(leftover)


def _install_index(data: Path, copy: Path) -> None:
    """The restored index becomes the live one; those of the archive that was replaced go."""
    generations = Generations(data)
    generations.root.mkdir(exist_ok=True)
    for path in sorted(copy.iterdir()) if copy.is_dir() else ():
        if path.is_dir():
            path.rename(generations.root / path.name)
    if (copy / CURRENT).exists():
        sync_directory(generations.root)
        (copy / CURRENT).replace(generations.root / CURRENT)
    elif not copy.is_dir():  # the backup has no index
        (generations.root / CURRENT).unlink(missing_ok=True)
    sync_directory(generations.root)
    live = (generations.root / CURRENT).read_text("utf-8").strip() if (generations.root / CURRENT).exists() else ""
    for generation in list(generations.all()):
        if generation.name != live:
            shutil.rmtree(generation.path)
