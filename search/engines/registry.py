"""The engines there are, on the reading side."""

from __future__ import annotations

from pathlib import Path

from index.engines.choice import EngineChoice
from index.generations import Fingerprints
from search.engines.base import Engine
from search.engines.opensearch.engine import OpenSearchEngine
from search.engines.whoosh.engine import WhooshEngine


def open_engine(data: Path, engine: EngineChoice, expected: Fingerprints) -> Engine:
    """The engine over a data directory, or over a cluster. The first question finds out whether it can answer."""
    if engine.name == "opensearch":
        return OpenSearchEngine(engine.cluster, expected)
    return WhooshEngine(data, expected)
