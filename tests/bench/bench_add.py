"""`haberara add` of a whole corpus against Whoosh alone writing the same documents with its StandardAnalyzer.

    python tests/bench/bench_add.py [CORPUS] [--limit N]

Both run as processes of their own, one after the other, on the same machine; the figures that count are the ratios.
`add` reads, stores, extracts people, countries and dates, lemmatizes from a cold cache, and writes four fields with
positions, facet columns and the stored text.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from corpus import read_news

WHOOSH_ALONE = """
import json, os, sys
from whoosh import analysis, fields, index
records, target = sys.argv[1:]
text = lambda: fields.TEXT(stored=True, analyzer=analysis.StandardAnalyzer())
schema = fields.Schema(id=fields.ID(stored=True, unique=True), title=text(), body=text())
os.mkdir(target)
writer = index.create_in(target, schema).writer(limitmb=128)
for line in open(records, encoding="utf-8"):
    record = json.loads(line)
    writer.add_document(id=record["id"], title=record["title"] or "", body=record["body"] or "")
writer.commit()
"""


def measured(command: list[str], settings: Mapping[str, str] | None = None) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds of the process and its children, peak memory in MB of the largest of them.

    `settings` are added to the environment.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **(settings or {})})
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, after.ru_maxrss / 1024


def size(path: Path) -> float:
    """MB on disk."""
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) / 1e6


def main() -> None:
    """Run both and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", nargs="?", default="aa_feeds_2026")
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="haberara-bench-"))
    try:
        records = folder / "records.jsonl"
        with records.open("w", encoding="utf-8") as out:
            for number, record in enumerate(read_news(options.corpus)):
                if options.limit is None or number < options.limit:
                    out.write(json.dumps(record, ensure_ascii=False) + "\n")
        count = sum(1 for _ in records.open(encoding="utf-8"))
        haberara = [sys.executable, "-m", "web.cli", "add", str(records), "--data", str(folder / "data")]
        rows = {
            "Whoosh alone": measured([sys.executable, "-c", WHOOSH_ALONE, str(records), str(folder / "whoosh")]),
            "haberara add": measured(haberara),
            "second add": measured(haberara),
        }
        print(f"{options.corpus}: {count} articles, {records.stat().st_size / 1e6:.0f} MB as JSON lines")
        print(f"{'':<14}{'wall s':>10}{'CPU s':>10}{'articles/s':>12}{'peak MB':>10}")
        for name, (wall, cpu, peak) in rows.items():
            print(f"{name:<14}{wall:>10.1f}{cpu:>10.1f}{count / wall:>12.0f}{peak:>10.0f}")
        alone, whole, again = rows["Whoosh alone"], rows["haberara add"], rows["second add"]
        print(
            f"add / Whoosh alone: {whole[0] / alone[0]:.2f} of the wall time, {whole[1] / alone[1]:.2f} of the CPU time"
        )
        print(f"add / second add: {whole[0] / again[0]:.0f}")
        data = folder / "data"
        print(f"index {size(data / 'index'):.0f} MB, archive {size(data) - size(data / 'index'):.0f} MB; ", end="")
        print(f"Whoosh alone {size(folder / 'whoosh'):.0f} MB")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
