"""Removing what a crash left in the directory of a Whoosh index: files and folders that no commit knows of."""

from __future__ import annotations

import shutil
from pathlib import Path

from index.engines.whoosh.container import remove_uncommitted
from index.engines.whoosh.layout import raising_broken_index


def tidy(path: Path) -> None:
    """Leave the files of the latest commit, and those that are not Whoosh's. For the one writer, before it begins.

    Raises:
        BrokenIndex: the latest commit can't be read; nothing was removed.
    """
    with raising_broken_index(path):
        remove_uncommitted(path)
        for left in path.iterdir():
            # Parts, Whoosh's temporary folder; tables of contents and our own files before they were renamed.
            if left.is_dir():
                shutil.rmtree(left)
            elif ".toc." in left.name or left.suffix == ".new":
                left.unlink()
