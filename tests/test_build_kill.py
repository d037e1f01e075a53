"""kill -9 at any moment: what was acknowledged is found, the index can be read, and the next run cleans up."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from torture import found_ids

from index.building import AddOptions, add, reindex
from index.generations import Generations

DIES = """
import os, signal, sys

def touched(event, arguments):
    '''The name of a file that is about to be opened, made, renamed or removed; nothing for other events.'''
    known = {"open": 0, "os.mkdir": 0, "os.rename": 1, "os.remove": 0, "os.rmdir": 0}
    return str(arguments[known[event]]) if event in known else ""

def die():
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
"""
"""A process that is killed at a moment of its own work and not of the clock: as by `kill -9`, but by itself."""

ADDER = f"""{DIES}
from pathlib import Path
import index.building.intake as intake
from index.building import AddOptions
from index.observer import Observer
from index.building import add

intake.FIRST_BATCH = intake.LARGEST_BATCH = 40
data, source, after, left = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])

class Say(Observer):
    def committed(self, acknowledgement):
        global after
        print(acknowledgement.committed, flush=True)
        after -= 1

def heard(event, arguments):
    global left
    if after <= 0 and touched(event, arguments):
        left -= 1
        if left < 0:
            die()

print("ready", flush=True)
sys.addaudithook(heard)
add(Path(data), [source], AddOptions(jobs=1), Say())
"""

REINDEXER = f"""{DIES}
from pathlib import Path
from index.building import reindex

def heard(event, arguments):
    if event == sys.argv[2] and sys.argv[3] in touched(event, arguments):
        die()

print("ready", flush=True)
sys.addaudithook(heard)
reindex(Path(sys.argv[1]), jobs=1)
print("done", flush=True)
"""

ARTICLES = 280


def write(path: Path, version: int) -> str:
    records = ({"id": f"a{i:04}", "title": "Deprem", "body": f"sürüm{version} deprem"} for i in range(ARTICLES))
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
    return str(path)


def killed(script: str, *arguments: object) -> list[str]:
    """Run a script that dies; gives the lines that it printed."""
    child = subprocess.run([sys.executable, "-c", script, *map(str, arguments)], stdout=subprocess.PIPE, check=False)
    lines = child.stdout.decode("utf-8").splitlines(keepends=True)
    assert lines[0] == "ready\n"
    assert child.returncode != 0, "it was not killed"
    return [line.strip() for line in lines[1:] if line.endswith("\n")]


def leftovers(data: Path) -> list[str]:
    return [g.name for g in Generations(data).all() if not g.is_complete]


def test_add_loses_nothing_that_was_acknowledged(data, tmp_path):
    dice = random.Random(8)
    everything = {f"a{i:04}" for i in range(ARTICLES)}
    for round_number, after in enumerate((0, 1, 2, 2)):
        version = round_number // 2  # the later rounds change what the earlier ones added
        source = write(tmp_path / "a.jsonl", version)
        acknowledged = killed(ADDER, data, source, after, dice.randrange(60))
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


@pytest.mark.parametrize(
    ("event", "name"),
    [("open", "writer.json"), ("open", ".pst"), ("os.rename", "CURRENT")],
    ids=["beginning", "writing", "publishing"],
)
def test_a_killed_reindex_leaves_the_old_index_answering(data, tmp_path, event, name):
    add(data, [write(tmp_path / "a.jsonl", 0)], AddOptions(jobs=1))
    before = Generations(data).current().name
    assert killed(REINDEXER, data, event, name) == []
    assert Generations(data).current().name == before
    assert len(found_ids(data, "deprem")) == ARTICLES
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
