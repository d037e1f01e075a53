"""The values in which offers are answered: suggestions while typing, similar articles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from search.results import SearchHit, Snapshot


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One suggestion for a query that is being typed.

    `kind` is `word`, a word of titles, or the facet of a `value`. `count` is how many titles or articles have it.
    `text` is the query text once the suggestion is taken. It holds the word, or the value typed into a field; for any
    other value the letters typed for it are removed from `text`, and the value becomes a filter.
    """

    kind: str
    value: str
    label: str
    count: int
    text: str

    def to_json(self) -> dict[str, Any]:
        """The suggestion as in the endpoint's contract."""
        return {
            "kind": self.kind,
            "value": self.value,
            "label": self.label,
            "count": self.count,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The suggestions for a text: words, then people, countries and sources, each most frequent first."""

    text: str
    values: tuple[Suggestion, ...]
    snapshot: Snapshot

    def to_json(self) -> dict[str, Any]:
        """The answer as in the endpoint's contract."""
        suggestions = [value.to_json() for value in self.values]
        return {"text": self.text, "suggestions": suggestions, "snapshot": str(self.snapshot)}


@dataclass(frozen=True, slots=True)
class SimilarArticles:
    """The articles that are most similar to one, most similar first."""

    id: str
    hits: tuple[SearchHit, ...]
    snapshot: Snapshot

    def to_json(self) -> dict[str, Any]:
        """The answer as in the endpoint's contract."""
        return {"id": self.id, "hits": [hit.to_json() for hit in self.hits], "snapshot": str(self.snapshot)}
