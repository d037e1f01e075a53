"""Mutated files of every kind: reading must end soon, without an error of its own, and say something of each file.

    python tests/bench/stress_readers.py [SECONDS] [SEED]

Prints for each kind the files tried, those that raised, those that took longer than 5 seconds (none may), and those
about which nothing was said. The exit status is 1 if there is one.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from test_readers_fuzz import SEEDS

from index.article import Article, BadRecord
from index.errors import SourceError
from index.readers import ReadOptions, read_source

SLOW = 5.0
DICTIONARY = [b"<", b">", b'"', b"{", b"}", b"[", b"]", b"\0", b"\n", b"&", b"</", b"\xff", b"<!ENTITY", b"<div>" * 300]
DICTIONARY += [b"<table><tr><td>", b"PK\x01\x02", b"PK\x05\x06", b"ustar", b"WARC/1.1\r\n", b"\x1f\x8b", b"9" * 20]


def mutated(raw: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(raw) + 1)
        step = rng.randrange(6)
        if step == 0:
            raw = raw[:at] + rng.choice(DICTIONARY) + raw[at:]
        elif step == 1:
            raw = raw[:at] + raw[at + rng.randint(1, 40) :]
        elif step == 2 and at < len(raw):
            raw = raw[:at] + bytes([rng.randrange(256)]) + raw[at + 1 :]
        elif step == 3:
            raw = raw[:at]
        elif step == 4:
            raw = raw[:at] + raw[max(0, at - rng.randint(1, 400)) : at] * rng.choice([2, 3, 50]) + raw[at:]
        else:
            raw = raw[:at] + rng.randbytes(rng.randint(1, 8)) + raw[at:]
    return raw


def outcome(path: Path) -> str:
    """`raised`, `slow`, `silent`, or `fine`."""
    began = time.perf_counter()
    try:
        records = list(read_source(path, ReadOptions()))
    except SourceError:
        records = [BadRecord(str(path), "as a whole")]
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is what is looked for
        print(f"{path.name}: {type(error).__name__}: {error}", file=sys.stderr)
        return "raised"
    if time.perf_counter() - began > SLOW:
        return "slow"
    is_said = records and all(isinstance(r, Article) or (isinstance(r, BadRecord) and r.reason) for r in records)
    return "fine" if is_said else "silent"


def tried(name: str, seconds: float, rng: random.Random, ask: Callable[[Path], str]) -> dict[str, int]:
    counts = dict.fromkeys(("fine", "raised", "slow", "silent"), 0)
    until = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        while time.monotonic() < until:
            raw = mutated(SEEDS[name], rng)
            path.write_bytes(raw)
            found = ask(path)
            counts[found] += 1
            if found != "fine":
                Path(tempfile.gettempdir(), f"{found}-{name}").write_bytes(raw)
    return counts


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    failed = 0
    for name in SEEDS:
        counts = tried(name, seconds / len(SEEDS), rng, outcome)
        failed += sum(counts.values()) - counts["fine"]
        print(
            f"{name:12} {sum(counts.values()):7} files  "
            + "  ".join(f"{k} {v}" for k, v in counts.items() if k != "fine")
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
