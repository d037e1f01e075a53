"""Extraction against the least that reading a text costs: a regular expression for words, and Turkish lower case.

    python tests/bench/bench_entities.py [--count 300] [--most 20]

Prints milliseconds per article of about 2,600 characters and the ratio; more than `--most` is a failure.
Uses the news in ../shared if it is there, else the sample archive.
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from index.entities import extract
from index.turkish.casing import lower

ROOT = Path(__file__).resolve().parents[2]
NEWS = ROOT.parent / "shared" / "data" / "news" / "aa_feeds_2026.jsonl.xz"
SAMPLE = ROOT / "index" / "sample"
LENGTH = 2_600
_WORD = re.compile(r"\w+")


def articles(count: int) -> list[str]:
    """Texts of about 2,600 characters."""
    if NEWS.exists():
        with lzma.open(NEWS, "rt", encoding="utf-8") as lines:
            bodies = (json.loads(line)["body"] for line in lines)
            return [body for body in bodies if LENGTH - 300 < len(body) < LENGTH + 300][:count]
    text = "\n".join(_sample())
    return [text[place : place + LENGTH] for place in range(0, len(text) - LENGTH, LENGTH)][:count]


def _sample() -> Iterator[str]:
    for path in sorted(SAMPLE.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)["body"]


def per_token(text: str) -> list[str]:
    """As an analyzer does it: find each word, lower it."""
    return [lower(found[0]) for found in _WORD.finditer(text)]


def whole_text(text: str) -> list[str]:
    """The fastest possible: lower the text as a whole, find all words at once."""
    return _WORD.findall(lower(text))


def milliseconds(work: Callable[[str], object], texts: list[str], rounds: int = 3) -> float:
    """Per text, the best of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        for text in texts:
            work(text)
        best = min(best, time.perf_counter() - start)
    return best / len(texts) * 1000


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--most", type=float, default=20.0)
    options = parser.parse_args()
    texts = articles(options.count)
    extracted = milliseconds(lambda text: extract("", text, date(2026, 1, 1)), texts)
    tokens, fastest = milliseconds(per_token, texts), milliseconds(whole_text, texts)
    print(f"{len(texts)} texts, {sum(map(len, texts)) // len(texts)} characters on average")
    print(f"extraction                      {extracted:.3f} ms")
    print(f"words, each lowered             {tokens:.3f} ms, ratio {extracted / tokens:.1f}")
    print(f"text lowered, words found       {fastest:.3f} ms, ratio {extracted / fastest:.1f}")
    return 0 if extracted / tokens <= options.most else 1


if __name__ == "__main__":
    sys.exit(main())
