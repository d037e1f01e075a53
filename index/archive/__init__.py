"""The article archive: the truth. Every index is derived from it and can be thrown away.

    archive.db
    ├── article     one row per id: which version is current, and what `classify` needs
    ├── version     one row per stored version, numbered over the whole archive by `seq`
    ├── text        title and body of a version
    ├── entities    what was found in a version, and by which rules
    ├── story       which versions are copies of one another
    ├── tombstone   what was removed for good, as keyed hashes: never stored again
    └── source      what `watch` knows of the files and feeds that it reads

Old versions are kept, but nothing searches them. `seq` only grows, also after a removal: an index that holds
everything up to `Archive.max_seq()` asks for what came after it.
"""

from index.archive.store import Archive
from index.archive.values import Blocked, Collision, Counts, Outcome, StoredArticle

__all__ = ["Archive", "Blocked", "Collision", "Counts", "Outcome", "StoredArticle"]
