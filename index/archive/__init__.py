"""The article archive, the source of truth: every index is derived from it and can be thrown away.

    archive.db
    ├── article     one row per id: which version is current, and what `classify` needs
    ├── version     one row per stored version, numbered over the whole archive by `seq`
    ├── text        title and body of a version
    ├── entities    the mentions found in a version, and the fingerprint of the rules that found them
    ├── story       which versions are copies of one another
    ├── tombstone   what was removed for good, as keyed hashes: never stored again
    └── source      what `watch` knows of the files and feeds that it reads

Old versions are kept but never searched. `seq` only grows, also after a removal, so that an index that holds
everything up to one `seq` is brought up to date with the versions stored after it.
"""

from index.archive.store import Archive
from index.archive.values import Blocked, Collision, Counts, Outcome, StoredArticle

__all__ = ["Archive", "Blocked", "Collision", "Counts", "Outcome", "StoredArticle"]
