"""Several processes build the index that one builds; a worker that is lost is told, and none outlives its parent."""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from conftest import SAMPLE, give_lemmas
from processes import wait_until

from index import errors
from index.archive import Archive
from index.building import AddOptions, add, reindex
from index.building import parts as parts_module
from index.building import workers as workers_module
from index.building.parts import partition
from index.building.workers import Workers, _interrupts_wait
from index.engines.whoosh.backend import WhooshBackend
from index.errors import WorkerLost
from index.generations import Generations
from search.request import SearchRequest
from search.service import SearchEngine

QUERIES = ["", "deprem", "seçim sonuçları", '"Nobel Edebiyat Ödülü"', "söz*", "Ecevit OR Erdoğan", "=Bakanı"]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers, and parts, for few articles."""
    monkeypatch.setattr(workers_module, "WORTH_WORKERS", 2)
    monkeypatch.setattr(parts_module, "SMALLEST", 20)
    monkeypatch.setattr(parts_module, "PART", 50)


def answers(data: Path) -> list[object]:
    """Totals, the order and the scores of hits, and all facets of some queries."""
    engine = SearchEngine.open(data)
    try:
        found: list[object] = []
        for query in QUERIES:
            for sort in ("relevance", "newest"):
                results = engine.search(SearchRequest(query, limit=100, sort=sort))
                found.append((query, results.total, [(hit.id, hit.score) for hit in results.hits], results.facets))
        return found
    finally:
        engine.close()


@pytest.mark.usefixtures("small")
def test_one_process_and_several_build_the_same_index(lemma_store: Path, tmp_path: Path) -> None:
    found = {}
    sources = sorted(map(str, SAMPLE.glob("*.jsonl")))
    for jobs in (1, 3):
        data = tmp_path / str(jobs)
        give_lemmas(lemma_store, data)
        assert add(data, sources, AddOptions(jobs=jobs)).indexed == 180
        found[jobs, "add"] = answers(data)
        assert reindex(data, jobs=jobs).indexed == 180
        found[jobs, "reindex"] = answers(data)
        assert not (Generations(data).current().path / "parts").exists()
    assert len(found[1, "add"]) == 2 * len(QUERIES)
    assert all(answer == found[1, "add"] for answer in found.values())


@pytest.mark.usefixtures("small")
def test_a_part_replaces_older_versions(data: Path, tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"

    def write(word: str, numbers: range) -> None:
        lines = (f'{{"id": "a{n}", "title": "Başlık", "body": "{word} haberi {n}"}}\n' for n in numbers)
        source.write_text("".join(lines), "utf-8")

    write("deprem", range(100))
    add(data, [str(source)], AddOptions(jobs=2))
    write("sel", range(30, 80))
    report = add(data, [str(source)], AddOptions(jobs=2))
    assert (report.changed, report.indexed) == (50, 50)
    engine = SearchEngine.open(data)
    totals = [engine.search(SearchRequest(word)).total for word in ("haber", "deprem", "sel")]
    engine.close()
    assert totals == [100, 50, 50]


@pytest.mark.parametrize(("count", "jobs"), [(1, 1), (1, 4), (7, 2), (400, 3), (10_001, 1), (10_001, 2), (40_150, 8)])
def test_parts_hold_every_article_once_and_are_alike(count: int, jobs: int) -> None:
    seqs = list(range(10, 10 + 3 * count, 3))
    ranges = partition(seqs, 7, jobs)
    held = [[seq for seq in seqs if after < seq <= last] for after, last in ranges]
    assert [seq for part in held for seq in part] == seqs
    sizes = [len(part) for part in held]
    assert max(sizes) <= parts_module.PART
    assert max(sizes) - min(sizes) <= 1
    assert len({last for _, last in ranges}) == len(ranges), "each is known by its last number"


def die(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_that_is_killed_is_told() -> None:
    with pytest.raises(WorkerLost, match="fewer --jobs"), Workers(2) as workers:
        list(workers.map(die, range(3)))
    with Workers(2) as workers:
        assert list(workers.map(abs, range(-3, 0))) == [3, 2, 1]


@pytest.mark.usefixtures("small")
def test_an_error_of_a_worker_comes_with_its_message(data: Path, tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    source.write_text("".join(f'{{"id": "{n}", "title": "t", "body": "b"}}\n' for n in range(60)), "utf-8")
    add(data, [str(source)], AddOptions(jobs=1))
    part = parts_module.Part(tmp_path / "nowhere", tmp_path, WhooshBackend(), 0, 60)
    with pytest.raises(errors.ArchiveError, match="There is no archive in"), Workers(2) as workers:
        list(workers.map(parts_module.build_part, [part]))


@pytest.mark.parametrize(
    "error",
    [
        errors.BrokenIndex(Path("x"), "it is cut"),
        errors.LockedError(Path("x"), "someone", datetime(2026, 1, 2, tzinfo=UTC)),
        errors.RequestError("q", "v", "is bad", "Mend it.", code="too-long"),
        errors.TooManyRejects(5, 3),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_survive_the_way_from_a_worker(error: errors.HaberaraError) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert (type(back), str(back), vars(back)) == (type(error), str(error), vars(error))


ORPHANS = """
import sys, time
from index.building.workers import Workers

if __name__ == "__main__":
    with Workers(2) as workers:
        list(workers.map(abs, range(2)))
        workers.map(time.sleep, [600, 600])
        print("ready", flush=True)
        list(workers.map(time.sleep, [600, 600]))
"""


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "orphans.py"
    script.write_text(ORPHANS, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline().strip() == b"ready"
        children = psutil.Process(parent.pid).children(recursive=True)
        parent.kill()
    assert len(children) >= 2
    _, alive = psutil.wait_procs(children, timeout=20)
    assert alive == []


def test_a_rebuilt_index_is_deterministic(sample_data: Path, tmp_path: Path) -> None:
    data = shutil.copytree(sample_data, tmp_path / "data")
    before = answers(data)
    reindex(data, jobs=1)
    assert answers(data) == before
    with Archive.open_readonly(data) as archive:
        assert archive.seqs() == sorted(archive.seqs())
        assert archive.seqs(after_seq=archive.seqs()[-1]) == []
        assert archive.seqs(limit=3) == archive.seqs()[:3]


INTERRUPTED = """
import signal, sys, time
from pathlib import Path
from index.building.workers import Workers

def work(name):
    Path(name).touch()
    time.sleep(600)

if __name__ == "__main__":
    # Whoever runs the tests may have Ctrl-C ignored, as what is begun in a shell's background has.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with Workers(2) as workers:
            print("ready", flush=True)
            list(workers.map(work, sys.argv[1:]))
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups to send Ctrl-C to")
@pytest.mark.parametrize("moment", ["starting", "working"])
def test_ctrl_c_is_for_the_parent_alone(tmp_path: Path, moment: str) -> None:
    script, works = tmp_path / "interrupted.py", [tmp_path / "1", tmp_path / "2"]
    script.write_text(INTERRUPTED, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    command = [sys.executable, str(script), *map(str, works)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, env=environment, start_new_session=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline().strip() == b"ready"
        moments: dict[str, Callable[[], bool]] = {
            "starting": lambda: len(psutil.Process(parent.pid).children()) > len(works),  # and one that counts for them
            "working": lambda: all(work.exists() for work in works),
        }
        wait_until(moments[moment], parent)
        os.killpg(parent.pid, signal.SIGINT)
        try:
            said, complaints = parent.communicate(timeout=60)
        finally:
            parent.kill()
    assert (said.strip(), complaints, parent.returncode) == (b"interrupted", b"", 0)


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="a signal can't be sent to one thread here")
def test_an_interrupt_that_another_thread_takes_waits_too():
    """Such as one of numpy's, which knows nothing of what this thread blocks."""
    ended = threading.Event()
    other = threading.Thread(target=ended.wait, args=(30,))
    other.start()
    reached = []

    def interrupted() -> None:
        with _interrupts_wait():
            signal.pthread_kill(other.ident, signal.SIGINT)
            ended.set()
            other.join(30)
            reached.append("the end of the block")

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            interrupted()
    finally:
        signal.signal(signal.SIGINT, before)
        ended.set()
    assert reached


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="a process can't be kept to some cores here")
def test_no_more_processes_than_cores_that_may_be_used():
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        assert Workers().jobs == 1
    finally:
        os.sched_setaffinity(0, before)
    assert Workers().jobs == len(before)
