"""Whoosh behind the engine boundary: all that a generation is lies in its directory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from index.engines.base import DocumentWriter, Probe
from index.engines.whoosh.container import create_index
from index.engines.whoosh.files import damaged_files
from index.engines.whoosh.inspection import check_segment, holdings, segment_names, verify
from index.engines.whoosh.purge import forms, purge
from index.engines.whoosh.tidying import tidy
from index.engines.whoosh.writer import WhooshWriter
from index.entities import Corrections
from index.errors import BrokenIndex


class WhooshBackend:
    """The Whoosh implementation of `Backend`. Corrections are read from their copies in the directory."""

    corrects_when_writing = False

    def create(self, path: Path, fingerprints: Mapping[str, str], *, loading: bool) -> None:  # noqa: ARG002
        """See `Backend`."""
        create_index(path)

    def writer(self, path: Path, corrections: Corrections) -> DocumentWriter:  # noqa: ARG002
        """See `Backend`."""
        return WhooshWriter(path)

    def part_writer(self, path: Path, folder: Path, corrections: Corrections) -> DocumentWriter:  # noqa: ARG002
        """See `Backend`: the part is an index of its own."""
        create_index(folder)
        return WhooshWriter(folder)

    def correct(self, path: Path, texts: Mapping[str, str], hash_: str) -> None:
        """See `Backend`: there is nothing to do."""

    def finish(self, path: Path) -> None:
        """See `Backend`: there is nothing to do."""

    def tidy(self, path: Path) -> None:
        """See `Backend`."""
        tidy(path)

    def holdings(self, path: Path) -> tuple[int, int]:
        """See `Backend`."""
        return holdings(path)

    def checks(self, path: Path) -> Sequence[Callable[[], None]]:
        """See `Backend`: the checksums of all files at once, then every segment to its end."""
        for file, problem in damaged_files(path):
            raise BrokenIndex(path, f"its file {file} {problem}")
        return [partial(check_segment, name) for name in segment_names(path)]

    def verify(self, path: Path, documents: int, probes: Sequence[Probe]) -> None:
        """See `Backend`."""
        verify(path, documents, probes)

    def publish(self, path: Path) -> None:
        """See `Backend`: there is nothing to do, `CURRENT` says it."""

    def erase(self, path: Path, is_removed: Callable[[str], bool]) -> int:
        """See `Backend`: segments are counted."""
        return purge(path, is_removed)

    def forms(self, path: Path) -> Iterable[str]:
        """See `Backend`."""
        return forms(path)

    def size(self, path: Path) -> int:
        """See `Backend`."""
        return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())

    def discard_orphans(self, root: Path) -> None:
        """See `Backend`: there are none."""

    def discard(self, path: Path) -> None:
        """See `Backend`: there is nothing to do."""
