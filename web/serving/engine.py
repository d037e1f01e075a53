"""The search engine of the running app: opened when it is first needed, and tried again if that failed.

So the server can start before there is an index, and answers without a restart once there is one.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from flask import current_app

from index.engines.choice import WHOOSH, EngineChoice
from search.service import SearchEngine

EXTENSION = "haberara_engine"


class EngineSource:
    """One engine per process, opened lazily under a lock. The engine itself is safe for threads."""

    def __init__(self, data: Path, engine: SearchEngine | None = None, choice: EngineChoice = WHOOSH) -> None:
        self.data = data
        self._choice = choice
        self._engine = engine
        self._lock = Lock()

    def get(self) -> SearchEngine:
        """The engine.

        Raises:
            IndexUnusable: there is no index yet, or it can't answer; asked again, it tries again.
        """
        if self._engine is None:
            with self._lock:
                if self._engine is None:
                    self._engine = SearchEngine.open(self.data, self._choice)
        return self._engine


def current_engine() -> SearchEngine:
    """The engine of the running app. Raises IndexUnusable."""
    source: EngineSource = current_app.extensions[EXTENSION]
    return source.get()
