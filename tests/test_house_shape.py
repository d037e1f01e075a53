"""The shape of the house: how long, how branched and how wide a function or a module may be.

Each list of exceptions must be exactly true: an entry that is no longer needed fails like one that is missing.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest
import room_imports
from checkout import ROOMS, ROOT, trees
from radon.complexity import cc_visit

MOST_BRANCHED = 15
MOST_PARAMETERS = 5
MOST_LINES = 400
FEWEST_LINES = 25
ROOM_FLOORS = {"web": (25, 100), "search": (15, 40), "index": (28, 108)}
"""The most rooms that stand directly in a package, and the most imports between them."""

WIDE: dict[str, int] = {
    "index/readers/reach.py: _Redirects.redirect_request": 6,  # the signature is urllib's
}
"""Functions with more parameters than that, with their number."""

SMALL: dict[str, str] = {
    "search/engines/registry.py": "the only module there that knows an engine by name",
}
"""Modules of few lines that one other imports, each with the reason why it is one of its own."""


def functions(node: ast.AST, within: str = "") -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """All functions of a module by name, with the class or the function that they stand in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield within + child.name, child
        inside = isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        yield from functions(child, f"{within}{child.name}." if inside else within)


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many there are, those by name and the rest among them; not the object or class of a method."""
    given = function.args
    named = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len(named) - (named[:1] in (["self"], ["cls"])) + bool(given.vararg) + bool(given.kwarg)


def test_no_function_has_many_branches():
    """Cyclomatic complexity, closures and methods each by themselves."""
    found: dict[str, int] = {}
    seen = 0
    for file in trees():
        blocks = [block for block in cc_visit((ROOT / file).read_text("utf-8")) if block.letter in "FM"]
        seen += len(blocks)
        found |= {f"{file}: {block.fullname}": block.complexity for block in blocks if block.complexity > MOST_BRANCHED}
    assert seen > len(trees()), "fewer functions than modules were looked at"
    assert found == {}


def test_no_function_takes_many_parameters():
    """The command line is left out: an option is a parameter there."""
    everywhere = [(f"{file}: {name}", one) for file, tree in trees().items() for name, one in functions(tree)]
    assert len(everywhere) == sum(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for tree in trees().values() for node in ast.walk(tree)
    )
    found = {name: parameters(one) for name, one in everywhere if not name.startswith("web/cli/")}
    assert {name: count for name, count in found.items() if count > MOST_PARAMETERS} == WIDE


@pytest.mark.parametrize(
    ("source", "count"),
    [("def f(a, b=1, *, c): pass", 3), ("class A:\n def f(self, a, /, *b, **c): pass", 3), ("def f(): pass", 0)],
)
def test_parameters_are_counted(source: str, count: int):
    (found,) = functions(ast.parse(source))
    assert parameters(found[1]) == count


def line_counts() -> dict[str, int]:
    """The lines of each module."""
    return {file: (ROOT / file).read_text("utf-8").count("\n") for file in trees()}


def warn_of_long(lengths: dict[str, int]) -> None:
    """More than 400 lines are a reason to look: a hint, no rule, since splitting by the metre helps nobody."""
    for file, lines in lengths.items():
        if lines > MOST_LINES:
            warnings.warn(f"{file} is {lines} lines long: does it answer one question?", stacklevel=2)


@pytest.mark.filterwarnings("default:.* lines long")
def test_long_modules_are_told():
    lengths = line_counts()
    assert lengths.keys() == trees().keys()
    assert sum(lengths.values()) > len(lengths)
    warn_of_long(lengths)


def test_a_module_is_long_from_one_line_more_on():
    with pytest.warns(UserWarning, match=r"^web/b\.py is 401 lines long") as told:
        warn_of_long({"web/a.py": MOST_LINES, "web/b.py": MOST_LINES + 1})
    assert len(told) == 1


def test_small_modules_with_one_importer_have_gone_home():
    importers: dict[str, set[str]] = {file: set() for file in trees()}
    for file, tree in trees().items():
        for name in room_imports.imported(tree):
            for module in (name, name.rpartition(".")[0]):
                importers.get(f"{module.replace('.', '/')}.py", set()).add(file)
    assert sum(map(len, importers.values())) > len(importers)
    found = {
        file
        for file, lines in line_counts().items()
        if lines < FEWEST_LINES and len(importers[file]) == 1 and not PurePosixPath(file).name.startswith("__")
    }
    assert found == set(SMALL)


@pytest.mark.parametrize("package", ROOMS)
def test_rooms_are_few_and_import_few_others(package: str):
    most_rooms, most_edges = ROOM_FLOORS[package]
    rooms, edges = room_imports.rooms(package, trees()), room_imports.edges(package, trees())
    assert 1 < len(rooms) <= most_rooms, sorted(rooms)
    assert 1 < len(edges) <= most_edges, sorted(edges)


def test_imports_between_rooms_are_counted():
    sources = {
        "web/__init__.py": "from web.a import x",
        "web/a.py": "import web.b\nfrom web import c\nfrom web.b.deep import x\nimport index.b",
        "web/b/__init__.py": "from web.b.deep import x",
        "web/b/deep.py": "def f():\n    from web.c import x",
        "web/c.py": "",
    }
    files = {file: ast.parse(source) for file, source in sources.items()}
    assert room_imports.rooms("web", files) == {"a", "b", "c"}
    assert room_imports.edges("web", files) == {("a", "b"), ("a", "c"), ("b", "c")}
