"""A few kills at random moments; `tests/bench/bench_crash.py` does many."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import give_lemmas, take_lemmas
from torture import Torture, leftovers

from index.generations import Generations


@pytest.fixture(scope="module")
def torture(tmp_path_factory: pytest.TempPathFactory, lemma_store: Path) -> Torture:
    folder = tmp_path_factory.mktemp("crashes")
    give_lemmas(lemma_store, folder / "base")
    made = Torture(folder, seed=8, seconds=2.5)
    take_lemmas(lemma_store, folder / "base")
    return made


# Each command and each victim always, all their pairs in the heavy tests.
KILLS = [("add", "all"), ("reindex", "parent"), ("reindex", "worker")]
MORE_KILLS = [("add", "parent"), ("add", "worker"), ("reindex", "all")]


@pytest.mark.parametrize(
    ("what", "kill"), [*KILLS, *(pytest.param(*pair, marks=pytest.mark.heavy) for pair in MORE_KILLS)]
)
def test_nothing_is_lost_stopped_or_left_by_a_kill(torture: Torture, what: str, kill: str) -> None:
    torture.round(what, jobs=2, kill=kill)
    tally = torture.tally
    assert tally.answers > 0
    assert (tally.lost, tally.failed, tally.unreadable, tally.left) == ([], [], [], []), str(tally)


def test_leftovers_are_seen(sample_data: Path, tmp_path: Path) -> None:
    # Another test may have the original open, and its lemma cache a log.
    data = shutil.copytree(sample_data, tmp_path / "data", ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    assert leftovers(data) == []
    generation = Generations(data).current().path
    for stray in (data / "writer.json", data / "index" / "CURRENT.new", generation / "MAIN_abc.pst"):
        stray.write_text("", "utf-8")
    (generation / "parts").mkdir()
    name = generation.name
    assert sorted(leftovers(data)) == sorted(["writer.json", "CURRENT.new", f"{name}/MAIN_abc.pst", f"{name}/parts"])
