"""Whether a Whoosh index holds what it should, and can be read to the end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from index.engines.whoosh.layout import ID, STORED
from index.engines.whoosh.terms import TermTable
from index.engines.whoosh.writer import open_index
from index.errors import BrokenIndex
from index.schema import TEXT_LEMMA


def verify(path: Path, documents: int, probes: Sequence[str]) -> None:
    """Check the count of documents, that each probe's stored text can be read, and postings of every segment.

    Raises:
        BrokenIndex: saying what is wrong.
    """
    index = open_index(path, readonly=True)
    reader = index.reader()
    try:
        if reader.doc_count() != documents:
            raise BrokenIndex(path, f"it holds {reader.doc_count()} articles where the archive has {documents}")
        for article_id in probes:
            _check_article(reader, article_id, path)
        for leaf, _ in reader.leaf_readers():
            _check_segment(leaf, path)
    finally:
        reader.close()
        index.close()


def _check_article(reader: Any, article_id: str, path: Path) -> None:
    numbers = list(reader.postings(ID, article_id).all_ids()) if (ID, article_id) in reader else []
    if len(numbers) != 1 or "body" not in reader.stored_fields(numbers[0]).get(STORED, {}):
        raise BrokenIndex(path, f"the article {article_id!r} can't be found in it")


def _check_segment(leaf: Any, path: Path) -> None:
    """Read the postings of the segment's first lemma, and the last document's stored text."""
    if not leaf.doc_count_all():  # Whoosh's stand-in for an index without segments
        return
    table = TermTable(leaf)
    for entry in islice(table.span(TEXT_LEMMA.name), 1):
        if not len(table.postings(entry).ids):
            raise BrokenIndex(path, f"the postings of {entry.term!r} can't be read")
    leaf.stored_fields(leaf.doc_count_all() - 1)
