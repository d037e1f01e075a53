"""How many rooms stand directly in each of the three packages, and how many of them import how many others.

    python tests/room_imports.py

A room is a module or a package directly in `web`, `search` or `index`; an import is counted once for each pair.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from checkout import ROOMS, trees


def rooms(package: str, files: Mapping[str, ast.Module]) -> set[str]:
    """The direct children of a package, without its own `__init__`."""
    return {_room(file) for file in files if file.startswith(f"{package}/")} - {"__init__"}


def edges(package: str, files: Mapping[str, ast.Module]) -> set[tuple[str, str]]:
    """Which room imports which other one of the same package, wherever in a module."""
    found = {
        (_room(file), name.split(".")[1])
        for file, tree in files.items()
        if file.startswith(f"{package}/")
        for name in imported(tree)
        if name.startswith(f"{package}.")
    }
    here = rooms(package, files)
    return {(one, other) for one, other in found if one != other and one in here and other in here}


def _room(file: str) -> str:
    return file.split("/")[1].removesuffix(".py")


def imported(tree: ast.Module) -> Iterator[str]:
    """Dotted names of modules, and of what is imported from them, which may be modules too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def main() -> None:
    """Print both numbers for each package."""
    for package in reversed(ROOMS):
        print(f"{package}: {len(rooms(package, trees()))} rooms, {len(edges(package, trees()))} imports between them")


if __name__ == "__main__":
    main()
