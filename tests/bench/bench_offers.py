"""Latency of suggestions, spelling and similar articles, how often spelling is right, and an export of everything.

    python tests/bench/bench_offers.py DATA [--count 300]

DATA is a data directory with an index. Typed texts are beginnings of its own titles' words and names; misspelt words
are its own frequent words with one slip each: a letter left out, doubled, exchanged, swapped with the next, or left out
of a word without Turkish letters. A spelling is right if it gives the word back. Words that few articles have show what
is offered for nothing. The export goes through the endpoint. CPU time is what a machine with nothing else to do takes.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import psutil
from quantiles import columns
from queries import forms

from index.turkish import fold
from search.request import SearchRequest
from search.results import Spelling
from search.service import SearchEngine
from web.app import create_app

Result = TypeVar("Result")
LETTERS = "abcçdefgğhıijklmnoöprsştuüvyz"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--count", type=int, default=300)
    options = parser.parse_args()
    engine = SearchEngine.open(options.data)
    engine.warm()
    chance = random.Random(7)
    known = forms(engine)
    common = sorted(form for form, count in known.items() if count >= 20 and form.isalpha() and len(form) >= 5)
    rare = sorted(form for form, count in known.items() if 1 <= count <= 3 and form.isalpha() and len(form) >= 5)
    print(f"{engine.status().documents} articles, {len(known)} forms")
    print(f"{'':<16}{'p50 ms':>9}{'p95 ms':>9}{'p50 CPU':>9}{'p95 CPU':>9}")
    _suggest(engine, chance, options.count)
    _spelling(engine, chance, common, rare, options.count)
    _similar(engine, chance, options.count)
    _export(options.data, engine)
    engine.close()


def _suggest(engine: SearchEngine, chance: random.Random, count: int) -> None:
    dictionary = engine._live.view().dictionary
    names = [name for kind in ("person", "source") for name, _ in dictionary.values(kind, "", 2_000)]
    words = [word for word, _ in dictionary.title_forms("", 5_000)]
    texts = []
    for _ in range(count):
        whole = chance.choice(names if chance.random() < 0.5 else words)
        before = chance.choice(("", "", "deprem ", "kişi:", "seçim OR "))
        texts.append(before + whole[: chance.randint(1, len(whole))])
    _timed("suggest", engine.suggest, texts)


def _spelling(engine: SearchEngine, chance: random.Random, common: list[str], rare: list[str], count: int) -> None:
    def offered_for(text: str) -> Spelling | None:
        return engine._spelling(SearchRequest(text), engine._read(SearchRequest(text), view), view)

    view = engine._live.view()
    slips = [(word, _slip(word, chance)) for word in chance.choices(common, k=count)]
    slips = [(word, typed) for word, typed in slips if fold(typed) != fold(word)]
    offered = _timed("did you mean", offered_for, [typed for _, typed in slips])
    right = sum(found is not None and found.text == word for found, (word, _) in zip(offered, slips, strict=True))
    other = sum(found is not None and found.text != word for found, (word, _) in zip(offered, slips, strict=True))
    print(f"  of {len(slips)} slips {right} given back, for {other} another word")
    words = chance.choices(rare, k=count)
    offered = _timed("  of rare words", offered_for, words)
    print(f"  for {sum(found is not None for found in offered)} of {len(words)} forms that 1 to 3 articles have")


def _similar(engine: SearchEngine, chance: random.Random, count: int) -> None:
    ids = [article_id for article_id, _ in engine.rank(SearchRequest(), 10_000_000)]
    chosen = chance.sample(ids, min(count, len(ids)))
    _timed("similar", engine.similar, chosen)


def _export(data: Path, engine: SearchEngine) -> None:
    client = create_app(data, engine=engine).test_client()
    process = psutil.Process()
    for form in ("csv", "jsonl"):
        before = peak = process.memory_full_info().uss
        began = time.perf_counter()
        parts = iter(client.get(f"/api/v1/export?format={form}").response)
        size = len(next(parts))
        first = time.perf_counter() - began
        for number, part in enumerate(parts):
            size += len(part)
            if number % 50 == 0:
                peak = max(peak, process.memory_full_info().uss)
        took = time.perf_counter() - began
        print(
            f"export {form:<9}first byte after {first * 1000:.0f} ms, {size / 1e6:.0f} MB in {took:.1f} s, "
            f"{(peak - before) / 1e6:.0f} MB of memory more"
        )


def _timed(name: str, call: Callable[[str], Result], texts: Sequence[str]) -> list[Result]:
    walls, cpus, results = [], [], []
    for text in texts:
        began, busy = time.perf_counter(), time.process_time()
        results.append(call(text))
        walls.append((time.perf_counter() - began) * 1000)
        cpus.append((time.process_time() - busy) * 1000)
    print(f"{name:<16}{columns(walls)}{columns(cpus)}")
    return results


def _slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    match chance.randrange(5):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + word[at] + word[at:]
        case 2:
            return word[:at] + chance.choice(LETTERS) + word[at + 1 :]
        case 3:
            return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
        case _:
            return fold(word)[:at] + word[at + 1 :]


if __name__ == "__main__":
    main()
