"""Many threads ask while others write: every answer is right for the snapshot that it names."""

from __future__ import annotations

import gc
import json
import random
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path

import pytest
from conformance import ARCHIVE, store
from conftest import give_lemmas, take_lemmas

from index.building import AddOptions, add, reindex
from index.engines.whoosh import writer
from search.engines.whoosh.live import WhooshIndex
from search.engines.whoosh.segment import Segment
from search.request import SearchRequest
from search.service import SearchEngine

THREADS = 8
PER_BATCH = 5
SECONDS = 30.0
BASE = 20

WRITER = """
import json, sys
from pathlib import Path
from index.building import AddOptions
from index.building import add
from index.building import reindex
from index.engines.whoosh import writer
from search.engines.whoosh.live import WhooshIndex
from search.engines.whoosh.segment import Segment

data, folder = Path(sys.argv[1]), Path(sys.argv[2])
for batch in sorted(folder.glob("*.jsonl")):
    add(data, [str(batch)], AddOptions(jobs=1))
reindex(data, jobs=1)
"""


def batch(path: Path, number: int, size: int) -> str:
    """Every article holds `ortak`; every second one `çift`; each batch has a source of its own."""
    records = [
        {"id": f"{number}-{i}", "title": "Ortak", "body": "çift" if i % 2 else "tek", "source": f"K{number}"}
        for i in range(size)
    ]
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
    return str(path)


@pytest.fixture
def living(data: Path, tmp_path: Path) -> Path:
    add(data, [batch(tmp_path / "base.jsonl", 0, BASE)], AddOptions(jobs=1))
    return data


QUERIES = ("ortak", "çift", "tek", "çift OR tek", "ortak -çift", '"ortak"', "ort*", "=çift", "")


def check(results, text: str) -> int:
    """An answer agrees with itself: totals, hits, and counts by source; gives how many batches it saw."""
    counts = {value.value: value.count for value in results.facet("source").values}
    assert sum(counts.values()) == results.total == results.facet("source").documents
    assert len(results.hits) == min(results.total, 100)
    batches = len(counts) - 1
    half = {"çift": (10, 2), "=çift": (10, 2), "tek": (10, 3), "ortak -çift": (10, 3)}.get(text, (BASE, PER_BATCH))
    assert counts == {"K0": half[0]} | {name: half[1] for name in counts if name != "K0"}
    return batches


class Asker(threading.Thread):
    def __init__(self, engine: SearchEngine, seed: int, stop: threading.Event) -> None:
        super().__init__()
        self._engine, self._dice, self._stop_asking = engine, random.Random(seed), stop
        self.failures: list[BaseException] = []
        self.seen: dict[str, set[int]] = {}
        self.answers = 0

    def run(self) -> None:
        try:
            while not self._stop_asking.is_set():
                text = self._dice.choice(QUERIES)
                results = self._engine.search(SearchRequest(text, limit=100), highlight=self._dice.random() < 0.3)
                self.seen.setdefault(str(results.snapshot), set()).add(check(results, text))
                self.answers += 1
        except BaseException as error:  # noqa: BLE001 -- the test raises it again
            self.failures.append(error)


def ask_while(engine: SearchEngine, work) -> list[Asker]:
    stop = threading.Event()
    askers = [Asker(engine, seed, stop) for seed in range(THREADS)]
    for asker in askers:
        asker.start()
    try:
        work()
    finally:
        stop.set()
        for asker in askers:
            asker.join(SECONDS)
    return askers


def agreed(askers: list[Asker]) -> dict[str, set[int]]:
    """What all threads saw under each snapshot, with no failure among them."""
    for asker in askers:
        if asker.failures:
            raise asker.failures[0]
    seen: dict[str, set[int]] = {}
    for asker in askers:
        for snapshot, batches in asker.seen.items():
            seen.setdefault(snapshot, set()).update(batches)
    assert all(len(batches) == 1 for batches in seen.values()), "equal snapshots give equal answers"
    return seen


@pytest.mark.parametrize("batches", [2, pytest.param(8, marks=pytest.mark.heavy)])
def test_threads_ask_while_another_process_adds_and_reindexes(living, tmp_path, batches):
    folder = tmp_path / "batches"
    folder.mkdir()
    for number in range(1, batches + 1):
        batch(folder / f"{number}.jsonl", number, PER_BATCH)
    engine = SearchEngine.open(living)
    writer = [sys.executable, "-c", WRITER, str(living), str(folder)]
    askers = ask_while(engine, lambda: subprocess.run(writer, check=True, timeout=SECONDS * 4))
    seen = agreed(askers)
    final = engine.search(SearchRequest("ortak"))
    engine.close()
    assert final.total == BASE + batches * PER_BATCH
    assert final.snapshot.generation.startswith("000002")
    assert len(seen) >= 2
    assert sum(asker.answers for asker in askers) > THREADS


def test_threads_ask_while_another_thread_adds(living, tmp_path):
    engine = SearchEngine.open(living)

    def write() -> None:
        for number in range(1, 5):
            add(living, [batch(tmp_path / "more.jsonl", number, PER_BATCH)], AddOptions(jobs=1))

    askers = ask_while(engine, write)
    seen = agreed(askers)
    engine.close()
    assert max(max(batches) for batches in seen.values()) <= 4


@pytest.fixture(scope="module")
def engine(tmp_path_factory, lemma_store: Path):
    data = tmp_path_factory.mktemp("threads") / "data"
    give_lemmas(lemma_store, data)
    store(data)
    reindex(data, jobs=1)
    made = SearchEngine.open(data)
    yield made
    made.close()
    take_lemmas(lemma_store, data)


MIXED = ("deprem", "seçim -yerel", '"ikili ilişkiler"', "sec*", "dolgu meyve", "=bakanı", "title:kar", "kitap OR okul")


def answers(engine: SearchEngine, text: str):
    results = engine.search(SearchRequest(text, selected=(("country", ("TR",)),)))
    return results.total, results.hits, results.facets


def test_threads_that_start_cold_get_what_one_thread_gets(engine):
    """All at once on a fresh engine: caches, statistics and file positions are shared."""
    wrong: list[str] = []
    gate = threading.Barrier(THREADS)

    def work(seed: int) -> None:
        dice = random.Random(seed)
        gate.wait()
        for _ in range(25):
            text = dice.choice(MIXED)
            given = answers(engine, text)
            if given != expected.setdefault(text, given):
                wrong.append(text)

    expected: dict[str, object] = {}
    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert wrong == []
    assert {text: answers(engine, text) for text in expected} == expected


def test_articles_are_read_side_by_side(engine):
    wrong: list[str] = []

    def work() -> None:
        for item in ARCHIVE:
            if engine.article(item.article.id, "deprem dolgu").body != item.article.body:
                wrong.append(item.article.id)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert wrong == []


def test_asking_gives_no_value_a_number(engine):
    """Numbers are given when a segment is opened, under a lock; a request that gave one would race with it."""
    view = engine._live.view()
    before = len(view._values["person"])
    assert view.shown("person", ("Hiç Görülmemiş", "Ali Kaya")) == ("Hiç Görülmemiş", "Ali Kaya")
    assert len(view._values["person"]) == before


def test_an_engine_closed_in_mid_search_lets_it_finish(living):
    engine = SearchEngine.open(living)
    view = engine._live.view()
    engine.close()
    assert view.documents == BASE
    assert view.article("0-1")["body"] == "çift"
    began = time.perf_counter()
    del view
    assert time.perf_counter() - began < 1


def test_a_view_that_nobody_uses_is_gone_without_the_garbage_collector(living, tmp_path):
    # What a server has at its start is left out of collections: a view in a cycle would keep its segments for good.
    engine = SearchEngine.open(living)
    engine.search(SearchRequest(text="orta tek OR çif*"))
    before = weakref.ref(engine._live.view())
    segment = weakref.ref(before()._leaves[0].segment)
    gc.disable()
    try:
        add(living, [batch(tmp_path / "1.jsonl", 1, PER_BATCH)], AddOptions(jobs=1))
        assert engine.search(SearchRequest(text="ortak")).total == BASE + PER_BATCH
        assert before() is None
        engine.close()
        assert segment() is None
    finally:
        gc.enable()


def merged(data: Path, tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Add a batch in a commit that merges all segments, whose files are gone then."""
    with monkeypatch.context() as patch:
        patch.setattr(writer, "MAX_SEGMENTS", 1)
        add(data, [batch(tmp_path / f"{number}.jsonl", number, PER_BATCH)], AddOptions(jobs=1))


def test_a_view_answers_when_a_merge_has_taken_its_files_away(living, tmp_path, monkeypatch):
    engine = SearchEngine.open(living)
    view = engine._live.view()
    merged(living, tmp_path, 1, monkeypatch)
    monkeypatch.setattr(engine._live, "view", lambda: view)
    for text in QUERIES:
        assert check(engine.search(SearchRequest(text=text, limit=100)), text) == 0
    engine.close()


@pytest.mark.parametrize("moment", ["before a segment", "in a segment", "after all"])
def test_a_merge_while_an_index_is_opened_leaves_nothing_half_read(living, tmp_path, monkeypatch, moment):
    add(living, [batch(tmp_path / "1.jsonl", 1, PER_BATCH)], AddOptions(jobs=1))
    merges = iter((2, 3))

    def merge() -> None:
        for number in merges:
            merged(living, tmp_path, number, monkeypatch)
            break

    open_segment, column = WhooshIndex._open, Segment._column

    def opening(self, reader):
        if moment == "before a segment":
            merge()
        segment = open_segment(self, reader)
        if moment == "after all":
            merge()
        return segment

    def reading(self, name):
        if moment == "in a segment":
            merge()
        return column(self, name)

    monkeypatch.setattr(WhooshIndex, "_open", opening)
    monkeypatch.setattr(Segment, "_column", reading)
    engine = SearchEngine.open(living)
    for text in QUERIES:
        assert check(engine.search(SearchRequest(text=text, limit=100)), text) == 3
    engine.close()
