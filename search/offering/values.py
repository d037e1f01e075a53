"""The values in which offers are answered: suggestions while typing, similar articles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from index.article.facets import BY_NAME
from search.results import SearchHit, Stamp
from search.shapes import Answer, InJson

WORD = "word"
"""The kind of a suggestion that is no value of a facet."""


@dataclass(frozen=True, slots=True)
class Suggestion(Answer):
    """One suggestion for a query that is being typed.

    `kind` is `word`, a word of titles, or the facet of a `value`. `count` is how many titles or articles have it.
    `text` is the query text once the suggestion is taken. It holds the word, or the value typed into a field; for any
    other value the letters typed for it are removed from `text`, and the value becomes a filter.
    """

    kind: Annotated[str, InJson("A word of titles, or a facet", schema={"enum": [WORD, *BY_NAME]})]
    value: str
    label: str
    count: Annotated[int, InJson("Titles that have the word, articles that have the value", schema={"minimum": 0})]
    text: Annotated[str, InJson("The query once it is chosen; a value outside of a field becomes a filter")]


@dataclass(frozen=True, slots=True)
class Suggestions(Answer):
    """The suggestions for a text: words, then people, countries and sources, each most frequent first."""

    text: str
    values: Annotated[tuple[Suggestion, ...], InJson(name="suggestions")]
    snapshot: Stamp


@dataclass(frozen=True, slots=True)
class SimilarArticles(Answer):
    """The articles that are most similar to one, most similar first."""

    id: str
    hits: tuple[SearchHit, ...]
    snapshot: Stamp
