"""Threads of several processes search while articles are added; every total is compared with brute force afterwards.

Brute force knows nothing of postings: it compares the lemma hashes stored with each text, and the stored source, of the
articles that lived in the answer's snapshot.
"""

from __future__ import annotations

import multiprocessing
import random
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from probes import commit
from queries import whoosh_view
from remix import mix

from index.document import Document
from index.document.tokenmap import lemma_hash, unpack_tokens
from search.query import parse, resolve
from search.query.plan import AllOf, AnyOf, WordTerm
from search.request import SearchRequest
from search.service import SearchEngine

PROCESSES, THREADS = 2, 8
PART = 25
"""Articles of a commit; as many before it are replaced by new versions."""

Answer = tuple[int, int, int]
"""The number of the query, the commit that answered, the total."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many answers there were, from how many commits, how many totals were wrong, and what was raised."""

    answers: int
    commits: int
    wrong: int
    errors: tuple[str, ...]


def stress(data: Path, words: list[str], documents: list[Document], count: int) -> Outcome:
    """Search `count` times while documents are added."""
    engine = SearchEngine.open(data)
    queries = _queries(engine, words)
    rows = _Rows()
    rows.take_all(engine)
    context = multiprocessing.get_context("spawn")
    pool_answers: Any = context.Queue()
    share = -(-count // PROCESSES)
    workers = [
        context.Process(target=_search, args=(data, queries, share, seed, pool_answers)) for seed in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    turn = 0
    while any(worker.is_alive() for worker in workers) and pool_answers.qsize() < PROCESSES:
        turn += 1
        _add(data, rows, documents, turn)
        time.sleep(1)
    answers: list[Answer] = []
    errors: list[str] = []
    for _ in workers:
        found, raised = pool_answers.get(timeout=60)  # a process that ended of itself has none
        answers += found
        errors += raised
    for worker in workers:
        worker.join()
    engine.close()
    wrong = rows.wrong(queries, answers)
    return Outcome(len(answers), len({seen for _, seen, _ in answers}), wrong, tuple(errors))


@dataclass(frozen=True, slots=True)
class _Query:
    """A request and what brute force needs: the lemma hashes of each word, whether all must match, the source."""

    request: SearchRequest
    words: tuple[tuple[int, ...], ...]
    every: bool
    source: str | None


def _queries(engine: SearchEngine, words: list[str], count: int = 300) -> list[_Query]:
    chance = random.Random(3)
    sources = [value.value for value in engine.search(SearchRequest()).facet("source").values]
    view = whoosh_view(engine)
    found: list[_Query] = []
    while len(found) < count:
        chosen = chance.sample(words, chance.randint(1, 3))
        every = chance.random() < 0.5
        source = chance.choice(sources) if chance.random() < 0.3 else None
        text = (" " if every else " OR ").join(chosen)
        # The whole query: a Turkish letter in one word tells how the others are meant.
        plan = resolve(parse(text), engine._analyzer, view.dictionary)
        meant = plan.parts if isinstance(plan, AllOf | AnyOf) else (plan,)
        if not all(isinstance(word, WordTerm) and word.lemmas for word in meant):
            continue
        request = SearchRequest(text=text, match="all", selected=(("source", (source,)),) if source else ())
        hashes = tuple(tuple(lemma_hash(lemma) for lemma, _ in word.lemmas) for word in meant)  # type: ignore[union-attr]
        found.append(_Query(request, hashes, every, source))
    return found


def _search(data: Path, queries: Sequence[_Query], count: int, seed: int, answers: Any) -> None:
    engine = SearchEngine.open(data)
    found: list[Answer] = []
    errors: list[str] = []

    def run(number: int) -> None:
        chance = random.Random(seed * 100 + number)
        for _ in range(-(-count // THREADS)):
            at = chance.randrange(len(queries))
            try:
                results = engine.search(queries[at].request)
                found.append((at, results.snapshot.commit, results.total))
            except Exception as error:  # noqa: BLE001 -- whatever it is, it is counted
                errors.append("".join(traceback.format_exception(error)))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.close()
    answers.put((found, errors))


def _add(data: Path, rows: _Rows, documents: list[Document], turn: int) -> None:
    first = turn * PART % (len(documents) - PART)
    fresh = [
        mix(body, head, f"added-{turn if number % 2 else turn - 1}-{number}", 10**7 + turn * PART + number)
        for number, (body, head) in enumerate(
            zip(documents[first : first + PART], reversed(documents[first : first + PART]), strict=True)
        )
    ]
    # Not what an engine says that it sees: under load it may answer from the commit before for a moment.
    number = commit(data, fresh)
    for document in fresh:
        rows.take(document.id, document.stored, number)


class _Rows:
    """What brute force knows of each version of each article: its lemma hashes, source, first and last commit."""

    def __init__(self) -> None:
        self._hashes: list[np.ndarray[Any, Any]] = []
        self._sources: list[str | None] = []
        self._born: list[int] = []
        self._died: list[int] = []
        self._living: dict[str, int] = {}

    def take_all(self, engine: SearchEngine) -> None:
        view = whoosh_view(engine)
        for leaf in view._leaves:
            for number in np.flatnonzero(leaf.live).tolist():
                stored = leaf.segment.stored(number)
                self.take(stored["id"], stored, 0)

    def take(self, article_id: str, stored: Any, commit: int) -> None:
        if article_id in self._living:
            self._died[self._living[article_id]] = commit
        self._living[article_id] = len(self._hashes)
        maps = [unpack_tokens(stored[f"{part}_tokens"]).lemmas for part in ("title", "body")]
        self._hashes.append(np.concatenate(maps))
        self._sources.append(stored["source"])
        self._born.append(commit)
        self._died.append(2**60)

    def wrong(self, queries: Sequence[_Query], answers: Sequence[Answer]) -> int:
        """How many totals differ from brute force."""
        hashes = np.concatenate(self._hashes)
        owners = np.repeat(np.arange(len(self._hashes)), [len(found) for found in self._hashes])
        born, died, sources = np.array(self._born), np.array(self._died), np.array(self._sources, dtype=object)
        masks: dict[int, np.ndarray[Any, Any]] = {}
        wrong = 0
        for at, seen, total in answers:
            if at not in masks:
                query = queries[at]
                words = [np.isin(hashes, np.array(word, dtype=np.uint32)) for word in query.words]
                found = [np.bincount(owners[hit], minlength=len(born)) > 0 for hit in words]
                mask = np.logical_and.reduce(found) if query.every else np.logical_or.reduce(found)
                masks[at] = mask & (sources == query.source) if query.source else mask
            wrong += int(np.count_nonzero(masks[at] & (born <= seen) & (died > seen))) != total
        return wrong
