"""Numbers that can be followed: each with the search that finds exactly so many articles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from search.request import SearchRequest


@dataclass(frozen=True, slots=True)
class Count:
    """How many articles have a value: of a facet, a day, a query. `request` finds exactly these `count` articles.

    A request of several words asks for all of them (`match="all"`): a relaxed one would find others as well.
    """

    value: str
    label: str
    count: int
    request: SearchRequest

    def to_json(self) -> dict[str, Any]:
        """The number as in the endpoint's contract; `search` are the parameters of the search behind it."""
        return {"value": self.value, "label": self.label, "count": self.count, "search": self.search}

    @property
    def search(self) -> str:
        """The parameters of the search behind the number, for the search page and `/api/v1/search` alike."""
        return urlencode(self.request.to_params())


def filtered(facet: str, *values: str) -> SearchRequest:
    """The articles with any of these values of a facet."""
    return SearchRequest(selected=((facet, values),))
