"""Finds the kind of a file: what the user says, else by its name, else by how its content begins."""

from __future__ import annotations

import io
import re
from pathlib import PurePath
from typing import Literal

from index.errors import SourceError
from index.readers.naming import shown_name
from index.readers.options import Format
from index.readers.streams import DAMAGE, Broken, damage_reason

Container = Literal["zip", "tar"]

_KINDS: dict[str, Format] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".shtml": "html",
    ".rss": "feed",
    ".atom": "feed",
    ".xml": "feed",
    ".warc": "warc",
}
CONTAINERS = (".zip", ".tar", ".tgz", ".txz", ".tbz2")
_COMPRESSED = (".gz", ".xz", ".bz2")

_HEAD = 2_048
_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
_TAR_MAGIC_AT = 257

_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]", re.IGNORECASE)
_JSON_FEED = re.compile(rb"\s*\{[^\[{]*\"version\"\s*:\s*\"https?:(?:\\?/){2}jsonfeed\.org(?:\\?/)version")
# Atomic groups: without them, a row of n comments before the first element could be matched in 2^n ways.
_PAGE = re.compile(
    rb"\s*(?>(?><\?xml[^>]*\?>\s*|<!--.*?-->\s*)*)<(?:!doctype\s+html|html|head|body|table)[\s>]", re.I | re.S
)


def known_kinds() -> str:
    """All suffixes that are recognised, for a message."""
    return f"{' '.join(_KINDS)}, each also with {' '.join(_COMPRESSED)}; {' '.join(CONTAINERS)}"


def kind_of(name: PurePath, wanted: Format = "auto") -> Format:
    """The kind that the user wants, else the one that the name says; `auto` if the name says nothing."""
    return wanted if wanted != "auto" else _KINDS.get(_suffix(name), "auto")


def is_container(name: PurePath) -> bool:
    """Whether the name is that of an archive of files, such as a ZIP."""
    return _suffix(name) in CONTAINERS


def suffix_shown(name: PurePath) -> str:
    """The suffix of a name, for a message."""
    return shown_name(name.suffix.lower()) or "no suffix"


def _suffix(name: PurePath) -> str:
    suffixes = [suffix.lower() for suffix in name.suffixes]
    if suffixes and suffixes[-1] in _COMPRESSED:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def container_of(stream: io.BufferedReader) -> Container | None:
    """The kind of archive that the stream is, by its magic bytes; None if it is none. Raises Broken for damage."""
    head = _head(stream)
    if head.startswith(_ZIP_MAGICS):
        return "zip"
    return "tar" if head[_TAR_MAGIC_AT : _TAR_MAGIC_AT + 5] == b"ustar" else None


def told_by_content(stream: io.BufferedReader, name: str, kind: Format) -> Format:
    """The final kind. The content decides between JSON and feed, feed and page; other kinds are as the name says.

    Raises:
        SourceError: neither name nor content says what it is.
        Broken: the stream is damaged.
    """
    if kind in ("csv", "text", "html", "warc"):
        return kind
    head = _head(stream)
    if _JSON_FEED.match(head):
        return "feed"
    if kind != "feed" and head.lstrip()[:1] in (b"{", b"["):
        return "jsonl"
    if kind == "jsonl":
        return kind
    if _FEED.search(head):
        return "feed"
    if _PAGE.match(head):
        return "html"
    if head.startswith(b"WARC/"):
        return "warc"
    if kind == "feed":
        return kind
    raise SourceError(
        name, "is of an unknown kind", "Name the kind with --format jsonl, csv, text, html, feed or warc."
    )


def _head(stream: io.BufferedReader) -> bytes:
    try:
        return stream.peek(_HEAD)[:_HEAD]
    except DAMAGE as error:
        raise Broken(0, damage_reason(error)) from error
