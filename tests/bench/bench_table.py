"""The engine at newsroom size, as one table, beside SQLite FTS5 and tantivy on the same lemmas in the same run.

    python tests/bench/bench_table.py DATA [--large DATA] [--per-kind 25] [--searches 5000] [--rounds 20]

DATA is a data directory with an index and an archive; `remix.py` makes the large one. DATA is copied before anything
is written. tantivy is wanted (`pip install -e '.[bench]'`). Times are milliseconds on the clock, p50 / p95; cpu is what
the process itself spent, which tells more where other programs run.
"""

from __future__ import annotations

import argparse
import gc
import shutil
import tempfile
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from groupedby import compare
from peers import Fts5, Tantivy, lemma_texts
from probes import Spent, after_commits, served_memory, unseen, with_huge
from quantiles import quantiles
from queries import KINDS, GeneratedQuery, generate, whoosh_view, word_bands
from remix import analyzed
from stress import stress

from search.query.plan import Plan
from search.service import SearchEngine


def p50_p95(times: Sequence[float]) -> str:
    """Both, of milliseconds."""
    return " / ".join(f"{figure:.1f}" for figure in quantiles(times))


def clock_and_cpu(times: list[Spent]) -> str:
    """Both of what calls took."""
    clock, cpu = zip(*times, strict=True)
    return f"{p50_p95(clock)}, cpu {p50_p95(cpu)}"


def row(what: str, found: str, floor: str = "") -> None:
    """One line of the table."""
    print(f"| {what} | {found} | {floor} |", flush=True)


def latency(engine: SearchEngine, queries: list[GeneratedQuery], size: int, floor: str) -> None:
    """A page of ten with highlights and all facets."""
    for query in queries[::10]:
        engine.search(query.request)
    clock: dict[str, list[float]] = {kind: [] for kind in KINDS}
    cpu: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for query in queries:
        gc.collect(0)
        began, used = time.perf_counter(), time.process_time()
        engine.search(query.request)
        clock[query.kind].append((time.perf_counter() - began) * 1000)
        cpu[query.kind].append((time.process_time() - used) * 1000)
    for kind in KINDS:
        row(f"{size}: page of 10, {kind}", f"{p50_p95(clock[kind])}, cpu {p50_p95(cpu[kind])}")
    together = [[t for kind in KINDS for t in times[kind]] for times in (clock, cpu)]
    row(f"{size}: page of 10, all {len(queries)}", f"{p50_p95(together[0])}, cpu {p50_p95(together[1])}", floor)


def plans_of(engine: SearchEngine, queries: list[GeneratedQuery]) -> list[tuple[str, Plan]]:
    """The plans of the queries without filters, any word for those that ask for any."""
    view = whoosh_view(engine)
    chosen = [query for query in queries if query.kind != "filters"]
    return [(query.kind, engine._read(query.request, view).plan) for query in chosen]


def peers(engine: SearchEngine, plans: list[tuple[str, Plan]]) -> None:
    """The same queries on other engines."""
    texts = list(lemma_texts(whoosh_view(engine)))
    for kind in (Fts5, Tantivy):
        try:
            peer = kind(iter(texts))
        except ImportError:
            row(f"{kind.name}: total and first 10", "not installed")
            continue
        times: dict[str, list[float]] = {name: [] for name in KINDS}
        for name, plan in plans:
            began = time.process_time()
            peer.search(plan)
            times[name].append((time.process_time() - began) * 1000)
        found = ", ".join(f"{name} {p50_p95(spent)}" for name, spent in times.items() if spent)
        row(f"{kind.name}: total and first 10, no facets, no marks, cpu", found)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--large", type=Path)
    parser.add_argument("--per-kind", type=int, default=25)
    parser.add_argument("--only", choices=("reading", "large", "writing"), help="one part of the table")
    parser.add_argument("--searches", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=20, help="commits of 100, each asked after")
    options = parser.parse_args()
    print("| what | measured | floor |\n| --- | --- | --- |")
    if options.only in (None, "reading"):
        reading(options.data, options.per_kind)
    if options.large and options.only in (None, "large"):
        larger(options.large, options.per_kind)
    if options.only in (None, "writing"):
        writing(options.data, options.searches, options.rounds)


def reading(data: Path, per_kind: int) -> None:
    """What a search costs, here and elsewhere."""
    engine = SearchEngine.open(data)
    engine.warm()
    size = engine.status().documents
    queries = generate(engine, per_kind)
    bands = word_bands(engine)
    latency(engine, queries, size, "25 / 100")
    counted = [plan for kind, plan in plans_of(engine, queries) if kind in ("common", "or", "rare")][::5]
    ours, theirs = compare(whoosh_view(engine), counted)
    row(
        "three facets counted, median cpu: ours, groupedby",
        f"{ours:.2f}, {theirs:.0f}: {theirs / ours:.0f} times",
        "50",
    )
    peers(engine, plans_of(engine, queries))
    row("words never seen, inflected: added", clock_and_cpu(unseen(engine, bands["middle"])), "p95 25")
    engine.close()
    row(f"{size}: private memory of the server, MB", f"{served_memory(data, queries):.0f}", "450")


def larger(data: Path, per_kind: int) -> None:
    """The same pages in a larger archive."""
    engine = SearchEngine.open(data)
    engine.warm()
    size = engine.status().documents
    queries = generate(engine, per_kind)
    latency(engine, queries, size, "60 / 250")
    engine.close()
    row(f"{size}: private memory of the server, MB", f"{served_memory(data, queries):.0f}", "900")


def writing(data: Path, searches: int, rounds: int) -> None:
    """What happens while articles are added, in a copy."""
    with tempfile.TemporaryDirectory(dir=data.parent) as folder:
        copy = Path(folder) / "data"
        shutil.copytree(data, copy)
        documents = analyzed(copy, 4_000)
        engine = SearchEngine.open(copy)
        engine.warm()
        row("first query after a commit of 100", clock_and_cpu(after_commits(engine, copy, documents, rounds)), "300")
        bands = word_bands(engine)
        words = list(islice(bands["common"], 0, 200, 10))
        row("page with a hit of 5 MB", clock_and_cpu(with_huge(engine, copy, documents, words)), "p95 300")
        engine.close()
        found = stress(copy, bands["middle"][::50] + bands["common"][::10], documents, searches)
        told = f"{found.answers} answers, {found.commits} commits: {found.wrong} wrong, {len(found.errors)} errors"
        row("8 threads in each of 2 processes while articles are added", told, "0, 0")


if __name__ == "__main__":
    main()
