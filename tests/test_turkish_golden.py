"""Lemmas in context: the golden table, and floors on gold text where it is at hand."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from index.turkish import TurkishAnalyzer, open_analyzer

QUALITY = Path(__file__).parent / "quality"
sys.path.insert(0, str(QUALITY))

import measure_turkish as measure  # noqa: E402  -- a script beside its floors

FLOORS = json.loads((QUALITY / "turkish_floors.json").read_text(encoding="utf-8"))
ROWS = [
    line.split("\t")
    for line in measure.GOLDEN.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.fixture(scope="module")
def analyzer(lemma_store: Path) -> TurkishAnalyzer:
    return open_analyzer(None)


def test_the_table_has_600_words() -> None:
    assert sum(len(words.split(" ")) for _, words in ROWS) >= 600


@pytest.mark.parametrize(("sentence", "words"), ROWS, ids=[row[0][:40] for row in ROWS])
def test_lemmas_in_context(analyzer: TurkishAnalyzer, sentence: str, words: str) -> None:
    analysis = analyzer.analyze(sentence)
    found = []
    for start, end, lemma, marked in zip(
        analysis.starts, analysis.ends, analysis.lemmas, words.split(" "), strict=True
    ):
        known_mistake = "!" in marked
        right = marked.rsplit("/", 1)[1].split("!")[0]
        found.append(f"{sentence[start:end]}/{right}!{lemma}" if known_mistake else f"{sentence[start:end]}/{lemma}")
    assert " ".join(found) == words


@pytest.mark.parametrize("name", [name for name in FLOORS if name != "comment"])
def test_accuracy_stays_above_its_floor(analyzer: TurkishAnalyzer, name: str) -> None:
    path = measure.GOLDEN if name == "lemmas.tsv" else measure.DATA / name
    if not path.exists():
        pytest.skip(f"needs {path}")
    floor = FLOORS[name]
    assert measure.digest(path) == floor["sha256"], "another gold: measure anew and set floor and hash together"
    score = measure.score(analyzer, measure.sentences(path))
    assert score.tokens > 500
    assert score.accuracy >= floor["accuracy"]
