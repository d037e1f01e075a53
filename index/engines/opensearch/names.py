"""One spelling for each person: names that differ in case or diacritics only are one, spelled as it was met first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from index.article.facets import BY_NAME, COUNTRY, PERSON
from index.article.periods import periods_of
from index.engines.opensearch.bulk import deliver, operation
from index.engines.opensearch.client import ClusterClient
from index.engines.opensearch.encoding import facet_key, id_of
from index.engines.opensearch.mapping import words_index
from index.entities import Corrections, canonical_key

CHUNK = 2_000


def name_id(name: str) -> str:
    """The id of a person's name in the index of words."""
    return id_of("p:" + canonical_key(name))


class Names:
    """The spellings of an index; unknown ones are asked of the cluster, and made known to it if it has none."""

    def __init__(self, client: ClusterClient, index: str, corrections: Corrections) -> None:
        self._client = client
        self._words = words_index(index)
        self._corrections = corrections
        self._known: dict[str, str] = {}

    def learn(self, names: Iterable[str]) -> None:
        """Look up the spellings of some people, and make new ones known.

        Several processes may meet a name at once: whoever comes first in the cluster decides its spelling.
        """
        wanted: dict[str, str] = {}
        for name in names:
            shown = self._resolved(name)
            if shown:
                wanted.setdefault(name_id(shown), shown)
        fresh = [key for key in wanted if key not in self._known]
        self._look_up(fresh)
        new = [key for key in fresh if key not in self._known]
        if new:
            deliver(self._client, [operation("create", self._words, key, {"name": wanted[key]}) for key in new])
            self._look_up(new)

    def _look_up(self, keys: list[str]) -> None:
        for start in range(0, len(keys), CHUNK):
            ids = keys[start : start + CHUNK]
            found = self._client.call("POST", f"/{self._words}/_mget", {"ids": ids})["docs"]
            self._known |= {doc["_id"]: doc["_source"]["name"] for doc in found if doc.get("found")}

    def shown(self, values: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """People and countries as the facets count them, each once; those that the user hid are left out."""
        found = self._corrections.applied(values)
        people = dict.fromkeys(self._known[name_id(name)] for name in found[PERSON.name])
        return {PERSON.name: list(people), COUNTRY.name: list(found[COUNTRY.name])}

    def _resolved(self, name: str) -> str:
        known = self._corrections.people.resolve(name)
        return name if known is None else known


def facet_keys(facet: str, values: Iterable[str]) -> list[str]:
    """Values as they stand in the cluster; of a date its year and its month too."""
    if BY_NAME[facet].hierarchical:
        return list(dict.fromkeys(period for value in values for period in periods_of(value)))
    return [facet_key(facet, value) for value in values]
