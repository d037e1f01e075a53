"""Counts that are links: each carries the search that finds exactly the articles it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from search.request import SearchRequest


@dataclass(frozen=True, slots=True)
class Count:
    """The number of articles with a value of a facet, a day or a query. `request` finds exactly these `count` articles.

    A request of several words requires all of them (`match="all"`): a relaxed one would find other articles as well.
    """

    value: str
    label: str
    count: int
    request: SearchRequest

    def to_json(self) -> dict[str, Any]:
        """The count as in the endpoint's contract; `search` holds the URL parameters of the search behind it."""
        return {"value": self.value, "label": self.label, "count": self.count, "search": self.search}

    @property
    def search(self) -> str:
        """The URL parameters of the search behind the count, for the search page and `/api/v1/search` alike."""
        return urlencode(self.request.to_params())


def filtered(facet: str, *values: str) -> SearchRequest:
    """The search for all articles with any of these values of a facet."""
    return SearchRequest(selected=((facet, values),))
