"""Removing articles for good: from the archive, from every index, from every list of words, and for ever.

A removal goes through these steps, each of which can be repeated:

    1. removal.json says that one is under way
    2. tombstones.jsonl, then the archive: tombstones in, articles out, in one transaction
    3. every generation of the index: segments that have anything of the articles are written anew
    4. the lemma cache: words that no article has any more
    5. the archive's file is written anew and its log emptied; removal.json goes

After a crash between them the next writer (`add`, `reindex`, `remove`) does what is left, see `finish_pending`.
"""

from index.removal.remove import (
    PENDING,
    Removal,
    RemovalReport,
    allow,
    finish_pending,
    is_pending,
    look_up,
    remove,
)

__all__ = ["PENDING", "Removal", "RemovalReport", "allow", "finish_pending", "is_pending", "look_up", "remove"]
