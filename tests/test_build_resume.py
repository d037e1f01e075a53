"""An interrupted reindex goes on; what is built is verified before it answers; the one before can answer again."""

from __future__ import annotations

import gc
import importlib
import json
import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cli_support import haberara, process
from conftest import give_lemmas

from index.archive import Archive
from index.building import AddOptions, add, needs_rebuild, reindex, reindex_if_needed, rollback
from index.building import parts as parts_module
from index.building.verification import check_segments
from index.building.workers import Workers
from index.engines.whoosh import inspection
from index.engines.whoosh.backend import WhooshBackend
from index.engines.whoosh.inspection import holdings, segment_names
from index.errors import BrokenIndex, DiskFull, NoIndex, RollbackError
from index.generations import BUILDING, CURRENT, MANIFEST, Generations
from index.observer import Observer
from search.request import SearchRequest
from search.service import SearchEngine

ONE = AddOptions(jobs=1)
COUNT = 60
REINDEX = importlib.import_module("index.building.reindex")


def write(path: Path, word: str, numbers: range) -> str:
    lines = (json.dumps({"id": f"a{n:03}", "title": f"Haber {n}", "body": f"{word} haberi."}) for n in numbers)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return str(path)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, lemma_store: Path) -> Path:
    folder = tmp_path_factory.mktemp("resume")
    give_lemmas(lemma_store, folder / "data")
    add(folder / "data", [write(folder / "a.jsonl", "deprem", range(COUNT))], ONE)
    return folder / "data"


@pytest.fixture
def built(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """60 articles, indexed; a reindex has parts of 10."""
    monkeypatch.setattr(parts_module, "PART", 10)
    return Path(shutil.copytree(template, tmp_path / "data"))


def total(data: Path, text: str = "haber") -> int:
    engine = SearchEngine.open(data)
    try:
        return engine.search(SearchRequest(text=text)).total
    finally:
        engine.close()


class Interrupting(Observer):
    """Ctrl-C once so many articles are indexed."""

    def __init__(self, at: int) -> None:
        self._at = at
        self.stages: list[tuple[str, int, int | None]] = []
        self.warnings: list[str] = []

    def progress(self, stage: str, done: int, total: int | None) -> None:
        self.stages.append((stage, done, total))
        if stage == "index" and done >= self._at:
            raise KeyboardInterrupt

    def warned(self, message: str) -> None:
        self.warnings.append(message)


def interrupt(data: Path, at: int = 35) -> str:
    """Interrupt a reindex; gives the name of what it began."""
    live = Generations(data).current().name
    with pytest.raises(KeyboardInterrupt):
        reindex(data, jobs=1, observer=Interrupting(at))
    assert Generations(data).current().name == live
    (unfinished,) = [g for g in Generations(data).all() if not g.is_complete]
    return unfinished.name


def names(data: Path) -> list[str]:
    return [generation.name for generation in Generations(data).all()]


# Whoosh leaves a file open when it can't read it.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(autouse=True)
def no_file_left_to_other_tests() -> Iterator[None]:
    yield
    gc.collect()


# -- resuming


def test_an_interrupted_reindex_goes_on(built: Path) -> None:
    begun = interrupt(built, at=35)
    watching = Interrupting(at=1000)
    report = reindex(built, jobs=1, observer=watching)
    assert (report.indexed, report.resumed) == (COUNT, 30)
    assert [done for stage, done, _ in watching.stages if stage == "index"] == [10, 20, 30]
    assert {whole for stage, _, whole in watching.stages if stage == "index"} == {30}
    assert Generations(built).current().name == begun
    assert len(names(built)) == 2
    assert not list((built / "index").rglob(BUILDING))
    assert total(built) == COUNT


def test_it_catches_up_with_what_was_added_and_changed_meanwhile(built: Path, tmp_path: Path) -> None:
    begun = interrupt(built)
    add(built, [write(tmp_path / "b.jsonl", "sel", range(50, 70))], ONE)
    add(built, [write(tmp_path / "b.jsonl", "sel", range(5))], ONE)
    assert begun in names(built)
    assert reindex(built, jobs=1).indexed == 70
    assert Generations(built).current().name == begun
    assert (total(built), total(built, "sel"), total(built, "deprem")) == (70, 25, 45)


def test_one_of_other_fingerprints_is_begun_anew(built: Path) -> None:
    begun = interrupt(built)
    note = Generations(built).root / begun / BUILDING
    said = json.loads(note.read_text("utf-8"))
    said["fingerprints"]["analyzer"] = "another"
    note.write_text(json.dumps(said), "utf-8")
    report = reindex(built, jobs=1)
    assert (report.indexed, report.resumed) == (COUNT, 0)
    assert len(names(built)) == 2


@pytest.mark.parametrize("suffix", [".pst", ".trm", "._stored.col", ".seq.col", ".toc"])
def test_a_damaged_beginning_is_begun_anew(built: Path, suffix: str) -> None:
    begun = interrupt(built)
    folder = Generations(built).root / begun
    segment = segment_names(folder)[0].segment_id  # beside it lies the part that was interrupted
    victim = next(folder.glob("*.toc" if suffix == ".toc" else f"{segment}{suffix}"))
    victim.write_bytes(bytes(b ^ 0x5A for b in victim.read_bytes()))
    watching = Interrupting(at=1000)
    assert reindex(built, jobs=1, observer=watching).resumed == 0
    assert "begun again" in watching.warnings[0]
    assert len(names(built)) == 2
    assert total(built) == COUNT


def test_if_needed_and_status_leave_an_unfinished_one_alone(built: Path) -> None:
    begun = interrupt(built)
    assert needs_rebuild(built) is None
    assert reindex_if_needed(built, jobs=1) is None
    assert begun in names(built)


def test_the_command_says_that_it_goes_on(built: Path) -> None:
    interrupt(built)
    ran = haberara("reindex", "--jobs", "1", "--data", built)
    assert "60 articles indexed" in ran.out
    assert "30 of them by an earlier run that was interrupted" in ran.out


def test_a_kill_before_publishing_is_continued(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(self: Generations, generation: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Generations, "make_current", die)
    with pytest.raises(KeyboardInterrupt):
        reindex(built, jobs=1)
    monkeypatch.undo()
    assert total(built) == COUNT
    assert reindex(built, jobs=1).resumed == COUNT
    assert len(names(built)) == 2


# -- verification


def refused(data: Path, match: str, *, error: type[Exception] = BrokenIndex) -> None:
    """A reindex fails, says why, and leaves the old index answering and nothing else."""
    before = names(data)
    with pytest.raises(error, match=match):
        reindex(data, jobs=1)
    assert names(data) == before
    assert total(data) == COUNT


def test_what_lacks_articles_does_not_answer(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(REINDEX, "index_pending", lambda *args, **more: 0)
    refused(built, "holds 0 articles where the archive has 60")


def test_a_full_disk_is_told_and_leaves_nothing(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **more: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(REINDEX, "index_pending", full)
    refused(built, "is full", error=DiskFull)


@pytest.mark.parametrize(
    ("suffix", "change", "match"),
    [
        (".pst", lambda raw: raw + b"x", "its postings have .* bytes"),
        (".pst", lambda raw: raw[:1000] + bytes(200) + raw[1200:], "can't be read"),
        (".trm", lambda raw: raw[: len(raw) // 2], "can't be read"),
        ("._stored.col", lambda raw: raw[:100] + bytes(200) + raw[300:], "can't be read"),
        (".id_column.col", lambda raw: b"x" * 50 + raw[50:], "text of the article"),
        (".seq.col", lambda raw: raw[:8] * (len(raw) // 8), "columns"),
    ],
)
def test_damage_to_a_segment_is_found(built: Path, suffix: str, change: Callable[[bytes], bytes], match: str) -> None:
    generation = Generations(built).current()
    victim = next(p for p in generation.path.iterdir() if p.name.endswith(suffix))
    with Workers(1) as workers:
        check_segments(generation, WhooshBackend(), workers, Observer())
        victim.write_bytes(change(victim.read_bytes()))
        with pytest.raises(BrokenIndex, match="is not as it was written"):
            check_segments(generation, WhooshBackend(), workers, Observer())
        for sums in generation.path.glob("*.crc"):
            sums.unlink()
        with pytest.raises(BrokenIndex, match=match):
            check_segments(generation, WhooshBackend(), workers, Observer())


def test_an_article_that_is_not_found_by_its_words_is_told(built: Path) -> None:
    path = Generations(built).current().path
    inspection.verify(path, COUNT, [inspection.Probe("a007", ("deprem", "haber"))])
    with pytest.raises(BrokenIndex, match=r"a007.*by its word 'yoktur'"):
        inspection.verify(path, COUNT, [inspection.Probe("a007", ("yoktur",))])
    with pytest.raises(BrokenIndex, match="'nobody' can't be found"):
        inspection.verify(path, COUNT, [inspection.Probe("nobody", ())])


def test_holdings(built: Path) -> None:
    with Archive.open_readonly(built) as archive:
        assert holdings(Generations(built).current().path) == (COUNT, archive.max_seq())
    assert len(segment_names(Generations(built).current().path)) == 1


# -- rolling back


def test_rollback_lets_the_one_before_answer_with_all_articles(built: Path, tmp_path: Path) -> None:
    first = Generations(built).current().name
    reindex(built, jobs=1)
    second = Generations(built).current().name
    add(built, [write(tmp_path / "b.jsonl", "sel", range(55, 65))], ONE)
    (built / "people_aliases.tsv").write_text("Ecevit\tBülent Ecevit\n", "utf-8")
    report = rollback(built, jobs=1)
    assert Generations(built).current().name == first
    assert (report.before, report.indexed) == (second, 10)
    assert report.snapshot.startswith(first)
    assert (total(built), total(built, "sel")) == (65, 10)
    assert Generations(built).current().corrections().people.resolve("Ecevit") == "Bülent Ecevit"
    assert second in names(built), "requests may still be reading it"
    with pytest.raises(RollbackError, match="no earlier index"):
        rollback(built, jobs=1)
    assert reindex_if_needed(built, jobs=1) is None
    add(built, [write(tmp_path / "b.jsonl", "sel", range(65, 66))], ONE)
    assert names(built) == [first]


def test_rollback_mends_a_live_index_that_is_broken(built: Path) -> None:
    reindex(built, jobs=1)
    (Generations(built).current().path / MANIFEST).write_text("{", "utf-8")
    with pytest.raises(BrokenIndex):
        total(built)
    assert rollback(built, jobs=1).before is not None
    assert total(built) == COUNT


def test_rollback_mends_a_current_that_names_nothing(built: Path) -> None:
    (built / "index" / CURRENT).write_bytes(b"\xff\x00")
    assert rollback(built, jobs=1).before is None
    assert total(built) == COUNT


@pytest.mark.parametrize("what", ["schema", "analyzer", "engine"])
def test_rollback_refuses_what_it_cannot_read(built: Path, what: str) -> None:
    reindex(built, jobs=1)
    live = Generations(built).current().name
    manifest = Generations(built).previous().path / MANIFEST
    said = json.loads(manifest.read_text("utf-8"))
    said["fingerprints"][what] = "older"
    manifest.write_text(json.dumps(said), "utf-8")
    with pytest.raises(RollbackError, match=rf"can't be read any more.*another {what}.*haberara reindex"):
        rollback(built, jobs=1)
    assert Generations(built).current().name == live


def test_rollback_refuses_a_damaged_one(built: Path) -> None:
    reindex(built, jobs=1)
    live = Generations(built).current().name
    victim = next(p for p in Generations(built).previous().path.iterdir() if p.suffix == ".pst")
    victim.write_bytes(victim.read_bytes()[:-1])
    with pytest.raises(RollbackError, match="can't be used"):
        rollback(built, jobs=1)
    assert Generations(built).current().name == live


def test_the_command(built: Path, tmp_path: Path) -> None:
    refusal = haberara("rollback", "--data", built)
    assert refusal.status == 1
    assert "no earlier index" in refusal.err
    reindex(built, jobs=1)
    said = haberara("rollback", "--json", "--data", built).json
    assert set(said) == {"snapshot", "before", "created", "indexed", "seconds"}
    reindex(built, jobs=1)
    add(built, [write(tmp_path / "b.jsonl", "sel", range(60, 63))], ONE)
    ran = haberara("rollback", "--data", built)
    assert ran.status == 0
    assert "answers again" in ran.out
    assert "3 articles that were added or changed since" in ran.out


# -- cheap enough for cron


def test_a_current_index_is_told_without_lock_and_without_a_byte_written(built: Path) -> None:
    def state() -> dict[str, tuple[int, int]]:
        found = built.rglob("*")
        return {
            str(p): (p.stat().st_mtime_ns, p.stat().st_size) for p in found if not p.name.endswith(("-wal", "-shm"))
        }

    before = state()
    ran = process("reindex", "--if-needed", "--json", "--data", built)
    assert (ran.status, ran.json) == (0, {"indexed": 0})
    assert state() == before


def test_if_needed_rebuilds_where_the_counts_differ(built: Path) -> None:
    with Archive.open(built) as archive:
        archive._connection.execute("DELETE FROM version WHERE id = 'a007'")
    watching = Interrupting(at=1000)
    report = reindex_if_needed(built, jobs=1, observer=watching)
    assert report is not None
    assert report.indexed == COUNT - 1
    assert "holds 60 articles where the archive has 59" in watching.warnings[0]


def test_without_an_archive_it_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        ran = haberara("reindex", "--if-needed", "--data", tmp_path / "nowhere")
    assert (ran.status, "There is no archive" in ran.err) == (1, True)
    with pytest.raises(NoIndex):
        Generations(tmp_path).current()
