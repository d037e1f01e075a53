"""Ranking on an OpenSearch cluster against Whoosh and against the cluster's own Turkish analyzer, printed as a table.

    HABERARA_TEST_OPENSEARCH=URL python tests/quality/measure_opensearch.py ARCHIVE WORK [--data DIR]

ARCHIVE is a data directory with the articles of the collection, `--data` a directory with `retrieval` (default:
../shared/data beside the checkout). The known-item test: a headline must find its own article, whose title was left
out. The same analyzed documents are written by both engines into folders below WORK; a third index has the same texts
for the analyzer `turkish`, where the cluster has its module of analyzers. MRR@10 is the mean over all queries of
1/rank of the first relevant hit, 0 if it is not in the first ten.
"""

from __future__ import annotations

import argparse
import json
import os
import runpy
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.archive import Archive
from index.article import Article, Entities
from index.building.indexing import lay_out, open_writer, put_aliases
from index.document import to_document
from index.engines.choice import WHOOSH, Cluster, EngineChoice
from index.engines.opensearch.bulk import BulkSender, operation
from index.engines.opensearch.client import ClusterClient, NotThere
from index.engines.registry import backend_of
from index.errors import ClusterError
from index.generations import Generations, expected_fingerprints
from index.observer import Observer
from index.turkish import open_analyzer
from index.version import VERSION
from search.request import SearchRequest
from search.service import SearchEngine

DATA = Path(__file__).parents[2].parent / "shared" / "data"
COLLECTION = "retrieval/knownitem_42bin"
CLUSTER = Cluster(urls=(os.environ.get("HABERARA_TEST_OPENSEARCH", ""),), name="knownitem", shards=2, replicas=0)
ENGINES = {"whoosh": WHOOSH, "opensearch": EngineChoice("opensearch", CLUSTER)}
THEIRS = f"{CLUSTER.name}-turkish"


def untitled(archive: Path, ids: frozenset[str]) -> Iterator[tuple[Article, int]]:
    """The articles of the collection without their titles, and the numbers of their versions."""
    with Archive.open_readonly(archive) as opened:
        for stored in opened.current():
            if stored.article.id in ids:
                yield replace(stored.article, title=""), stored.seq


def write(archive: Path, work: Path, ids: frozenset[str]) -> None:
    """Both engines' indexes; each document is analyzed once."""
    targets = []
    for name, engine in ENGINES.items():
        data = work / name
        data.mkdir(parents=True, exist_ok=True)
        backend = backend_of(engine)
        generations = Generations(data, backend.discard)
        generation, expected = generations.create(), expected_fingerprints(backend.name)
        lay_out(generation, backend, expected, loading=True)
        put_aliases(data, generation, backend, Observer())
        targets.append((backend, generations, generation, expected, open_writer(generation, backend)))
    with closing(open_analyzer(archive)) as analyzer:
        for article, seq in untitled(archive, ids):
            document = to_document(article, Entities(()), seq, analyzer)
            for *_, writer in targets:
                writer.add(document)
                if writer.wants_commit:
                    writer.commit()
    for backend, generations, generation, expected, writer in targets:
        writer.commit()
        writer.close()
        backend.finish(generation.path)
        generations.complete(generation, expected, VERSION)
        generations.make_current(generation)
        backend.publish(generation.path)


def write_theirs(client: ClusterClient, archive: Path, ids: frozenset[str]) -> None:
    """The same texts for the cluster's Turkish analyzer. Raises ClusterError if it has none."""
    text = {"type": "text", "analyzer": "turkish"}
    settings = {"number_of_shards": CLUSTER.shards, "number_of_replicas": 0, "refresh_interval": "-1"}
    client.call("PUT", f"/{THEIRS}", {"settings": settings, "mappings": {"properties": {"text": text}}})
    sender = BulkSender(client)
    for article, _ in untitled(archive, ids):
        sender.add(operation("index", THEIRS, article.id, {"text": article.body}))
    sender.flush()
    sender.close()
    client.call("POST", f"/{THEIRS}/_refresh")


def ask_theirs(client: ClusterClient, text: str) -> list[str]:
    """The ids of the first ten by BM25, any word enough."""
    body = {"query": {"match": {"text": text}}, "size": 10, "_source": False}
    found = client.call("POST", f"/{THEIRS}/_search", body, search_type="dfs_query_then_fetch")
    return [hit["_id"] for hit in found["hits"]["hits"]]


def reciprocal(ranked: Sequence[str], judged: dict[str, int]) -> float:
    """1/rank of the first relevant hit of ten."""
    return 1 / next((rank for rank, one in enumerate(ranked[:10], 1) if judged.get(one, 0) >= 1), float("inf"))


def main() -> None:
    """Write what is not there, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--queries", type=int, help="only the first so many")
    parser.add_argument("--articles", type=int, help="only the first so many, and those that the queries look for")
    asked = parser.parse_args()
    folder = asked.data / COLLECTION
    qrels: dict[str, dict[str, int]] = runpy.run_path(str(asked.data / "retrieval" / "run_eval.py"))["load_qrels"](
        folder / "qrels.tsv"
    )
    records = map(json.loads, (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines())
    queries = [(record["id"], record.get("text") or record["query"]) for record in records][: asked.queries]
    wanted = {article for query, _ in queries for article in qrels.get(query, {})}
    listed = (folder / "doc_ids.txt").read_text(encoding="utf-8").split()
    ids = frozenset(listed[: asked.articles]) | wanted
    print(f"{len(queries)} queries, {len(ids)} articles", flush=True)
    if not (asked.work / "opensearch" / "index" / "CURRENT").exists():
        write(asked.archive, asked.work, ids)
    for name, engine in ENGINES.items():
        with closing(SearchEngine.open(asked.work / name, engine)) as search:
            report(name, queries, qrels, lambda text, e=search: [i for i, _ in e.rank(SearchRequest(text), 10)])
    with closing(ClusterClient(CLUSTER)) as client:
        try:
            client.call("GET", f"/{THEIRS}")
        except NotThere:
            try:
                write_theirs(client, asked.archive, ids)
            except ClusterError as error:
                print(f"turkish: {error}")
                return
        report("turkish (OpenSearch's own)", queries, qrels, lambda text: ask_theirs(client, text))


def report(name: str, queries: Sequence[tuple[str, str]], qrels: dict[str, dict[str, int]], ask: Any) -> None:
    """A line of the table."""
    began = time.perf_counter()
    total = sum(reciprocal(ask(text), qrels.get(query, {})) for query, text in queries)
    each = 1000 * (time.perf_counter() - began) / len(queries)
    print(f"{name:<28} MRR@10 {total / len(queries):.4f}   {each:.1f} ms a query", flush=True)


if __name__ == "__main__":
    main()
