"""kill -9 of one of three OpenSearch nodes while articles are added, an index is built again and pages are read.

    python tests/bench/bench_cluster_kill.py FOLDER RECORDS [--rounds 3] [--articles 1500] [--seed 1] [--bare 10]

FOLDER is that of `.ci/opensearch`, RECORDS a file that `add` reads. Each round, with a new archive and a replica: half
of the articles are added, and two clients begin to ask a server for page and endpoint; the other half is added and a
node killed at a random moment; it comes back; the index is built again, which has no replicas yet, and another node is
killed. In every second round that one stays away until the index has been built without it. Then each article that was
acknowledged is looked for. At last the replicas are taken away and a node killed, whose articles nobody has now:
answers must say so. Exits with 1 if an article is lost, an answer was an error, or none said that it is partial.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from index.engines.choice import Cluster, EngineChoice
from index.engines.opensearch.client import ClusterClient
from index.errors import HaberaraError
from search.request import SearchRequest
from search.service import SearchEngine

COMMAND = [sys.executable, "-m", "web.cli"]
CI = Path(__file__).parents[2] / ".ci" / "opensearch"
NODES = ("n1", "n2", "n3")
PATHS = (
    "/api/v1/search?q=deprem",
    "/?q=se%C3%A7im",
    "/api/v1/search?q=%22milli+tak%C4%B1m%22",
    "/?q=ekonomi&country=TR",
)
PARTIAL = re.compile(r'"failed": ?[1-9]|bir bölümü yanıt vermedi')


@dataclass
class Tally:
    """What was seen."""

    acknowledged: int = 0
    lost: int = 0
    answers: int = 0
    partial: int = 0
    bare: int = 0
    """Answers while a node was away and there were no replicas."""

    told: int = 0
    """Of these, answers that said that they are partial."""

    errors: list[str] = field(default_factory=list)
    longest: float = 0.0
    runs: list[str] = field(default_factory=list)


def urls(folder: Path) -> list[str]:
    """The addresses of the nodes."""
    texts = [(folder / node / "config" / "opensearch.yml").read_text() for node in NODES]
    return [f"http://127.0.0.1:{found[1]}" for text in texts if (found := re.search(r"http\.port: (\d+)", text))]


def kill(folder: Path, node: str) -> None:
    """End a node at once."""
    os.kill(int((folder / node / "pid").read_text()), signal.SIGKILL)


def bring_back(folder: Path, node: str, client: ClusterClient) -> None:
    """Start a killed node again and wait until all copies are whole."""
    (folder / node / "pid").unlink(missing_ok=True)
    subprocess.run([CI, "node", folder, node], check=True)
    for _ in range(180):
        try:
            health = client.call("GET", "/_cluster/health", wait_for_nodes="3", wait_for_status="green", timeout="5s")
            if health["number_of_nodes"] == len(NODES) and health["status"] == "green":
                return
        except HaberaraError:
            time.sleep(1)
    raise SystemExit(f"{node} did not come back")


def run(what: list[str], env: dict[str, str]) -> tuple[int, str, float]:
    """A command: its status, its last line on stdout or what it complained of, and the seconds."""
    began = time.perf_counter()
    ended = subprocess.run([*COMMAND, *what], env=env, capture_output=True, encoding="utf-8", check=False)
    said = (ended.stdout or "").strip().splitlines()[-1:] if ended.returncode == 0 else ended.stderr.splitlines()[-3:]
    return ended.returncode, " ".join(said)[-300:], time.perf_counter() - began


@contextmanager
def asking(env: dict[str, str], data: Path, tally: Tally) -> Iterator[None]:
    """A server, and two clients that ask it without pause."""
    serve = [*COMMAND, "serve", "--port", "0", "--data", str(data)]
    with (
        (data.parent / "serve.log").open("a") as log,
        subprocess.Popen(serve, env=env, stdout=subprocess.PIPE, stderr=log, encoding="utf-8") as server,
    ):
        assert server.stdout is not None
        address = next(m.group() for line in server.stdout if (m := re.search(r"http://[0-9.:]+", line)))
        stop = threading.Event()
        clients = [threading.Thread(target=ask, args=(address, stop, tally)) for _ in range(2)]
        for client in clients:
            client.start()
        try:
            yield
        finally:
            stop.set()
            for client in clients:
                client.join()
            server.terminate()


def ask(address: str, stop: threading.Event, tally: Tally) -> None:
    """One client."""
    dice = random.Random(0)
    while not stop.wait(0.2):
        path = dice.choice(PATHS)
        began = time.perf_counter()
        try:
            with urllib.request.urlopen(address + path, timeout=120) as answer:
                body = answer.read().decode("utf-8")
            tally.partial += bool(PARTIAL.search(body))
        except urllib.error.HTTPError as error:
            tally.errors.append(f"{path}: {error.code} {error.read()[:200]!r}")
        except OSError as error:
            tally.errors.append(f"{path}: {error}")
        tally.answers += 1
        tally.longest = max(tally.longest, time.perf_counter() - began)


@dataclass(frozen=True)
class Round:
    """What a round works with; `took` is how long the first half took to add, in seconds.

    `bare` is for how long answers are looked at while a part of the articles is away, in seconds.
    """

    folder: Path
    env: dict[str, str]
    dice: random.Random
    tally: Tally
    client: ClusterClient
    took: float
    bare: float

    def run_while_killing(self, what: list[str], node: str) -> int:
        """A command while which a node is killed: its status."""
        timer = threading.Timer(self.dice.uniform(0.2, 0.8) * self.took, kill, (self.folder, node))
        timer.start()
        status, said, _ = run(what, self.env)
        timer.join()
        self.tally.runs.append(f"{what[0]}, {node} killed: status {status} {said if status else ''}")
        return status

    def run_again(self, what: list[str], how: str) -> None:
        """The command that failed, which has to succeed now."""
        status, said, _ = run(what, self.env)
        self.tally.runs.append(f"{what[0]} again {how}: status {status} {said if status else ''}")
        if status:
            raise SystemExit("\n".join(self.tally.runs))

    def bring_back(self, node: str) -> None:
        """See `bring_back`."""
        bring_back(self.folder, node, self.client)


def torture(
    asked: argparse.Namespace, records: list[str], number: int, dice: random.Random, tally: Tally, work: Path
) -> None:
    """One round."""
    folder: Path = asked.folder
    data = work / "data"
    shutil.rmtree(data / "index", ignore_errors=True)
    for path in data.glob("archive.db*"):
        path.unlink()
    cluster = Cluster(urls=tuple(urls(folder)), name=f"killed-{os.getpid()}-{number}", shards=3, replicas=1)
    names = {"ENGINE": "opensearch", "OPENSEARCH_URL": ",".join(cluster.urls), "OPENSEARCH_INDEX": cluster.name}
    settings = {f"HABERARA_{name}": value for name, value in names.items()} | {"HABERARA_OPENSEARCH_SHARDS": "3"}
    env = {**os.environ, **settings, "HABERARA_DATA": str(data)}
    halves = [work / "first.jsonl", work / "second.jsonl"]
    for path, part in zip(halves, (records[::2], records[1::2]), strict=True):
        path.write_text("".join(part), encoding="utf-8")
    status, said, seconds = run(["add", str(halves[0]), "--jobs", "2"], env)
    if status:
        raise SystemExit(f"add failed before anything was killed: {said}")
    with closing(ClusterClient(cluster)) as client:
        with asking(env, data, tally):
            this = Round(folder, env, dice, tally, client, seconds, asked.bare)
            killed_while_adding(this, halves[1])
            tally.acknowledged += len(records)
            killed_while_rebuilding(this, stays_away=number % 2 == 1)
            with closing(SearchEngine.open(data, EngineChoice("opensearch", cluster))) as engine:
                found = {article.id for article in engine.export(SearchRequest())}
            tally.lost += len({json.loads(line)["id"] for line in records} - found)
            killed_without_replicas(this, cluster.name)
        for name in client.call("GET", f"/{cluster.name}-*/_alias"):
            client.call("DELETE", f"/{name}")


def killed_while_adding(this: Round, records: Path) -> None:
    """A node is killed while articles are added; if that fails, they are added again when it is back."""
    node, line = this.dice.choice(NODES), ["add", str(records), "--jobs", "2"]
    status = this.run_while_killing(line, node)
    this.bring_back(node)
    if status:
        this.run_again(line, "when it was back")


def killed_while_rebuilding(this: Round, *, stays_away: bool) -> None:
    """A node is killed while an index is built that has no replicas yet; it is built again, without it or with it."""
    node = this.dice.choice(NODES)
    status = this.run_while_killing(["reindex"], node)
    if not stays_away:
        this.bring_back(node)
    if status:
        this.run_again(["reindex"], "without it" if stays_away else "when it was back")
    if stays_away:
        this.bring_back(node)


def killed_without_replicas(this: Round, name: str) -> None:
    """A node is killed that alone has its part of the articles."""
    this.client.call("PUT", f"/{name}-*/_settings", {"index.number_of_replicas": 0})
    time.sleep(2)
    shards = this.client.call("GET", f"/_cat/shards/{name}-*", format="json", h="index,node")
    node = this.dice.choice([shard["node"] for shard in shards if not shard["index"].endswith("-words")])
    kill(this.folder, node)
    time.sleep(this.bare)  # until connections to it are known to be broken
    answers, partial = this.tally.answers, this.tally.partial
    time.sleep(this.bare)
    this.tally.bare += this.tally.answers - answers
    this.tally.told += this.tally.partial - partial
    this.bring_back(node)


def main() -> int:
    """All rounds, and what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("records", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--articles", type=int, default=1_500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bare", type=float, default=10.0)
    asked = parser.parse_args()
    with asked.records.open(encoding="utf-8") as file:
        records = list(islice(file, asked.articles))
    tally, dice = Tally(), random.Random(asked.seed)
    with tempfile.TemporaryDirectory(prefix="haberara-kill-") as work:
        for number in range(asked.rounds):
            torture(asked, records, number, dice, tally, Path(work))
            print("\n".join(tally.runs))
            tally.runs.clear()
            report(tally)
            if tally.errors:
                print((Path(work) / "serve.log").read_text()[-4_000:], flush=True)
    return 1 if tally.lost or tally.errors or not tally.told else 0


def report(tally: Tally) -> None:
    """What was seen so far."""
    print(f"  acknowledged {tally.acknowledged}, of these lost {tally.lost}")
    print(f"  answers {tally.answers}, errors {len(tally.errors)}, longest {tally.longest:.1f} s")
    print(f"  without replicas: answers {tally.bare}, told to be partial {tally.told}", flush=True)
    for error in tally.errors[:10]:
        print(f"  {error}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
