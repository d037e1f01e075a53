"""Other names of one person, across articles: `Tayyip Erdoğan`, `RTE` and `Recep Tayyip Erdoğan`.

Two tables, one form (`alias<TAB>canonical name`, `name<TAB>-` hides it): the shipped one for the figures written
about most, and the user's `people_aliases.tsv` in the data directory, which is applied when facets are built.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from index.article import BadRecord
from index.entities.lists import DATA, key, name_words

PEOPLE_FILE = "people_aliases.tsv"
"""The name of both tables: the shipped one, and the user's in the data directory."""

HIDDEN = "-"
_MOST_STEPS = 8
"""An alias of an alias is followed so far; a longer chain is a circle."""


@dataclass(frozen=True, slots=True)
class Aliases:
    """Canonical names by alias; an empty name means hidden."""

    names: dict[str, str] = field(default_factory=dict)

    def resolve(self, name: str) -> str | None:
        """The canonical name, empty where the name is hidden; None where the table does not have it."""
        canonical = self.names.get(key(name))
        if canonical is None:
            return None
        for _ in range(_MOST_STEPS):
            further = self.names.get(key(canonical))
            if not canonical or further is None or further == canonical:
                break
            canonical = further
        return canonical

    @property
    def hash(self) -> str:
        """Changes with any row; empty for an empty table."""
        if not self.names:
            return ""
        rows = "\n".join(f"{alias}\t{name}" for alias, name in sorted(self.names.items()))
        return hashlib.sha256(rows.encode()).hexdigest()[:12]


def table_text(path: Path) -> str:
    """The text of a user's table, empty where there is none. Raises OSError if it can't be read."""
    return path.read_bytes().decode("utf-8-sig", errors="replace") if path.exists() else ""


def aliases_of(table: str) -> tuple[Aliases, list[BadRecord]]:
    """The user's table, given as text, over the shipped one, and the user's malformed lines.

    A row of the user's goes before one of ours.
    """
    names = dict(shipped_aliases().names)
    bad = _read(table, names)
    return Aliases(names), bad


def _read(table: str, names: dict[str, str]) -> list[BadRecord]:
    bad: list[BadRecord] = []
    for number, alias, canonical, problem in read_pairs(table):
        if problem:
            bad.append(BadRecord(PEOPLE_FILE, problem, number))
        else:
            names[key(alias)] = "" if canonical == HIDDEN else canonical
    return bad


def read_pairs(table: str) -> Iterator[tuple[int, str, str, str]]:
    """The rows of a user's table: line number, the two columns, and what is wrong with the line (else empty)."""
    for number, line in enumerate(table.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = [" ".join(column.split()) for column in line.split("\t")]
        if "\ufffd" in line:
            yield number, "", "", "is not UTF-8"
        elif len(columns) != 2:
            yield number, "", "", f"has {len(columns)} columns, not two with a tab between"
        elif not all(columns):
            yield number, "", "", "has an empty column"
        else:
            yield number, columns[0], columns[1], ""


@cache
def shipped_aliases() -> Aliases:
    """The table that comes with the program.

    `extract` applies the rows that complete a name (`Erdoğan`, `Tayyip Erdoğan`); the rows that only spell it otherwise
    (`Volodimir Zelenski`) are for facets over the whole archive: an article keeps its own spelling.
    """
    names: dict[str, str] = {}
    _read(table_text(DATA / PEOPLE_FILE), names)
    return Aliases(names)


def completed(name: str) -> str | None:
    """The full name that the shipped table has for a part of it; None where it has none."""
    full = shipped_aliases().resolve(name)
    if full is None:
        return None
    words = name_words(full)
    return full if all(word in words for word in key(name).split()) else None
