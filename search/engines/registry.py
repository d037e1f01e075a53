"""Which engines there are, on the reading side."""

from __future__ import annotations

from pathlib import Path

from index.engines.choice import EngineChoice
from index.generations import Fingerprints
from search.engines.base import LiveIndex
from search.engines.opensearch.live import OpenSearchIndex
from search.engines.whoosh.live import WhooshIndex


def open_live_index(data: Path, engine: EngineChoice, expected: Fingerprints) -> LiveIndex:
    """The live index of a data directory or in a cluster. The first call of `view` tells whether it can answer."""
    if engine.name == "opensearch":
        return OpenSearchIndex(engine.cluster, expected)
    return WhooshIndex(data, expected)
