"""How well entities are read, against gold outside the repository: the figures that `measure_entities` prints.

The gold is excerpts of real news, which is its publishers': it is measured with, never shipped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from index.article import Entities, Kind
from index.entities import extract, parse_publication

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
GOLD = SHARED / "entities"
PUBLISHED = date(2024, 3, 14)
"""The day from which date_expressions.tsv resolves relative dates."""


@dataclass
class Score:
    """Right, wrong and missed, and what they come to."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    notes: list[str] = field(default_factory=list)

    def add(self, gold: set[Any], found: set[Any], where: str) -> None:
        self.right += len(gold & found)
        self.wrong += len(found - gold)
        self.missed += len(gold - found)
        self.notes += [f"{where}: missed {item}" for item in sorted(gold - found)]
        self.notes += [f"{where}: wrong {item}" for item in sorted(found - gold)]

    @property
    def f1(self) -> float:
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else 1.0

    def __str__(self) -> str:
        return f"F1 {self.f1:.3f}  right {self.right}, wrong {self.wrong}, missed {self.missed}"


def gold_scores() -> dict[str, Score]:
    """The table of gold_dev.jsonl."""
    names = ("people, mentions", "people, canonical", "countries, named", "countries, all", "dates, mention and value")
    scores = {name: Score() for name in names}
    for line in (GOLD / "gold_dev.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        entities = extract("", row["text"], date.fromisoformat(row["published"]))
        for name, gold, found in _sets(row, entities):
            scores[name].add(gold, found, row["id"])
    return scores


def _sets(row: dict[str, Any], entities: Entities) -> Iterator[tuple[str, set[Any], set[Any]]]:
    gold = row["entities"]
    optional = [(e["start"], e["end"]) for e in gold if e["type"] == "OPT_PERSON"]
    people = [m for m in entities.mentions if m.kind == Kind.PERSON]
    people = [m for m in people if not any(m.start < end and start < m.end for start, end in optional)]
    wanted = [e for e in gold if e["type"] == "PERSON"]
    yield "people, mentions", {(e["start"], e["end"], e["surface"]) for e in wanted}, _spans(people)
    yield "people, canonical", {e["value"] for e in wanted}, {m.value for m in people}
    free = {e["value"] for e in gold if e["type"] in ("OPT_COUNTRY", "CAPITAL")}
    for name, types, found in (
        ("countries, named", ("COUNTRY",), entities.countries),
        ("countries, all", ("COUNTRY", "DEMONYM"), entities.countries_all),
    ):
        codes = {e["value"] for e in gold if e["type"] in types}
        yield name, codes, set(found) - (free - codes)
    dates = {(e["start"], e["end"], e["value"]) for e in gold if e["type"] == "DATE"}
    found_dates = {(m.start, m.end, m.value) for m in entities.mentions if m.kind == Kind.DATE}
    yield "dates, mention and value", dates, found_dates


def _spans(mentions: list[Any]) -> set[tuple[int, int, str]]:
    return {(m.start, m.end, m.surface) for m in mentions}


def rows(name: str) -> Iterator[tuple[str, str]]:
    """The two columns of a table of `shared/data/entities`."""
    lines = (GOLD / name).read_text(encoding="utf-8").splitlines()
    for line in [line for line in lines if not line.startswith("#")][1:]:
        first, _, second = line.partition("\t")
        yield first, second


def wrong_traps() -> list[str]:
    """Sentences of country_traps.tsv that are read wrongly."""
    return [
        s for s, codes in rows("country_traps.tsv") if set(extract("", s, None).countries_all) != set(codes.split())
    ]


def wrong_expressions() -> list[str]:
    """Sentences of date_expressions.tsv that are read wrongly."""
    wrong = []
    for sentence, values in rows("date_expressions.tsv"):
        found = [m.value for m in extract("", sentence, PUBLISHED).mentions if m.kind == Kind.DATE and m.value]
        if " ".join(found) != values:
            wrong.append(f"{sentence}: {found}, not {values or 'none'}")
    return wrong


def wrong_publications() -> list[str]:
    """Texts of publication_dates.tsv that are read wrongly."""
    wrong = []
    for text, local in rows("publication_dates.tsv"):
        found = parse_publication(text)
        shown = f"{found.at:%Y-%m-%d %H:%M}" if found.at else f"{found.day} 00:00"
        if shown != local:
            wrong.append(f"{text}: {shown}, not {local}")
    return wrong
