"""RSS, Atom and JSON Feed -> raw records, one for each entry."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from index.article import BadRecord
from index.readers.encoding import TextDecoder
from index.readers.fetch import LinkedPages, is_address
from index.readers.options import MAX_FEED
from index.readers.page import read_page
from index.readers.record import RawRecord
from index.readers.streams import DAMAGE, damage_reason, whole

_DOCTYPE = re.compile(r"<!doctype[^<>]{0,2000}>?", re.IGNORECASE)
_ENTITY = re.compile(r"<!\s*ENTITY", re.IGNORECASE)

# In the title of a feed, such as `Örnek Gazetesi - Spor`, the part before the dash is the name of the source.
_AFTER_NAME = re.compile(r" [-–|»:] .*")

_MOST_BROKEN = 2_000_000
"""Bytes above which XML must be well-formed: feedparser's loose parser may take time quadratic in the length."""

Entry = dict[str, Any] | str
"""The values of an entry, or the reason why it is rejected."""


def read_feed(
    stream: io.BufferedReader, source: str, *, follow: bool = False, inner: bool = False
) -> Iterator[RawRecord | BadRecord]:
    """A record for each entry. With `follow`, its body is taken from the page that it links to; `inner`: the feed was
    found in a private network.

    XML that declares entities is refused: feeds need none, and entities can expand without bound.
    """
    try:
        raw = whole(stream, MAX_FEED)
    except DAMAGE as error:
        yield BadRecord(source, f"{damage_reason(error)}; nothing of it was kept")
        return
    if raw is None:
        yield BadRecord(source, f"the feed is longer than {MAX_FEED // 1_000_000} MB")
        return
    try:
        text = TextDecoder().decode(raw)
        entries = _json_entries(text) if text.lstrip()[:1] == "{" else _xml_entries(text)
    except RecursionError:
        yield BadRecord(source, "is nested too deeply")
        return
    except ValueError as error:
        yield BadRecord(source, str(error))
        return
    linked = LinkedPages(source, inner=inner) if follow else None
    for number, entry in enumerate(entries, 1):
        if isinstance(entry, str):
            yield BadRecord(source, entry, number)
        else:
            yield _followed(entry, linked, source, number) if linked else RawRecord(number, entry)


def _followed(entry: Mapping[str, Any], linked: LinkedPages, source: str, number: int) -> RawRecord | BadRecord:
    """The entry with the text of its page. Fields that the page lacks keep the feed's values."""
    try:
        page = read_page(linked.page(str(entry.get("url") or "")))
    except ValueError as error:
        return BadRecord(source, f"{entry.get('title') or entry.get('url') or 'an entry'!s}: {error}", number)
    body = page.get("body") or entry.get("body")
    return RawRecord(number, {**page, **{k: v for k, v in entry.items() if v}, "body": body})


# -- XML


def _xml_entries(text: str) -> list[Entry]:
    """The entries of RSS or Atom. Raises ValueError with a reason for users."""
    if _ENTITY.search(text):
        raise ValueError("is refused: it declares XML entities, which no feed needs")
    if "\0" in text[:4096]:
        raise ValueError("is not a feed (it contains NUL bytes)")
    import feedparser  # slow to import, and few sources are feeds

    plain = _undeclared(text).encode("utf-8", "replace")
    if len(plain) > _MOST_BROKEN:
        try:
            ParserCreate().Parse(plain, True)
        except ExpatError as error:
            raise ValueError(f"is not well-formed XML ({error})") from error
    try:
        parsed = feedparser.parse(
            io.BytesIO(plain),  # feedparser tries plain bytes as the name of a file first
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,  # the reader strips all tags later
            resolve_relative_uris=False,
        )
    except (AttributeError, KeyError, IndexError, TypeError, UnicodeError, AssertionError) as error:
        # Bugs of feedparser's loose parser on broken markup.
        raise ValueError(f"is not a feed that can be read ({type(error).__name__})") from error
    if not parsed.entries:
        problem = parsed.get("bozo_exception")
        raise ValueError(f"is not a feed ({problem})" if problem and not parsed.get("version") else "has no entries")
    source = _source_name(parsed.feed.get("title"))
    entries: list[Entry] = [_entry(entry, source) for entry in parsed.entries]
    if parsed.get("bozo") and _is_cut(text):
        entries.append("the feed ends too early; what came before was kept")
    return entries


def _undeclared(text: str) -> str:
    """The text without XML declaration and DOCTYPE: it is decoded already, and feedparser's patterns for the two take
    minutes on some broken ones."""
    text = text.lstrip()
    while text.startswith("<?xml"):
        _, end, rest = text.partition("?>")
        text = (rest if end else text[len("<?xml") :]).lstrip()
    return _DOCTYPE.sub("", text)


def _is_cut(text: str) -> bool:
    return not re.search(r"</(?:rss|feed|rdf:RDF)\s*>\s*$", text[-2_000:], re.IGNORECASE)


def _entry(entry: Any, source: str | None) -> dict[str, Any]:
    content = [part.get("value") or "" for part in entry.get("content", [])]
    body = max([*content, entry.get("summary") or ""], key=len)
    url = _address(entry.get("link"))
    tags = [tag.get("term") for tag in entry.get("tags", []) if tag.get("term")]
    # dict's own look-up: that of feedparser answers a missing date with another one.
    date = dict.get(entry, "published") or dict.get(entry, "created") or dict.get(entry, "updated")
    return {
        "id": None if url else entry.get("id"),
        "title": entry.get("title"),
        "body": body,
        "date": date,
        "source": _source_name(entry.get("source", {}).get("title")) or source,
        "url": url,
        "category": tags[0] if tags else None,
    }


def _source_name(title: str | None) -> str | None:
    # Runs of spaces are reduced first: on a long run the pattern takes quadratic time.
    return _AFTER_NAME.sub("", " ".join(title.split())) or None if title else None


def _address(link: Any) -> str | None:
    """The link if it is an address: feedparser also takes an entry's id for it, whatever that is."""
    return link if isinstance(link, str) and is_address(link) else None


# -- JSON Feed


def _json_entries(text: str) -> list[Entry]:
    """The entries of a JSON Feed. Raises ValueError with a reason for users."""
    try:
        feed = json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        raise ValueError(f"is not valid JSON ({error.msg} at line {error.lineno}, column {error.colno})") from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or not items:
        raise ValueError("has no entries")
    title = feed.get("title")
    source = _source_name(title) if isinstance(title, str) else None
    return [_item(item, source) if isinstance(item, dict) else "is not a JSON object" for item in items]


def _item(item: Mapping[str, Any], source: str | None) -> dict[str, Any]:
    url = _address(item.get("url")) or _address(item.get("external_url"))
    tags = item.get("tags")
    return {
        "id": None if url else item.get("id"),
        "title": item.get("title"),
        "body": item.get("content_text") or item.get("content_html") or item.get("summary"),
        "date": item.get("date_published"),
        "source": source,
        "url": url,
        "category": tags[0] if isinstance(tags, list) and tags else None,
    }
