"""What this program would build an index with; a reader compares it with what an index says of itself."""

from __future__ import annotations

from index.entities import fingerprint as entities_fingerprint
from index.generations import Fingerprints
from index.schema import schema_fingerprint
from index.turkish import TurkishAnalyzer, fingerprint


def expected_fingerprints(engine: str, analyzer: TurkishAnalyzer | None = None) -> Fingerprints:
    """The fingerprints of this program's engine, schema, analyzer and entity rules."""
    words = fingerprint() if analyzer is None else analyzer.fingerprint
    return Fingerprints(engine, schema_fingerprint(engine), words, entities_fingerprint())
