"""Golden tables of sentences written for this project, with floors: a table may grow, a floor may not fall."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from index.article import Kind
from index.entities import extract

GOLDEN = Path(__file__).parent / "golden"


def _rows(name: str, columns: int) -> Iterator[list[str]]:
    lines = (GOLDEN / name).read_text(encoding="utf-8").splitlines()
    for line in [line for line in lines if not line.startswith("#")][1:]:
        cells = line.split("\t")
        yield cells + [""] * (columns - len(cells))


def _check(wrong: list[str], total: int, at_least: int, floor: float) -> None:
    assert total >= at_least
    assert 1 - len(wrong) / total >= floor, "\n".join(wrong)


def test_people() -> None:
    wrong, total = [], 0
    for sentence, people in _rows("people.tsv", 2):
        total += 1
        found = "|".join(extract("", sentence, date(2024, 3, 14)).people)
        if found != people:
            wrong.append(f"{sentence} -> {found}, not {people}")
    _check(wrong, total, 250, 0.98)


def test_countries() -> None:
    wrong, total = [], 0
    for sentence, named, demonyms in _rows("countries.tsv", 3):
        total += 1
        found = extract("", sentence, None)
        by_demonym = set(found.countries_all) - set(found.countries)
        if (set(found.countries), by_demonym) != (set(named.split()), set(demonyms.split())):
            wrong.append(f"{sentence} -> {found.countries}, {by_demonym}")
    _check(wrong, total, 200, 0.985)


def test_dates() -> None:
    wrong, total = [], 0
    for published, sentence, values in _rows("dates.tsv", 3):
        total += 1
        day = None if published == "-" else date.fromisoformat(published)
        mentions = extract("", sentence, day).mentions
        found = " ".join(m.value for m in mentions if m.kind == Kind.DATE and m.value)
        if found != values:
            wrong.append(f"{published}: {sentence} -> {found}, not {values}")
    _check(wrong, total, 150, 0.98)
