"""Reads one open file into articles and rejections, and rejects an id that comes twice with different content."""

from __future__ import annotations

import io
from collections.abc import Iterator

from index.article import Article, BadRecord
from index.readers.delimited import read_delimited
from index.readers.feed import read_feed
from index.readers.jsonl import read_jsonl
from index.readers.kinds import told_by_content
from index.readers.options import Format, ReadOptions
from index.readers.page import read_page_file
from index.readers.record import RawRecord, RecordReader
from index.readers.streams import Broken
from index.readers.text import read_text
from index.readers.warc import read_warc


def read_file(
    stream: io.BufferedReader, name: str, kind: Format, options: ReadOptions
) -> Iterator[Article | BadRecord]:
    """All articles and rejections of a file; an empty file gives one rejection. `name` stands in them. Raises
    SourceError."""
    reader = RecordReader(name, options)
    seen = _Seen(name)
    empty = True
    for record in _until_broken(_raw_records(stream, name, kind, options), name):
        empty = False
        article = reader.read(record)
        if isinstance(article, Article) and isinstance(record, RawRecord) and not options.update:
            article = seen.check(article, record.line)
        yield article
    if empty:
        yield BadRecord(name, "holds no records")


def _raw_records(
    stream: io.BufferedReader, name: str, kind: Format, options: ReadOptions
) -> Iterator[RawRecord | BadRecord]:
    kind = told_by_content(stream, name, kind)
    if kind == "jsonl":
        yield from read_jsonl(stream, name)
    elif kind == "csv":
        yield from read_delimited(stream, name, options)
    elif kind == "html":
        yield read_page_file(stream, name)
    elif kind == "feed":
        yield from read_feed(stream, name, follow=options.follow, inner=options.inner)
    elif kind == "warc":
        yield from read_warc(stream, name)
    else:
        yield read_text(stream, name)


def _until_broken(records: Iterator[RawRecord | BadRecord], name: str) -> Iterator[RawRecord | BadRecord]:
    """The records before the damage, if there is any, and a rejection for the damage."""
    try:
        yield from records
    except Broken as broken:
        yield BadRecord(name, f"{broken.reason}; what came before was kept", broken.line + 1)


class _Seen:
    """The ids that one file has had so far, each with a hash of its content. They take about 220 bytes each."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._first: dict[str, tuple[int | None, int]] = {}

    def check(self, article: Article, line: int | None) -> Article | BadRecord:
        """The article; a rejection if its id came before with different content."""
        content = hash(article)
        first_line, first_content = self._first.setdefault(article.id, (line, content))
        if first_content == content:
            return article
        place = f"line {first_line}" if first_line is not None else "an earlier record"
        reason = f"{place} has the same id {article.id!r} with different content (--update would take this one)"
        return BadRecord(self._name, reason, line, "id")
