"""Generations: complete indexes side by side, of which `CURRENT` names the one that answers.

    index/CURRENT            one line, the name of the live generation
    index/<name>/            engine files, manifest.json, aliases.tsv, country_aliases.tsv
    index/<name>/building.json    instead of the manifest as long as the generation is being built

A generation is complete when it has a manifest, which is written last. `CURRENT` moves by one atomic rename, so that
a crash at any moment leaves the old generation answering. What an interrupted `reindex` left unfinished is continued by
the next one if it was begun with the same fingerprints, and cleared otherwise.
"""

from __future__ import annotations

import json
import logging
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from index.disk import replace_file
from index.document.schema import schema_fingerprint
from index.entities import Corrections, load_corrections
from index.entities import fingerprint as entities_fingerprint
from index.errors import BrokenIndex, NoIndex, RollbackError, StaleIndex
from index.turkish import TurkishAnalyzer
from index.turkish import fingerprint as analyzer_fingerprint

log = logging.getLogger(__name__)

MANIFEST = "manifest.json"
BUILDING = "building.json"
CURRENT = "CURRENT"
ALIASES = "aliases.tsv"
COUNTRY_ALIASES = "country_aliases.tsv"
_NAME = re.compile(r"[0-9A-Za-z-]{1,64}")

Discard = Callable[[Path], None]
"""Removes what an engine keeps of a generation outside its directory."""


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """What shaped an index: the engine with its schema, the analyzer, the entity rules."""

    engine: str
    schema: str
    analyzer: str
    entities: str


def expected_fingerprints(engine: str, analyzer: TurkishAnalyzer | None = None) -> Fingerprints:
    """What this program would build an index with; a reader compares it with what an index says of itself."""
    words = analyzer_fingerprint() if analyzer is None else analyzer.fingerprint
    return Fingerprints(engine, schema_fingerprint(engine), words, entities_fingerprint())


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation says of itself."""

    name: str
    created: str
    haberara: str
    fingerprints: Fingerprints


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Which state of which index answered; two equal snapshots give equal answers.

    `commit` is the engine's number of the commit, `aliases` the hash of the user's corrections in force.
    """

    generation: str
    commit: int
    aliases: str

    def __str__(self) -> str:
        return f"{self.generation}.{self.commit}.{self.aliases}"


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation on disk."""

    path: Path

    @property
    def name(self) -> str:
        """The directory's name; later generations sort after earlier ones."""
        return self.path.name

    @property
    def is_complete(self) -> bool:
        """Whether it was finished."""
        return (self.path / MANIFEST).is_file()

    def manifest(self) -> Manifest:
        """Read the manifest.

        Raises:
            BrokenIndex: there is none or it can't be read.
        """
        return self._note(MANIFEST)

    def building(self) -> Manifest | None:
        """The note of whoever is, or was, building it; None if there is no readable one."""
        try:
            return self._note(BUILDING)
        except BrokenIndex:
            return None

    def _note(self, name: str) -> Manifest:
        try:
            found = json.loads((self.path / name).read_text(encoding="utf-8"))
            return Manifest(
                name=found["name"],
                created=found["created"],
                haberara=found["haberara"],
                fingerprints=Fingerprints(**found["fingerprints"]),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BrokenIndex(self.path, f"its {name} is missing or damaged") from error

    def check(self, expected: Fingerprints) -> None:
        """Refuse a generation that something else shaped.

        Raises:
            StaleIndex: naming what differs.
            BrokenIndex: it has no readable manifest.
        """
        found, wanted = asdict(self.manifest().fingerprints), asdict(expected)
        for what, value in found.items():
            # Other entity rules make facets older, not wrong: `status` says so, searches go on.
            if what != "entities" and value != wanted[what]:
                raise StaleIndex(what, value, wanted[what])

    def corrections(self) -> Corrections:
        """The corrections in force: the user's copies laid over what is shipped."""
        found, _ = load_corrections(self.path / ALIASES, self.path / COUNTRY_ALIASES)
        return found

    def size(self) -> int:
        """Bytes on disk."""
        return sum(map(_size, self.path.rglob("*")))


class Generations:
    """The generations of one data directory. Only the holder of the writer's lock calls what changes them."""

    def __init__(self, data: Path, outside: Discard | None = None) -> None:
        """`outside` removes what the engine keeps of a generation elsewhere, before its directory goes."""
        self.root = data / "index"
        self._outside = outside

    def current(self) -> Generation:
        """The live generation.

        Raises:
            NoIndex: there is none.
            BrokenIndex: `CURRENT` names one that is not there.
        """
        try:
            name = (self.root / CURRENT).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            raise NoIndex(self.root.parent) from None
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else error.reason
            raise BrokenIndex(self.root, f"CURRENT can't be read ({reason})") from error
        generation = Generation(self.root / name)
        if not _NAME.fullmatch(name) or not generation.is_complete:
            raise BrokenIndex(self.root, f"CURRENT names {name[:60]!r}, which is not a complete index")
        return generation

    def all(self) -> Iterator[Generation]:
        """All generations, complete or not, oldest first."""
        if self.root.is_dir():
            for path in sorted(self.root.iterdir()):
                if path.is_dir():
                    yield Generation(path)

    def create(self) -> Generation:
        """A fresh directory for a generation that is being built."""
        self.root.mkdir(parents=True, exist_ok=True)
        last = max((int(g.name.split("-")[0]) for g in self.all() if g.name[:6].isdigit()), default=0)
        generation = Generation(self.root / f"{last + 1:06d}-{datetime.now(UTC):%Y%m%dT%H%M%S}")
        generation.path.mkdir()
        return generation

    def begin(self, fingerprints: Fingerprints, version: str) -> Generation:
        """A fresh generation whose building may be continued after an interrupt."""
        generation = self.create()
        _write_note(generation, BUILDING, fingerprints, version)
        return generation

    def complete(self, generation: Generation, fingerprints: Fingerprints, version: str) -> None:
        """Write the manifest, which makes a generation complete."""
        _write_note(generation, MANIFEST, fingerprints, version)

    def make_current(self, generation: Generation) -> None:
        """Let a complete generation answer from now on: one atomic rename."""
        if not generation.is_complete:
            raise BrokenIndex(generation.path, "it was not completed")
        replace_file(self.root / CURRENT, generation.name + "\n")
        (generation.path / BUILDING).unlink(missing_ok=True)

    def resumable(self, expected: Fingerprints) -> Generation | None:
        """The newest generation that is being built with these fingerprints, if nothing newer answers."""
        for generation in reversed(list(self.all())):
            note = generation.building()
            if note and note.fingerprints == expected and generation.name > (self._current_name() or ""):
                return generation
        return None

    def previous(self) -> Generation:
        """The newest complete generation before the live one, or before the one that `CURRENT` should name.

        Raises:
            RollbackError: there is none.
        """
        live = self._current_name()
        older = [g for g in self.all() if g.is_complete and (live is None or g.name < live)]
        if not older:
            raise RollbackError(
                "There is no earlier index to go back to; one is kept by each `haberara reindex`.",
                "Run `haberara reindex` to build the index again.",
            )
        return older[-1]

    def clear_unfinished(self, keep: Generation | None = None) -> list[str]:
        """Remove what an interrupted build left, and what was rolled back; says which."""
        removed = []
        name = self._current_name()
        live = Generation(self.root / name) if name else None
        if live is not None:
            (live.path / BUILDING).unlink(missing_ok=True)
        (self.root / f"{CURRENT}.new").unlink(missing_ok=True)
        none_ever_answered = not (self.root / CURRENT).exists()
        for generation in list(self.all()):
            # A complete one after the live one was never published, or answers no more.
            is_later = live is not None and live.is_complete and generation.name > live.name
            is_left = not generation.is_complete or none_ever_answered or is_later
            if is_left and generation != keep and self.discard(generation):
                removed.append(generation.name)
                log.warning("Removed the unfinished index %s.", generation.name)
        return removed

    def discard(self, generation: Generation) -> bool:
        """Remove a generation, unless it is the one that answers; says whether it is gone."""
        if generation.name == self._current_name():
            return False
        if self._outside:
            self._outside(generation.path)
        try:
            shutil.rmtree(generation.path)
        except OSError as error:  # Windows: a reader still has its files open; the next run removes it
            log.warning("The old index %s can't be removed yet: %s", generation.name, error)
            return False
        return True

    def prune(self, keep: int = 2) -> None:
        """Remove all but the live generation and the newest before it."""
        live = self.current()
        older = [g for g in self.all() if g.is_complete and g != live]
        for generation in older[: max(0, len(older) - (keep - 1))]:
            self.discard(generation)

    def _current_name(self) -> str | None:
        """The name in `CURRENT`, whatever is there; None where no generation can have it."""
        try:
            name = (self.root / CURRENT).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return None
        return name if _NAME.fullmatch(name) else None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:  # a writer removed it meanwhile
        return 0


def _write_note(generation: Generation, name: str, fingerprints: Fingerprints, version: str) -> None:
    note = Manifest(generation.name, datetime.now(UTC).isoformat(timespec="seconds"), version, fingerprints)
    replace_file(generation.path / name, json.dumps(asdict(note), indent=2, sort_keys=True) + "\n")
