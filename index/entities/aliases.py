"""Other names of one person, across articles: `Tayyip Erdoğan`, `RTE` and `Recep Tayyip Erdoğan`.

Two tables, one form (`alias<TAB>canonical name`, `name<TAB>-` hides it): the shipped one for the figures written
about most, and the user's `people_aliases.tsv` in the data directory, which is applied when facets are built.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from index.article import BadRecord
from index.entities.lexicon import DATA, key

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


def load_aliases(path: Path) -> tuple[Aliases, list[BadRecord]]:
    """The user's table and its malformed lines; no file is an empty table. Raises OSError if it can't be read."""
    if not path.exists():
        return Aliases(), []
    names: dict[str, str] = {}
    bad: list[BadRecord] = []
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        reason = _add(line, names)
        if reason:
            bad.append(BadRecord(path.name, reason, number))
    return Aliases(names), bad


def _add(line: str, names: dict[str, str]) -> str:
    """Adds a row; the reason where it can't."""
    if "\ufffd" in line:
        return "is not UTF-8"
    columns = [" ".join(column.split()) for column in line.split("\t")]
    if len(columns) != 2:
        return f"has {len(columns)} columns, not alias<TAB>canonical name"
    alias, canonical = columns
    if not alias or not canonical:
        return "has an empty column"
    names[key(alias)] = "" if canonical == HIDDEN else canonical
    return ""


@cache
def shipped_aliases() -> Aliases:
    """The table that comes with the program; applied as entities are extracted."""
    return load_aliases(DATA / "people_aliases.tsv")[0]
