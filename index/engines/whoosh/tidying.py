"""Removing what a crash left in the directory of a Whoosh index: files and folders that no commit knows of."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

from whoosh.index import clean_files

from index.engines.whoosh.layout import told_as_damage
from index.engines.whoosh.writer import open_index


def tidy(path: Path) -> None:
    """Leave the files of the latest commit, and those that are not Whoosh's. For the one writer, before it begins.

    Raises:
        BrokenIndex: the latest commit can't be read; nothing was removed.
    """
    with told_as_damage(path):
        with closing(open_index(path)) as index:
            contents = index._read_toc()
            clean_files(index.storage, index.indexname, contents.generation, contents.segments)
        for left in path.iterdir():
            # Parts, Whoosh's temporary folder; tables of contents and our own files before they were renamed.
            if left.is_dir():
                shutil.rmtree(left)
            elif ".toc." in left.name or left.suffix == ".new":
                left.unlink()
