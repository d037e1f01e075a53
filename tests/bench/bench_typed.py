"""Random and mutated query strings through the whole search: what raises, and how long each takes.

    python tests/bench/bench_typed.py DATA [--count 20000] [--budget 1.0] [--seed 7]

DATA is a data directory with an index. A query is one of ours (`tests/typed_queries.py`) and is searched with its
spelling and suggested for; it may be refused with a message and nothing else. Prints the CPU time by quantile and the
slowest, and exits with 1 if anything else was raised or took longer than the budget (CPU seconds).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from index.errors import RequestError
from search.request import SearchRequest
from search.service import SearchEngine

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from typed_queries import TYPED


def main() -> int:
    """Ask, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--budget", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    engine = SearchEngine.open(options.data)
    engine.warm()
    times: list[tuple[float, str]] = []
    ends: Counter[str] = Counter()

    @seed(options.seed)
    @settings(
        max_examples=options.count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(TYPED)
    def ask(text: str) -> None:
        began = time.process_time()
        ends[_asked(engine, text)] += 1
        times.append((time.process_time() - began, text))

    ask()
    engine.close()
    return _report(times, ends, options.budget)


def _asked(engine: SearchEngine, text: str) -> str:
    engine.suggest(text[:1000])
    try:
        request = SearchRequest.from_params({"q": [text]})
        results = engine.search(request, facet_limit=0)
    except RequestError as refused:
        return refused.code
    except Exception as error:  # noqa: BLE001 -- this is what is looked for
        print(f"raised {error!r} for {text!r}")
        return "raised"
    return "found" if results.total else "nothing found"


def _report(times: list[tuple[float, str]], ends: Counter[str], budget: float) -> int:
    times.sort()
    print(f"{len(times)} queries: " + ", ".join(f"{name} {count}" for name, count in ends.most_common()))
    for share in (0.5, 0.95, 0.99, 0.999, 1.0):
        took, _ = times[min(len(times) - 1, int(len(times) * share))]
        print(f"p{share * 100:g} {took * 1000:.1f} ms")
    slow = [(took, text) for took, text in times if took > budget]
    for took, text in times[-3:]:
        print(f"slowest: {took:.3f} s {text[:120]!r}")
    print(f"{ends['raised']} raised, {len(slow)} over {budget} s")
    return 1 if ends["raised"] or slow else 0


if __name__ == "__main__":
    sys.exit(main())
