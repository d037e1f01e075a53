"""All hits in order, one at a time, of one point in time: what is written meanwhile changes nothing."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator
from typing import Any

from index.engines.opensearch.client import ReadingClient
from index.errors import BrokenIndex, ClusterError, IndexUnusable

log = logging.getLogger(__name__)

PAGE = 500
KEEP = "5m"
"""How long the cluster keeps the point in time after each page."""

Hit = dict[str, Any]


def scan(client: ReadingClient, index: str, body: dict[str, Any]) -> Iterator[Hit]:
    """The hits of a sorted search. The first page is asked for at once, the others as they are taken.

    Raises:
        ClusterError: a part of the index does not answer; hits are never left out in silence.
    """
    opened = client.call("POST", f"/{index}/_search/point_in_time", keep_alive=KEEP, allow_partial_pit_creation="false")
    pages = _pages(client, opened["pit_id"], body)
    first = next(pages)
    return itertools.chain(first, itertools.chain.from_iterable(pages))


def _pages(client: ReadingClient, pit: str, body: dict[str, Any]) -> Iterator[list[Hit]]:
    asked = {**body, "size": PAGE, "track_total_hits": False, "pit": {"id": pit, "keep_alive": KEEP}}
    try:
        hits = _page(client, asked)
        while len(hits) == PAGE:
            yield hits
            asked["search_after"] = hits[-1]["sort"]
            hits = _page(client, asked)
        yield hits
    finally:
        _close(client, pit)


def _page(client: ReadingClient, asked: dict[str, Any]) -> list[Hit]:
    options = {"search_type": "dfs_query_then_fetch", "allow_partial_search_results": "false"}
    try:
        found = client.call("POST", "/_search", asked, **options)
    except BrokenIndex as error:
        raise ClusterError(
            client.cluster.urls[0], f"a node that was being read has gone ({error})", "Run the export again.", busy=True
        ) from error
    hits: list[Hit] = found["hits"]["hits"]
    return hits


def _close(client: ReadingClient, pit: str) -> None:
    try:
        client.call("DELETE", "/_search/point_in_time", {"pit_id": [pit]})
    except IndexUnusable as error:  # the cluster forgets it by itself after a while
        log.warning("A point in time could not be closed: %s", error)
