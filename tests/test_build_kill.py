"""kill -9 at any moment: what was acknowledged is found, the index can be read, and the next run cleans up."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from torture import found_ids

from index.building import AddOptions, add, reindex
from index.generations import Generations

ADDER = """
import sys
from pathlib import Path
import index.building.intake as intake
from index.building import AddOptions
from index.observer import Observer
from index.building import add

intake.FIRST_BATCH = intake.LARGEST_BATCH = 40

class Say(Observer):
    def committed(self, acknowledgement):
        print(acknowledgement.committed, flush=True)

print("ready", flush=True)
add(Path(sys.argv[1]), [sys.argv[2]], AddOptions(jobs=1), Say())
"""

REINDEXER = """
import sys
from pathlib import Path
from index.building import reindex

print("ready", flush=True)
reindex(Path(sys.argv[1]), jobs=1)
print("done", flush=True)
"""

ARTICLES = 280


def write(path: Path, version: int) -> str:
    records = ({"id": f"a{i:04}", "title": "Deprem", "body": f"sürüm{version} deprem"} for i in range(ARTICLES))
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
    return str(path)


def killed(script: str, arguments: list[str], after: int, delay: float) -> list[str]:
    """Run a script, kill it some time after its n-th line; gives the lines that it printed."""
    with subprocess.Popen(
        [sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, encoding="utf-8"
    ) as child:
        lines = [child.stdout.readline() for _ in range(1 + after)]
        time.sleep(delay)
        child.kill()
        lines += child.stdout.readlines()
    assert lines[0] == "ready\n"
    return [line.strip() for line in lines[1:] if line.endswith("\n")]


def leftovers(data: Path) -> list[str]:
    return [g.name for g in Generations(data).all() if not g.is_complete]


def test_add_loses_nothing_that_was_acknowledged(data, tmp_path):
    dice = random.Random(8)
    everything = {f"a{i:04}" for i in range(ARTICLES)}
    for round_number, after in enumerate((0, 1, 2, 2)):
        version = round_number // 2  # the later rounds change what the earlier ones added
        source = write(tmp_path / "a.jsonl", version)
        acknowledged = killed(ADDER, [str(data), source], after, dice.random() * 0.1)
        if not (data / "index" / "CURRENT").exists():
            assert acknowledged == []
            continue
        of_this = sorted(found_ids(data, f"sürüm{version}"))
        assert of_this == sorted(everything)[: len(of_this)]
        assert len(of_this) >= sum(int(line) for line in acknowledged[-1:])
        assert len(of_this) % 40 == 0, "no batch is found in part"
    add(data, [write(tmp_path / "a.jsonl", 1)], AddOptions(jobs=1))
    assert found_ids(data, "sürüm1") == everything
    assert found_ids(data, "sürüm0") == set()
    assert leftovers(data) == []


@pytest.mark.parametrize("delay", [0.0, 0.15, 0.5])
def test_a_killed_reindex_leaves_the_old_index_answering(data, tmp_path, delay):
    add(data, [write(tmp_path / "a.jsonl", 0)], AddOptions(jobs=1))
    before = Generations(data).current().name
    said = killed(REINDEXER, [str(data)], 0, delay)
    assert len(found_ids(data, "deprem")) == ARTICLES
    if said != ["done"]:
        assert Generations(data).current().name >= before
    reindex(data, jobs=1)
    assert leftovers(data) == []
    assert len(list(Generations(data).all())) <= 2
    assert len(found_ids(data, "deprem")) == ARTICLES
    assert not (data / "writer.json").exists()


def test_a_kill_between_completing_and_publishing_is_harmless(data, tmp_path, monkeypatch):
    add(data, [write(tmp_path / "a.jsonl", 0)], AddOptions(jobs=1))
    before = Generations(data).current().name

    def die(self, generation):
        raise KeyboardInterrupt

    monkeypatch.setattr(Generations, "make_current", die)
    with pytest.raises(KeyboardInterrupt):
        reindex(data, jobs=1)
    monkeypatch.undo()
    assert Generations(data).current().name == before
    assert len(found_ids(data, "deprem")) == ARTICLES
    assert reindex(data, jobs=1).indexed == ARTICLES
    assert len(list(Generations(data).all())) == 2
