"""The one door to an archive's index: requests in, results out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from index.engines.choice import WHOOSH, EngineChoice
from index.errors import NotFoundError
from index.generations import expected_fingerprints
from index.turkish import TurkishAnalyzer, open_analyzer
from search.engines.base import FacetAsk, FacetTally, HitAsk, HitPage, LiveIndex, Scope, View
from search.engines.memory import settle
from search.engines.registry import open_live_index
from search.facets import FacetListing, asks, canonical, counts, listed, scope_of
from search.offering.similar import similar_plan
from search.offering.spelling import corrections, markedly_more
from search.offering.suggest import PER_KIND, suggest
from search.offering.values import SimilarArticles, Suggestions
from search.query import Node, Nothing, Plan, opened, parse, read_as, relaxed, resolve, wanted_words
from search.request import MAX_TEXT, SearchRequest
from search.results import (
    ArticleView,
    Copy,
    ExportedArticle,
    FacetCounts,
    SearchResults,
    Snapshot,
    Spelling,
)
from search.showing.rendering import Renderer

FACET_LIMIT = 10
FIRST_VALUES = FacetListing()
SIMILAR_LIMIT = 5
MOST_COPIES = 100
"""Articles of the same story that are listed with an article."""

WARMING = "haber veya haberl*"


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What the live index is."""

    documents: int
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a query text was understood: as it was `typed`, and the tree that is run.

    `relaxed` says that not all of its words are required; then `found` articles have all of them.
    """

    typed: Node | None
    node: Node | None
    plan: Plan
    relaxed: bool = False
    found: int | None = None


class SearchEngine:
    """Answers requests over one data directory. Safe for threads; follows commits and new generations."""

    def __init__(self, live: LiveIndex, analyzer: TurkishAnalyzer) -> None:
        self._live = live
        self._analyzer = analyzer

    @classmethod
    def open(cls, data: Path, engine: EngineChoice = WHOOSH) -> SearchEngine:
        """Open the live index of a data directory. The first question finds out whether there is one."""
        # Asking makes no data directory, and leaves no trace in one.
        analyzer = open_analyzer(data, keep=False)
        return cls(open_live_index(data, engine, expected_fingerprints(engine.name, analyzer)), analyzer)

    def close(self) -> None:
        """Let go of all files."""
        self._live.close()
        self._analyzer.close()

    def held(self) -> SearchEngine:
        """The same engine at the state of now, for several questions whose answers belong together.

        Not to be closed, nor kept: it holds the files of that state open. Raises IndexUnusable.
        """
        return SearchEngine(_Held(self._live.view()), self._analyzer)

    def collapses(self) -> bool:
        """Whether copies of a story can be put together. Raises IndexUnusable."""
        return self._live.view().collapses

    def snapshot(self) -> Snapshot:
        """The state that would answer now. Raises IndexUnusable."""
        return self._live.view().snapshot

    def status(self) -> IndexStatus:
        """What the live index is. Raises IndexUnusable."""
        view = self._live.view()
        return IndexStatus(view.documents, view.snapshot)

    def warm(self) -> None:
        """Load what the first search would load: the index, and the morphology for words never seen before."""
        self._live.view()
        self._analyzer.warm()
        # The parts of the way that are taken for the first time: columns are paged in, numpy's functions are resolved.
        self.search(SearchRequest())
        self.search(SearchRequest(text=WARMING))
        settle()

    def search(
        self, request: SearchRequest, *, locale: str = "tr", facet_limit: int = FACET_LIMIT, highlight: bool = True
    ) -> SearchResults:
        """Answer a request.

        Raises:
            RequestError: the query text is beyond the limits.
            IndexUnusable: there is no index that can answer.
        """
        began = time.perf_counter()
        view = self._live.view()
        request = canonical(request, view)
        scope, asked = scope_of(request, view), asks(request, facet_limit) if facet_limit else []

        @lru_cache(2)
        def run(plan: Plan) -> HitPage:
            first = (request.page - 1) * request.limit
            return view.search(plan, scope, HitAsk(request.sort, request.limit, first), asked)

        # All words are asked for first, and mostly that is the answer: it is not counted before it is searched.
        # Whether there are few is asked of articles, not of stories.
        total = (lambda plan: run(plan).total) if scope.collapse == "none" else None
        reading = self._read(request, view, total)
        answer = run(reading.plan)
        renderer = Renderer(view)
        marking = reading.plan if highlight else None
        hits = tuple(renderer.hit(hit, marking, explained=request.explain) for hit in answer.hits)
        return SearchResults(
            request=request,
            read_as=read_as(reading.node),
            relaxed=reading.relaxed,
            suggestion=self._spelling(request, reading, view),
            total=answer.total,
            hits=hits,
            facets=tuple(counts(tally, request, locale) for tally in answer.tallies),
            partial=answer.partial,
            took_ms=(time.perf_counter() - began) * 1000,
            snapshot=view.snapshot,
        )

    def facet(
        self, request: SearchRequest, name: str, listing: FacetListing = FIRST_VALUES, *, locale: str = "tr"
    ) -> FacetCounts:
        """More values of one facet of a request, found by name and in order."""
        view = self._live.view()
        request = canonical(request, view)
        plan = self._read(request, view).plan

        def count(ask: FacetAsk) -> FacetTally:
            return view.search(plan, scope_of(request, view), HitAsk("newest", 0), [ask]).tallies[0]

        return listed(name, listing, request, locale, count)

    def rank(self, request: SearchRequest, limit: int) -> list[tuple[str, float]]:
        """Ids and scores of the first hits, for runs over many queries."""
        view = self._live.view()
        request = replace(canonical(request, view), limit=limit)
        plan = self._read(request, view).plan
        return view.rank(plan, scope_of(request, view), sort=request.sort, limit=limit)

    def export(self, request: SearchRequest) -> Iterator[ExportedArticle]:
        """All hits of a request in order, whatever its page and limit, one at a time.

        Raises:
            RequestError: the query text is beyond the limits; at once, not when the first is taken.
        """
        view = self._live.view()
        request = canonical(request, view)
        plan = self._read(request, view).plan
        renderer = Renderer(view)
        return map(renderer.exported, view.scan(plan, scope_of(request, view), sort=request.sort))

    def article(self, article_id: str, text: str = "", *, locale: str = "tr") -> ArticleView:  # noqa: ARG002
        """A whole article, with what the query `text` matches in it marked.

        Raises:
            NotFoundError: there is none with this id.
        """
        view = self._live.view()
        stored = _stored(article_id, view)
        # Every word is marked, whether or not the search needed it.
        plan = self._read(SearchRequest(text=text, match="any"), view).plan
        copies = tuple(Copy.of(hit.stored) for hit in view.copies(article_id, MOST_COPIES))
        return replace(Renderer(view).article(stored, plan), copies=copies)

    def suggest(self, text: str, *, locale: str = "tr", limit: int = PER_KIND) -> Suggestions:
        """What may be meant by a query text that is still being typed; at most `limit` suggestions of each kind."""
        view = self._live.view()
        found = suggest(text, view.dictionary, self._analyzer, locale=locale, limit=limit)
        return Suggestions(text, found, view.snapshot)

    def similar(self, article_id: str, *, limit: int = SIMILAR_LIMIT) -> SimilarArticles:
        """The articles most like one, copies of it left out, of others' copies the earliest.

        Raises:
            NotFoundError: there is none with this id.
        """
        view = self._live.view()
        renderer = Renderer(view)
        plan = similar_plan(renderer.article(_stored(article_id, view), Nothing()), view, self._analyzer)
        scope = Scope(collapse="hits" if view.collapses else "none")
        copies = view.copies(article_id, MOST_COPIES)
        answer = view.search(plan, scope, HitAsk("relevance", limit + 1 + len(copies)))
        own = {article_id, *(hit.stored["id"] for hit in copies)}
        hits = [renderer.hit(replace(hit, copies=None), None) for hit in answer.hits if hit.stored["id"] not in own]
        return SimilarArticles(article_id, tuple(hits[:limit]), view.snapshot)

    def _spelling(self, request: SearchRequest, reading: _Reading, view: View) -> Spelling | None:
        """A likelier spelling of the query, if one finds markedly more articles that have all of its words."""
        scope, before = scope_of(request, view), reading.found
        # Relaxing changes which words are required, not which there are.
        for text in corrections(request.text, reading.plan, view.dictionary, view.documents):
            meant = parse(text)
            if meant is None or meant == reading.typed or len(text) > MAX_TEXT:
                continue
            before = view.count(self._resolve(reading.typed, view), scope) if before is None else before
            found = view.count(self._resolve(meant, view), scope)
            if markedly_more(found, before):
                return Spelling(text, read_as(meant), found)
        return None

    def _read(self, request: SearchRequest, view: View, total: Callable[[Plan], int] | None = None) -> _Reading:
        """How a request is run; `total` says how many articles a plan finds.

        `match=auto` asks for all words, and for some of them where too few articles have all. Too few is fewer than
        one page (`limit`); some is a third of the words, at least one. The words of a phrase then count on their own
        too. A phrase alone stays one as long as anything is found. Articles with all the words rank higher, see
        `matching`.
        """
        node = parse(request.text)
        if node is None or request.match == "all":
            return _Reading(node, node, self._resolve(node, view))
        if request.match == "any":
            some = relaxed(node)
            return _Reading(node, some, self._resolve(some, view))
        strict = _Reading(node, node, self._resolve(node, view))
        loose = _some(opened(node))
        if loose == node:
            return strict
        found = total(strict.plan) if total else view.count(strict.plan, scope_of(request, view))
        if found >= request.limit or (found and wanted_words(node) < 2):
            return strict
        return _Reading(node, loose, self._resolve(loose, view), relaxed=True, found=found)

    def _resolve(self, node: Node | None, view: View) -> Plan:
        return resolve(node, self._analyzer, view.dictionary)


@dataclass(frozen=True, slots=True)
class _Held:
    """An engine of a single state."""

    state: View

    def view(self) -> View:
        """That state, whatever was committed since."""
        return self.state

    def close(self) -> None:
        """The files are those of the engine that gave the state."""


def _stored(article_id: str, view: View) -> Mapping[str, Any]:
    found = view.article(article_id)
    if found is None:
        raise NotFoundError(article_id)
    return found


def _some(node: Node) -> Node:
    """The query with a third of its words required, at least one."""
    return relaxed(node, max(1, wanted_words(node) // 3))
