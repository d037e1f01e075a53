"""What a build says when it ends."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


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
