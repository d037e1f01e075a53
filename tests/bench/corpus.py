"""The corpora that the benchmarks run on: real news beside the checkout, where it is there, or `sample`.

42bin has neither dates nor sources: it gets seeded ones here, over 20 years and 12 sources, so that facets have
something to count. Nothing of the corpora but the sample is part of the project.

    python tests/bench/corpus.py FILE [--corpus 42bin] [--limit N]

writes seeded records to a file of JSON lines that `add` reads.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

NEWS = Path(__file__).resolve().parents[3] / "shared" / "data" / "news"
SAMPLE = Path(__file__).resolve().parents[2] / "index" / "sample"
FIRST_DAY = date(2005, 1, 1)
DAYS = 20 * 365
SOURCES = tuple(f"Gazete {number:02d}" for number in range(1, 13))


def read_news(name: str) -> Iterator[dict[str, Any]]:
    """The records of a corpus. Exits with a message if it is not there."""
    if name == "sample":
        for part in sorted(SAMPLE.glob("*.jsonl")):
            yield from map(json.loads, part.read_text("utf-8").splitlines())
        return
    path = NEWS / f"{name}.jsonl.xz"
    if not path.is_file():
        sys.exit(f"{path} is needed for this benchmark and is not there.")
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def seeded(records: Iterator[dict[str, Any]], seed: int = 42) -> Iterator[dict[str, Any]]:
    """Records with a date and a source drawn by a seeded generator; one in twenty stays undated."""
    chance = random.Random(seed)
    for record in records:
        day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
        undated = chance.random() < 0.05
        yield record | {"date": None if undated else day.isoformat(), "source": chance.choice(SOURCES)}


def write_seeded(path: Path, name: str, limit: int | None) -> int:
    """Write a seeded corpus as JSON lines; says how many records."""
    count = 0
    with path.open("w", encoding="utf-8") as out:
        for record in seeded(read_news(name)):
            if limit is not None and count >= limit:
                break
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
            count += 1
    return count


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--corpus", default="42bin")
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    print(write_seeded(options.file, options.corpus, options.limit), "records written to", options.file)
