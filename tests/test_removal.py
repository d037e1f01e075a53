"""Removed for good: no byte is left in any file, and nothing brings the article back."""

from __future__ import annotations

import errno
import json
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from byte_search import traces

from index.archive import Archive
from index.archive.connection import plain_errors
from index.building import AddOptions, BuildReport, add, reindex, rollback
from index.engines.whoosh.backend import WhooshBackend
from index.errors import ArchiveError, RemovalUnfinished
from index.generations import Generations
from index.observer import Observer
from index.removal import allow, finish_pending, look_up, remove
from search.request import SearchRequest
from search.service import SearchEngine

ONE = AddOptions(jobs=1)
RARE = "zırtapozluktan"
SECRET = {
    "id": "gizli-haber-1",
    "title": "Kıymetli Tuğrulcan Ğöktürkmen'in kaybolan sandığı",
    "body": f"Komşuları {RARE} söz etti. Tuğrulcan Ğöktürkmen konuşmadı. " + "Sandık hâlâ aranıyor. " * 20,
    "date": "2003-04-05",
    "source": "Fısıltı Postası",
    "url": "https://fisilti.example.org/haber/sandik-kayip",
    "category": "Söylenti",
}
TRACES = (
    RARE, "zırtapoz", "Tuğrulcan", "Ğöktürkmen", "kaybolan sandığı", "Fısıltı Postası", "Söylenti",
    "fisilti.example.org", "gizli-haber-1", "Sandık hâlâ",
)  # fmt: skip


class Blocks(Observer):
    def __init__(self) -> None:
        self.reasons: list[str] = []

    def blocked(self, record) -> None:
        self.reasons.append(record.reason)


def write(path: Path, *records: dict[str, object]) -> str:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
    return str(path)


@pytest.fixture(scope="module")
def template(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample in two generations, with an article in three versions, of which the index has marked some deleted."""
    folder = tmp_path_factory.mktemp("removal")
    data = Path(shutil.copytree(sample_data, folder / "data"))
    add(data, [write(folder / "a.jsonl", SECRET)], ONE)
    add(data, [write(folder / "a.jsonl", SECRET | {"body": SECRET["body"] + " Yeni bilgi."})], ONE)
    reindex(data, jobs=1)
    add(data, [write(folder / "a.jsonl", SECRET | {"title": "Tuğrulcan Ğöktürkmen konuştu"})], ONE)
    assert len(list(Generations(data).all())) == 2
    found = traces(data, TRACES)
    for name in ("archive.db", "lemmas-", "index/000001", "index/000002"):
        assert any(trace.startswith(name) for trace in found), f"{name} holds nothing: the test would prove nothing"
    return data


@pytest.fixture
def data(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "data"))


def contents(data: Path) -> dict[Path, bytes]:
    # Whoever reads in WAL mode leaves an empty log.
    files = [path for path in data.rglob("*") if path.is_file() and not path.name.endswith(("-shm", "-wal"))]
    return {path: path.read_bytes() for path in files}


def total(data: Path, text: str = "") -> int:
    engine = SearchEngine.open(data)
    try:
        return engine.search(SearchRequest(text=text, match="all")).total
    finally:
        engine.close()


def test_looking_changes_nothing(data):
    before = contents(data)
    found = look_up(data, ["gizli-haber-1", "yok"])
    assert [(a.id, a.title, a.versions) for a in found.articles] == [
        ("gizli-haber-1", "Tuğrulcan Ğöktürkmen konuştu", 3)
    ]
    assert found.missing == ("yok",)
    assert contents(data) == before


def test_nothing_is_left_in_any_file_and_everything_else_is(data):
    report = remove(data, ["gizli-haber-1"])
    assert (report.articles, report.versions, report.missing) == (1, 3, [])
    assert report.segments >= 3
    assert traces(data, TRACES) == []
    assert not (data / "removal.json").exists()
    assert total(data) == 180
    assert total(data, "deprem") > 0
    with closing(sqlite3.connect(data / "archive.db")) as archive:
        assert archive.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert archive.execute("PRAGMA freelist_count").fetchone()[0] == 0
        assert archive.execute("SELECT count(*) FROM version").fetchone()[0] == 180
    for generation in Generations(data).all():
        Generations(data).make_current(generation)
        assert total(data) == 180
        assert total(data, RARE) == 0
    assert traces(data, TRACES) == []


def test_a_generation_answers_as_if_the_article_had_never_been(data, sample_data):
    remove(data, ["gizli-haber-1"])
    for text in ("", "deprem", "seçim -yerel", '"Nobel Edebiyat Ödülü"', "cumhur*"):
        answers = []
        for directory in (data, sample_data):
            engine = SearchEngine.open(directory)
            found = engine.search(SearchRequest(text=text, limit=50)).to_json()
            engine.close()
            for key in ("took_ms", "snapshot"):
                found.pop(key)
            for hit in found["hits"]:
                hit.pop("score")  # a merge rounds the lengths of texts, as Whoosh keeps them
            answers.append(found)
        assert answers[0] == answers[1]


def test_the_same_id_and_the_same_text_are_blocked(data, tmp_path):
    remove(data, ["gizli-haber-1"])
    again = [
        SECRET,
        SECRET | {"body": "Bambaşka bir metin."},
        SECRET | {"id": "başka", "url": None, "body": SECRET["body"] + "\n Yeni   bilgi."},
    ]
    told = Blocks()
    report = add(data, [write(tmp_path / "again.jsonl", *again)], AddOptions(jobs=1, read=ONE.read), told)
    assert (report.read, report.blocked, report.added, report.rejected) == (3, 2, 0, 1)
    report = add(data, [write(tmp_path / "again.jsonl", again[2], {"id": "iyi", "title": "Yeni haber"})], ONE, told)
    assert (report.read, report.blocked, report.added) == (2, 1, 1)
    assert "the id 'gizli-haber-1' was removed for good; `haberara remove --allow ID`" in told.reasons[0]
    assert "its text was removed for good under another id" in told.reasons[-1]
    assert traces(data, TRACES) == []


def test_a_dry_run_of_add_counts_what_is_blocked(data, tmp_path):
    remove(data, ["gizli-haber-1"])
    report = add(data, [write(tmp_path / "again.jsonl", SECRET)], AddOptions(jobs=1, dry_run=True))
    assert (report.read, report.blocked) == (1, 1)


def test_a_reindex_brings_nothing_back(data):
    remove(data, ["gizli-haber-1"])
    assert reindex(data, jobs=1).indexed == 180
    assert traces(data, TRACES) == []


def test_a_rollback_brings_nothing_back(data):
    remove(data, ["gizli-haber-1"])
    live = Generations(data).current().name
    report = rollback(data, jobs=1)
    assert Generations(data).current().name < live
    assert (report.indexed, total(data), total(data, RARE)) == (report.indexed, 180, 0)
    assert traces(data, TRACES) == []


def test_a_removal_after_a_rollback_clears_what_was_rolled_back_too(data):
    rollback(data, jobs=1)
    remove(data, ["gizli-haber-1"])
    assert traces(data, TRACES) == []
    assert total(data) == 180


def test_an_interrupted_reindex_keeps_nothing_of_it(data, monkeypatch):
    def die(self, generation, *rest):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Generations, "complete", die)
        with pytest.raises(KeyboardInterrupt):
            reindex(data, jobs=1)
    assert [g for g in Generations(data).all() if not g.is_complete], "an unfinished index is there"
    remove(data, ["gizli-haber-1"])
    assert traces(data, TRACES) == []
    assert reindex(data, jobs=1).indexed == 180
    assert traces(data, TRACES) == []


def test_the_way_back(data, tmp_path):
    source = write(tmp_path / "again.jsonl", SECRET)
    assert allow(data, "gizli-haber-1") == 0
    remove(data, ["gizli-haber-1"])
    assert allow(data, "gizli-haber-1") == 3
    assert not (data / "tombstones.jsonl").exists()
    assert add(data, [source], ONE).added == 1
    assert total(data, RARE) == 1
    remove(data, ["gizli-haber-1"])
    assert traces(data, TRACES) == []


def test_an_older_archive_put_back_by_hand_is_cleared_by_the_next_writer(data, tmp_path):
    shutil.copy(data / "archive.db", tmp_path / "archive.db")
    remove(data, ["gizli-haber-1"])
    shutil.copy(tmp_path / "archive.db", data / "archive.db")
    assert add(data, [write(tmp_path / "b.jsonl", {"id": "iyi", "title": "Yeni haber"})], ONE).added == 1
    assert traces(data, TRACES) == []
    assert total(data) == 181


def test_a_lost_file_of_tombstones_is_written_again(data, tmp_path):
    remove(data, ["gizli-haber-1"])
    before = (data / "tombstones.jsonl").read_text("utf-8")
    (data / "tombstones.jsonl").unlink()
    remove(data, [])
    with Archive.open(data) as archive:
        assert finish_pending(archive, WhooshBackend()) is None
    assert add(data, [write(tmp_path / "again.jsonl", SECRET)], ONE).blocked == 1
    assert (data / "tombstones.jsonl").read_text("utf-8") == before


def test_a_damaged_file_of_tombstones_stops_every_writer(data, tmp_path):
    (data / "tombstones.jsonl").write_text("{\n", "utf-8")
    with pytest.raises(ArchiveError, match=r"tombstones.jsonl.*removed for good.*damaged.*Restore it"):
        add(data, [write(tmp_path / "b.jsonl", {"id": "iyi", "title": "Yeni haber"})], ONE)


STEPS = ("archive", "index", "lemmas", "compact")


@pytest.mark.parametrize("step", STEPS)
def test_the_next_writer_does_what_an_interrupted_removal_left(data, tmp_path, step):
    class Interrupting(Observer):
        def began(self, now: str) -> None:
            if now == step:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        remove(data, ["gizli-haber-1"], observer=Interrupting())
    report = add(data, [write(tmp_path / "again.jsonl", SECRET)], ONE)
    if step == "archive":  # nothing had happened yet
        assert (report.unchanged + report.changed, report.blocked) == (1, 0)
        return
    assert report.blocked == 1
    assert traces(data, TRACES) == []
    assert not (data / "removal.json").exists()


def test_a_full_disk_is_told_and_the_rest_is_done_later(data, monkeypatch):
    with monkeypatch.context() as patch:

        def full(path, is_doomed):
            raise OSError(errno.ENOSPC, "No space left on device")

        patch.setattr("index.engines.whoosh.backend.purge", full)
        with pytest.raises(RemovalUnfinished, match=r"is full .*searches may still find.*haberara remove --finish"):
            remove(data, ["gizli-haber-1"])
    with monkeypatch.context() as patch:

        def full_too(archive):
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            with plain_errors(archive.path):
                raise error

        patch.setattr(sys.modules["index.removal.remove"], "compact", full_too)
        with pytest.raises(RemovalUnfinished, match=r"is full .*haberara remove --finish"):
            remove(data, [])
    assert (data / "removal.json").exists()
    remove(data, [])
    assert traces(data, TRACES) == []


def test_what_a_crash_left_beside_an_index_goes_too(data):
    live = Generations(data).current().path
    (live / "parts" / "7").mkdir(parents=True)
    (live / "parts" / "7" / "MAIN_x.trm").write_text(RARE, "utf-8")
    (live / "MAIN_0123456789abcdef.trm").write_text(RARE, "utf-8")
    unfinished = Generations(data).create()
    (unfinished.path / "MAIN_x.trm").write_text(RARE, "utf-8")
    report = remove(data, ["gizli-haber-1"])
    assert report.dropped == [unfinished.name]
    assert traces(data, TRACES) == []
    assert total(data) == 180


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Whoosh leaves a file open when it can't read it
def test_a_generation_that_cant_be_read_is_removed(data):
    older, live = Generations(data).all()
    manifest = json.loads((older.path / "manifest.json").read_text("utf-8"))
    manifest["fingerprints"]["schema"] = "older"
    (older.path / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    next(live.path.glob("*.toc")).write_bytes(b"\0" * 50)
    report = remove(data, ["gizli-haber-1"])
    assert sorted(report.dropped) == [older.name, live.name]
    assert traces(data, TRACES) == []
    assert reindex(data, jobs=1).indexed == 180
    assert total(data) == 180


def test_a_text_that_another_article_has_stays_there_and_is_told(data, tmp_path):
    add(data, [write(tmp_path / "b.jsonl", SECRET | {"id": "ikiz-kopya-7", "url": None})], ONE)
    assert look_up(data, ["ikiz-kopya-7"]).same_text == ("gizli-haber-1",)
    report = remove(data, ["ikiz-kopya-7"])
    assert report.same_text == ["gizli-haber-1"]
    assert total(data, RARE) == 1
    assert add(data, [write(tmp_path / "c.jsonl", SECRET)], ONE).blocked == 0, "only the id is blocked"
    assert add(data, [write(tmp_path / "b.jsonl", SECRET | {"id": "ikiz-kopya-7", "url": None})], ONE).blocked == 1
    remove(data, ["gizli-haber-1"])
    assert traces(data, [*TRACES, "ikiz-kopya-7"]) == []


def test_a_source(data):
    found = look_up(data, source="Örnek Ajansı")
    assert len(found.articles) > 10
    report = remove(data, [], source="Örnek Ajansı")
    assert report.articles == len(found.articles)
    assert total(data) == 181 - report.articles
    assert [trace for trace in traces(data, ["Örnek Ajansı"]) if not trace.startswith("lemmas-")] == []


def test_reports_count_what_is_blocked():
    assert BuildReport(blocked=2).to_json()["blocked"] == 2
