"""Building: sources into the archive, the archive into an index.

add        sources -> archive -> live index, a durable batch at a time
reindex    archive -> a new generation, verified, then made current
"""

from index.build.add import AddOptions, add
from index.build.reindex import needs_rebuild, reindex, reindex_facets, reindex_if_needed
from index.build.report import Acknowledgement, BuildReport, Observer

__all__ = [
    "Acknowledgement",
    "AddOptions",
    "BuildReport",
    "Observer",
    "add",
    "needs_rebuild",
    "reindex",
    "reindex_facets",
    "reindex_if_needed",
]
