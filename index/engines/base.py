"""What writing, copying, examining and clearing whole indexes needs of an engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from index.document import Document
from index.entities import Corrections


@dataclass(frozen=True, slots=True)
class Probe:
    """An article that must be found by its id and by each of some lemmas of its text."""

    article_id: str
    lemmas: tuple[str, ...]


class DocumentWriter(Protocol):
    """Writes documents into one generation. Nothing is seen by readers before `commit`."""

    @property
    def watermark(self) -> int:
        """The highest `seq` that the committed index holds; 0 if it is empty."""
        ...

    def add(self, document: Document) -> None:
        """Add a document, in place of the one with the same id if there is one."""
        ...

    def adopt(self, part: Path) -> None:
        """Take over what a part's writer wrote, which is emptied; its documents replace those with the same ids."""
        ...

    def remove(self, ids: Iterable[str]) -> int:
        """Remove documents; says how many there were."""
        ...

    @property
    def wants_commit(self) -> bool:
        """Whether so much is held in memory that it should be committed now."""
        ...

    def commit(self) -> int:
        """Make everything durable and visible, all or nothing; gives the number of the commit."""
        ...

    def close(self) -> None:
        """Drop what was not committed and let go of all files."""
        ...


@dataclass(frozen=True, slots=True)
class Files:
    """How an engine that keeps a generation in its directory tells of the files there.

    `committed` gives those that a copy needs, `damaged` those that are not as they were written, each with what is
    wrong, and `documents` the ids of all documents with their `seq`, and how many documents there are; two of one id
    are damage. Each is given the directory and raises BrokenIndex if nothing can be told.
    """

    committed: Callable[[Path], Sequence[Path]]
    damaged: Callable[[Path], Iterable[tuple[str, str]]]
    documents: Callable[[Path], tuple[Mapping[str, int], int]]


class Backend(Protocol):
    """An engine as whoever writes, copies, examines or clears whole indexes sees it; made once for each run.

    A generation is known by its directory. Backends are pickled, so that worker processes have them too.
    """

    @property
    def name(self) -> str:
        """What the engine is called in settings and in fingerprints."""
        ...

    @property
    def files(self) -> Files | None:
        """The files of a generation; None where the engine keeps and guards it elsewhere."""
        ...

    def create(self, path: Path, fingerprints: Mapping[str, str], *, loading: bool) -> None:
        """Lay out an empty index; `loading` says that a whole archive will be written before anybody asks it."""
        ...

    def writer(self, path: Path, corrections: Corrections) -> DocumentWriter:
        """The writer of a generation. Raises IndexUnusable if it can't be written."""
        ...

    def part_writer(self, path: Path, folder: Path, corrections: Corrections) -> DocumentWriter:
        """A writer for a part of a generation, in a process of its own; what it commits goes into a new folder.

        The writer of the generation then adopts the folder; nothing is seen before that is committed.
        """
        ...

    def correct(self, path: Path, texts: Mapping[str, str], hash_: str) -> None:
        """Give a generation the user's corrections: the texts of their files by name, and their hash."""
        ...

    def finish(self, path: Path) -> None:
        """A whole archive has been written."""
        ...

    def tidy(self, path: Path) -> None:
        """Remove what a crash left beside what was committed. For the one writer. Raises IndexUnusable."""
        ...

    def holdings(self, path: Path) -> tuple[int, int]:
        """How many documents were committed, and the highest number of an article's version; 0 and 0 if none.

        Raises IndexUnusable.
        """
        ...

    def verify(self, path: Path, documents: int, probes: Sequence[Probe]) -> None:
        """Check the count of documents and that each probe is found. Raises BrokenIndex, saying what is wrong."""
        ...

    def checks(self, path: Path) -> Sequence[Callable[[], None]]:
        """What else can be checked, part by part, each in any process. They raise BrokenIndex, as this may at once."""
        ...

    def publish(self, path: Path) -> None:
        """Let a complete generation, the current one, answer from now on."""
        ...

    def discard(self, path: Path) -> None:
        """Remove what the engine keeps of a generation outside its directory."""
        ...

    def discard_orphans(self, root: Path) -> None:
        """Remove what the engine keeps elsewhere of generations that have no directory below `root` any more.

        Also one that answers: what it holds may have been removed from the archive.
        """
        ...

    def erase(self, path: Path, is_removed: Callable[[str], bool]) -> int:
        """Remove for good what a generation has of articles with removed ids.

        Says how much was written anew for it. Raises IndexUnusable.
        """
        ...

    def forms(self, path: Path) -> Iterable[str]:
        """Every word form that stands in a generation; some of them more than once."""
        ...

    def size(self, path: Path) -> int:
        """Bytes that a generation takes, wherever."""
        ...

    @property
    def corrects_when_writing(self) -> bool:
        """Whether corrections go into what is written, so that new ones change articles that are there already."""
        ...
