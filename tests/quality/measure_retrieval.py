"""Ranking on test sets, against the same engine with simpler lemmas, printed as a table.

    python tests/quality/measure_retrieval.py WORK [--only knownitem|topics|tsquad] [--data DIR]

`--data` is a directory with `news` and `retrieval` (default: ../shared/data beside the checkout). WORK is a folder for
indexes and runs: about 1 GB. Indexes there are used again as long as the analyzer's fingerprint is the same; the first
time takes about 40 minutes of CPU time, most of it for knownitem.

    knownitem  a headline must find its own article, whose title was left out; typed in Turkish and in ASCII
    topics     18 topics as a journalist types them, judged by reading
    tsquad     questions, machine-translated, must find their paragraph

Ours are ranked by `haberara search --queries` over what `haberara add` indexed. The baselines are ranked by the same
code with another lemma for each word, once by lemmas alone and once with the surface field at the product's weight;
`zeyrek, folded` is BM25 over all candidate lemmas of each word, ASCII understood. MAP and recall are computed by the
collection's own `run_eval.py`; MRR@10 is the mean over all queries of 1/rank of the first relevant hit, 0 if it is not
in the first ten. A difference that is smaller than the floor is marked.
"""

from __future__ import annotations

import argparse
import itertools
import json
import lzma
import runpy
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measure_retrieval_baselines import Queries, Run, all_lemmas_run, stemmer_runs

from index.errors import IndexUnusable
from index.turkish import fold
from search.request import Match
from search.service import SearchEngine

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
JOBS = 2
NEWS_42BIN = "news/42bin.jsonl.xz"
NEWS_AA = "news/aa_feeds_2026.jsonl.xz"


@dataclass(frozen=True, slots=True)
class Collection:
    """A test set: which documents, whether their titles are indexed, and how its queries are run."""

    name: str
    folder: str
    sources: tuple[str, ...]
    titles: bool
    match: Match
    limit: int


KNOWNITEM = Collection("knownitem", "retrieval/knownitem_42bin", (NEWS_42BIN,), False, "auto", 10)
TOPICS = Collection("topics", "retrieval/topics", (NEWS_AA, NEWS_42BIN), True, "auto", 1000)
TSQUAD = Collection("tsquad", "retrieval/tsquad_dev", ("retrieval/tsquad_dev/docs.jsonl.xz",), True, "any", 10)


class Bench:
    """One collection with its index, its queries and what is relevant to them."""

    def __init__(self, collection: Collection, data: Path, work: Path) -> None:
        self.collection = collection
        self.work = work
        self.index = work / collection.name
        self.folder = data / collection.folder
        self.qrels_file = self.folder / "qrels.tsv"
        self.run_eval = data / "retrieval" / "run_eval.py"
        self.tools = runpy.run_path(str(self.run_eval))
        self.qrels: dict[str, dict[str, int]] = self.tools["load_qrels"](self.qrels_file)
        records = map(json.loads, (self.folder / "queries.jsonl").read_text(encoding="utf-8").splitlines())
        self.queries: Queries = [(record["id"], record.get("text") or record["query"]) for record in records]
        self._build([data / source for source in collection.sources])

    def ours(self, queries: Queries, label: str) -> tuple[Run, Path]:
        """Rank by the command line, as anybody would."""
        asked, run = (self.work / f"{self.collection.name}-{label}.{kind}" for kind in ("jsonl", "run"))
        asked.write_text("".join(json.dumps({"id": i, "text": text}) + "\n" for i, text in queries), encoding="utf-8")
        options = ["--queries", asked, "--run", run, "--limit", self.collection.limit, "--match", self.collection.match]
        haberara("search", *options, "--data", self.index)
        return self.tools["load_run"](run), run

    def baselines(self, *names: str) -> Iterator[tuple[str, Run]]:
        """The runs of the baselines with these names."""
        folder = self.work / f"{self.collection.name}-baselines"
        match, limit = self.collection.match, self.collection.limit
        for variant, run in stemmer_runs(self.index, folder, names, self.queries, match, limit):
            yield str(variant), run

    def mrr(self, run: Run) -> float:
        """MRR@10."""
        return sum(self._reciprocal(run.get(query, []), judged) for query, judged in self.qrels.items()) / len(
            self.qrels
        )

    def map_and_recall(self, run: Run) -> tuple[float, float]:
        """MAP and recall@100."""
        means = self.tools["mean"](self.tools["evaluate"](run, self.qrels))
        measures = dict(zip(self.tools["M"], means, strict=True))
        return measures["MAP"], measures["recall@100"]

    @staticmethod
    def _reciprocal(ranked: Sequence[str], judged: dict[str, int]) -> float:
        ranks = (rank for rank, article in enumerate(ranked[:10], 1) if judged.get(article, 0) >= 1)
        return 1 / next(ranks, float("inf"))

    def _build(self, sources: Sequence[Path]) -> None:
        documents = self.work / f"{self.collection.name}.jsonl"
        if not documents.exists():
            part = documents.with_suffix(".part")
            with part.open("w", encoding="utf-8") as out:
                out.writelines(json.dumps(record) + "\n" for record in self._records(sources))
            part.replace(documents)
        with documents.open(encoding="utf-8") as lines:
            wanted = sum(1 for _ in lines)
        # An index that another analyzer made is built again from the archive; there is none at first.
        if self._indexed() != wanted and (self.index / "archive.db").exists():
            haberara("reindex", "--if-needed", "--jobs", JOBS, "--data", self.index)
        if self._indexed() != wanted:
            haberara("add", documents, "--jobs", JOBS, "--data", self.index)
        if self._indexed() != wanted:
            sys.exit(f"{self.index} has {self._indexed()} articles, not {wanted}: remove it")

    def _records(self, sources: Sequence[Path]) -> Iterator[dict[str, Any]]:
        listed = self.folder / "doc_ids.txt"
        ids = set(listed.read_text(encoding="utf-8").split()) if listed.exists() else None
        for source in sources:
            with lzma.open(source, "rt", encoding="utf-8") as lines:
                for record in map(json.loads, lines):
                    if ids is None or record["id"] in ids:
                        yield record if self.collection.titles else record | {"title": None}

    def _indexed(self) -> int:
        search = SearchEngine.open(self.index)
        try:
            return search.status().documents
        except IndexUnusable:
            return 0
        finally:
            search.close()


def haberara(*arguments: object) -> None:
    """Run a command of ours; what it says goes to stderr."""
    began = time.monotonic()
    command = [sys.executable, "-m", "web.cli", *map(str, arguments)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=sys.stderr)
    print(f"  haberara {arguments[0]}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def row(name: str, ours: float, other: float | None, floor: float | None, *, absolute: bool = False) -> None:
    """A line of the table. A floor is for the difference, or `absolute` for our own figure."""
    difference = None if other is None else ours - other
    reached = ours if absolute else difference
    below = floor is not None and reached is not None and round(reached, 4) < floor
    said = "" if floor is None else f"{floor:.3f}" if absolute else f"{floor:+.3f}"
    numbers = f"{_number(ours):>8}{_number(other):>10}{_number(difference, '+'):>12}"
    print(f"{name:<52}{numbers}{said:>8}{'  below' if below else ''}", flush=True)


def _number(value: float | None, sign: str = "") -> str:
    return "" if value is None else f"{value:{sign}.4f}"


def measure_knownitem(bench: Bench) -> None:
    """Headlines in Turkish and in ASCII."""
    ours = bench.mrr(bench.ours(bench.queries, "ours")[0])
    ascii_typed = bench.mrr(bench.ours([(i, fold(text)) for i, text in bench.queries], "ascii")[0])
    row("known item MRR@10: typed in ASCII / in Turkish", ascii_typed, ours, -0.02)
    floors = {"prefixes": 0.025, "snowball": 0.05}
    for name, run in bench.baselines("prefixes", "snowball", "simplemma"):
        row(f"known item MRR@10 / {name}", ours, bench.mrr(run), floors.get(name.removesuffix(" + forms")))


def measure_topics(bench: Bench) -> None:
    """Judged topics, and their comparison by the collection's script."""
    found, ours_file = bench.ours(bench.queries, "ours")
    ours = bench.map_and_recall(found)
    row("topics MAP", ours[0], None, 0.74, absolute=True)
    row("topics recall@100", ours[1], None, 0.87, absolute=True)
    zeyrek = all_lemmas_run(bench.index, bench.work / "topics-zeyrek", bench.queries, bench.collection.limit)
    other_file = bench.work / "topics-zeyrek.run"
    ranked = ((q, article, rank) for q, articles in zeyrek.items() for rank, article in enumerate(articles, 1))
    other_file.write_text("".join(f"{q} Q0 {a} {n} {-n} zeyrek\n" for q, a, n in ranked), encoding="utf-8")
    command = [bench.run_eval, ours_file, "--qrels", bench.qrels_file, "--quiet", "--compare", other_file]
    simpler = bench.baselines("folded prefixes", "snowball", "simplemma")
    for name, run in itertools.chain([("zeyrek, folded", zeyrek)], simpler):
        for measure, mine, other in zip(("MAP", "recall@100"), ours, bench.map_and_recall(run), strict=True):
            row(f"topics {measure} / {name}", mine, other, None)
    print("python", *command, flush=True)
    subprocess.run([sys.executable, *map(str, command)], check=True)


def measure_tsquad(bench: Bench) -> None:
    """Questions, any of whose words may match."""
    ours = bench.mrr(bench.ours(bench.queries, "ours")[0])
    for name, run in bench.baselines("prefixes", "snowball", "simplemma"):
        row(f"tsquad MRR@10 / {name}", ours, bench.mrr(run), 0.0 if name.startswith("prefixes") else None)


PIECES = {"tsquad": (TSQUAD, measure_tsquad), "topics": (TOPICS, measure_topics)}
PIECES["knownitem"] = (KNOWNITEM, measure_knownitem)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--only", choices=PIECES, action="append")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    print(f"{'':<52}{'ours':>8}{'baseline':>10}{'difference':>12}{'floor':>8}")
    for name, (collection, measure) in PIECES.items():
        if options.only and name not in options.only:
            continue
        needed = ("retrieval/run_eval.py", *(f"{collection.folder}/{file}" for file in ("queries.jsonl", "qrels.tsv")))
        missing = [path for path in (*needed, *collection.sources) if not (options.data / path).exists()]
        if missing:
            print(f"{name}: missing in {options.data}: {', '.join(missing)}")
            continue
        measure(Bench(collection, options.data, options.work.resolve()))


if __name__ == "__main__":
    main()
