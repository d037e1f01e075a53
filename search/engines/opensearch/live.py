"""Asks the alias which index answers, and follows its commits: every commit gives a new view."""

from __future__ import annotations

import threading
from dataclasses import asdict

from index.engines.choice import Cluster
from index.engines.opensearch.backend import index_name, read_meta
from index.engines.opensearch.client import ClusterClient, NotThere, ReadingClient
from index.engines.opensearch.mapping import CORRECTIONS_ID, Meta, words_index
from index.entities import Corrections, corrections_of
from index.errors import BrokenIndex, NoIndex, StaleIndex
from index.generations import ALIASES, COUNTRY_ALIASES, Fingerprints
from search.engines.opensearch.view import OpenSearchView
from search.results import Snapshot


class OpenSearchIndex:
    """The OpenSearch implementation of `LiveIndex`. Safe for threads. It needs no file of the archive."""

    def __init__(self, cluster: Cluster, expected: Fingerprints) -> None:
        self._cluster = cluster
        self._expected = expected
        self._client: ClusterClient | None = None
        self._lock = threading.Lock()
        self._meta: Meta | None = None
        self._view: OpenSearchView | None = None

    def view(self) -> OpenSearchView:
        """The newest committed state.

        Raises:
            IndexUnusable: no index, one that another version built, or a cluster that can't be asked.
        """
        client = self._opened()
        meta = read_meta(client, words_index(self._cluster.name))
        if meta is None:
            raise NoIndex(self._cluster.place)
        with self._lock:
            if self._view is None or meta != self._meta:
                self._view, self._meta = self._at(client, meta), meta
            return self._view

    def close(self) -> None:
        """Let go of the connections."""
        with self._lock:
            client, self._client, self._view, self._meta = self._client, None, None, None
        if client is not None:
            client.close()

    def _opened(self) -> ClusterClient:
        with self._lock:
            if self._client is None:
                self._client = ClusterClient(self._cluster)
            return self._client

    def _at(self, client: ClusterClient, meta: Meta) -> OpenSearchView:
        for what, value in asdict(self._expected).items():
            # Other entity rules make facets older, not wrong.
            if what != "entities" and meta.fingerprints.get(what) != value:
                raise StaleIndex(what, str(meta.fingerprints.get(what)), value)
        index = index_name(self._cluster, meta.generation)
        corrections = _read_corrections(client, index)
        return OpenSearchView(
            ReadingClient(client), index, Snapshot(meta.generation, meta.commit, corrections.hash), corrections
        )


def _read_corrections(client: ClusterClient, index: str) -> Corrections:
    """The corrections that are kept with an index, laid over what is shipped."""
    try:
        found = client.call("GET", f"/{words_index(index)}/_doc/{CORRECTIONS_ID}")
    except NotThere as error:
        raise BrokenIndex(client.cluster.place, "its index of words is gone") from error
    texts = found["_source"]["texts"]
    corrections, _ = corrections_of(texts.get(ALIASES, ""), texts.get(COUNTRY_ALIASES, ""))
    return corrections
