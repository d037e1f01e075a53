"""What the search page adds to a search: CPU time of a request, less that of `SearchEngine.search` for the same.

    python tests/bench/bench_page.py DATA [--per-kind 25]

DATA is a data directory with an index. The page is asked for as browsers do, compressed. Each query is searched once;
the page is then made of the kept answer, so that what is timed is parameters, sidebar, histogram, template and
compression and nothing of the search. Prints p50 and p95 by kind of query, the sizes of the pages, and how much of
a page `SearchEngine.search` takes.
"""

from __future__ import annotations

import argparse
import gc
import time
from pathlib import Path
from typing import Any, cast

from quantiles import columns
from queries import KINDS, generate

from search.request import SearchRequest
from search.results import SearchResults
from search.service import SearchEngine
from web.app import create_app
from web.links import search_url

ROUNDS = 3
"""The least of as many: CPU time grows when others evict caches, and never shrinks."""


class Kept:
    """A `SearchEngine` that gives each answer again without searching."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine
        self._answers: dict[SearchRequest, SearchResults] = {}
        self.seconds: list[float] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def search(self, request: SearchRequest, **options: Any) -> SearchResults:
        if request not in self._answers:
            began = time.process_time()
            self._answers[request] = self._engine.search(request, **options)
            self.seconds.append(time.process_time() - began)
        return self._answers[request]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--per-kind", type=int, default=25)
    options = parser.parse_args()
    engine = SearchEngine.open(options.data)
    engine.warm()
    queries = generate(engine, options.per_kind)
    kept = Kept(engine)
    app = create_app(options.data, engine=cast("SearchEngine", kept))
    client = app.test_client()
    with app.test_request_context():
        addresses = [(query.kind, search_url(query.request)) for query in queries]
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    sizes, health = [], []
    for kind, url in addresses:
        answer = client.get(url, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, (url, answer.status_code)
        sizes.append(len(answer.data) / 1024)
        gc.collect(0)
        best = []
        for _ in range(ROUNDS):
            began = time.process_time()
            client.get(url, headers={"Accept-Encoding": "gzip"})
            best.append(time.process_time() - began)
        times[kind].append(min(best) * 1000)
        began = time.process_time()
        client.get("/healthz")
        health.append((time.process_time() - began) * 1000)
    print(f"{engine.status().documents} articles, {len(addresses)} pages")
    print(f"{'CPU time':<18}{'p50 ms':>9}{'p95 ms':>9}")
    for kind in KINDS:
        print(f"page, {kind:<12}{columns(times[kind])}")
    print(f"{'page, all':<18}{columns([t for kind in KINDS for t in times[kind]])}")
    print(f"{'of it test client':<18}{columns(health)}")
    print(f"{'the search itself':<18}{columns([s * 1000 for s in kept.seconds])}")
    print(f"{'compressed, KB':<18}{columns(sizes)}")
    engine.close()


if __name__ == "__main__":
    main()
