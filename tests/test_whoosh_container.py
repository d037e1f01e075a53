"""Whoosh's private parts are touched by one module, and what it reads of a segment is what Whoosh itself reads."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import whoosh.writing

from index.article.facets import FACETS
from index.document.schema import TEXT_FIELDS
from index.engines.whoosh import writer
from index.engines.whoosh.container import (
    SegmentFiles,
    create_index,
    is_index_file,
    latest_commit,
    opened_segments,
    read_commit,
    remove_uncommitted,
    segment_of,
    toc_name,
)
from index.engines.whoosh.layout import ID_COLUMN, SEQ, SORT_KEY, STORY, PackedPositions, SyncedStorage, TermsField
from index.errors import BrokenIndex
from index.generations import Generations

ROOT = Path(__file__).resolve().parents[1]
CONTAINER = ROOT / "index/engines/whoosh/container.py"
LAYOUT = ROOT / "index/engines/whoosh/layout.py"


def modules(*rooms: str) -> list[Path]:
    inside = [sorted((ROOT / room).rglob("*.py")) for room in rooms]
    assert all(inside), rooms
    found = [path for paths in inside for path in paths]
    assert CONTAINER in found
    assert LAYOUT in found
    return found


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def own_names(tree: ast.Module) -> set[str]:
    """Private names that a module gives to attributes of `self`, to methods and to fields."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name):
                found.add(name)
            case ast.Attribute(value=ast.Name("self"), attr=name, ctx=ast.Store()):
                found.add(name)
            case ast.AnnAssign(target=ast.Name(name)):
                found.add(name)
    return {name for name in found if is_private(name)}


def foreign_names(tree: ast.Module) -> Iterator[str]:
    """Private attributes that a module uses and doesn't have from itself."""
    own = own_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr) and node.attr not in own:
            yield f"line {node.lineno}: {node.attr}"


# -- what others may not touch


def test_whoosh_has_two_importers():
    importers = {
        path
        for path in modules("index", "search", "web")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] == "whoosh")
        or (isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "whoosh" for alias in node.names))
    }
    assert importers == {CONTAINER, LAYOUT}


def test_no_other_module_uses_private_attributes_of_whoosh():
    found = {
        path.relative_to(ROOT).as_posix(): names
        for path in modules("index/engines/whoosh", "search/engines/whoosh")
        if path != CONTAINER and (names := list(foreign_names(ast.parse(path.read_text("utf-8")))))
    }
    assert found == {}


def test_the_search_for_private_attributes_finds_them():
    found = foreign_names(
        ast.parse("class A:\n    def _f(self):\n        self._a = b._c._a\n        b._f(self.__class__)")
    )
    assert list(found) == ["line 3: _c"]
    assert len(list(foreign_names(ast.parse(CONTAINER.read_text("utf-8"))))) > 5


@pytest.mark.parametrize("ours", [writer.BulkWriter, SyncedStorage, PackedPositions, TermsField])
def test_no_class_of_ours_overrides_what_is_private_in_whoosh_but_the_container_s(ours: type):
    bases = [base for base in ours.__mro__[1:] if base.__module__.startswith("whoosh")]
    inherited = {name for base in bases for name in vars(base)}
    own = {name for name in vars(ours) if is_private(name)}
    assert own & inherited == set()
    # Attributes that Whoosh gives to its instances.
    theirs = {name for base in bases for name in re.findall(r"self\.(_\w+)", inspect.getsource(base))}
    assert own_names(ast.parse(inspect.getsource(ours))) & theirs == set()


def test_the_steps_of_a_commit_are_whoosh_s():
    """Those that the container's writer overrides are there under these names, and a commit takes them."""
    taken = inspect.getsource(whoosh.writing.SegmentWriter)
    for step in ("_flush_segment", "_finalize_segment", "_finish"):
        assert f"self.{step}()" in taken, step
    assert "if self._added" in taken


# -- what is read


@pytest.fixture
def segment(sample_data) -> Iterator[SegmentFiles]:
    with opened_segments(Generations(sample_data).current().path) as segments:
        yield segments[0]


def test_columns_and_lengths_are_those_that_whoosh_reads(segment):
    reader = segment._reader
    for name in (SEQ, STORY, SORT_KEY):
        assert segment.numeric_column(name, "q").tolist() == segment.column(name) == list(reader.column_reader(name))
    for name in (ID_COLUMN, *(facet.column for facet in FACETS)):
        joined, lengths = segment.bytes_column(name)
        ends = np.cumsum(lengths).tolist()
        assert [joined[end - size : end] for end, size in zip(ends, lengths.tolist(), strict=True)] == list(
            reader.column_reader(name)
        )
    for field in TEXT_FIELDS:
        expected = [reader.doc_field_length(doc, field.name) or 0 for doc in range(segment.doc_count)]
        assert segment.field_lengths(field.name).tolist() == expected
        assert segment.total_length(field.name) == reader.field_length(field.name)


def test_a_column_without_values_is_empty(segment):
    joined, lengths = segment.bytes_column("stored")
    assert (joined, lengths.tolist()) == (b"", [0] * segment.doc_count)
    assert not segment.numeric_column("nowhere", "q").any()


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Whoosh leaves a cut file open
def test_the_newest_table_of_contents_is_the_commit(tmp_path):
    with pytest.raises(BrokenIndex, match="missing"):
        latest_commit(tmp_path / "none")
    with pytest.raises(BrokenIndex, match="table of contents"):
        latest_commit(tmp_path)
    create_index(tmp_path)
    (tmp_path / f"{toc_name(9)}.tmp").touch()
    commit = read_commit(tmp_path)
    assert (latest_commit(tmp_path), commit.number, commit.segments) == (0, 0, ())
    (tmp_path / toc_name(3)).write_bytes((tmp_path / toc_name(0)).read_bytes()[:40])
    assert latest_commit(tmp_path) == 3
    with pytest.raises(BrokenIndex):
        read_commit(tmp_path)


def test_files_are_told_apart_by_their_names(tmp_path):
    create_index(tmp_path)
    stray, other = tmp_path / "MAIN_0123456789abcdef.text_form.col", tmp_path / "aliases.tsv"
    assert segment_of(stray) == "MAIN_0123456789abcdef"
    assert [is_index_file(path) for path in (stray, tmp_path / toc_name(0), other)] == [True, True, False]
    for path in (stray, other):
        path.touch()
    remove_uncommitted(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [toc_name(0), "aliases.tsv"]
