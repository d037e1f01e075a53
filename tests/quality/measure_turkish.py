"""Token accuracy of lemmas on gold text, printed as a table.

    python tests/quality/measure_turkish.py [--data DIR] [--errors N] [--seeds FORMS.json]

`--data` is a directory with the gold sets (default: ../shared/data/lemma beside the checkout); a missing set is named
as missing, not skipped in silence. `tests/golden/lemmas.tsv` is always measured. `--seeds` compares the lemmas of the
forms in a file, in two random orders, over 8 hash seeds (takes minutes).

How it is counted. Punctuation is left out, and of a word that the gold cuts into several (UD's copula, `vardı` =
var + dı) the first part only. The gold's lemma loses its apostrophe and full stop (`co.`) as the form does; of a word
that we cut and the gold does not (`alım-satım`) the last part is compared. Each sentence is analyzed as text, words
joined by blanks, so that capitals within the sentence count. Circumflexes don't matter. TrMor2018 has
tokens whose lemma is `?` (3.4 %): nobody can be right there, and the usual figure counts them as wrong; both
figures are printed.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import json
import lzma
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from index.turkish import TurkishAnalyzer, lower, open_analyzer

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "lemmas.tsv"
DATA = ROOT.parent / "shared" / "data" / "lemma"
SETS = {
    "UD BOUN dev": "tr_boun-ud-dev.conllu.xz",
    "UD Penn dev": "tr_penn-ud-dev.conllu.xz",
    "TrMor2018": "trmor2018_gold.jsonl.xz",
}
_APOSTROPHE = re.compile("['’ʼ´`′‘].*", re.DOTALL)
_PLAIN = str.maketrans("âîû", "aiu")

Sentence = list[tuple[str, str]]
"""Words with their gold lemmas; punctuation has the lemma `_`, an unknown lemma is `?`."""


@dataclass(slots=True)
class Score:
    """Right and wrong answers on one gold set."""

    tokens: int = 0
    right: int = 0
    unknown: int = 0
    wrong: collections.Counter[tuple[str, str, str]] = field(default_factory=collections.Counter)

    @property
    def accuracy(self) -> float:
        """Over the tokens that have a gold lemma."""
        return self.right / self.tokens

    @property
    def accuracy_of_all(self) -> float:
        """Over all tokens, those without a gold lemma counted as wrong."""
        return self.right / (self.tokens + self.unknown)


def sentences(path: Path) -> Iterator[Sentence]:
    """The sentences of a gold file (CoNLL-U, JSON lines or our own table)."""
    if path.suffix == ".tsv":
        yield from _table(path)
    elif ".jsonl" in path.name:
        yield from _json_lines(path)
    else:
        yield from _conllu(path)


def _table(path: Path) -> Iterator[Sentence]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            marked = line.split("\t")[1].split(" ")
            yield [(word, lemma.split("!")[0]) for word, lemma in (item.rsplit("/", 1) for item in marked)]


def _json_lines(path: Path) -> Iterator[Sentence]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            analyses = zip(record["tokens"], record["lemmas"], record["analyses"], strict=True)
            yield [(word, "_" if "+Punc" in analysis else lemma) for word, lemma, analysis in analyses]


def _conllu(path: Path) -> Iterator[Sentence]:
    sentence: Sentence = []
    inner: set[str] = set()
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            columns = line.rstrip("\n").split("\t")
            if len(columns) < 10:
                if sentence:
                    yield sentence
                sentence, inner = [], set()
            elif "-" in columns[0]:
                first, last = map(int, columns[0].split("-"))
                inner |= {str(number) for number in range(first + 1, last + 1)}
            elif columns[0] not in inner:
                silent = columns[3] in ("PUNCT", "SYM", "X") or columns[2] == "_"
                sentence.append((columns[1], "_" if silent else columns[2]))


def score(analyzer: TurkishAnalyzer, gold: Iterator[Sentence]) -> Score:
    """Analyze each sentence as text and compare the first lemma within each gold word."""
    result = Score()
    for sentence in gold:
        analysis = analyzer.analyze(" ".join(word for word, _ in sentence))
        lemma_at = dict(zip(analysis.starts, analysis.lemmas, strict=True))
        position = 0
        for word, lemma in sentence:
            starts: list[int] = [at for at in range(position, position + len(word)) if at in lemma_at]
            # What we cut and the gold does not (alım-satım, 3/4): the last piece's lemma after the pieces before it.
            found = word[: starts[-1] - position] + lemma_at[starts[-1]] if starts else ""
            position += len(word) + 1
            if lemma == "_" or not found:
                continue
            if lemma == "?":
                result.unknown += 1
                continue
            wanted = _plain(_APOSTROPHE.sub("", lemma) or lemma if _APOSTROPHE.search(word) else lemma).rstrip(".")
            result.tokens += 1
            if _plain(found) == wanted:
                result.right += 1
            else:
                result.wrong[(word, wanted, found)] += 1
    return result


def _plain(lemma: str) -> str:
    return lower(lemma).translate(_PLAIN)


def digest(path: Path) -> str:
    """A hash that says which gold a figure was measured on."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


_SEED_CHILD = """
import hashlib, json, random, sys
from index.turkish.lemma import Lemmatizer
forms = json.load(open(sys.argv[1], encoding="utf-8"))
random.Random(int(sys.argv[2])).shuffle(forms)
lemmatizer = Lemmatizer()
answers = {form: lemmatizer.lemmas(form) for form in forms}
print(hashlib.sha256(json.dumps(sorted(answers.items())).encode()).hexdigest())
"""


def compare_seeds(file: Path, seeds: int) -> set[str]:
    """Hashes of all lemmas of the forms in a JSON file, over hash seeds and two orders; one hash is right."""
    hashes = set()
    for seed in range(seeds):
        run = subprocess.run(
            [sys.executable, "-c", _SEED_CHILD, str(file), str(seed % 2)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
        )
        hashes.add(run.stdout.strip())
    return hashes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--errors", type=int, default=0, help="print the N most frequent errors of each set")
    parser.add_argument("--seeds", type=Path, help="JSON list of word forms to compare over 8 hash seeds")
    options = parser.parse_args()
    if options.seeds:
        hashes = compare_seeds(options.seeds, 8)
        print(f"8 hash seeds, 2 orders: {'identical' if len(hashes) == 1 else f'{len(hashes)} different answers'}")
        return
    analyzer = open_analyzer(None)
    print(f"{'gold':<14}{'tokens':>8}{'accuracy':>10}{'of all':>9}  sha256")
    for name, path in [("golden table", GOLDEN), *((name, options.data / file) for name, file in SETS.items())]:
        if not path.exists():
            print(f"{name:<14}  missing: {path}")
            continue
        result = score(analyzer, sentences(path))
        print(
            f"{name:<14}{result.tokens:>8}{result.accuracy:>10.4f}{result.accuracy_of_all:>9.4f}  {digest(path)}",
            flush=True,
        )
        for (word, wanted, found), count in result.wrong.most_common(options.errors):
            print(f"    {count:>4}  {word}: {wanted}, not {found}")


if __name__ == "__main__":
    main()
