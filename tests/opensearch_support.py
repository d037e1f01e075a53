"""What the tests of the engine OpenSearch share: an archive in a cluster, and what is found in it.

The fixtures build on `engine`, which each file has as it needs it: with replicas, with an index for each year.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conformance import Given, given, store

from index.building import reindex
from index.engines.choice import EngineChoice
from index.engines.opensearch.client import ClusterClient
from index.generations import Generations
from search.request import SearchRequest
from search.service import SearchEngine

EXPIRED = Path(__file__).parent / "golden" / "expired.pem"
"""A certificate of yesterday, with its key."""

ITEMS = (
    given("a1", "Gece depremi", "Depremde evler yıkıldı.", "1999-08-17", "Sabah"),
    given("a2", "Seçim", "Sandıklar açıldı.", "2002-11-03", "Akşam"),
)


@pytest.fixture
def items() -> tuple[Given, ...]:
    """What `built` holds; a file may have its own."""
    return ITEMS


@pytest.fixture
def client(engine: EngineChoice) -> Iterator[ClusterClient]:
    """Asks the cluster directly."""
    with closing(ClusterClient(engine.cluster)) as opened:
        yield opened


@pytest.fixture
def built(data: Path, engine: EngineChoice, items: tuple[Given, ...]) -> Path:
    """A data directory whose articles are in the cluster."""
    store(data, items)
    reindex(data, engine=engine, jobs=1)
    return data


def found(data: Path, engine: EngineChoice, q: str = "", **params: str) -> set[str]:
    """The ids of the articles that have all words of a query."""
    with closing(SearchEngine.open(data, engine)) as search:
        request = SearchRequest.from_params({"q": [q], "match": ["all"], **{n: [v] for n, v in params.items()}})
        return {hit.id for hit in search.search(request).hits}


def index_of(data: Path, engine: EngineChoice) -> str:
    """What the live generation's index of articles is called in the cluster."""
    return f"{engine.cluster.name}-{Generations(data).current().name.replace('T', 't')}"
