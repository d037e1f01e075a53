"""The shape of the house: how long, how branched and how wide a function or a module may be.

Each list of exceptions must be exactly true: an entry that is no longer needed fails like one that is missing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from checkout import ROOT, trees
from radon.complexity import cc_visit

MOST_BRANCHED = 15
MOST_PARAMETERS = 5

BRANCHED: dict[str, int] = {
    "index/entities/forms.py: derived_traits": 18,
    "index/entities/lexicon.py: lexicon": 20,
    "index/entities/runs.py: _is_name_after_all": 20,
    "index/entities/runs.py: _role": 20,
    "index/entities/scan.py: scan": 19,
    "index/turkish/analyzer.py: TurkishAnalyzer.analyze": 17,
    "index/turkish/lemma.py: Lemmatizer._by_name": 17,
    "index/turkish/lemma.py: Lemmatizer._by_rule": 16,
}
"""Functions with more branches than that, with their number."""

WIDE: dict[str, int] = {
    "index/readers/fetch.py: _Redirects.redirect_request": 6,  # the signature is urllib's
    "index/building/indexing.py: index_pending": 8,
    "index/building/parts.py: partition": 6,
    "index/building/rollback.py: _caught_up": 6,
    "index/building/verification.py: check_generation": 6,
    "index/entities/runs.py: _role": 7,
}
"""Functions with more parameters than that, with their number."""


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
    assert found == BRANCHED


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
