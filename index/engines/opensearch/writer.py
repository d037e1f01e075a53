"""Writes documents into one index of the cluster."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from index.article.facets import DATE, FACETS, PERSON
from index.document import UNDATED, Document
from index.document.schema import TEXT_FORM, TEXT_LEMMA, TITLE_FORM
from index.engines.opensearch.bulk import BulkSender, operation
from index.engines.opensearch.client import ClusterClient
from index.engines.opensearch.encoding import id_of, is_token, term_of
from index.engines.opensearch.mapping import Meta, words_index
from index.engines.opensearch.names import Names, facet_keys
from index.engines.opensearch.years import Place, Years, located
from index.entities import Corrections
from index.errors import ClusterError
from index.turkish import encode_term, folded_prefix

SENT = "sent"
"""In the folder of a part: the highest `seq` that was sent, and the words that were new to its process."""

MOST_WORDS = 2_000_000
"""Forms, and lemmas, that are remembered as known, some 200 MB of each; to send one again does no harm."""

TOGETHER = 200
"""Documents whose people are looked up in one request."""


class OpenSearchWriter:
    """The OpenSearch implementation of `DocumentWriter`.

    With a folder for a `part` it writes into the same index, but its commit lets nothing be seen: it leaves in the
    folder how far it has come and which words it has met, and the writer that adopts the folder sends these and
    commits: most words are met by all processes, and the cluster should hear of each once.
    """

    def __init__(
        self, client: ClusterClient, index: str, meta: Meta, corrections: Corrections, part: Path | None = None
    ) -> None:
        self._part = part
        self._client = client
        self._index = index
        self._meta = meta
        self._names = Names(client, index, corrections)
        self._sender = BulkSender(client)
        self._years = Years(client, index) if meta.yearly else None
        self._pending: list[Document] = []
        self._highest = meta.watermark
        self._changed = False
        self._words = words_index(index)
        self._known = _known_words(index)
        self._met: dict[str, set[str]] = {kind: set() for kind, _ in WORDS}

    @property
    def watermark(self) -> int:
        """The highest `seq` of the committed index."""
        return self._meta.watermark

    def add(self, document: Document) -> None:
        """Send a document, in place of the one with the same id if there is one."""
        self._pending.append(document)
        self._highest = max(self._highest, document.seq)
        self._changed = True
        if len(self._pending) >= TOGETHER:
            self._send()

    def adopt(self, part: Path) -> None:
        """Take over what another writer sent as a part."""
        sent = json.loads((part / SENT).read_text(encoding="utf-8"))
        self._highest = max(self._highest, sent["seq"])
        self._changed = True
        for kind, _ in WORDS:
            self._send_words(kind, set(sent[kind]))
        shutil.rmtree(part)

    def remove(self, ids: Iterable[str]) -> int:
        """Remove documents; says how many there were."""
        self._send()
        self._sender.flush()
        refresh(self._client, self._index)
        there = list(located(self._client, self._index, list(ids)))
        self._delete(there)
        return len(there)

    def _delete(self, places: Iterable[Place]) -> None:
        for index, doc_id in places:
            self._sender.add(operation("delete", index, doc_id))
            self._changed = True

    @property
    def wants_commit(self) -> bool:
        """Never: nothing is held here for long."""
        return False

    def commit(self) -> int:
        """Wait until the cluster has everything, let it be seen, and say so in the index; gives the commit's number."""
        if self._changed:
            self._send()
            self._sender.flush()
            if self._part:
                met = {kind: sorted(words) for kind, words in self._met.items()}
                (self._part / SENT).write_text(json.dumps({"seq": self._highest, **met}), encoding="utf-8")
                return self._meta.commit
            refresh(self._client, self._index)
            self._meta = replace(self._meta, commit=self._meta.commit + 1, watermark=self._highest)
            say(self._client, self._index, self._meta)
            self._changed = False
        return self._meta.commit

    def close(self) -> None:
        """Drop what was not sent; what was is not seen before the next commit, which sends it again."""
        self._pending = []
        self._sender.close()
        self._client.close()
        if self._changed:
            _known_words.cache_clear()

    def _send(self) -> None:
        documents, self._pending = self._pending, []
        self._names.learn(name for document in documents for name in document.facets[PERSON.name])
        for kind, field in WORDS:
            self._send_words(kind, {word for d in documents for run in d.terms[field.name] for word in run})
        if self._years:
            self._delete(self._years.prepare(documents))
        for document in documents:
            # Versions make it harmless to send a document twice, or an older one after it.
            self._sender.add(
                operation(
                    "index",
                    self._years.index_of(document) if self._years else self._index,
                    id_of(document.id),
                    self._source(document),
                    version=document.seq,
                    version_type="external_gte",
                )
            )

    def _source(self, document: Document) -> dict[str, Any]:
        shown = self._names.shown(document.facets)
        source: dict[str, Any] = {"id": document.id, "seq": document.seq, "story": document.story, "shown": shown}
        if document.sort_key != UNDATED:
            source["sort_key"] = document.sort_key
        for day in document.facets[DATE.name]:
            source["day"] = date.fromisoformat(day).toordinal()
        for name, runs in document.terms.items():
            source[name] = [" ".join(map(term_of, run)) for run in runs]
        source[TITLE_FORMS] = sorted({term_of(form) for run in document.terms[TITLE_FORM.name] for form in run})
        for facet in FACETS:
            source[facet.column] = facet_keys(facet.name, shown.get(facet.name, document.facets[facet.name]))
        source["stored"] = {name: _text(value) for name, value in document.stored.items()}
        return source

    def _send_words(self, kind: str, met: set[str]) -> None:
        """Make known the forms or lemmas that this process has not met yet."""
        known = self._known[kind]
        fresh = met - known
        if len(known) > MOST_WORDS:
            known.clear()
        known |= met
        if self._part:
            self._met[kind] |= fresh
            return
        for word in fresh:
            term = encode_term(word)
            if is_token(term):
                source = {kind: term, "spelled": term.partition(FOLDED_END)[0]} if kind == "form" else {kind: term}
                self._sender.add(operation("create", self._words, f"{kind[0]}:{term}", source))


TITLE_FORMS = "title_forms"
WORDS = (("form", TEXT_FORM), ("lemma", TEXT_LEMMA))
FOLDED_END = folded_prefix("")
"""What follows the folded spelling in a term."""


@lru_cache(maxsize=1)
def _known_words(index: str) -> dict[str, set[str]]:  # noqa: ARG001 -- one for each index
    """The words that this process has made known: each part of an archive has mostly those of the parts before."""
    return {kind: set() for kind, _ in WORDS}


def say(client: ClusterClient, index: str, meta: Meta) -> None:
    """Change what an index says of itself."""
    client.call("PUT", f"/{words_index(index)}/_mapping", {"_meta": meta.to_json()})


def refresh(client: ClusterClient, index: str) -> None:
    """Let everything that was written be seen. Raises ClusterError if a part of the index can't."""
    for name in (index, words_index(index)):
        answer = client.call("POST", f"/{name}/_refresh")
        shards = answer["_shards"]
        if shards["failed"]:
            raise ClusterError(
                client.cluster.urls[0],
                f"{shards['failed']} of {shards['total']} shards of {name} can't be read",
                "See the cluster's health, then run the command again.",
                busy=True,
            )


def _text(value: Any) -> Any:
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value
