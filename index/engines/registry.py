"""The engines there are, on the writing side."""

from __future__ import annotations

from index.engines.base import Backend
from index.engines.choice import EngineChoice
from index.engines.opensearch.backend import OpenSearchBackend
from index.engines.whoosh.backend import WhooshBackend


def backend_of(engine: EngineChoice) -> Backend:
    """The backend of an engine. Nothing is opened before it is asked for something."""
    return OpenSearchBackend(engine.cluster) if engine.name == "opensearch" else WhooshBackend()
