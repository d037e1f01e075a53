"""Indexes laid out in a cluster, verified, published by an alias, discarded.

Each generation of the data directory has indexes of its own there: `NAME-<generation>` with the articles, or one for
each year, and `NAME-<generation>-words`, whose mapping says what the generation is. Readers look behind the alias
`NAME-words` for the one that answers; the alias `NAME` is its articles. Both are moved in one step of the cluster.
"""

from __future__ import annotations

import logging
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.disk import replace_file
from index.document.schema import TEXT_LEMMA
from index.engines.base import Probe
from index.engines.choice import Cluster
from index.engines.opensearch.client import ClusterClient, NotThere
from index.engines.opensearch.encoding import term_of
from index.engines.opensearch.erasing import erase, forms
from index.engines.opensearch.mapping import CORRECTIONS_ID, Meta, index_body, index_settings, words_body, words_index
from index.engines.opensearch.writer import OpenSearchWriter, refresh, say
from index.engines.opensearch.years import create_index, holders, indexes_of, template_body, year_index
from index.entities import Corrections
from index.errors import BrokenIndex, SettingsError

log = logging.getLogger(__name__)

ARCHIVE_ID = "cluster-archive-id"
BACK_WITHIN = 10
"""Seconds that a node that has gone may take to come back before its part of an index is given up."""

WHOLE_WITHIN = 60
"""Seconds that replicas of a new index may take before it answers without them."""


class OpenSearchBackend:
    """The OpenSearch implementation of `Backend`."""

    name = "opensearch"
    files = None
    corrects_when_writing = True

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def create(self, path: Path, fingerprints: Mapping[str, str], *, loading: bool) -> None:
        """Lay out an empty index for a generation; where each year has one, that of undated articles."""
        index, cluster = self._index(path), self._cluster
        with self._client() as client:
            self._refuse_foreign(client, path)
            meta = Meta(path.name, _archive_id(path.parent), dict(fingerprints), yearly=cluster.yearly)
            body = index_body(cluster, meta, loading=loading)
            if cluster.yearly:
                client.call("PUT", f"/_index_template/{index}", template_body(index, body))
                create_index(client, year_index(index, None), {})
            else:
                create_index(client, index, body)
            create_index(client, words_index(index), words_body(cluster, meta, loading=loading))

    def writer(self, path: Path, corrections: Corrections) -> OpenSearchWriter:
        """The writer of a generation's index."""
        return self._writer(path, corrections)

    def _writer(self, path: Path, corrections: Corrections, part: Path | None = None) -> OpenSearchWriter:
        client = ClusterClient(self._cluster)
        try:
            index = self._index(path)
            return OpenSearchWriter(client, index, self._meta(client, index), corrections, part)
        except BaseException:
            client.close()
            raise

    def part_writer(self, path: Path, folder: Path, corrections: Corrections) -> OpenSearchWriter:
        """A writer that sends a part into the index of the generation; its folder says how far it has come."""
        folder.mkdir(parents=True, exist_ok=True)
        return self._writer(path, corrections, folder)

    def correct(self, path: Path, texts: Mapping[str, str], hash_: str) -> None:
        """Keep the user's corrections, the texts of their files, with the index."""
        index = self._index(path)
        with self._client() as client:
            meta = self._meta(client, index)
            client.call("PUT", f"/{words_index(index)}/_doc/{CORRECTIONS_ID}", {"texts": dict(texts)})
            refresh(client, index)
            say(client, index, replace(meta, commit=meta.commit + 1, corrections=hash_))

    def finish(self, path: Path) -> None:
        """Give a loaded index its replicas."""
        index = self._index(path)
        settings = index_settings(self._cluster, loading=False)
        with self._client() as client:
            meta = self._meta(client, index)
            if meta.yearly:
                body = index_body(self._cluster, meta, loading=False)
                client.call("PUT", f"/_index_template/{index}", template_body(index, body))
            for name in (index, words_index(index)):
                # First on disk: a replica then copies files, where it would have to index everything again.
                client.call("POST", f"/{name}/_flush")
                client.call("PUT", f"/{name}/_settings", settings)
            deadline = time.monotonic() + WHOLE_WITHIN
            while time.monotonic() < deadline:
                health = client.call("GET", f"/_cluster/health/{index},{words_index(index)}")
                if health["status"] == "green" or health["number_of_data_nodes"] <= self._cluster.replicas:
                    return
                time.sleep(0.5)

    def tidy(self, path: Path) -> None:
        """Remove the folders of parts: what was sent and not committed is sent again."""
        shutil.rmtree(path / "parts", ignore_errors=True)

    def holdings(self, path: Path) -> tuple[int, int]:
        """The documents that the cluster counts, and the watermark of the last commit."""
        index = self._index(path)
        with self._client() as client:
            meta = self._meta(client, index)
            return int(client.call("GET", f"/{index}/_count")["count"]), meta.watermark

    def checks(self, path: Path) -> Sequence[Callable[[], None]]:
        """None: the cluster checks its segments itself. But the only node with a part may have gone."""
        index = self._index(path)
        with self._client() as client:
            # Their health is waited for as long as they are not there: say at once that they never were made.
            client.call("GET", f"/{index},{words_index(index)}/_alias")
            until = time.monotonic() + BACK_WITHIN
            while client.call("GET", f"/_cluster/health/{index},{words_index(index)}")["status"] == "red":
                if time.monotonic() > until:
                    raise BrokenIndex(self._cluster.place, f"a node with a part of {index} has gone")
                time.sleep(0.5)
        return ()

    def verify(self, path: Path, documents: int, probes: Sequence[Probe]) -> None:
        """Count the documents and look for each probe."""
        index = self._index(path)
        with self._client() as client:
            refresh(client, index)
            found = client.call("GET", f"/{index}/_count")
            if found["_shards"]["failed"] or found["count"] != documents:
                raise BrokenIndex(index, f"it holds {found['count']} articles where the archive has {documents}")
            for probe in probes:
                words = [{"term": {TEXT_LEMMA.name: term_of(lemma)}} for lemma in probe.lemmas]
                query = {"bool": {"filter": [{"term": {"id": probe.article_id}}, *words]}}
                if client.call("POST", f"/{index}/_count", {"query": query})["count"] != 1:
                    raise BrokenIndex(index, f"the article {probe.article_id!r} is not found by its words")

    def publish(self, path: Path) -> None:
        """Let a generation's index answer from now on: the aliases move in one step."""
        index, alias = self._index(path), self._cluster.name
        with self._client() as client:
            moves = [
                *_moves(client, alias, indexes_of(client, index)),
                *_moves(client, words_index(alias), [words_index(index)]),
            ]
            if moves:
                self._refuse_foreign(client, path)
                client.call("POST", "/_aliases", {"actions": moves})

    def discard(self, path: Path) -> None:
        """Remove a generation's indexes, unless it answers."""
        index = self._index(path)
        with self._client() as client:
            if words_index(index) in holders(client, words_index(self._cluster.name)):
                return
            _delete(client, index)

    def discard_orphans(self, root: Path) -> None:
        """Remove the indexes of this archive's generations that have no directory below `root` any more."""
        if not (root / ARCHIVE_ID).exists():
            return
        ours = _archive_id(root)
        with self._client() as client:
            # Of an index whose making was interrupted there are no words yet.
            found = client.call("GET", f"/{self._cluster.name}-*/_mapping")
            held = set()
            for mapping in found.values():
                with suppress(ValueError):  # none of ours
                    meta = Meta.from_mapping(mapping)
                    if meta.archive == ours:
                        held.add(meta.generation)
            for generation in sorted(held):
                if not (root / generation).is_dir():
                    log.warning("Removed the index of %s, which is no longer known here.", generation)
                    _delete(client, index_name(self._cluster, generation))

    def erase(self, path: Path, is_removed: Callable[[str], bool]) -> int:
        """Remove articles and what the index of words has of them; says how many articles."""
        index = self._index(path)
        with self._client() as client:
            return erase(client, index, self._meta(client, index), is_removed)

    def forms(self, path: Path) -> Iterator[str]:
        """Every word form of the articles, read from the cluster."""
        with self._client() as client:
            yield from forms(client, self._index(path))

    def size(self, path: Path) -> int:
        """Bytes that an index takes in the cluster, replicas included."""
        with self._client() as client:
            found = client.call("GET", f"/{self._index(path)}*/_stats/store")
            return int(found["_all"]["total"]["store"]["size_in_bytes"])

    def _meta(self, client: ClusterClient, index: str) -> Meta:
        meta = read_meta(client, words_index(index))
        if meta is None:
            raise BrokenIndex(self._cluster.place, f"its index {index} is gone")
        return meta

    def _index(self, path: Path) -> str:
        return index_name(self._cluster, path.name)

    @contextmanager
    def _client(self) -> Iterator[ClusterClient]:
        with closing(ClusterClient(self._cluster)) as client:
            try:
                yield client
            except NotThere as error:
                raise BrokenIndex(self._cluster.place, f"a part of it is gone ({error})") from error

    def _refuse_foreign(self, client: ClusterClient, path: Path) -> None:
        """Two archives under one name would take the alias from one another."""
        ours = _archive_id(path.parent)
        for name in holders(client, words_index(self._cluster.name)):
            meta = read_meta(client, name)
            if meta is not None and meta.archive != ours:
                raise SettingsError(
                    "opensearch_index",
                    self._cluster.name,
                    "is the name of another archive in this cluster",
                    "Choose another name.",
                )


def index_name(cluster: Cluster, generation: str) -> str:
    """The name of a generation's index."""
    return f"{cluster.name}-{generation.replace('T', 't')}"


def read_meta(client: ClusterClient, index: str) -> Meta | None:
    """What an index, or the one behind an alias, says of itself; None if there is none.

    Raises:
        BrokenIndex: it is none of ours.
    """
    try:
        found = client.call("GET", f"/{index}/_mapping")
    except NotThere:
        return None
    if len(found) != 1:
        raise BrokenIndex(client.cluster.place, f"the alias stands for {len(found)} indexes")
    (mapping,) = found.values()
    try:
        return Meta.from_mapping(mapping)
    except ValueError as error:
        raise BrokenIndex(client.cluster.place, str(error)) from error


def _delete(client: ClusterClient, index: str) -> None:
    """Remove the indexes of a generation, the words last: they say what it is."""
    for name in sorted(client.call("GET", f"/{index}*/_alias"), key=lambda name: name == words_index(index)):
        with suppress(NotThere):
            client.call("DELETE", f"/{name}")
    with suppress(NotThere):
        client.call("DELETE", f"/_index_template/{index}")


def _moves(client: ClusterClient, alias: str, indexes: Sequence[str]) -> list[dict[str, Any]]:
    """What makes an alias stand for some indexes and no others."""
    now = holders(client, alias)
    gone = [{"remove": {"index": name, "alias": alias}} for name in now if name not in indexes]
    return gone + [{"add": {"index": name, "alias": alias}} for name in indexes if name not in now]


def _archive_id(root: Path) -> str:
    """A name for the archive that no other has, kept beside its generations."""
    kept = root / ARCHIVE_ID
    if not kept.exists():
        replace_file(kept, uuid.uuid4().hex + "\n")
    return kept.read_text(encoding="utf-8").strip()
