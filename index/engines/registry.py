"""The engines there are, on the writing side."""

from __future__ import annotations

from index.engines.base import Backend, Files
from index.engines.choice import EngineChoice
from index.engines.opensearch.backend import OpenSearchBackend
from index.engines.whoosh.backend import WhooshBackend
from index.errors import SettingsError


def backend_of(engine: EngineChoice) -> Backend:
    """The backend of an engine. Nothing is opened before it is asked for something."""
    return OpenSearchBackend(engine.cluster) if engine.name == OpenSearchBackend.name else WhooshBackend()


def files_of(engine: str) -> Files | None:
    """What tells of the files of a generation that an engine made, by the name in its fingerprints."""
    return WhooshBackend.files if engine == WhooshBackend.name else None


def maker_of(generation: str, engine: str, chosen: Backend) -> Backend:
    """The backend of the engine that a generation was made with, which another one than the chosen may have been.

    Raises:
        SettingsError: only the settings of that engine say where the generation is.
    """
    if engine == chosen.name:
        return chosen
    if files_of(engine) is None:
        raise SettingsError(
            "engine",
            chosen.name,
            f"is not what the index {generation} was made with",
            f"Set the engine to {engine}, and where its cluster is.",
        )
    return WhooshBackend()
