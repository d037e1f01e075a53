"""The other articles of a story, as they stand with one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Copy:
    """Another article of the same story. `published` is ISO 8601, a date or a moment; None if undated."""

    id: str
    title: str
    source: str | None
    published: str | None
    url: str | None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Copy:
        """From what is stored of it."""
        return cls(**{name: stored[name] for name in cls.__slots__})

    def to_json(self) -> dict[str, Any]:
        """The copy as in the endpoint's contract."""
        return asdict(self)
