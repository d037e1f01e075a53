"""A large archive on an OpenSearch cluster: loading, disk, heap, and a page of ten with all facets, as one table.

    HABERARA_TEST_OPENSEARCH=URL python tests/bench/bench_cluster.py DATA WORK [--times 25] [--per-kind 25]
        [--name bench] [--nodes FOLDER]

DATA is a data directory with an archive and a Whoosh index of it, whose words the queries are drawn from. Its analyzed
documents are mixed so many times (`remix.py`) with numbered titles and written to the cluster, so that loading is
measured and not analysis; WORK keeps what is needed to ask them again (then nothing is loaded). FOLDER is that of
`.ci/opensearch`, for the processor time of the nodes. Times are milliseconds on the clock, p50 / p95.
"""

from __future__ import annotations

import argparse
import os
import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from bench_cluster_load import nodes_cpu
from quantiles import quantiles
from queries import KINDS, GeneratedQuery, generate
from remix import analyzed, mixed, write

from index.document import Document
from index.engines.choice import Cluster, EngineChoice
from index.engines.opensearch.client import ClusterClient
from index.generations import CURRENT
from search.request import SearchRequest
from search.service import SearchEngine

MEGABYTE = 1_000_000


def row(what: str, found: str) -> None:
    """One line of the table."""
    print(f"| {what} | {found} |", flush=True)


def numbered(documents: Iterator[Document], minutes: float) -> Iterator[Document]:
    """The documents with their numbers in the titles, as many as come within so many minutes."""
    until = time.monotonic() + 60 * minutes
    for number, document in enumerate(documents, 1):
        if time.monotonic() > until:
            return
        yield replace(document, stored={**document.stored, "title": f"{document.stored['title']} ({number})"})


@contextmanager
def heap(client: ClusterClient) -> Iterator[dict[str, int]]:
    """The most heap that each node uses meanwhile, in bytes, looked at every two seconds."""
    most: dict[str, int] = {}
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(2):
            for node in client.call("GET", "/_nodes/stats/jvm")["nodes"].values():
                most[node["name"]] = max(most.get(node["name"], 0), node["jvm"]["mem"]["heap_used_in_bytes"])

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield most
    finally:
        ended.set()
        watcher.join()


def told_heap(most: dict[str, int]) -> str:
    """For the table."""
    return ", ".join(f"{name} {used / MEGABYTE:.0f}" for name, used in sorted(most.items())) + " MB"


def load(asked: argparse.Namespace, engine: EngineChoice, client: ClusterClient) -> None:
    """Write the mixed documents and say what it took."""
    documents = analyzed(asked.data)
    asked.work.mkdir(parents=True, exist_ok=True)
    for cache in asked.data.glob("lemmas-*.db"):
        shutil.copy(cache, asked.work)
    began, own, theirs = time.perf_counter(), time.process_time(), nodes_cpu(asked.nodes)
    with heap(client) as most:
        count = write(asked.work, numbered(mixed(documents, asked.times), asked.minutes), len(documents), engine)
    seconds = time.perf_counter() - began
    cut = "" if count == asked.times * len(documents) else f" of {asked.times * len(documents):,}: time was up"
    row("articles loaded", f"{count:,}{cut}")
    row("loading, articles a second", f"{count / seconds:.0f} ({seconds:.0f} s)")
    own, theirs = time.process_time() - own, nodes_cpu(asked.nodes) - theirs
    spent = f"{1000 * own / count:.2f} and {1000 * theirs / count:.2f} ms"
    row("processor time for an article, here and on the nodes", spent)
    row("most heap while loading", told_heap(most))


def disk(client: ClusterClient, name: str) -> None:
    """What the live index takes."""
    for part, alias in (("articles", name), ("words", f"{name}-words")):
        found = client.call("GET", f"/{alias}/_stats/store,docs,segments")["_all"]
        first, all_ = (found[copies]["store"]["size_in_bytes"] for copies in ("primaries", "total"))
        count = found["primaries"]["docs"]["count"]
        row(
            f"{part} on disk, and with replicas",
            f"{first / MEGABYTE:.0f} and {all_ / MEGABYTE:.0f} MB: {first / count:.0f} bytes for each of {count:,}, "
            f"{found['primaries']['segments']['count']} segments",
        )


def ask(engine: SearchEngine, query: GeneratedQuery) -> tuple[str, float, bool]:
    """The kind, the milliseconds, and whether the answer was partial in its articles."""
    began = time.perf_counter()
    found = engine.search(query.request)
    took = 1000 * (time.perf_counter() - began)
    return query.kind, took, bool(found.partial and found.partial.lacks_articles)


def told(times: list[float]) -> str:
    """For the table."""
    return " / ".join(f"{figure:.0f}" for figure in quantiles(times))


def searches(engine: SearchEngine, queries: list[GeneratedQuery], nodes: Path | None) -> None:
    """A page of ten with all facets, for the first time and again, by one client and by four."""
    for what in ("first", "again"):
        theirs = nodes_cpu(nodes)
        answers = [ask(engine, query) for query in queries]
        row(f"page of 10, {len(queries)} queries, {what}", told([took for _, took, _ in answers]))
        row("processor time of the nodes for a query", f"{1000 * (nodes_cpu(nodes) - theirs) / len(queries):.0f} ms")
    for kind in KINDS:
        row(f"of these: {kind}", told([took for one, took, _ in answers if one == kind]))
    began = time.perf_counter()
    with ThreadPoolExecutor(4) as pool:
        at_once = list(pool.map(lambda query: ask(engine, query), queries))
    each = 1000 * (time.perf_counter() - began) / len(queries)
    row("4 clients at once", f"{told([took for _, took, _ in at_once])}, {each:.0f} for each query")
    row("partial answers", str(sum(lacks for *_, lacks in answers + at_once)))


def others(engine: SearchEngine) -> None:
    """What else a reader asks for."""
    took = []
    for beginning in ("er", "ankara", "cumhur", "ist", "mehmet", "fener"):
        began = time.perf_counter()
        engine.suggest(beginning)
        took.append(1000 * (time.perf_counter() - began))
    row("suggestions", told(took))
    began = time.perf_counter()
    count = sum(1 for _, _ in zip(range(5_000), engine.export(SearchRequest("türkiye")), strict=False))
    row(f"export of {count:,} articles", f"{time.perf_counter() - began:.1f} s")


def main() -> None:
    """Load what is not there, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--times", type=int, default=25)
    parser.add_argument("--per-kind", type=int, default=25)
    parser.add_argument("--name", default="bench", help="of the index on the cluster")
    parser.add_argument("--minutes", type=float, default=600, help="load no longer than that")
    parser.add_argument("--shards", type=int, default=3)
    parser.add_argument("--nodes", type=Path)
    asked = parser.parse_args()
    url = os.environ.get("HABERARA_TEST_OPENSEARCH") or parser.error("HABERARA_TEST_OPENSEARCH names no cluster")
    cluster = Cluster(urls=(url,), name=asked.name, shards=asked.shards, timeout=300)
    choice = EngineChoice("opensearch", cluster)
    with closing(ClusterClient(cluster)) as client:
        if not (asked.work / "index" / CURRENT).exists():
            load(asked, choice, client)
        disk(client, cluster.name)
        with closing(SearchEngine.open(asked.data)) as small:
            queries = generate(small, asked.per_kind)
        with closing(SearchEngine.open(asked.work, choice)) as engine, heap(client) as most:
            searches(engine, queries, asked.nodes)
            others(engine)
        row("most heap while searching", told_heap(most))


if __name__ == "__main__":
    main()
