"""One commit of an index in the cluster."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from index.article import ISTANBUL
from index.article.facets import COUNTRY, PERSON
from index.engines.opensearch.client import ReadingClient
from index.engines.opensearch.encoding import id_of
from index.entities import Corrections
from search.engines.base import Contribution, FacetAsk, HitAsk, HitPage, Scope, StoredHit
from search.engines.opensearch.compiling import compiled, filtered
from search.engines.opensearch.cursor import scan
from search.engines.opensearch.dictionary import OpenSearchDictionary
from search.engines.opensearch.explaining import contributions
from search.engines.opensearch.facets import FacetCount
from search.engines.opensearch.filters import Query, all_of, base_filters, selected_filters
from search.engines.weights import FRESHNESS, HALF_LIFE
from search.query.plan import Plan
from search.request import MAX_DEPTH, Sort
from search.results import Partial, Snapshot

STORED = ["id", "stored", "shown"]
TOKENS = ("title_tokens", "body_tokens")
TIMEOUT = "20s"
"""The time limit of a search. Hits that are not found by then are left out, and the answer says so."""

_NEWEST_FIRST = {"sort_key": {"order": "desc", "missing": "_last"}}
_BY_ID = {"id": "asc"}
_ORDERS: dict[Sort, list[Any]] = {
    "relevance": ["_score", _NEWEST_FIRST, _BY_ID],
    "fresh": ["_score", _NEWEST_FIRST, _BY_ID],
    "newest": [_NEWEST_FIRST, _BY_ID],
    "oldest": [{"sort_key": {"order": "asc", "missing": "_last"}}, _BY_ID],
}


class OpenSearchView:
    """The OpenSearch implementation of `View`.

    It stands for a commit as long as there is none after it; what is committed while a question is being answered may
    be seen by it, under the older snapshot.
    """

    def __init__(self, client: ReadingClient, index: str, snapshot: Snapshot, corrections: Corrections) -> None:
        self._client = client
        self._index = index
        self._snapshot = snapshot
        self.dictionary = OpenSearchDictionary(client, index, corrections)

    @property
    def snapshot(self) -> Snapshot:
        """The generation and the commit that this view shows."""
        return self._snapshot

    @property
    def collapses(self) -> bool:
        """No: the cluster can't go on behind a page of collapsed hits, nor count them exactly."""
        return False

    @cached_property
    def documents(self) -> int:
        """How many articles there are."""
        return int(self._client.call("GET", f"/{self._index}/_count")["count"])

    def search(self, plan: Plan, scope: Scope, hits: HitAsk, facets: Sequence[FacetAsk] = ()) -> HitPage:
        """Run a plan. If some shards could not answer, `partial` says so."""
        chosen, filters = dict(scope.selected), selected_filters(scope)
        asked = [FacetCount(ask, chosen.get(ask.name, ())) for ask in facets]
        body = self._ranked(plan, scope, hits.sort, () if asked else tuple(filters.values()))
        body |= {
            "from": hits.offset,
            "size": hits.limit,
            "track_total_hits": True,
            "timeout": TIMEOUT,
            "_source": STORED,
        }
        if asked:
            body["aggs"] = {one.ask.name: one.aggregation(filters) for one in asked}
            if filters:
                body["post_filter"] = all_of(list(filters.values()))
        found = self._search(body, partly=True)
        tallied = [one.tally(found["aggregations"][one.ask.name]) for one in asked]
        return HitPage(
            total=found["hits"]["total"]["value"],
            hits=tuple(map(_hit, found["hits"]["hits"])),
            tallies=tuple(tally for tally, _ in tallied),
            partial=_partial(found, tuple((tally.name, error) for tally, error in tallied if error)),
        )

    def count(self, plan: Plan, scope: Scope) -> int:
        """How many articles match."""
        filters = [filtered(plan), *base_filters(scope), *selected_filters(scope).values()]
        return int(self._client.call("POST", f"/{self._index}/_count", {"query": all_of(filters)})["count"])

    def rank(self, plan: Plan, scope: Scope, *, sort: Sort, limit: int) -> list[tuple[str, float]]:
        """The ids and scores of the first hits. Raises ClusterError rather than leave some out."""
        body = self._ranked(plan, scope, sort) | {"_source": ["id"]}
        if limit <= MAX_DEPTH:
            hits = self._search(body | {"size": limit, "track_total_hits": False}, partly=False)["hits"]["hits"]
        else:
            hits = itertools.islice(scan(self._client, self._index, body), limit)
        return [(hit["_source"]["id"], float(hit["_score"] or 0.0)) for hit in hits]

    def scan(self, plan: Plan, scope: Scope, *, sort: Sort) -> Iterator[StoredHit]:
        """All hits in order. Raises ClusterError rather than leave some out."""
        body = self._ranked(plan, scope, sort) | {"_source": STORED}
        return map(_hit, scan(self._client, self._index, body))

    def explain(self, plan: Plan, article_id: str) -> tuple[Contribution, ...]:
        """What each word of a plan adds to an article's score, as far as the cluster tells."""
        return contributions(self._client, self._index, plan, article_id)

    def article(self, article_id: str) -> Mapping[str, Any] | None:
        """The stored values of the article with this id."""
        source = self._source(article_id, STORED)
        return _stored(source) if source else None

    def copies(self, article_id: str, limit: int) -> tuple[StoredHit, ...]:
        """The other articles of an article's story."""
        source = self._source(article_id, ["story"])
        if not source:
            return ()
        story = {"filter": [{"term": {"story": source["story"]}}]}
        others = {"bool": {**story, "must_not": [{"ids": {"values": [id_of(article_id)]}}]}}
        body = {"query": others, "sort": _ORDERS["oldest"], "track_scores": False, "size": limit, "_source": STORED}
        return tuple(map(_hit, self._search(body, partly=True)["hits"]["hits"]))

    def shown(self, facet: str, values: Sequence[str]) -> tuple[str, ...]:
        """Values as the facet has them: the user's corrections made, hidden ones left out."""
        return tuple(dict.fromkeys(self.dictionary.shown(facet, values)))

    def _source(self, article_id: str, fields: Sequence[str]) -> dict[str, Any] | None:
        """Some fields of an article, wherever it is. Raises ClusterError if that can't be said."""
        body = {"query": {"term": {"id": article_id}}, "size": 1, "_source": fields, "track_total_hits": False}
        hits = self._search(body, partly=False)["hits"]["hits"]
        return hits[0]["_source"] if hits else None

    def _ranked(self, plan: Plan, scope: Scope, sort: Sort, selected: Sequence[Query] | None = None) -> dict[str, Any]:
        """Query and order; `selected` in place of what the scope selects."""
        chosen = tuple(selected_filters(scope).values()) if selected is None else selected
        query: Query = {"bool": {"must": [compiled(plan)], "filter": [*base_filters(scope), *chosen]}}
        if sort == "fresh":
            query = self._freshened(query)
        return {"query": query, "sort": _ORDERS[sort], "track_scores": True}

    def _freshened(self, query: Query) -> Query:
        lift = {"sort_key": {"origin": self._newest, "scale": HALF_LIFE, "decay": 0.5}}
        functions: list[Query] = [
            {"weight": 1},
            {"filter": {"exists": {"field": "sort_key"}}, "exp": lift, "weight": FRESHNESS},
        ]
        inner = {"query": query, "functions": functions, "score_mode": "sum", "boost_mode": "multiply"}
        return {"function_score": inner}

    @cached_property
    def _newest(self) -> int:
        """The sort key of the newest article, not counting those dated in the future."""
        now = int(datetime.now(ISTANBUL).timestamp())
        query = {"range": {"sort_key": {"lte": now}}}
        body = {"size": 0, "query": query, "aggs": {"newest": {"max": {"field": "sort_key"}}}}
        found = self._client.call("POST", f"/{self._index}/_search", body)["aggregations"]["newest"]["value"]
        return now if found is None else int(found)

    def _search(self, body: dict[str, Any], *, partly: bool) -> Any:
        # Frequencies of all shards together, so that a word weighs the same in each.
        options = {"search_type": "dfs_query_then_fetch", "allow_partial_search_results": "true" if partly else "false"}
        return self._client.call("POST", f"/{self._index}/_search", body, **options)


def _hit(hit: Mapping[str, Any]) -> StoredHit:
    source = hit["_source"]
    people, countries = (tuple(source["shown"][facet.name]) for facet in (PERSON, COUNTRY))
    return StoredHit(float(hit["_score"] or 0.0), _stored(source), people, countries)


def _stored(source: Mapping[str, Any]) -> dict[str, Any]:
    stored = {"id": source["id"], **source["stored"]}
    return stored | {name: base64.b64decode(stored[name]) for name in TOKENS}


def _partial(found: Mapping[str, Any], errors: tuple[tuple[str, int], ...]) -> Partial | None:
    shards = found["_shards"]
    # `failed` leaves out shards of which no node has a copy.
    failed = int(shards["total"]) - int(shards["successful"])
    partial = Partial(bool(found["timed_out"]), failed, int(shards["total"]), errors)
    return partial if partial.lacks_articles or errors else None
