"""The moments in which a search may be slow: after a commit, over a huge article, for words never seen; and memory."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from queries import GeneratedQuery
from remix import mix

from index.article import Article, Publication
from index.building.indexing import open_writer
from index.document import Document, to_document
from index.engines.choice import WHOOSH
from index.engines.registry import backend_of
from index.entities import extract, parse_publication
from index.generations import Generations
from index.turkish import open_analyzer
from search.request import SearchRequest
from search.service import SearchEngine

HUGE = 5_000_000
ENDINGS = ("lerimizdekilerden", "casına", "lıklarının", "leştirilmesinden", "siymişler", "ları", "ımızdan", "ydı")


Spent = tuple[float, float]
"""Milliseconds on the clock and of processor time, of all threads."""


def spent(run: Callable[[], object]) -> Spent:
    """What a call takes."""
    began, used = time.perf_counter(), time.process_time()
    run()
    return (time.perf_counter() - began) * 1000, (time.process_time() - used) * 1000


def commit(data: Path, documents: list[Document]) -> int:
    """Write documents into the live index; gives the number of the commit."""
    with closing(open_writer(Generations(data).current(), backend_of(WHOOSH))) as writer:
        for document in documents:
            writer.add(document)
        return writer.commit()


def after_commits(engine: SearchEngine, data: Path, documents: list[Document], rounds: int) -> list[Spent]:
    """What it takes until a query is answered from each commit of 100 articles, the first query included."""
    known = engine.snapshot().commit

    def until_seen() -> None:
        nonlocal known
        before = known
        while (known := engine.search(SearchRequest(text="deprem")).snapshot.commit) == before:
            pass  # the old view answers while a merged segment is opened

    times = []
    for turn in range(rounds):
        part = documents[turn * 100 : turn * 100 + 100]
        commit(data, [mix(d, d, f"fresh-{turn}-{n}", 10**7 + turn * 100 + n) for n, d in enumerate(part)])
        times.append(spent(until_seen))
    return times


def with_huge(engine: SearchEngine, data: Path, documents: list[Document], words: list[str]) -> list[Spent]:
    """What pages take whose first hit is an article of 5 MB that has the word thousands of times."""
    bodies: list[str] = []
    size = 0
    for document in documents:
        body = document.stored["body"]
        bodies.append(body)
        size += len(body.encode("utf-8"))
        if size > HUGE:
            break
    text = "\n".join((*bodies, *words))
    published: Publication | None = parse_publication(datetime.now(UTC).date().isoformat())
    article = Article(id="huge", title="Beş megabaytlık haber", body=text, published=published)
    with closing(open_analyzer(data)) as analyzer:
        huge = to_document(article, extract(article.title, text, published.day if published else None), 10**8, analyzer)
    commit(data, [huge])
    times = []
    for word in words:
        for asked in (SearchRequest(text=word, sort="newest"), SearchRequest(text=word[:5] + "*", sort="newest")):
            found: Any = None

            def run(asked: SearchRequest = asked) -> None:
                nonlocal found
                found = engine.search(asked)

            times.append(spent(run))
            assert found.hits[0].id == "huge", word
    return times


def unseen(engine: SearchEngine, stems: list[str], count: int = 120) -> list[Spent]:
    """What words which nobody has seen, inflected, add to the same search once they are known.

    Half of them are made up, the others have a wrong ending after a word of the archive.
    """
    chance = random.Random(11)
    times = []
    for number in range(count):
        stem = chance.choice(stems)
        made = "".join(chance.choice("bcdgklmnprstvyz") + chance.choice("aeıioöuü") for _ in range(2)) + stem[-3:]
        word = (made if number % 2 else stem) + chance.choice(ENDINGS)
        search = partial(engine.search, SearchRequest(text=f"deprem {word}"))
        first, *again = (spent(search) for _ in range(3))
        times.append((first[0] - min(a for a, _ in again), first[1] - min(b for _, b in again)))
    return times


def served_memory(data: Path, queries: list[GeneratedQuery]) -> float:
    """Private megabytes of a server after it has answered queries."""
    command = [sys.executable, "-m", "web.cli", "serve", "--data", str(data), "--port", "0"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            assert server.stdout is not None
            found = None
            while found is None:
                line = server.stdout.readline()
                assert line, "the server ended"
                found = re.search(r"http://[\d.]+:\d+", line)
            for query in queries:
                params = urllib.parse.urlencode(query.request.to_params())
                with urllib.request.urlopen(f"{found[0]}/?{params}", timeout=60) as answer:
                    answer.read()
            return float(psutil.Process(server.pid).memory_full_info().uss) / 1e6
        finally:
            server.terminate()
