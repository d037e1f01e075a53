"""The article archive: the truth. Every index is derived from it and can be thrown away.

    archive.db
    ├── article     one row per id: which version is current, and what `classify` needs
    ├── version     one row per stored version, numbered over the whole archive by `seq`
    ├── text        title and body of a version
    └── entities    what was found in a version, and by which rules

Old versions are kept, but nothing searches them. `seq` only grows, also after a removal: an index that holds
everything up to `Archive.max_seq()` asks for what came after it.
"""

from index.archive.store import Archive, Collision, Counts, Outcome, StoredArticle

__all__ = ["Archive", "Collision", "Counts", "Outcome", "StoredArticle"]
