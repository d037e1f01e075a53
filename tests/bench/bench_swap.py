"""`reindex` while clients search the running server without pause: what fails, and what is answered otherwise.

    python tests/bench/bench_swap.py DATA [--clients 4] [--jobs 2] [--reindexes 1] [--around 2]

DATA is a data directory with an index; it is reindexed. A server and the command run as processes of their own. Each
client asks for pages, results and facets of words that the archive has, one after another over one connection, from
two seconds (`--around`) before the reindex until as many after it. The archive does not change, so that every answer
must have as many articles or values as the first one had. Prints how many answers there were, from which generations,
how long they took before, during and around the swap; exits with 1 if any failed, was empty or was another one.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from quantiles import quantiles

WORDS = ["haber", "bakan", "ülke", "seçim", "gün", "yıl", "istanbul", "türkiye", "başkan", "deprem", "maç", "kent"]
PATHS = (
    "/api/v1/search?q={}&limit=10",
    "/api/v1/search?q={}&sort=newest&country=TR",
    "/api/v1/facets/person?q={}",
    "/?q={}",
)


@dataclass
class Asked:
    """What all clients saw: (when, seconds, generation) of each answer, and what went wrong."""

    answers: list[tuple[float, float, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def client(host: str, port: int, seed: int, expected: dict[str, int], stop: threading.Event, asked: Asked) -> None:
    """Ask until told to stop."""
    dice = random.Random(seed)
    paths = sorted(path for path, size in expected.items() if size)
    connection = http.client.HTTPConnection(host, port, timeout=60)
    while not stop.is_set():
        path = dice.choice(paths)
        began = time.perf_counter()
        try:
            status, body = fetched(connection, path)
        except (OSError, http.client.HTTPException) as error:
            asked.wrong.append(f"{path}: {error!r}")
            connection.close()
            continue
        found = re.search(r'"snapshot": ?"([^".]+)', body)
        asked.answers.append((began, time.perf_counter() - began, found.group(1) if found else ""))
        if status != 200:
            asked.wrong.append(f"{path}: status {status}: {body[:200]}")
        elif size(path, body) != expected[path]:
            asked.wrong.append(f"{path}: {size(path, body)} where there were {expected[path]}")
    connection.close()


def fetched(connection: http.client.HTTPConnection, path: str) -> tuple[int, str]:
    """Status and body."""
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read().decode("utf-8")


def size(path: str, body: str) -> int:
    """How many articles an answer is about, or how many hits or values it shows."""
    if path.startswith("/?"):
        return body.count('<article class="hit"')
    found = json.loads(body)
    return int(found["total"]) if "total" in found else len(found["values"])


def sizes(host: str, port: int) -> dict[str, int]:
    """What each request gives before the reindex."""
    connection = http.client.HTTPConnection(host, port, timeout=60)
    paths = [form.format(quote(word)) for form in PATHS for word in WORDS]
    found = {path: size(path, fetched(connection, path)[1]) for path in paths}
    connection.close()
    return found


def main() -> int:
    """Serve, ask, reindex, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--reindexes", type=int, default=1)
    parser.add_argument("--around", type=float, default=2.0)
    options = parser.parse_args()
    command = [sys.executable, "-m", "web.cli"]
    serve = [*command, "serve", "--port", "0", "--data", str(options.data)]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, encoding="utf-8") as server:
        try:
            assert server.stdout is not None
            address = urlsplit(next(m.group() for line in server.stdout if (m := re.search(r"http://\S+", line))))
            asked, stop = Asked(), threading.Event()
            where = (str(address.hostname), int(address.port or 80))
            known = sizes(*where)
            several = range(options.clients)
            clients = [threading.Thread(target=client, args=(*where, n, known, stop, asked)) for n in several]
            for one in clients:
                one.start()
            time.sleep(options.around)
            began = time.perf_counter()
            for _ in range(options.reindexes):
                reindex = [*command, "reindex", "--jobs", str(options.jobs), "--data", str(options.data)]
                subprocess.run(reindex, check=True)
            ended = time.perf_counter()
            time.sleep(options.around)
            stop.set()
            for one in clients:
                one.join()
        finally:
            server.terminate()
    show(asked, began, ended)
    return 1 if asked.wrong else 0


def show(asked: Asked, began: float, ended: float) -> None:
    """Print what was seen."""
    generations = sorted({generation for _, _, generation in asked.answers if generation})
    print(f"reindex took {ended - began:.1f} s; {len(asked.answers)} answers from {', '.join(generations)}")
    spans = (("before", 0.0, began), ("during", began, ended - 1), ("around the swap", ended - 1, ended + 2))
    for name, first, last in spans:
        times = sorted(seconds for when, seconds, _ in asked.answers if first <= when < last)
        if times:
            p50, p95 = (1000 * seconds for seconds in quantiles(times))
            print(
                f"{name}: {len(times)} answers, p50 {p50:.0f} ms, p95 {p95:.0f} ms, longest {1000 * times[-1]:.0f} ms"
            )
    print(f"failed or empty: {len(asked.wrong)}")
    for line in asked.wrong[:10]:
        print(f"  {line}")


if __name__ == "__main__":
    sys.exit(main())
