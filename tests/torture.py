"""kill -9 at random moments of `add` and `reindex` while searches go on, and what is left afterwards.

One round: a child process writes, is killed with its workers at some moment, the index is opened, and the next run is
let finish. `tests/bench/bench_crash.py` does this many times, `test_crashes.py` a few.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from index.building import AddOptions, add, reindex
from index.building.verification import check_segments
from index.building.workers import Workers
from index.engines.whoosh.backend import WhooshBackend
from index.engines.whoosh.files import committed_files
from index.errors import HaberaraError
from index.generations import Generations
from index.observer import Observer
from search.request import SearchRequest
from search.service import SearchEngine

BASE, NEW, CHANGED = 160, 160, 40
"""Articles that are there before; that a round adds; that it changes."""

CHILD = """
import sys
from pathlib import Path
from index.building import AddOptions
from index.observer import Observer
from index.building import add
from index.building import intake
from index.building import parts
from index.building import reindex
from index.building import workers

parts.PART, parts.SMALLEST, workers.WORTH_WORKERS = 40, 20, 2
intake.FIRST_BATCH = intake.LARGEST_BATCH = 50

class Say(Observer):
    def committed(self, acknowledgement):
        print(acknowledgement.committed, flush=True)

what, data, source, jobs = sys.argv[1:]
print("ready", flush=True)
if what == "add":
    add(Path(data), [source], AddOptions(jobs=int(jobs)), Say())
else:
    sys.modules["index.building.reindex"].reindex(Path(data), jobs=int(jobs))
print("done", flush=True)
"""

WORDS = ["deprem", "seçim", "bakan", "ülke", "gazete", "meclis", "başkan", "kent", "yol", "okul"]


@dataclass
class Tally:
    """What the rounds have shown; the lists should stay empty. `too_late` kills found the child at its end."""

    killed: int = 0
    too_late: int = 0
    answers: int = 0
    lost: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        kinds = (("lost", self.lost), ("failed", self.failed), ("unreadable", self.unreadable), ("left", self.left))
        lines = [f"{kind}: {line}" for kind, found in kinds for line in found[:5]]
        return "\n".join(
            [
                f"{self.killed} kills, {self.too_late} more came too late; {self.answers} searches meanwhile",
                f"acknowledged articles lost {len(self.lost)}, searches failed {len(self.failed)}, indexes unreadable "
                f"{len(self.unreadable)}, leftovers after the next run {len(self.left)}",
                *lines,
            ]
        )


def record(number: int, version: int) -> dict[str, str]:
    """An article that is found by `haber` and by the number of its version."""
    text = " ".join(WORDS[(number * step) % len(WORDS)] for step in range(1, 60))
    return {"id": f"a{number:04}", "title": "Haber", "body": f"sürüm{version} {text}"}


def write(path: Path, records: list[dict[str, str]]) -> Path:
    """A file of JSON lines."""
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records), "utf-8")
    return path


class Torture:
    """Rounds over copies of one data directory."""

    def __init__(self, folder: Path, seed: int, seconds: float | None = None) -> None:
        """`folder` is empty, or has a `base` with a lemma cache. `seconds` is how long a child works, else measured."""
        self._folder = folder
        self._dice = random.Random(seed)
        self._given = seconds
        self._seconds: dict[tuple[str, int], float] = {}
        self.tally = Tally()
        base = folder / "base"
        add(base, [str(write(folder / "old.jsonl", [record(n, 0) for n in range(BASE)]))], AddOptions(jobs=1))
        reindex(base, jobs=1)
        changed = [record(n, 1) for n in range(CHANGED)]
        self._news = changed + [record(n, 1) for n in range(BASE, BASE + NEW)]
        self._source = write(folder / "new.jsonl", self._news)

    def round(self, what: str, jobs: int, kill: str = "all") -> None:
        """Kill `add` or `reindex` at a random moment, then look; `kill` is all, parent or worker."""
        length = self._given or self._seconds.get((what, jobs))
        if length is None:
            length = self._seconds[what, jobs] = self._measured(what, jobs)
        delay = self._dice.random() * length
        name = f"kill {self.tally.killed + 1} ({what}, {jobs} jobs, {kill}, after {delay:.2f} s)"
        workers: list[psutil.Process] = []

        def strike(child: subprocess.Popen[str]) -> None:
            time.sleep(delay)
            workers.extend(_strike(child, kill))

        data = self._folder / "data"
        lines = self._run(what, jobs, strike, name)
        if "done" in lines:
            self.tally.too_late += 1
        else:
            self.tally.killed += 1
        _, alive = psutil.wait_procs(workers, timeout=20)
        self.tally.left += [f"{name}: the process {process.pid} outlived its parent" for process in alive]
        self.tally.left += [f"{name}: {left}" for left in leftovers(data)]

    def _measured(self, what: str, jobs: int) -> float:
        """How many seconds a child works that is not killed."""
        seconds = 0.0

        def wait(child: subprocess.Popen[str]) -> None:
            nonlocal seconds
            began = time.perf_counter()
            child.wait()
            seconds = time.perf_counter() - began

        assert "done" in self._run(what, jobs, wait)
        return seconds

    def _run(self, what: str, jobs: int, strike: Callable[[subprocess.Popen[str]], None], name: str = "") -> list[str]:
        """One run of the child over a fresh copy, and the next run; gives the lines that the child printed."""
        data = self._folder / "data"
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(self._folder / "base", data)
        if what == "reindex":
            add(data, [str(self._source)], AddOptions(jobs=1))
        with self._searching(data, name):
            lines = self._child(what, data, jobs, strike)
            acknowledged = max((int(line) for line in lines if line != "done"), default=0)
            self._look(data, acknowledged if what == "add" else len(self._news), name)
            if what == "add":
                add(data, [str(self._source)], AddOptions(jobs=1))
            else:
                reindex(data, jobs=1)
            self._look(data, len(self._news), name)
        return lines

    def _child(self, what: str, data: Path, jobs: int, strike: Callable[[subprocess.Popen[str]], None]) -> list[str]:
        command = [sys.executable, "-c", CHILD, what, str(data), str(self._source), str(jobs)]
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            start_new_session=True,
        ) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            strike(child)
            return child.stdout.read().split("\n")[:-1]

    def _look(self, data: Path, acknowledged: int, name: str) -> None:
        """Everything acknowledged is found, and the archive and the index can be read to the end."""
        try:
            with Workers(1) as workers:
                check_segments(Generations(data).current(), WhooshBackend(), workers, Observer())
            found = found_ids(data, "sürüm1")
        except HaberaraError as error:
            self.tally.unreadable.append(f"{name}: {error}")
            return
        missing = {one["id"] for one in self._news[:acknowledged]} - found
        self.tally.lost += [f"{name}: {article}" for article in sorted(missing)]
        with closing(sqlite3.connect(data / "archive.db")) as archive:
            verdict = archive.execute("PRAGMA quick_check").fetchone()[0]
        if verdict != "ok":
            self.tally.unreadable.append(f"{name}: archive: {verdict}")

    @contextmanager
    def _searching(self, data: Path, name: str) -> Iterator[None]:
        """Search without pause meanwhile: none fails, and none finds less than there was before."""
        engine = SearchEngine.open(data)
        stop = threading.Event()

        def search() -> None:
            while not stop.is_set():
                try:
                    total = engine.search(SearchRequest("haber")).total
                except Exception as error:  # noqa: BLE001 -- whatever it is, it is counted
                    self.tally.failed.append(f"{name}: {error!r}")
                    continue
                self.tally.answers += 1
                if total < BASE:
                    self.tally.failed.append(f"{name}: {total} articles found")
                stop.wait(0.02)

        thread = threading.Thread(target=search)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
            engine.close()


def _strike(child: subprocess.Popen[str], kill: str) -> list[psutil.Process]:
    """Kill the child, with its workers or without, or one worker alone; gives the workers that there were."""
    try:
        workers: list[psutil.Process] = psutil.Process(child.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
    if kill == "all" and hasattr(os, "killpg"):
        os.killpg(child.pid, signal.SIGKILL)
    elif kill == "worker":
        for worker in workers[-1:]:
            worker.kill()
    else:
        child.kill()
    return workers


def found_ids(data: Path, text: str) -> set[str]:
    engine = SearchEngine.open(data)
    try:
        results = engine.search(SearchRequest(text, limit=1000))
        assert results.total == len(results.hits)
        return {hit.id for hit in results.hits}
    finally:
        engine.close()


def leftovers(data: Path) -> list[str]:
    """What should not be in a data directory that nobody is writing."""
    allowed = {"archive.db", "writer.lock", "index", "tombstones.jsonl"}
    found = [p.name for p in data.iterdir() if p.name not in allowed and not p.name.startswith("lemmas-")]
    found += [p.name for p in data.glob("lemmas-*") if p.suffix != ".db"]
    generations = list(Generations(data).all())
    found += [f"{len(generations)} generations"] if len(generations) > 2 else []
    found += [p.name for p in (data / "index").iterdir() if p.is_file() and p.name != "CURRENT"]
    for generation in generations:
        known = {"manifest.json", "aliases.tsv", "country_aliases.tsv", "MAIN_WRITELOCK"}
        known |= {p.name for p in committed_files(generation.path) if "MAIN_" in p.name}
        found += [f"{generation.name}/{p.name}" for p in generation.path.iterdir() if p.name not in known]
    return found
