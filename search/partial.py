"""What an answer may lack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Partial:
    """Why an answer may lack something: only an engine of several machines gives such answers.

    `failed` of the `shards` of the index did not answer, or some had not ended when time was up (`timed_out`): then
    hits and counts are missing. `facets` are those of which a value may be missing or counted too low, each with by
    how much at most.
    """

    timed_out: bool = False
    failed: int = 0
    shards: int = 0
    facets: tuple[tuple[str, int], ...] = ()

    @property
    def lacks_articles(self) -> bool:
        """Whether articles are missing; else only counts of facets are uncertain."""
        return self.timed_out or self.failed > 0

    def to_json(self) -> dict[str, Any]:
        """As in the endpoint's contract."""
        return {
            "timed_out": self.timed_out,
            "shards": {"total": self.shards, "failed": self.failed},
            "facets": dict(self.facets),
        }
