"""The boundary: what `search` asks of an engine. Whatever passes the conformance suite can stand behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from search.query.dictionary import TermDictionary
from search.query.plan import Plan
from search.request import Collapse, FacetOrder, Selection, Sort
from search.results import Partial, Snapshot


@dataclass(frozen=True, slots=True)
class Scope:
    """The filters of a search: selected and excluded facet values, and the first and last day, both inclusive.

    `collapse` leaves only the earliest matching article of each story; with `all`, facets count stories instead of
    articles too.
    """

    selected: Selection = ()
    excluded: Selection = ()
    date_from: date | None = None
    date_to: date | None = None
    collapse: Collapse = "none"


@dataclass(frozen=True, slots=True)
class HitAsk:
    """Which hits are wanted: `limit` of them from the `offset`-th on, in the order of `sort`.

    Hits that tie are ordered by date, the newest first, then by id. `fresh` lifts scores, for the order only, by up to
    a fifth for articles as new as the newest, by half as much for each year of age.
    """

    sort: Sort
    limit: int
    offset: int = 0


@dataclass(frozen=True, slots=True)
class FacetAsk:
    """Which values of a facet are wanted: `limit` of them from the `offset`-th on, and always the selected ones.

    `order` puts the most frequent values first and equally frequent ones in the order of the Turkish alphabet, or all
    values in that order. `prefix` is the folded beginning of any word of the value, or the beginning of a date. Without
    a prefix a hierarchical facet lists its years, and the months and days below the values in `opened`.
    """

    name: str
    limit: int
    prefix: str = ""
    opened: tuple[str, ...] = ()
    order: FacetOrder = "count"
    offset: int = 0


@dataclass(frozen=True, slots=True)
class FacetTally:
    """The counts of a facet over all articles that match the query and all filters but the facet's own.

    `documents` of them have a value in the facet; `truncated` says that there are more values than are listed.
    """

    name: str
    documents: int
    values: tuple[tuple[str, int], ...]
    truncated: bool


@dataclass(frozen=True, slots=True)
class StoredHit:
    """An article that matched: its score, its stored values, and its people and countries as the facets count them.

    Where it stands for all articles of its story, `copies` is how many of these matched; None elsewhere.
    """

    score: float
    stored: Mapping[str, Any]
    people: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    copies: int | None = None


@dataclass(frozen=True, slots=True)
class HitPage:
    """A page of hits, the number of all hits, and the counts of facets over them."""

    total: int
    hits: tuple[StoredHit, ...]
    tallies: tuple[FacetTally, ...]
    partial: Partial | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one word of a query adds to an article's score: `term` in `field`, a lemma, form or stem, adds `weight`.

    `leaf` is the index among the plan's `leaves`; None for what two words add together (`text_pair`, `title_pair`).
    """

    leaf: int | None
    field: str
    term: str
    weight: float


class View(Protocol):
    """An immutable state of an index, which any number of threads may query."""

    @property
    def snapshot(self) -> Snapshot:
        """The generation and the commit that this view shows."""
        ...

    @property
    def documents(self) -> int:
        """How many articles it holds."""
        ...

    @property
    def dictionary(self) -> TermDictionary:
        """Its term dictionary."""
        ...

    @property
    def collapses(self) -> bool:
        """Whether a scope may collapse the articles of a story."""
        ...

    def search(self, plan: Plan, scope: Scope, hits: HitAsk, facets: Sequence[FacetAsk] = ()) -> HitPage:
        """Run a plan: the hits that are asked for, and the counts of facets over all hits."""
        ...

    def count(self, plan: Plan, scope: Scope) -> int:
        """How many articles match, copies included."""
        ...

    def rank(self, plan: Plan, scope: Scope, *, sort: Sort, limit: int) -> list[tuple[str, float]]:
        """The ids and scores of the first hits in order. No stored values are read."""
        ...

    def scan(self, plan: Plan, scope: Scope, *, sort: Sort) -> Iterator[StoredHit]:
        """All hits in order. The plan is matched at once; the stored values of a hit are read when it is taken."""
        ...

    def explain(self, plan: Plan, article_id: str) -> tuple[Contribution, ...]:
        """The contributions of the plan's `leaves` to the score of an article; a leaf that doesn't match has none."""
        ...

    def article(self, article_id: str) -> Mapping[str, Any] | None:
        """The stored values of an article, or None if there is none with this id."""
        ...

    def copies(self, article_id: str, limit: int) -> tuple[StoredHit, ...]:
        """At most `limit` other articles of an article's story, the earliest first and undated ones last."""
        ...

    def shown(self, facet: str, values: Sequence[str]) -> tuple[str, ...]:
        """Values as the facet counts them, each once: with the user's corrections and without hidden values."""
        ...


class LiveIndex(Protocol):
    """Holds an index open and gives views of it."""

    def view(self) -> View:
        """The newest committed state.

        Raises:
            IndexUnusable: there is no index that can answer.
        """
        ...

    def close(self) -> None:
        """Let go of all files."""
        ...
