"""An index for each year of publication, where a generation is laid out so.

    NAME-<generation>              an alias of all of them, which is what searches ask
    NAME-<generation>-year-2024    the articles of a year; those without a date are in `...-year-unknown`

They are made when their first article comes, by an index template. An article is in one of them only: when another
version of it has another year, the old one is removed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from index.article.facets import DATE, UNKNOWN
from index.article.periods import periods_of
from index.document import Document
from index.engines.opensearch.client import AlreadyThere, ClusterClient, NotThere
from index.engines.opensearch.encoding import id_of
from index.engines.opensearch.mapping import words_index
from index.errors import ClusterError

CREATE_WITHIN = "20s"
"""How long the cluster may take to find nodes for a new index."""

TEMPLATE_PRIORITY = 500
"""Above templates of other people that fit every name."""

TOGETHER = 1_000
"""Articles that are looked up in one request."""

Place = tuple[str, str]
"""An index, and the id of a document in it."""


def year_index(articles: str, year: str | None) -> str:
    """The index for articles that were published in a year; `None` for those without a date."""
    return f"{articles}-year-{year or UNKNOWN}"


def template_body(articles: str, body: dict[str, Any]) -> dict[str, Any]:
    """The template of the years of a generation; `body` is that of an index."""
    pattern = year_index(articles, "*")
    template = {**body, "aliases": {articles: {}}}
    return {"index_patterns": [pattern], "priority": TEMPLATE_PRIORITY, "template": template}


def create_index(client: ClusterClient, name: str, body: dict[str, Any]) -> None:
    """Make an index. Raises ClusterError if no node takes it, AlreadyThere."""
    answer = client.call("PUT", f"/{name}", body, timeout=CREATE_WITHIN)
    if not answer["shards_acknowledged"]:
        raise ClusterError(client.cluster.urls[0], _why_unassigned(client), "Make room on its nodes.")


def _why_unassigned(client: ClusterClient) -> str:
    try:
        found = client.call("GET", "/_cluster/allocation/explain")
    except ClusterError:
        return "no node takes the new index"
    deciders = [d["explanation"] for n in found.get("node_allocation_decisions", ()) for d in n.get("deciders", ())]
    return f"no node takes the new index ({deciders[0]})" if deciders else "no node takes the new index"


def located(client: ClusterClient, articles: str, ids: Sequence[str]) -> Iterator[Place]:
    """Where the articles with some ids are, as far as they can be seen. Raises ClusterError."""
    for start in range(0, len(ids), TOGETHER):
        query = {"constant_score": {"filter": {"terms": {"id": list(ids[start : start + TOGETHER])}}}}
        body = {"query": query, "size": 10 * TOGETHER, "_source": False, "track_total_hits": False}
        found = client.call("POST", f"/{articles}/_search", body, allow_partial_search_results="false")
        yield from ((hit["_index"], hit["_id"]) for hit in found["hits"]["hits"])


class Years:
    """The indexes of the years of one generation, for its writer."""

    def __init__(self, client: ClusterClient, articles: str) -> None:
        self._client = client
        self._articles = articles
        self._known: set[str] = set()
        self._is_seen = False

    def index_of(self, document: Document) -> str:
        """Where a document belongs."""
        day = next(iter(document.facets[DATE.name]), "")
        return year_index(self._articles, next(iter(periods_of(day)), None))

    def prepare(self, documents: Sequence[Document]) -> list[Place]:
        """Make the indexes that some documents need; says where other years have earlier versions of them."""
        for name in {self.index_of(document) for document in documents} - self._known:
            self._create(name)
        if not self._is_seen:  # what an interrupted run sent
            self._client.call("POST", f"/{self._articles}/_refresh")
            self._is_seen = True
        belongs = {id_of(document.id): self.index_of(document) for document in documents}
        found = located(self._client, self._articles, [document.id for document in documents])
        return [(index, doc_id) for index, doc_id in found if belongs.get(doc_id) != index]

    def _create(self, name: str) -> None:
        if not self._known:
            self._known |= set(indexes_of(self._client, self._articles))
        if name not in self._known:
            # A generation that answers does so under its public name too.
            public = _published_as(self._client, self._articles)
            with suppress(AlreadyThere):  # another process met an article of the year
                create_index(self._client, name, {"aliases": {public: {}}} if public else {})
        self._known.add(name)


def indexes_of(client: ClusterClient, articles: str) -> list[str]:
    """The indexes that a generation's articles are in: those of its years, or itself; none if it is not there."""
    try:
        return sorted(client.call("GET", f"/{articles}/_alias"))
    except NotThere:
        return []


def holders(client: ClusterClient, alias: str) -> list[str]:
    """The indexes that an alias stands for."""
    try:
        return sorted(client.call("GET", f"/_alias/{alias}"))
    except NotThere:
        return []


def _published_as(client: ClusterClient, articles: str) -> str:
    """The alias under which a generation answers; empty if it doesn't."""
    words, ending = words_index(articles), words_index("")
    aliases = client.call("GET", f"/{words}/_alias")[words]["aliases"]
    return next((alias.removesuffix(ending) for alias in aliases if alias.endswith(ending)), "")
