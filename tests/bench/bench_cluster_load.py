"""Loading by Whoosh and by an OpenSearch cluster in one run: `reindex` of one archive, and `add` with a cold cache.

    HABERARA_TEST_OPENSEARCH=URL python tests/bench/bench_cluster_load.py ARCHIVE [--add RECORDS] [--nodes FOLDER]

ARCHIVE is a data directory with an archive and its lemma cache, which are copied; RECORDS is a file that `add` reads
into an empty data directory. Each run is a process of its own, one after the other on the same machine, so that the
ratios count; FOLDER is that of `.ci/opensearch`, without which the nodes' processor time is not known. Whoosh keeps
one copy of everything and acknowledges what is on its disk, the cluster has `--replicas` further ones.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from bench_add import measured, size

from index.archive import Archive
from index.engines.choice import Cluster
from index.engines.opensearch.client import ClusterClient

COMMAND = [sys.executable, "-m", "web.cli"]


@dataclass(frozen=True, slots=True)
class Spent:
    """What a run took: seconds on the clock, of this side's processors and of the nodes'; megabytes of the index."""

    wall: float
    cpu: float
    nodes: float
    disk: float
    copies: float
    """Megabytes with the replicas."""


def nodes_cpu(folder: Path | None) -> float:
    """Processor seconds that the nodes have spent so far."""
    if folder is None:
        return 0.0
    spent = [psutil.Process(int(path.read_text())).cpu_times() for path in sorted(folder.glob("n?/pid"))]
    return float(sum(times.user + times.system for times in spent))


def copy_archive(source: Path, target: Path) -> None:
    """The archive and the lemma cache, also while somebody has them open."""
    target.mkdir()
    for path in (source / "archive.db", *source.glob("lemmas-*.db")):
        with (
            closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as held,
            closing(sqlite3.connect(target / path.name)) as copy,
        ):
            held.backup(copy)


@contextmanager
def own_index(client: ClusterClient) -> Iterator[str]:
    """A name for an index of the cluster; what it stands for is removed afterwards."""
    name = f"bench-{uuid.uuid4().hex[:8]}"
    try:
        yield name
    finally:
        for index in client.call("GET", f"/{name}-*/_alias"):
            client.call("DELETE", f"/{index}")


def run(command: list[str], data: Path, engine: str, cluster: Cluster, nodes: Path | None) -> Spent:
    """A command of Haberara with one of the engines."""
    line = [*COMMAND, *command, "--data", str(data), "--engine", engine]
    if engine == "whoosh":
        wall, cpu, _ = measured(line)
        disk = size(data / "index")
        return Spent(wall, cpu, 0.0, disk, disk)
    with closing(ClusterClient(cluster)) as client, own_index(client) as name:
        settings = {"URL": cluster.urls[0], "INDEX": name, "SHARDS": cluster.shards, "REPLICAS": cluster.replicas}
        before = nodes_cpu(nodes)
        wall, cpu, _ = measured(line, {f"HABERARA_OPENSEARCH_{key}": str(value) for key, value in settings.items()})
        spent = nodes_cpu(nodes) - before
        stored = client.call("GET", f"/{name}-*/_stats/store")["_all"]
        first, copies = (stored[part]["store"]["size_in_bytes"] / 1e6 for part in ("primaries", "total"))
        return Spent(wall, cpu, spent, first, copies)


def show(what: str, count: int, spent: dict[str, Spent]) -> None:
    """Rows of the table, and the ratios."""
    for engine, one in spent.items():
        print(
            f"{what:<10}{engine:<12}{one.wall:>9.1f}{count / one.wall:>8.0f}{one.cpu:>9.1f}{one.nodes:>9.1f}"
            f"{one.disk:>9.1f}{one.copies:>9.1f}",
            flush=True,
        )
    ours, theirs = spent["whoosh"], spent["opensearch"]
    both = (theirs.cpu + theirs.nodes) / ours.cpu
    print(f"{what:<10}OpenSearch / Whoosh: {theirs.wall / ours.wall:.2f} of the clock, {both:.2f} of the processors")


def main() -> None:
    """Run both engines and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--add", type=Path, metavar="RECORDS")
    parser.add_argument("--nodes", type=Path, metavar="FOLDER")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument("--replicas", type=int, default=1)
    asked = parser.parse_args()
    url = os.environ.get("HABERARA_TEST_OPENSEARCH") or parser.error("HABERARA_TEST_OPENSEARCH names no cluster")
    cluster = Cluster(urls=(url,), name="bench", shards=asked.shards, replicas=asked.replicas)
    with Archive.open_readonly(asked.archive) as archive:
        count = archive.count()
    print(f"{count:,} articles, {asked.jobs} jobs, {asked.replicas} replicas")
    print(f"{'':<22}{'wall s':>9}{'/ s':>8}{'CPU s':>9}{'nodes s':>9}{'MB':>9}{'copies':>9}")
    with tempfile.TemporaryDirectory(prefix="haberara-bench-") as folder:
        spent = {}
        for engine in ("whoosh", "opensearch"):
            data = Path(folder) / f"reindex-{engine}"
            copy_archive(asked.archive, data)
            spent[engine] = run(["reindex", "--jobs", str(asked.jobs)], data, engine, cluster, asked.nodes)
            shutil.rmtree(data)
        show("reindex", count, spent)
        if asked.add:
            for engine in spent:
                data = Path(folder) / f"add-{engine}"
                line = ["add", str(asked.add), "--jobs", str(asked.jobs)]
                spent[engine] = run(line, data, engine, cluster, asked.nodes)
                with Archive.open_readonly(data) as archive:
                    count = archive.count()
                shutil.rmtree(data)
            show("cold add", count, spent)


if __name__ == "__main__":
    main()
