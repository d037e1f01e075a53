"""Counts that are links: each carries the search that finds exactly the articles it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from search.request import SearchRequest
from search.results import Number
from search.shapes import Answer, InJson


def parameters(request: SearchRequest) -> str:
    """The URL parameters of a search, for the search page and `/api/v1/search` alike."""
    return urlencode(request.to_params())


@dataclass(frozen=True, slots=True)
class Count(Answer):
    """The number of articles with a value of a facet, a day or a query. `request` finds exactly these `count` articles.

    A request of several words requires all of them (`match="all"`): a relaxed one would find other articles as well.
    """

    value: str
    label: str
    count: Number
    request: Annotated[
        SearchRequest,
        InJson("Parameters of the search that finds exactly these articles", name="search", write=parameters),
    ]


ALL = InJson(spread={name: name for name in ("value", "label", "count", "search")})
"""A `Count` whose fields stand among those of the value that has it."""


def filtered(facet: str, *values: str) -> SearchRequest:
    """The search for all articles with any of these values of a facet."""
    return SearchRequest(selected=((facet, values),))
