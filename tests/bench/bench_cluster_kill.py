"""kill -9 of one of three OpenSearch nodes while articles are added, an index is built again and pages are read.

    python tests/bench/bench_cluster_kill.py FOLDER RECORDS [--rounds 3] [--articles 1500] [--seed 1]

FOLDER is that of `.ci/opensearch`, RECORDS a file that `add` reads. Each round, with a new archive and a replica: half
of the articles are added, and two clients begin to ask a server for page and endpoint; the other half is added and a
node killed at a random moment; it comes back; the index is built again, which has no replicas yet, and another node is
killed. In every second round that one stays away until the index has been built without it. Then each article that was
acknowledged is looked for. Exits with 1 if one is lost or an answer was an error.
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


def killed_during(what: list[str], env: dict[str, str], folder: Path, node: str, after: float) -> tuple[int, str]:
    """A command while which a node is killed."""
    timer = threading.Timer(after, kill, (folder, node))
    timer.start()
    status, said, _ = run(what, env)
    timer.join()
    return status, said


@contextmanager
def asking(env: dict[str, str], data: Path, tally: Tally) -> Iterator[None]:
    """A server, and two clients that ask it without pause."""
    serve = [*COMMAND, "serve", "--port", "0", "--data", str(data)]
    with subprocess.Popen(
        serve, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
    ) as server:
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


def torture(folder: Path, records: list[str], number: int, dice: random.Random, tally: Tally, work: Path) -> None:
    """One round."""
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
    with closing(ClusterClient(cluster)) as client, asking(env, data, tally):
        node = dice.choice(NODES)
        status, said = killed_during(["add", str(halves[1])], env, folder, node, dice.uniform(0.2, 0.8) * seconds)
        tally.runs.append(f"add, {node} killed: status {status} {said if status else ''}")
        bring_back(folder, node, client)
        if status:
            status, said, _ = run(["add", str(halves[1])], env)
            tally.runs.append(f"add again: status {status} {said if status else ''}")
        tally.acknowledged += len(records) if status == 0 else len(records) // 2
        node, stays_away = dice.choice(NODES), number % 2 == 1
        status, said = killed_during(["reindex"], env, folder, node, dice.uniform(0.2, 0.8) * seconds)
        tally.runs.append(f"reindex, {node} killed: status {status} {said if status else ''}")
        if not stays_away:
            bring_back(folder, node, client)
        if status:
            status, said, _ = run(["reindex"], env)
            how = "without it" if stays_away else "when it was back"
            tally.runs.append(f"reindex again {how}: status {status} {said if status else ''}")
        if stays_away:
            bring_back(folder, node, client)
        with closing(SearchEngine.open(data, EngineChoice("opensearch", cluster))) as engine:
            found = {article.id for article in engine.export(SearchRequest())}
        tally.lost += len({json.loads(line)["id"] for line in records} - found)
        for name in client.call("GET", f"/{cluster.name}-*/_alias"):
            client.call("DELETE", f"/{name}")


def main() -> int:
    """All rounds, and what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("records", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--articles", type=int, default=1_500)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with asked.records.open(encoding="utf-8") as file:
        records = list(islice(file, asked.articles))
    tally, dice = Tally(), random.Random(asked.seed)
    with tempfile.TemporaryDirectory(prefix="haberara-kill-") as work:
        for number in range(asked.rounds):
            torture(asked.folder, records, number, dice, tally, Path(work))
            print("\n".join(tally.runs), flush=True)
            tally.runs.clear()
    print(f"acknowledged {tally.acknowledged}, of these lost {tally.lost}")
    print(f"answers {tally.answers}, errors {len(tally.errors)}, told to be partial {tally.partial}")
    print(f"longest answer {tally.longest:.1f} s")
    for error in tally.errors[:10]:
        print(error)
    return 1 if tally.lost or tally.errors else 0


if __name__ == "__main__":
    sys.exit(main())
