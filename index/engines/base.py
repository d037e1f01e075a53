"""What `build` needs of an engine's writing side."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from index.document import Document


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
        """Take over another index, which is emptied; its documents go in place of those with the same ids."""
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
