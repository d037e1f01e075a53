"""Building: sources into the archive, the archive into an index.

add        sources -> archive -> live index, a durable batch at a time
reindex    archive -> a new generation, verified, then made current
rollback   the generation before answers again
"""

from index.building.add import AddOptions, add
from index.building.currency import needs_rebuild
from index.building.reindex import reindex, reindex_facets, reindex_if_needed
from index.building.report import BuildReport
from index.building.rollback import RollbackReport, rollback

__all__ = [
    "AddOptions",
    "BuildReport",
    "RollbackReport",
    "add",
    "needs_rebuild",
    "reindex",
    "reindex_facets",
    "reindex_if_needed",
    "rollback",
]
