"""What is answered: frozen values that feed the page, the endpoint and the command line alike.

Nothing else formats results; `to_json` of each value is the documented shape.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from index.article import Mention
from index.generations import Snapshot
from search.request import SearchRequest

__all__ = [
    "ArticleView",
    "Copy",
    "ExportedArticle",
    "FacetCounts",
    "FacetValue",
    "MarkedText",
    "Partial",
    "Reason",
    "SearchHit",
    "SearchResults",
    "Snapshot",
    "Spelling",
    "mention_json",
]


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


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A part of a text, `marked` if it matches the query. The parts of a text, joined, give the text back."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why an article is a hit: the `form` in the text, whose `lemma` in `field` adds `weight` to the score.

    A field that ends in `_stem` stands for words of the same family, one that ends in `_pair` for two words that stand
    side by side as they were typed, and `all_words` for what a relaxed query adds for having all of its words.
    """

    typed: str
    form: str
    lemma: str
    field: str
    weight: float

    def to_json(self) -> dict[str, Any]:
        """The reason as in the endpoint's contract."""
        return {
            "typed": self.typed,
            "form": self.form,
            "lemma": self.lemma,
            "field": self.field,
            "weight": round(self.weight, 6),
        }


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One article of a page of results. `published` is ISO 8601, a date or a moment; None if undated.

    `copies` is how many articles of its story matched, itself included; None where copies are shown each.
    """

    id: str
    title: str
    url: str | None
    source: str | None
    category: str | None
    published: str | None
    score: float
    people: tuple[str, ...]
    countries: tuple[str, ...]
    title_segments: tuple[MarkedText, ...]
    snippet: tuple[MarkedText, ...]
    reasons: tuple[Reason, ...] | None = None
    copies: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The hit as in the endpoint's contract; `explanation` only where it was asked for."""
        explained = {} if self.reasons is None else {"explanation": [reason.to_json() for reason in self.reasons]}
        return {
            "id": self.id,
            "title": self.title,
            "url": self.url,
            "source": self.source,
            "category": self.category,
            "published": self.published,
            "score": round(self.score, 6),
            "people": list(self.people),
            "countries": list(self.countries),
            "title_segments": _segments(self.title_segments),
            "snippet": _segments(self.snippet),
            **({} if self.copies is None else {"copies": self.copies}),
            **explained,
        }


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value with its count of articles under all filters but those of its own facet."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """One facet. `documents` is how many articles were counted that have a value in it.

    `truncated` says that there are more values than are listed; selected values are always listed.
    """

    name: str
    documents: int
    values: tuple[FacetValue, ...]
    truncated: bool

    def to_json(self) -> dict[str, Any]:
        """The facet as in the endpoint's contract."""
        values = [{"value": v.value, "label": v.label, "count": v.count, "selected": v.selected} for v in self.values]
        return {"name": self.name, "documents": self.documents, "values": values, "truncated": self.truncated}


@dataclass(frozen=True, slots=True)
class Spelling:
    """Did you mean: another query text, how it is read, and how many articles have all of its words."""

    text: str
    read_as: str
    total: int

    def to_json(self) -> dict[str, Any]:
        """The suggestion as in the endpoint's contract."""
        return {"text": self.text, "read_as": self.read_as, "total": self.total}


@dataclass(frozen=True, slots=True)
class SearchResults:
    """The answer to a `SearchRequest`. `read_as` says how the query text was understood.

    `relaxed` says that too few articles had all of the words, so that those with some of them are among the hits.
    `suggestion` is a likelier spelling that finds markedly more; it was not applied.
    """

    request: SearchRequest
    read_as: str
    total: int
    hits: tuple[SearchHit, ...]
    facets: tuple[FacetCounts, ...]
    took_ms: float
    snapshot: Snapshot
    relaxed: bool = False
    suggestion: Spelling | None = None
    partial: Partial | None = None

    @property
    def pages(self) -> int:
        """How many pages of the request's limit the total fills."""
        return -(-self.total // self.request.limit)

    def facet(self, name: str) -> FacetCounts:
        """The counts of one facet. Raises KeyError if it was not counted."""
        return {facet.name: facet for facet in self.facets}[name]

    def to_json(self) -> dict[str, Any]:
        """The answer as in the endpoint's contract."""
        asked = self.request
        query: dict[str, Any] = {
            "text": asked.text,
            "read_as": self.read_as,
            "match": asked.match,
            "relaxed": self.relaxed,
            "sort": asked.sort,
            "collapse": asked.collapse,
        }
        query |= {name: list(values) for name, values in asked.selected}
        query |= {f"not_{name}": list(values) for name, values in asked.excluded}
        query |= {"from": asked.date_from.isoformat()} if asked.date_from else {}
        query |= {"to": asked.date_to.isoformat()} if asked.date_to else {}
        return {
            "query": query,
            "total": self.total,
            "page": asked.page,
            "limit": asked.limit,
            "took_ms": round(self.took_ms, 1),
            "hits": [hit.to_json() for hit in self.hits],
            "facets": [facet.to_json() for facet in self.facets],
            "suggestion": self.suggestion.to_json() if self.suggestion else None,
            "partial": self.partial.to_json() if self.partial else None,
            "snapshot": str(self.snapshot),
        }


@dataclass(frozen=True, slots=True)
class ArticleView:
    """A whole article as it stands in the index, with what was found in it and what a query matches in it.

    `copies` are other articles of the same story, the earliest first.
    """

    id: str
    title: str
    body: str
    published: str | None
    source: str | None
    url: str | None
    category: str | None
    people: tuple[str, ...]
    countries: tuple[str, ...]
    countries_all: tuple[str, ...]
    dates: tuple[str, ...]
    organisations: tuple[str, ...]
    mentions: tuple[Mention, ...]
    title_segments: tuple[MarkedText, ...]
    body_segments: tuple[MarkedText, ...]
    snapshot: Snapshot
    copies: tuple[Copy, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The article as in the endpoint's contract."""
        plain = ("id", "title", "body", "published", "source", "url", "category")
        many = ("people", "countries", "countries_all", "dates", "organisations")
        return {
            **{name: getattr(self, name) for name in plain},
            **{name: list(getattr(self, name)) for name in many},
            "mentions": [mention_json(mention) for mention in self.mentions],
            "copies": [copy.to_json() for copy in self.copies],
            "snapshot": str(self.snapshot),
        }


@dataclass(frozen=True, slots=True)
class ExportedArticle:
    """An article to take along: the article shape of JSON lines files, and what was found in it.

    What was exported as JSON lines can be added to another archive as it is.
    """

    id: str
    title: str
    body: str
    date: str | None
    source: str | None
    url: str | None
    category: str | None
    people: tuple[str, ...]
    countries: tuple[str, ...]
    score: float

    def to_json(self) -> dict[str, Any]:
        """One line of an export."""
        return {
            "id": self.id,
            "title": self.title,
            "body": self.body,
            "date": self.date,
            "source": self.source,
            "url": self.url,
            "category": self.category,
            "people": list(self.people),
            "countries": list(self.countries),
            "score": round(self.score, 6),
        }


def mention_json(mention: Mention) -> dict[str, Any]:
    """A mention as in the contract of `haberara entities`."""
    return {
        "field": mention.field,
        "start": mention.start,
        "end": mention.end,
        "kind": str(mention.kind),
        "surface": mention.surface,
        "value": mention.value,
    }


def _segments(segments: Sequence[MarkedText]) -> list[dict[str, Any]]:
    return [{"text": segment.text, "marked": segment.marked} for segment in segments]
