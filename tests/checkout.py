"""What the gates of the house look at: the files of the checkout, each time compared with git's own list.

A gate that walks the tree and misses a folder passes without having looked. So the walk and the list of git, which
know nothing of one another, must agree. Where git has no list, as in an unpacked source distribution, every module
that lies in the folders of the rooms must have been walked over.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("index", "search", "web")
OF_TOOLS = {"build", "dist", "haberara-data"}
"""Folders at the top of the checkout that tools write. Further down, the same name is a folder of ours."""
HIDDEN_AND_OURS = {".ci", ".gitignore"}
BINARY = {".mo", ".png", ".htm"}  # .htm: pages in the Turkish code page


def ours(*places: str) -> list[Path]:
    """The text files of the checkout in these folders, or all; not what tools leave behind."""
    found = [
        ROOT / name
        for name in sorted(seen_once())
        if not places or name.startswith(tuple(f"{place}/" for place in places))
    ]
    assert found, places
    return [path for path in found if path.suffix not in BINARY]


def named(path: Path) -> str:
    """The path within the checkout, with slashes."""
    return path.relative_to(ROOT).as_posix()


@cache
def trees() -> dict[str, ast.Module]:
    """The syntax trees of the three rooms by file name."""
    return {named(path): ast.parse(path.read_text("utf-8")) for path in ours(*ROOMS) if path.suffix == ".py"}


def modules() -> set[str]:
    """The dotted names of the modules and packages of the three rooms."""
    return {file.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for file in trees()}


def seen() -> frozenset[str]:
    """The names of all files of the checkout; AssertionError if the walk missed one, or saw one too many."""
    found = frozenset(named(path) for path in walked(ROOT))
    listed = listed_by_git()
    if listed is None:
        every = {named(path) for room in ROOMS for path in (ROOT / room).rglob("*.py")}
        assert every, "the rooms hold no module"
        assert every <= found, f"these were not walked over: {sorted(every - found)}"
    else:
        assert found == listed, f"the walk or git alone know: {sorted(found ^ listed)}"
    return found


seen_once = cache(seen)


def walked(folder: Path) -> Iterator[Path]:
    """The files below a folder without those that tools leave behind."""
    for path in folder.iterdir():
        name = path.name
        if name.startswith(".") and name not in HIDDEN_AND_OURS:
            continue
        if name == "__pycache__" or name.endswith((".egg-info", ".pyc")) or (folder == ROOT and name in OF_TOOLS):
            continue
        if path.is_dir():
            yield from walked(path)
        else:
            yield path


def listed_by_git() -> frozenset[str] | None:
    """The files that git knows or would add; None where this is no checkout, or there is no git."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        return None
    # CI's checkout may belong to another user than the one who runs the tests.
    command = [git, "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode("utf-8").split("\0")
    return frozenset(name for name in names if name and (ROOT / name).is_file())
