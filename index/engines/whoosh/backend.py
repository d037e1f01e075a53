"""Whoosh behind the engine boundary: all that a generation is lies in its directory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from index.engines.base import DocumentWriter, Files, Probe
from index.engines.whoosh.container import create_index
from index.engines.whoosh.files import committed_files, damaged_files
from index.engines.whoosh.inspection import check_segment, holdings, segment_names, verify
from index.engines.whoosh.purge import documents, forms, purge
from index.engines.whoosh.tidying import tidy
from index.engines.whoosh.writer import WhooshWriter
from index.entities import Corrections
from index.errors import BrokenIndex


class WhooshBackend:
    """The Whoosh implementation of `Backend`. Corrections are read from their copies in the directory."""

    name = "whoosh"
    files = Files(committed_files, damaged_files, documents)
    corrects_when_writing = False

    def create(self, path: Path, fingerprints: Mapping[str, str], *, loading: bool) -> None:  # noqa: ARG002
        """Lay out an empty index, which is the same however it will be filled."""
        create_index(path)

    def writer(self, path: Path, corrections: Corrections) -> DocumentWriter:  # noqa: ARG002
        """The writer of the index in a directory."""
        return WhooshWriter(path)

    def part_writer(self, path: Path, folder: Path, corrections: Corrections) -> DocumentWriter:  # noqa: ARG002
        """A writer for an index of its own, whose segments the generation's writer takes over."""
        create_index(folder)
        return WhooshWriter(folder)

    def correct(self, path: Path, texts: Mapping[str, str], hash_: str) -> None:
        """Nothing: readers apply the copies of the tables in the directory."""

    def finish(self, path: Path) -> None:
        """Nothing: an index is whole with its last commit."""

    def tidy(self, path: Path) -> None:
        """Remove files and folders that no commit knows of."""
        tidy(path)

    def holdings(self, path: Path) -> tuple[int, int]:
        """The documents of the latest commit, and the highest number of an article's version."""
        return holdings(path)

    def checks(self, path: Path) -> Sequence[Callable[[], None]]:
        """The checksums of all files at once, then every segment to its end."""
        for file, problem in damaged_files(path):
            raise BrokenIndex(path, f"its file {file} {problem}")
        return [partial(check_segment, name) for name in segment_names(path)]

    def verify(self, path: Path, documents: int, probes: Sequence[Probe]) -> None:
        """Count the documents and look for each probe."""
        verify(path, documents, probes)

    def publish(self, path: Path) -> None:
        """Nothing: `CURRENT` says which generation answers."""

    def erase(self, path: Path, is_removed: Callable[[str], bool]) -> int:
        """Write segments anew without removed articles; says how many segments."""
        return purge(path, is_removed)

    def forms(self, path: Path) -> Iterable[str]:
        """Every word form, once for each segment."""
        return forms(path)

    def size(self, path: Path) -> int:
        """The bytes of the directory."""
        return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())

    def discard_orphans(self, root: Path) -> None:
        """Nothing: what an index is goes with its directory."""

    def discard(self, path: Path) -> None:
        """Nothing: the directory is all there is."""
