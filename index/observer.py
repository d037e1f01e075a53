"""What is told while something long goes on: a build, a backup, a removal, an examination."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from index.article import BadRecord
from index.generations import Snapshot


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A batch is durable and found by searches: `committed` articles so far, in the state `snapshot`."""

    committed: int
    snapshot: Snapshot | None


class Observer:
    """Told what happens. This one keeps quiet; the command line shows it."""

    def rejected(self, record: BadRecord) -> None:
        """A record could not become an article."""

    def blocked(self, record: BadRecord) -> None:
        """An article is left out, since it was removed for good."""

    def committed(self, acknowledgement: Acknowledgement) -> None:
        """A batch is durable."""

    def began(self, step: str) -> None:
        """A step of a removal begins: `archive`, `index`, `lemmas` or `compact`."""

    def progress(self, stage: str, done: int, total: int | None) -> None:
        """`done` of `total` have gone through a stage; `total` is None while unknown.

        They are articles (`read`, `entities`, `stories`, `index`, `contents`), of the stage `copy` files, of the stage
        `verify` checks, such as of segments.
        """

    def warned(self, message: str) -> None:
        """Something the user should look at, that stops nothing."""


SILENT: Final = Observer()
