"""Articles removed for good from an index of the cluster, with the words and names that only they had.

What is deleted stays in a segment until it is merged: it is merged at once. Snapshots that were made before keep it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from index.article.facets import PERSON
from index.document.schema import TEXT_FORM, TEXT_LEMMA
from index.engines.opensearch.bulk import BulkSender, operation
from index.engines.opensearch.client import ClusterClient
from index.engines.opensearch.encoding import facet_key
from index.engines.opensearch.mapping import Meta, words_index
from index.engines.opensearch.names import name_id
from index.engines.opensearch.writer import refresh, say
from index.engines.opensearch.years import Place, located
from index.turkish import decode_term

log = logging.getLogger(__name__)

GONE_WITHIN = 90
"""Seconds after which what is deleted is left to the cluster: its copies agree on what none needs every half minute."""

PAGE = 5_000
TOGETHER = 1_000


def erase(client: ClusterClient, index: str, meta: Meta, is_removed: Callable[[str], bool]) -> int:
    """Remove the articles whose ids are removed ones; says how many. Raises ClusterError."""
    refresh(client, index)
    doomed = [article_id for article_id in values(client, index, "id") if is_removed(article_id)]
    if not doomed:
        return 0
    _delete(client, located(client, index, doomed))
    refresh(client, index)
    words = words_index(index)
    _delete(client, [(words, one) for one in _unused_words(client, index)])
    for name in (index, words_index(index)):
        _merge_away(client, name)
    refresh(client, index)
    say(client, index, replace(meta, commit=meta.commit + 1))
    return len(doomed)


def _merge_away(client: ClusterClient, index: str) -> None:
    """Write the segments anew that have anything deleted, once no copy of the index needs it for catching up."""
    client.call("PUT", f"/{index}/_settings", {"index.merge.policy.expunge_deletes_allowed": 0})
    deadline = time.monotonic() + GONE_WITHIN
    while True:
        client.call("POST", f"/{index}/_flush", force="true")
        client.call("POST", f"/{index}/_forcemerge", only_expunge_deletes="true")
        client.call("POST", f"/{index}/_refresh")
        left = client.call("GET", f"/{index}/_stats/docs")["_all"]["total"]["docs"]["deleted"]
        if not left:
            return
        if time.monotonic() > deadline:
            log.warning("%s still holds %s deleted documents; the cluster merges them away later.", index, left)
            return
        time.sleep(2)


def forms(client: ClusterClient, index: str) -> Iterator[str]:
    """Every word form that stands in an index."""
    return (decode_term(term) for term in values(client, words_index(index), "form"))


def values(client: ClusterClient, index: str, field: str) -> Iterator[str]:
    """All values of a keyword field, in pages."""
    pages = {"size": PAGE, "sources": [{"value": {"terms": {"field": field}}}]}
    while True:
        body = {"size": 0, "track_total_hits": False, "aggs": {"pages": {"composite": pages}}}
        found = client.call("POST", f"/{index}/_search", body, allow_partial_search_results="false")
        page = found["aggregations"]["pages"]
        yield from (bucket["key"]["value"] for bucket in page["buckets"])
        if "after_key" not in page:
            return
        pages = pages | {"after": page["after_key"]}


def _unused_words(client: ClusterClient, index: str) -> Iterator[str]:
    """The ids of words and names that no article has any more."""
    words = words_index(index)
    for kind, field in (("form", TEXT_FORM.name), ("lemma", TEXT_LEMMA.name)):
        for terms in _parts(list(values(client, words, kind))):
            unused = _unused(client, index, field, terms)
            yield from (f"{kind[0]}:{term}" for term in unused)
    for names in _parts(list(values(client, words, "name"))):
        keys = {facet_key(PERSON.name, name): name for name in names}
        yield from (name_id(keys[key]) for key in _unused(client, index, PERSON.column, list(keys)))


def _unused(client: ClusterClient, index: str, field: str, terms: Sequence[str]) -> list[str]:
    each = {str(number): {"term": {field: term}} for number, term in enumerate(terms)}
    body = {"size": 0, "track_total_hits": False, "aggs": {"terms": {"filters": {"filters": each}}}}
    found = client.call("POST", f"/{index}/_search", body, allow_partial_search_results="false")
    buckets = found["aggregations"]["terms"]["buckets"]
    return [term for number, term in enumerate(terms) if not buckets[str(number)]["doc_count"]]


def _delete(client: ClusterClient, places: Iterable[Place]) -> None:
    sender = BulkSender(client)
    try:
        for index, doc_id in places:
            sender.add(operation("delete", index, doc_id))
        sender.flush()
    finally:
        sender.close()


def _parts(terms: Sequence[str]) -> Iterator[Sequence[str]]:
    return (terms[start : start + TOGETHER] for start in range(0, len(terms), TOGETHER))
