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
    """The filters of a search: what is selected, excluded and between which days (both inclusive).

    `collapse` leaves the earliest of the articles of a story; with `all`, facets count stories too.
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
    """Which values of a facet are wanted: `limit` of them from the `offset`-th on, those chosen always among them.

    They come in `order`: the most frequent first, equally frequent ones as in the Turkish alphabet; or as there.
    `prefix` is the folded beginning of any word of the value, or the beginning of a date. Without it a hierarchical
    facet gives its years, and the months and days below the values in `opened`.
    """

    name: str
    limit: int
    prefix: str = ""
    opened: tuple[str, ...] = ()
    order: FacetOrder = "count"
    offset: int = 0


@dataclass(frozen=True, slots=True)
class FacetTally:
    """The counts of one facet over all articles that match everything but the facet's own filter."""

    name: str
    documents: int
    values: tuple[tuple[str, int], ...]
    truncated: bool


@dataclass(frozen=True, slots=True)
class StoredHit:
    """An article that matched, as it was stored, with its score; people and countries as the facets count them.

    `copies` is how many articles of its story matched, where it stands for all of them.
    """

    score: float
    stored: Mapping[str, Any]
    people: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    copies: int | None = None


@dataclass(frozen=True, slots=True)
class HitPage:
    """A page of hits and the counts over everything that matched."""

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
    """One state of an index. It never changes; any number of threads may ask it."""

    @property
    def snapshot(self) -> Snapshot:
        """Which state this is."""
        ...

    @property
    def documents(self) -> int:
        """How many articles it holds."""
        ...

    @property
    def dictionary(self) -> TermDictionary:
        """Its terms."""
        ...

    @property
    def collapses(self) -> bool:
        """Whether a scope may ask for one article of each story."""
        ...

    def search(self, plan: Plan, scope: Scope, hits: HitAsk, facets: Sequence[FacetAsk] = ()) -> HitPage:
        """Run a plan: the hits that are asked for, and the counts of facets over all hits."""
        ...

    def count(self, plan: Plan, scope: Scope) -> int:
        """How many articles match, copies included."""
        ...

    def rank(self, plan: Plan, scope: Scope, *, sort: Sort, limit: int) -> list[tuple[str, float]]:
        """The ids and scores of the first hits, in order; nothing stored is read."""
        ...

    def scan(self, plan: Plan, scope: Scope, *, sort: Sort) -> Iterator[StoredHit]:
        """All hits in order, one at a time. Matching is done at once; what is stored is read as it is taken."""
        ...

    def explain(self, plan: Plan, article_id: str) -> tuple[Contribution, ...]:
        """What each of the plan's `leaves` adds to the score of an article; leaves that don't match add nothing."""
        ...

    def article(self, article_id: str) -> Mapping[str, Any] | None:
        """One article as it was stored."""
        ...

    def copies(self, article_id: str, limit: int) -> tuple[StoredHit, ...]:
        """The other articles of an article's story, the earliest first, undated ones last; at most `limit`."""
        ...

    def shown(self, facet: str, values: Sequence[str]) -> tuple[str, ...]:
        """Values as the facet counts them: the user's corrections made, hidden ones left out, each once."""
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
