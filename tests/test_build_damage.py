"""An index that is missing, stale or damaged says so, and names the command that mends it; nothing mends by itself."""

from __future__ import annotations

import gc
import json
import shutil
from pathlib import Path

import pytest
from conftest import give_lemmas

from index.archive import Archive
from index.building import AddOptions, add, needs_rebuild, reindex, reindex_if_needed
from index.errors import BrokenIndex, IndexUnusable, NoIndex, StaleIndex
from index.generations import CURRENT, MANIFEST, Generations
from search.request import SearchRequest
from search.service import SearchEngine

ONE = AddOptions(jobs=1)

# Whoosh leaves a file open when it can't read it.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(autouse=True)
def no_file_left_to_other_tests():
    yield
    gc.collect()


def write(path: Path, *records: dict[str, object]) -> str:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
    return str(path)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, lemma_store: Path) -> Path:
    folder = tmp_path_factory.mktemp("damage")
    give_lemmas(lemma_store, folder / "data")
    articles = [{"id": f"a{i}", "title": f"Deprem {i}", "body": "Ankara'da deprem oldu. " * 30} for i in range(60)]
    add(folder / "data", [write(folder / "a.jsonl", *articles)], ONE)
    return folder / "data"


@pytest.fixture
def built(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "data"))


def total(data: Path, text: str = "deprem") -> int:
    engine = SearchEngine.open(data)
    try:
        return engine.search(SearchRequest(text=text)).total
    finally:
        engine.close()


def files(data: Path) -> list[Path]:
    return sorted(path for path in Generations(data).current().path.iterdir() if path.name != "aliases.tsv")


def test_no_index_names_both_commands(tmp_path):
    with pytest.raises(NoIndex, match=r"haberara add SOURCE.*haberara reindex"):
        total(tmp_path / "data")


def test_asking_a_directory_that_is_not_there_does_not_make_it(tmp_path):
    with pytest.raises(NoIndex):
        total(tmp_path / "data")
    assert needs_rebuild(tmp_path / "data")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("what", ["analyzer", "schema", "engine"])
def test_a_stale_index_is_refused_and_mended_by_reindex(built, what):
    manifest = Generations(built).current().path / MANIFEST
    said = json.loads(manifest.read_text("utf-8"))
    said["fingerprints"][what] = "older"
    manifest.write_text(json.dumps(said), "utf-8")
    with pytest.raises(StaleIndex, match=rf"another {what} .*haberara reindex"):
        total(built)
    assert "another " + what in str(needs_rebuild(built))
    assert reindex_if_needed(built, jobs=1).indexed == 60
    assert total(built) == 60
    assert needs_rebuild(built) is None


def test_older_entity_rules_search_on_and_are_rebuilt_if_needed(built):
    manifest = Generations(built).current().path / MANIFEST
    said = json.loads(manifest.read_text("utf-8"))
    said["fingerprints"]["entities"] = "older"
    manifest.write_text(json.dumps(said), "utf-8")
    assert total(built) == 60
    assert "older rules" in str(needs_rebuild(built))
    assert reindex_if_needed(built, jobs=1).indexed == 60


def test_add_to_a_stale_index_stores_and_says_so(built, tmp_path):
    manifest = Generations(built).current().path / MANIFEST
    manifest.write_text(manifest.read_text("utf-8").replace('"schema": "', '"schema": "x'), "utf-8")
    with pytest.raises(StaleIndex, match="haberara reindex"):
        add(built, [write(tmp_path / "b.jsonl", {"id": "new", "title": "Yeni", "body": "sel"})], ONE)
    with Archive.open_readonly(built) as archive:
        assert archive.count() == 61
    assert reindex(built, jobs=1).indexed == 61
    assert total(built, "sel") == 1


CURRENTS = [b"", b"\n", b"\xff\xfe", b"..", b"000009-nowhere\n", b"a/b", b"/", b"\x00", b"x" * 5000]


@pytest.mark.parametrize("content", CURRENTS, ids=repr)
def test_a_current_that_names_nothing_is_broken(built, content):
    (built / "index" / CURRENT).write_bytes(content)
    with pytest.raises(BrokenIndex, match="haberara reindex"):
        total(built)


MANIFESTS = ["", "{", "[]", "null", '{"name": "x"}', '{"fingerprints": {}}', "\x00"]


@pytest.mark.parametrize("content", MANIFESTS, ids=repr)
def test_a_damaged_manifest_is_broken(built, content):
    (Generations(built).current().path / MANIFEST).write_text(content, "utf-8")
    with pytest.raises(BrokenIndex, match="haberara reindex"):
        total(built)


def remove(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def scramble(path: Path) -> None:
    path.write_bytes(bytes(b ^ 0x5A for b in path.read_bytes()))


@pytest.mark.parametrize("damage", [remove, empty, cut, scramble])
def test_damage_to_any_file_is_told_by_search_add_and_reindex_alike(built, tmp_path, damage):
    source = write(tmp_path / "b.jsonl", {"id": "new", "title": "Yeni", "body": "sel"})
    for victim in files(built):
        copy = tmp_path / "copy"
        shutil.copytree(built, copy)
        damage(copy / victim.relative_to(built))
        refuses(lambda copy=copy: total(copy), victim)
        refuses(lambda copy=copy: add(copy, [source], ONE), victim)
        shutil.rmtree(copy)


def refuses(work, victim: Path) -> None:
    """It works, or says that the index is unusable and what mends it; nothing else."""
    try:
        work()
    except IndexUnusable as error:
        assert "haberara reindex" in str(error) or "haberara add" in str(error), victim  # noqa: PT017


@pytest.mark.parametrize("damage", [remove, empty, cut, scramble])
def test_reindex_if_needed_mends_a_damaged_table_of_contents(built, damage):
    damage(next(path for path in files(built) if path.suffix == ".toc"))
    with pytest.raises(IndexUnusable, match="haberara reindex"):
        total(built)
    assert reindex_if_needed(built, jobs=1).indexed == 60
    assert total(built) == 60


def test_reindex_if_needed_mends_a_lost_segment(built):
    for path in files(built):
        if path.suffix not in (".toc", ".json"):
            path.unlink()
    assert reindex_if_needed(built, jobs=1).indexed == 60
    assert total(built) == 60


def test_the_whole_index_may_be_deleted(built, tmp_path):
    shutil.rmtree(built / "index")
    assert add(built, [write(tmp_path / "b.jsonl", {"id": "new", "title": "Yeni", "body": "sel"})], ONE).indexed == 61
    assert total(built) == 60
