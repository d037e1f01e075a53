"""What is answered: frozen values that feed the page, the endpoint and the command line alike.

Nothing else formats results. Their fields are the shape of the JSON, see `search.shapes`; where the JSON is arranged
otherwise, a class whose name ends in `Shape` says how.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from index.article import Mention
from index.article.facets import BY_NAME
from index.generations import Snapshot as Snapshot
from search.request import FILTERS, NOT, Collapse, Match, SearchRequest, Sort
from search.shapes import Answer, InJson


def _six_digits(number: float) -> float:
    return round(number, 6)


def _tenths(number: float) -> float:
    return round(number, 1)


Number = Annotated[int, InJson(schema={"minimum": 0})]
Six = Annotated[float, InJson(write=_six_digits)]
Stamp = Annotated[Snapshot, InJson(write=str)]
From = Annotated[date | None, InJson(name="from", optional=True)]
To = Annotated[date | None, InJson(name="to", optional=True)]
HIDDEN = InJson(hidden=True)
_COPIES = InJson(
    "Articles of its story that matched, where it stands for all of them", optional=True, schema={"minimum": 0}
)


@dataclass(frozen=True, slots=True)
class Copy(Answer):
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


@dataclass(frozen=True, slots=True)
class Partial(Answer):
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

    def as_shape(self) -> PartialShape:
        """As in the endpoint's contract."""
        return PartialShape(self.timed_out, Shards(self.shards, self.failed), dict(self.facets))


@dataclass(frozen=True, slots=True)
class Shards:
    """How many parts an index has, and how many of them did not answer."""

    total: Number
    failed: Number


@dataclass(frozen=True, slots=True)
class PartialShape:
    """A `Partial` as it is answered."""

    timed_out: Annotated[bool, InJson("Not everything was looked through in time")]
    shards: Shards
    facets: Annotated[
        Mapping[str, Number], InJson("Facets of which a count may be too low, each with by how much at most")
    ]


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A part of a text, `marked` if it matches the query. The parts of a text, joined, give the text back."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Reason(Answer):
    """One reason why an article is a hit: the `form` in the text, whose `lemma` in `field` adds `weight` to the score.

    A field that ends in `_stem` stands for words of the same family, one that ends in `_pair` for two words that stand
    side by side as they were typed, and `all_words` for what a relaxed query adds for having all of its words.
    """

    typed: str
    form: str
    lemma: str
    field: str
    weight: Six


@dataclass(frozen=True, slots=True)
class SearchHit(Answer):
    """One article of a page of results. `published` is ISO 8601, a date or a moment; None if undated.

    `copies` is how many articles of its story matched, itself included; None where copies are shown each.
    """

    id: str
    title: str
    url: str | None
    source: str | None
    category: str | None
    published: Annotated[str | None, InJson("A date or a moment by ISO 8601")]
    score: Six
    people: tuple[str, ...]
    countries: tuple[str, ...]
    title_segments: tuple[MarkedText, ...]
    snippet: tuple[MarkedText, ...]
    copies: Annotated[int | None, _COPIES] = None
    reasons: Annotated[tuple[Reason, ...] | None, InJson(name="explanation", optional=True)] = None


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value with its count of articles under all filters but those of its own facet."""

    value: str
    label: str
    count: Number
    selected: bool


@dataclass(frozen=True, slots=True)
class FacetCounts(Answer):
    """One facet. `documents` is how many articles were counted that have a value in it.

    `truncated` says that there are more values than are listed; selected values are always listed.
    """

    name: Annotated[str, InJson(schema={"enum": list(BY_NAME)})]
    documents: Number
    values: tuple[FacetValue, ...]
    truncated: bool


@dataclass(frozen=True, slots=True)
class Spelling(Answer):
    """Did you mean: another query text, how it is read, and how many articles have all of its words."""

    text: str
    read_as: str
    total: Number


@dataclass(frozen=True, slots=True)
class SearchResults(Answer):
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

    def as_shape(self) -> ResultsShape:
        """The answer as in the endpoint's contract."""
        asked = self.request
        filters = dict(asked.selected) | {NOT + name: values for name, values in asked.excluded}
        query = Query(
            text=asked.text,
            read_as=self.read_as,
            match=asked.match,
            relaxed=self.relaxed,
            sort=asked.sort,
            collapse=asked.collapse,
            filters=filters,
            date_from=asked.date_from,
            date_to=asked.date_to,
        )
        return ResultsShape(
            query=query,
            total=self.total,
            page=asked.page,
            limit=asked.limit,
            took_ms=self.took_ms,
            hits=self.hits,
            facets=self.facets,
            suggestion=self.suggestion,
            partial=self.partial,
            snapshot=self.snapshot,
        )


@dataclass(frozen=True, slots=True)
class Query:
    """A `SearchRequest` as it was read."""

    text: str
    read_as: str
    match: Match
    relaxed: Annotated[bool, InJson("Articles with only some of the words are among the hits")]
    sort: Sort
    collapse: Collapse
    filters: Annotated[Mapping[str, tuple[str, ...]], InJson(spread={name: name for name in FILTERS})]
    date_from: From
    date_to: To


@dataclass(frozen=True, slots=True)
class ResultsShape:
    """`SearchResults` as they are answered."""

    query: Query
    total: Number
    page: Annotated[int, InJson(schema={"minimum": 1})]
    limit: Annotated[int, InJson(schema={"minimum": 1})]
    took_ms: Annotated[float, InJson(write=_tenths, schema={"minimum": 0})]
    hits: tuple[SearchHit, ...]
    facets: tuple[FacetCounts, ...]
    suggestion: Annotated[Spelling | None, InJson("A likelier spelling that finds markedly more; it was not applied")]
    partial: Annotated[
        Partial | None, InJson("What the answer may lack, which only engines of several machines can say")
    ]
    snapshot: Stamp


@dataclass(frozen=True, slots=True)
class ArticleView(Answer):
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
    title_segments: Annotated[tuple[MarkedText, ...], HIDDEN]
    body_segments: Annotated[tuple[MarkedText, ...], HIDDEN]
    copies: tuple[Copy, ...] = field(default=(), kw_only=True)
    snapshot: Stamp


@dataclass(frozen=True, slots=True)
class ExportedArticle(Answer):
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
    score: Six
