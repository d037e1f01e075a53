"""The values of a feed of a search, and the feed as JSON Feed 1.1; `atom` writes the same values as RFC 4287.

A feed lists what a search will find from now on, so all words must match unless `match=any` is asked for: a relaxed
query would fill the feed with articles that nobody asked for. Undated articles are left out, since feed readers order
by date.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from index.article import ISTANBUL, Publication
from index.article.facets import COUNTRY, DATE, UNKNOWN
from search.request import DEFAULT_LIMIT, SearchRequest
from search.results import SearchHit, SearchResults
from web import links
from web.locale import gettext as _
from web.locale import language, value_label
from web.parts.chips import title_of
from web.serving.caching import first_seen

TYPES = {"atom": "application/atom+xml", "json": "application/feed+json"}
"""The media types of the formats."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One article of a feed. `url` is its page here, which is also its id; `original` is its address at the source."""

    url: str
    title: str
    summary: str
    published: str
    author: str | None
    original: str | None
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """The content of both formats. All addresses are absolute; `updated` and `published` are RFC 3339 times."""

    title: str
    page_url: str
    self_url: str
    icon_url: str
    language: str
    updated: str
    entries: tuple[Entry, ...]


def followed(asked: SearchRequest, limit: int) -> SearchRequest:
    """The search behind a feed: dated articles only, with all of the words, newest first."""
    match = "all" if asked.match == "auto" else asked.match
    dated = asked if UNKNOWN in asked.excluded_values(DATE.name) else asked.toggled_exclusion(DATE.name, UNKNOWN)
    return replace(dated, match=match, sort="newest", page=1, limit=limit, explain=False)


def feed_of(asked: SearchRequest, results: SearchResults, icon_url: str) -> Feed:
    """The feed of search results; `asked` is the search as it was typed."""
    entries = tuple(_entry(hit) for hit in results.hits)
    updated = max((datetime.fromisoformat(entry.published) for entry in entries), default=first_seen(results.snapshot))
    page = replace(asked, sort="newest", page=1, limit=DEFAULT_LIMIT, explain=False)
    return Feed(
        title=title_of(asked),
        page_url=links.whole(links.search_url(page)),
        self_url=links.whole_here(),
        icon_url=icon_url,
        language=language(),
        updated=updated.isoformat(timespec="seconds"),
        entries=entries,
    )


def _entry(hit: SearchHit) -> Entry:
    original = links.external(hit.url)
    tags = [hit.category, *hit.people, *(value_label(COUNTRY.name, code) for code in hit.countries)]
    return Entry(
        url=links.whole(links.bare_article_url(hit.id)),
        title=hit.title.strip() or _("Untitled"),
        summary="".join(segment.text for segment in hit.snippet).strip(),
        published=moment(hit.published or ""),
        author=hit.source,
        original=links.quoted_address(original) if original else None,
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
    )


def moment(iso: str) -> str:
    """A publication date as RFC 3339; a day without time is its first second in Istanbul. Raises ValueError."""
    publication = Publication.from_iso(iso)
    at = publication.at or datetime.combine(publication.day, time.min, tzinfo=ISTANBUL)
    if (at.utcoffset() or timedelta()) % timedelta(minutes=1):
        # Before time zones, Istanbul was 1:56:56 ahead of UTC; offsets of RFC 3339 have no seconds.
        at = at.replace(tzinfo=UTC)
    return at.isoformat(timespec="seconds")


def as_json(feed: Feed) -> dict[str, Any]:
    """The feed as JSON Feed 1.1; fields that an article lacks are left out."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page_url,
        "feed_url": feed.self_url,
        "icon": feed.icon_url,
        "language": feed.language,
        "items": [_item(entry) for entry in feed.entries],
    }


def _item(entry: Entry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.url,
        "url": entry.url,
        "external_url": entry.original,
        "title": entry.title,
        "content_text": entry.summary or entry.title,
        "date_published": entry.published,
        "authors": [{"name": entry.author}] if entry.author else None,
        "tags": list(entry.tags) or None,
    }
    return {name: value for name, value in item.items() if value is not None}
