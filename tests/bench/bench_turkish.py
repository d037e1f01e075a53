"""Speed and memory of the Turkish analysis, measured side by side in one run.

    python tests/bench/bench_turkish.py [ARTICLES.jsonl[.xz|.gz]] [--types N] [--limit N]

Without a file the sample archive is used (small: figures for types are then noisy). Prints one line per figure:

    types/s     distinct word forms lemmatized per second, against plain zeyrek, both without any cache
    articles/s  whole chain with a warm cache, against a bare regex tokenizer with Turkish lower case and offsets
    memory      what a process that only meets cached words has loaded of zeyrek and simplemma: nothing
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import logging
import lzma
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from index.turkish import lower, open_analyzer
from index.turkish.lemma import Lemmatizer
from index.turkish.tokens import tokens

SAMPLE = Path(__file__).parents[2] / "index" / "sample"
BARE = re.compile(r"\w+")
OPENERS: dict[str, Callable[..., io.TextIOBase]] = {".xz": lzma.open, ".gz": gzip.open}


def read_texts(path: Path | None, limit: int) -> list[str]:
    files = [path] if path else sorted(SAMPLE.glob("*.jsonl"))
    texts = []
    for file in files:
        with OPENERS.get(file.suffix, open)(file, mode="rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                texts.append(f"{record.get('title', '')}\n{record.get('body', '')}")
                if len(texts) == limit:
                    return texts
    return texts


def bare_tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """What a plain search engine does: words of the lower-cased text with their offsets."""
    for match in BARE.finditer(lower(text)):
        yield match.group(), match.start(), match.end()


def seconds(work: Callable[[], object], repeat: int = 1) -> float:
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def bench_types(texts: list[str], count: int) -> None:
    forms = sorted({t.form for text in texts for t in tokens(text) if t.form.isalpha()})
    random.Random(3).shuffle(forms)
    forms = forms[:count]
    lemmatizer = Lemmatizer()
    lemmatizer.lemmas("ısınmak")
    ours = len(forms) / seconds(lambda: [lemmatizer.lemmas(form) for form in forms])
    logging.getLogger("zeyrek").addHandler(logging.NullHandler())
    import zeyrek

    plain = zeyrek.MorphAnalyzer()
    few = forms[: max(200, count // 8)]
    stderr, sys.stderr = sys.stderr, io.StringIO()
    try:
        theirs = len(few) / seconds(lambda: [plain._parse(form) for form in few])
    finally:
        sys.stderr = stderr
    print(
        f"types/s     ours {ours:8.0f}   plain zeyrek {theirs:8.0f}   ratio {ours / theirs:5.2f}   ({len(forms)} types)"
    )


def bench_chain(texts: list[str]) -> None:
    analyzer = open_analyzer(None)
    for text in texts:
        analyzer.analyze(text)
    ours = len(texts) / seconds(lambda: [analyzer.analyze(text) for text in texts], 3)
    bare = len(texts) / seconds(lambda: [list(bare_tokens(text)) for text in texts], 3)
    print(
        f"articles/s  ours {ours:8.0f}   bare regex   {bare:8.0f}   ratio {ours / bare:5.2f}   ({len(texts)} articles)"
    )


CHILD = """
import sys, pathlib, psutil
from index.turkish import open_analyzer
before = psutil.Process().memory_info().rss
analyzer = open_analyzer(pathlib.Path(sys.argv[1]))
for text in pathlib.Path(sys.argv[2]).read_text(encoding="utf-8").split("\\x1e"):
    analyzer.analyze(text)
loaded = sorted(m for m in ("zeyrek", "simplemma", "nltk") if m in sys.modules)
print((psutil.Process().memory_info().rss - before) // 1_000_000, loaded)
"""


def bench_memory(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        analyzer = open_analyzer(Path(folder))
        analyzer.prepare(texts)
        analyzer.close()
        file = Path(folder) / "texts"
        file.write_text("\x1e".join(texts), encoding="utf-8")
        run = subprocess.run(
            [sys.executable, "-c", CHILD, folder, str(file)], capture_output=True, text=True, check=True
        )
    print(f"memory      +MB and modules loaded, all words cached (the texts included): {run.stdout.strip()}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="?", type=Path)
    parser.add_argument("--types", type=int, default=8000)
    parser.add_argument("--limit", type=int, default=2000)
    options = parser.parse_args()
    texts = read_texts(options.articles, options.limit)
    bench_types(texts, options.types)
    bench_chain(texts)
    bench_memory(texts)


if __name__ == "__main__":
    main()
