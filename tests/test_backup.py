"""Backups are whole or none, and a restore gives back what was, less what was removed for good since."""

from __future__ import annotations

import errno
import json
import os
import shutil
import socket
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from byte_search import traces
from cli_support import haberara, write

from index.archive import Archive
from index.backup import RestoreOptions, backup, manifest, restore
from index.building import AddOptions, add, reindex
from index.errors import ArchiveError, BackupError, DiskFull, NewerArchive
from index.generations import Generations
from index.observer import Observer
from index.removal import remove
from index.restored import RESTORED, settle
from search.request import SearchRequest
from search.service import SearchEngine

ONE = AddOptions(jobs=1)
REPLACE = RestoreOptions(replace=True, jobs=1)
RARE = "zırtapozluktan"
SECRET = {"id": "gizli/1", "title": "Tuğrulcan konuştu", "body": f"Komşuları {RARE} söz etti.", "source": "Fısıltı"}
TRACES = (RARE, "zırtapoz", "Tuğrulcan", "Fısıltı", "gizli/1")


@pytest.fixture(scope="module")
def template(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backup")
    data = Path(shutil.copytree(sample_data, folder / "data"))
    (data / "people_aliases.tsv").write_text("RTE\tRecep Tayyip Erdoğan\n", "utf-8")
    reindex(data, jobs=1)
    add(data, [str(write(folder / "a.jsonl", SECRET))], ONE)
    return data


@pytest.fixture
def data(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "data"))


def found(data: Path, text: str = "") -> list[str]:
    engine = SearchEngine.open(data)
    try:
        return sorted(hit.id for hit in engine.search(SearchRequest(text=text, match="all", limit=1000)).hits)
    finally:
        engine.close()


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


class Stages(Observer):
    def __init__(self) -> None:
        self.told: list[tuple[str, int, int | None]] = []

    def progress(self, stage: str, done: int, total: int | None) -> None:
        self.told.append((stage, done, total))


def test_each_file_is_told_before_it_is_copied_and_when_it_was_read_back(data, tmp_path):
    there, back = Stages(), Stages()
    files = backup(data, tmp_path / "copy", there).files
    copied = [done for stage, done, _ in there.told if stage == "copy"]
    assert copied == sorted(set(copied))
    assert len(copied) == files - 1  # CURRENT is written, not copied
    assert [told for told in there.told if told[0] == "verify"] == [("verify", n + 1, files) for n in range(files)]
    restore(tmp_path / "new", tmp_path / "copy", observer=back)
    assert back.told == [("copy", n, files) for n in range(files)]


def test_there_and_back(data, tmp_path):
    report = backup(data, tmp_path / "copy")
    assert (report.articles, report.index, report.generation) == (181, "", Generations(data).current().name)
    assert report.files == len(contents(tmp_path / "copy")) - 1
    assert [p.name for p in tmp_path.iterdir() if "partial" in p.name] == []
    again = restore(tmp_path / "new", tmp_path / "copy")
    assert (again.articles, again.removed, again.generation) == (181, 0, report.generation)
    assert found(tmp_path / "new") == found(data)
    assert (tmp_path / "new" / "people_aliases.tsv").exists()
    assert not (tmp_path / "new" / RESTORED).exists()
    with Archive.open(data) as one, Archive.open(tmp_path / "new") as other:
        assert [s.article for s in one.current()] == [s.article for s in other.current()]
        assert one.max_seq() == other.max_seq()


def test_a_backup_takes_the_place_of_an_older_one(data, tmp_path):
    backup(data, tmp_path / "copy")
    add(data, [str(write(tmp_path / "b.jsonl", {"id": "b", "title": "Yeni haber"}))], ONE)
    assert backup(data, tmp_path / "copy").articles == 182
    assert restore(tmp_path / "new", tmp_path / "copy").articles == 182
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.jsonl", "copy", "data", "new"]


def test_other_files_are_never_buried(data, tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "tez.docx").write_text("x", "utf-8")
    (tmp_path / "file").write_text("x", "utf-8")
    before = contents(tmp_path)
    for target in ("theirs", "file", "data", "data/inside", "."):
        with pytest.raises(BackupError, match=r"Choose"):
            backup(data, tmp_path / target)
    assert {name for name in contents(tmp_path) if "-shm" not in name and "-wal" not in name} == set(before)
    backup(data, tmp_path / "copy")
    (tmp_path / "copy" / "tez.docx").write_text("x", "utf-8")
    with pytest.raises(BackupError, match=r"of no backup, such as 'tez.docx'"):
        backup(data, tmp_path / "copy")


def test_what_is_added_meanwhile_is_in_it_or_not_but_never_half(data, tmp_path):
    """Backups one after another while articles are added: each restores to a whole state."""
    articles = [{"id": f"n{i:03}", "title": f"Haber {i}", "body": "yeni deprem"} for i in range(60)]
    done = threading.Event()

    def adding() -> None:
        for number, article in enumerate(articles):
            add(data, [str(write(tmp_path / f"{number}.jsonl", article))], ONE)
        done.set()

    writer = threading.Thread(target=adding)
    writer.start()
    rounds = 0
    while not done.is_set() or not rounds:
        report = backup(data, tmp_path / "copy")
        rounds += 1
    writer.join()
    assert report.index == ""
    restore(tmp_path / "new", tmp_path / "copy")
    with Archive.open_readonly(tmp_path / "new") as archive:
        stored = {s.article.id for s in archive.current()}
    indexed = set(found(tmp_path / "new"))
    assert indexed <= stored
    assert stored >= {f"n{i:03}" for i in range(len(stored) - 181)}
    assert rounds > 1


@pytest.mark.parametrize("name", ["archive.db", "CURRENT", ".trm", "aliases.tsv", ".toc", "people_aliases.tsv"])
@pytest.mark.parametrize("damage", ["cut", "flipped", "missing"])
def test_a_damaged_backup_is_refused_and_changes_nothing(data, tmp_path, name, damage):
    backup(data, tmp_path / "copy")
    victim = next(p for p in sorted((tmp_path / "copy").rglob("*")) if p.name.endswith(name))
    raw = victim.read_bytes()
    if damage == "missing":
        victim.unlink()
    elif damage == "cut":
        victim.write_bytes(raw[:-1])
    else:
        victim.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]) if raw else b"x")
    if not raw and damage == "cut":
        return
    before = contents(data)
    with pytest.raises(BackupError, match=r"(is damaged|is not whole): .*" + name):
        restore(data, tmp_path / "copy", REPLACE)
    assert contents(data) == before
    with pytest.raises(BackupError):
        restore(tmp_path / "new", tmp_path / "copy")
    assert not (tmp_path / "new" / "archive.db").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"digest": ""}', None])
def test_what_is_no_backup_is_refused(data, tmp_path, text):
    (tmp_path / "copy").mkdir()
    if text is not None:
        (tmp_path / "copy" / "backup.json").write_text(text, "utf-8")
    with pytest.raises(BackupError):
        restore(data, tmp_path / "copy", REPLACE)
    assert len(found(data)) == 181


def test_a_changed_manifest_is_refused(data, tmp_path):
    backup(data, tmp_path / "copy")
    path = tmp_path / "copy" / "backup.json"
    said = json.loads(path.read_text("utf-8"))
    for change in ({"articles": 1}, {"generation": "000001-x"}, {"files": {}}):
        path.write_text(json.dumps(said | change), "utf-8")
        with pytest.raises(BackupError, match="damaged"):
            manifest.read_manifest(tmp_path / "copy")
    path.write_text(json.dumps(said | {"format": 99}), "utf-8")
    with pytest.raises(BackupError, match="newer Haberara"):
        restore(data, tmp_path / "copy", REPLACE)


def renamed(copy: Path, name: str) -> None:
    """Let the manifest, digest and all, name a file otherwise."""
    said = manifest.read_manifest(copy)
    files = {(name if old == "archive.db" else old): entry for old, entry in said.files.items()}
    (copy / "backup.json").write_text(replace(said, files=files).text(), "utf-8")


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt",
        "index/../../evil.txt",
        "/tmp/evil.txt",
        "C:evil.txt",
        "index/000009-x/manifest.json",
        "index/CURRENT2",
        "a/b",
    ],
)
def test_a_backup_that_names_files_elsewhere_is_refused(data, tmp_path, name):
    backup(data, tmp_path / "copy")
    renamed(tmp_path / "copy", name)
    before = contents(tmp_path)
    with pytest.raises(BackupError, match="not its own"):
        restore(data, tmp_path / "copy", REPLACE)
    assert contents(tmp_path) == before


def test_a_backup_with_a_link_in_it_is_refused(data, tmp_path):
    backup(data, tmp_path / "copy")
    (tmp_path / "copy" / "archive.db").rename(tmp_path / "elsewhere.db")
    (tmp_path / "copy" / "archive.db").symlink_to(tmp_path / "elsewhere.db")
    with pytest.raises(BackupError, match="not its own"):
        restore(data, tmp_path / "copy", REPLACE)


def test_what_was_removed_is_gone_from_the_copy_before_it_counts(data, tmp_path, monkeypatch):
    backup(data, tmp_path / "copy")
    remove(data, [SECRET["id"]])
    (data / "feeds.json").write_text("{}", "utf-8")
    seen = []

    def looked(stage: Path) -> None:
        seen.append((traces(stage, TRACES), len(found(stage))))
        settle(stage)

    monkeypatch.setattr("index.backup.restoring.settle", looked)
    assert restore(data, tmp_path / "copy", REPLACE).removed == 1
    assert seen == [([], 180)]
    assert len(found(data)) == 180
    assert not (data / "feeds.json").exists(), "feeds are read whole once more"


def test_killed_between_two_renames_the_backup_before_comes_back(data, tmp_path, monkeypatch):
    target = tmp_path / "copy"
    backup(data, target)
    before = contents(target)
    left = tmp_path / f".copy.partial-{socket.gethostname()}-{os.getpid()}"
    target.rename(left.with_name(f"{left.name}.old"))
    left.mkdir()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("index.backup.making.copy_into", full)
    with pytest.raises(DiskFull):
        backup(data, target)
    assert contents(target) == before
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []


def test_a_backup_that_can_not_take_its_place_leaves_the_one_before(data, tmp_path, monkeypatch):
    target = tmp_path / "copy"
    backup(data, target)
    before = contents(target)
    really = Path.rename

    def refused(self, to):
        if "partial" in self.name and not self.name.endswith(".old"):
            raise OSError(errno.EACCES, "Permission denied")
        return really(self, to)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(BackupError, match="can't be written"):
        backup(data, target)
    assert contents(target) == before


def test_a_backup_of_a_newer_archive_is_refused(data, tmp_path, monkeypatch):
    backup(data, tmp_path / "copy")
    monkeypatch.setattr("index.backup.restoring.known_version", lambda: 1)
    with pytest.raises(NewerArchive):
        restore(tmp_path / "new", tmp_path / "copy")


def test_a_directory_with_something_in_it_is_replaced_only_if_said(data, tmp_path):
    backup(data, tmp_path / "copy")
    add(data, [str(write(tmp_path / "b.jsonl", {"id": "b", "title": "Yeni haber"}))], ONE)
    with pytest.raises(BackupError, match=r"is not empty.*--replace"):
        restore(data, tmp_path / "copy")
    assert len(found(data)) == 182
    live = Generations(data).current().name
    report = restore(data, tmp_path / "copy", REPLACE)
    assert report.generation > live, "a name of its own, so that a server follows"
    assert len(found(data)) == 181
    assert [g.name for g in Generations(data).all()] == [report.generation]
    assert Generations(data).current().manifest().name == report.generation
    assert add(data, [str(write(tmp_path / "b.jsonl", {"id": "b", "title": "Yeni haber"}))], ONE).indexed == 1


def test_feeds_are_read_whole_after_a_restore(data, tmp_path):
    """What servers say is unchanged is so since later than the backup."""
    backup(data, tmp_path / "copy")
    (data / "feeds.json").write_text('{"http://a.example/rss": {"etag": "1"}}\n', "utf-8")
    restore(data, tmp_path / "copy", REPLACE)
    assert not (data / "feeds.json").exists()


def test_a_server_follows(data, tmp_path):
    engine = SearchEngine.open(data)
    backup(data, tmp_path / "copy")
    add(data, [str(write(tmp_path / "b.jsonl", {"id": "b", "title": "Bambaşka haber"}))], ONE)
    assert engine.search(SearchRequest(text="bambaşka", match="all")).total == 1
    restore(data, tmp_path / "copy", REPLACE)
    totals = [engine.search(SearchRequest(text="bambaşka", match="all")).total for _ in range(200)]
    assert totals[-1] == 0
    engine.close()


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_restore_brings_back_nothing_that_was_removed(data, tmp_path, elsewhere):
    backup(data, tmp_path / "copy")
    assert traces(tmp_path / "copy", TRACES), "the backup has it"
    remove(data, ["gizli/1"])
    if elsewhere:  # the archive is lost, its list of hashes is not
        (tmp_path / "new").mkdir()
        shutil.copy(data / "tombstones.jsonl", tmp_path / "new")
    target = tmp_path / "new" if elsewhere else data
    report = restore(target, tmp_path / "copy", REPLACE)
    assert (report.articles, report.removed) == (180, 1)
    assert traces(target, TRACES) == []
    assert add(target, [str(write(tmp_path / "a.jsonl", SECRET))], ONE).blocked == 1
    assert add(target, [str(write(tmp_path / "a.jsonl", SECRET | {"id": "başka"}))], ONE).blocked == 1
    assert traces(target, TRACES) == []
    assert len(found(target)) == 180


def test_a_backup_made_after_a_removal_keeps_it_removed(data, tmp_path):
    remove(data, ["gizli/1"])
    backup(data, tmp_path / "copy")
    assert traces(tmp_path / "copy", TRACES) == []
    restore(tmp_path / "new", tmp_path / "copy")
    assert add(tmp_path / "new", [str(write(tmp_path / "a.jsonl", SECRET))], ONE).blocked == 1


def test_no_backup_while_a_removal_is_unfinished(data, tmp_path, monkeypatch):
    monkeypatch.setattr("index.backup.making.time.sleep", lambda seconds: None)

    class Interrupting(Observer):
        def began(self, step: str) -> None:
            if step == "index":
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        remove(data, ["gizli/1"], observer=Interrupting())
    with pytest.raises(BackupError, match="haberara remove --finish"):
        backup(data, tmp_path / "copy")
    remove(data, [])
    backup(data, tmp_path / "copy")
    assert traces(tmp_path / "copy", TRACES) == []


@pytest.mark.parametrize("when", range(8))
def test_a_restore_that_is_interrupted_is_finished_or_never_was(data, tmp_path, monkeypatch, when):
    """Power goes at one of the renames: the next writer sees the old state or the new one, never a mixture."""
    backup(data, tmp_path / "copy")
    add(data, [str(write(tmp_path / "b.jsonl", {"id": "b", "title": "Yeni haber"}))], ONE)
    moves = 0

    def counted(really):
        def move(self, target):
            nonlocal moves
            if self.name not in ("writer.json",) and "restor" in str(self):
                moves += 1
                if moves > when:
                    raise KeyboardInterrupt
            return really(self, target)

        return move

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", counted(Path.rename))
        patch.setattr(Path, "replace", counted(Path.replace))
        with pytest.raises(KeyboardInterrupt):
            restore(data, tmp_path / "copy", REPLACE)
    add(data, [str(write(tmp_path / "c.jsonl", {"id": "c", "title": "Sonraki haber"}))], ONE)
    expected = 183 if when < 3 else 182  # the third is what decides
    with Archive.open_readonly(data) as archive:
        assert archive.count() == expected
    assert len(found(data)) == expected
    assert not (data / "restored").exists()


def test_a_full_disk_leaves_no_half_backup_and_the_one_before(data, tmp_path, monkeypatch):
    backup(data, tmp_path / "copy")
    before = contents(tmp_path / "copy")
    really = manifest.copy_file
    copied = 0

    def full(source, target):
        nonlocal copied
        copied += 1
        if copied > 7:
            raise OSError(errno.ENOSPC, "No space left on device")
        return really(source, target)

    monkeypatch.setattr("index.backup.making.copy_file", full)
    with pytest.raises(DiskFull, match=r"disk of .*copy is full .*no backup was made.*Free some space"):
        backup(data, tmp_path / "copy")
    assert contents(tmp_path / "copy") == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["copy", "data"]


def test_too_small_a_disk_is_told_before_it_is_full(data, tmp_path, monkeypatch):
    monkeypatch.setattr("index.backup.target.shutil.disk_usage", lambda path: shutil._ntuple_diskusage(10, 9, 1))
    with pytest.raises(DiskFull, match=r"MB are needed, 0.0 MB are free"):
        backup(data, tmp_path / "copy")
    with pytest.raises(BackupError):
        restore(tmp_path / "new", tmp_path / "copy")


def test_an_archive_without_an_index_is_backed_up(data, tmp_path):
    shutil.rmtree(data / "index")
    ran = haberara("backup", tmp_path / "copy", "--data", data)
    assert ran.status == 0
    assert "no index is in the backup" in ran.err
    ran = haberara("restore", tmp_path / "copy", "--data", tmp_path / "new", "--jobs", 1, "--json")
    assert (ran.json["articles"], ran.json["indexed"]) == (181, 181)
    assert len(found(tmp_path / "new")) == 181


def test_an_index_of_another_schema_is_built_again(data, tmp_path):
    path = Generations(data).current().path / "manifest.json"
    said = json.loads(path.read_text("utf-8"))
    said["fingerprints"]["schema"] = "older"
    path.write_text(json.dumps(said), "utf-8")
    backup(data, tmp_path / "copy")
    ran = haberara("restore", tmp_path / "copy", "--data", tmp_path / "new", "--jobs", 1)
    assert ran.status == 0
    assert "another schema" in ran.err
    assert "181 indexed again" in ran.out
    assert len(found(tmp_path / "new")) == 181


def test_no_archive_no_backup(tmp_path):
    with pytest.raises(ArchiveError, match="There is no archive"):
        backup(tmp_path / "none", tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


def test_the_copy_is_one_clean_file(data, tmp_path):
    backup(data, tmp_path / "copy")
    with closing(sqlite3.connect(tmp_path / "copy" / "archive.db")) as archive:
        assert archive.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert archive.execute("PRAGMA freelist_count").fetchone()[0] == 0


def test_the_commands(data, tmp_path):
    ran = haberara("backup", tmp_path / "copy", "--data", data, "--json")
    assert ran.json["articles"] == 181
    assert haberara("backup", tmp_path / "copy", "--data", data).out.startswith("181 articles backed up to ")
    ran = haberara("restore", tmp_path / "copy", "--data", data)
    assert (ran.status, "--replace" in ran.err) == (1, True)
    ran = haberara("restore", tmp_path / "copy", "--data", data, "--replace")
    assert ran.out.startswith("181 articles restored from the backup of ")
