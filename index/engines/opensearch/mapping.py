"""Fields and settings of an index in the cluster, and what it says of itself.

Beside each index `NAME` stands `NAME-words`: the forms and lemmas that occur, for beginnings and spellings, the
spelling of each person's name, and the user's corrections. How often a word occurs is counted when it is asked for.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from index.article.facets import FACETS
from index.document.schema import BODY_GAP, TEXT_FIELDS
from index.engines.choice import Cluster

META = "haberara"
CORRECTIONS_ID = "corrections"
_PLAIN = {"type": "object", "enabled": False}


@dataclass(frozen=True, slots=True)
class Meta:
    """What a generation says of itself, in the mapping of its index of words.

    `commit` rises with each commit. `watermark` is the highest `seq` that all is indexed up to, `archive` the id of the
    archive that it was made of, `corrections` the hash of the user's corrections in force, `yearly` whether articles of
    each year have an index of their own.
    """

    generation: str
    archive: str
    fingerprints: dict[str, str] = field(default_factory=dict)
    commit: int = 0
    watermark: int = 0
    corrections: str = ""
    yearly: bool = False

    def to_json(self) -> dict[str, Any]:
        """As it stands under `_meta`."""
        return {META: asdict(self)}

    @classmethod
    def from_mapping(cls, mapping: dict[str, Any]) -> Meta:
        """From the answer to `GET INDEX/_mapping`, that of one index. Raises ValueError if it is none of ours."""
        found = mapping.get("mappings", {}).get("_meta", {}).get(META)
        try:
            return cls(**found)
        except TypeError as error:
            raise ValueError("it was not made by Haberara") from error


def words_index(index: str) -> str:
    """The name of the index of words beside an index."""
    return f"{index}-words"


def index_body(cluster: Cluster, meta: Meta, *, loading: bool) -> dict[str, Any]:
    """The body that creates an index of articles; it says what shaped it, and is told nothing later."""
    properties: dict[str, Any] = {
        "id": {"type": "keyword"},
        "seq": {"type": "long", "index": False},
        "story": {"type": "long"},
        "sort_key": {"type": "long"},
        "day": {"type": "integer"},
        # Forms of the title once more, each once, for suggestions by frequency.
        "title_forms": {"type": "keyword", "eager_global_ordinals": True},
        "stored": _PLAIN,
        "shown": _PLAIN,
    }
    for text in TEXT_FIELDS:
        placed = {"index_options": "positions", "position_increment_gap": BODY_GAP}
        counted = placed if text.positional else {"index_options": "freqs"}
        properties[text.name] = {"type": "text", "analyzer": "whitespace", **counted}
    for facet in FACETS:
        properties[facet.column] = {"type": "keyword"}
    mappings = {
        "_meta": meta.to_json(),
        "dynamic": "strict",
        "properties": properties,
    }
    return {"settings": index_settings(cluster, loading=loading, shards=True), "mappings": mappings}


def words_body(cluster: Cluster, meta: Meta, *, loading: bool) -> dict[str, Any]:
    """The body that creates the index of words, which says what the generation is."""
    keyword = {"type": "keyword"}
    properties = {"form": keyword, "spelled": keyword, "lemma": keyword, "name": {"type": "keyword", "index": False}}
    return {
        "settings": index_settings(cluster, loading=loading, shards=True),
        "mappings": {
            "_meta": meta.to_json(),
            "dynamic": "strict",
            "properties": {**properties, "texts": _PLAIN},
        },
    }


def index_settings(cluster: Cluster, *, loading: bool, shards: bool = False) -> dict[str, Any]:
    """Settings of an index, with `shards` those too that never change.

    While a new index is loaded it has no replicas. Refreshing is left to commits: nothing is seen before. The log is
    synced with every request, which costs little as requests are large: with a log that lags behind, a replica would
    not copy the files of the last commit but index everything again.
    """
    settings: dict[str, Any] = {
        "index.number_of_replicas": 0 if loading else cluster.replicas,
        "index.refresh_interval": "-1",
        "index.translog.durability": "request",
    }
    # Most of an index is texts, given back a page at a time: smaller files for a little time.
    fixed = {"index.number_of_shards": cluster.shards, "index.codec": "best_compression"}
    return {**settings, **fixed} if shards else settings
