"""What a build says while it runs and when it ends."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from index.article import BadRecord
from index.generations import Snapshot


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A batch is durable and found by searches: `committed` articles so far, in the state `snapshot`."""

    committed: int
    snapshot: Snapshot | None


class Observer:
    """Told what happens during a build. This one keeps quiet; the command line shows it."""

    def rejected(self, record: BadRecord) -> None:
        """A record could not become an article."""

    def blocked(self, record: BadRecord) -> None:
        """An article is left out, since it was removed for good."""

    def committed(self, acknowledgement: Acknowledgement) -> None:
        """A batch is durable."""

    def progress(self, stage: str, done: int, total: int | None) -> None:
        """`done` articles have gone through a stage (`read`, `entities`, `index`); `total` is None while unknown.

        Of the stage `verify` they are checks, such as segments.
        """

    def warned(self, message: str) -> None:
        """Something the user should look at, that stops nothing."""


@dataclass(slots=True)
class BuildReport:
    """The counts of a build. `read` is the sum of added, changed, unchanged, rejected, blocked and left out.

    `blocked` articles were removed for good, by their id or by their text. `languages` counts the articles that are not
    Turkish by language (ISO 639-1), stored or not; `left_out` are those that were not wanted for it. `resumed` of the
    articles `indexed` by a `reindex` were in the index already that an interrupted one had begun.
    """

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    blocked: int = 0
    left_out: int = 0
    indexed: int = 0
    resumed: int = 0
    seconds: float = 0.0
    languages: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return {**asdict(self), "seconds": round(self.seconds, 3)}
