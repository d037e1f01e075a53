"""kill -9 at random moments of `add` and of `reindex`, worker processes included, while searches go on.

    python tests/bench/bench_crash.py [--add 60] [--reindex 60] [--seed 1] [--minutes 9] [--seconds 3]

Each round: a child process adds or changes 200 articles beside 160, or builds their index again, and is killed after a
random part of the time that it takes; in a quarter of the rounds only the parent, in another only a worker. Then the
index is opened, what was acknowledged is looked for, and the next run is let finish. Prints what was lost, what failed
and what was left; exits with 1 if anything was. See `tests/torture.py`.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from functools import lru_cache
from itertools import cycle
from pathlib import Path

from index.turkish import lemma

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from torture import Torture

KILLS = ((1, "all"), (2, "all"), (2, "parent"), (2, "worker"))


def main() -> int:
    """Torture, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--add", type=int, default=60)
    parser.add_argument("--reindex", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seconds", type=float, help="how long a child works; measured unless given")
    options = parser.parse_args()
    end = time.monotonic() + 60 * options.minutes
    lemma.Lemmatizer = lru_cache(lemma.Lemmatizer)  # type: ignore[assignment,misc] # one for all engines of the rounds
    logging.disable(logging.WARNING)  # that the last writer did not end properly is what this is about
    with tempfile.TemporaryDirectory(prefix="haberara-crash-") as folder:
        torture = Torture(Path(folder), options.seed, options.seconds)
        for what, rounds in (("add", options.add), ("reindex", options.reindex)):
            kills = cycle(KILLS)
            before = torture.tally.killed
            while torture.tally.killed - before < rounds and time.monotonic() < end:
                torture.round(what, *next(kills))
            print(f"{what}: {torture.tally.killed - before} kills", flush=True)
        print(torture.tally)
    tally = torture.tally
    return 1 if tally.lost or tally.failed or tally.unreadable or tally.left else 0


if __name__ == "__main__":
    sys.exit(main())
