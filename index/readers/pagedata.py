"""Reads the metadata of a page: JSON-LD, meta elements, microdata."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lxml.etree import Comment
from lxml.html import HtmlElement

from index.readers.mend import mend_line

_ARTICLE_TYPES = re.compile(r"(?:^|[/:])(?:\w*Article|BlogPosting|LiveBlogPosting|Report)$")
_PUBLISHED = (
    *("article:published_time", "datepublished", "og:published_time", "article:published", "published_time"),
    *("publish-date", "publish_date", "publishdate", "pubdate", "parsely-pub-date", "sailthru.date", "dc.date.issued"),
    *("dcterms.issued", "dcterms.created", "dc.date", "dc.date.created", "date", "yayin-tarihi", "datecreated"),
    *("cxenseparse:recs:publishtime", "article.published", "date.created"),
)
_MOST_DATA = 2_000_000
"""The most characters of one JSON-LD block; those of news pages have a few thousand."""

_MOST_NODES = 5_000
_MOST_COMMENTS = 20


@dataclass(frozen=True, slots=True)
class PageData:
    """The metadata of a page: the values of each field as written, best first, empty where there is none."""

    titles: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    body: str = ""


def page_data(tree: HtmlElement) -> PageData:
    """Collect the metadata of a page from all three places."""
    article = _article(tree)
    meta = _meta(tree)
    micro = _microdata(tree)

    def metas(*names: str) -> Iterator[str]:
        return (meta[name] for name in names if name in meta)

    return PageData(
        titles=_texts(article.get("headline"), article.get("name"), *metas("og:title", "twitter:title")),
        dates=_texts(article.get("datePublished"), *metas(*_PUBLISHED), micro.get("datepublished")),
        sections=_texts(
            *_strings(article.get("articleSection")),
            *metas("article:section", "articlesection", "section", "cxenseparse:recs:category"),
            micro.get("articlesection"),
        ),
        authors=_texts(
            *_names(article.get("author")), *metas("author", "article:author", "dc.creator"), micro.get("author")
        ),
        sites=_texts(*_names(article.get("publisher")), *metas("og:site_name", "application-name", "dc.publisher")),
        urls=_texts(
            *(link.get("href") for link in tree.iterfind(".//link[@rel='canonical']")),
            *metas("og:url"),
            *_strings(article.get("mainEntityOfPage")),
            *_strings(article.get("url")),
            _saved_from(tree),
        ),
        body=article["articleBody"] if isinstance(article.get("articleBody"), str) else "",
    )


def _texts(*values: Any) -> tuple[str, ...]:
    """The strings among the values, each on one line and only once."""
    lines = (mend_line(value) for value in values if isinstance(value, str))
    return tuple(dict.fromkeys(line for line in lines if line))


def _strings(value: Any) -> list[str]:
    """The strings of a value that may be a string, an object with an address, or a list of those."""
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url")
    if isinstance(value, list):
        return [text for part in value[:20] for text in _strings(part)]
    return [value] if isinstance(value, str) else []


def _names(value: Any) -> list[str]:
    """The names in a value that may be a name, a person or organisation, or a list of those."""
    if isinstance(value, list):
        return [name for part in value[:20] for name in _names(part)]
    if isinstance(value, dict):
        value = value.get("name")
    return [value] if isinstance(value, str) and not value.startswith("http") else []


# -- JSON-LD


def _article(tree: HtmlElement) -> dict[str, Any]:
    """The article that JSON-LD describes; of several the one with most fields, since lists have only headlines."""
    found: dict[str, Any] = {}
    for block in tree.iter("script"):
        if "ld+json" not in (block.get("type") or "").lower() or not block.text or len(block.text) > _MOST_DATA:
            continue
        for node in _nodes(_parsed(block.text)):
            if _is_article(node) and _weight(node) > _weight(found):
                found = node
    return found


def _parsed(text: str) -> Any:
    """The value of a JSON-LD block; None if it is not JSON. Trailing commas, an error of templates, are forgiven."""
    text = _unwrapped(text.strip()).strip().rstrip(";")
    for attempt in (text, re.sub(r",\s*([}\]])", r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _unwrapped(text: str) -> str:
    """The text without the HTML comment or CDATA section, often behind `//`, in which old templates wrap it."""
    inner = text.removeprefix("//").lstrip()
    if inner.startswith(("<!--", "<![CDATA[")):
        text = inner.removeprefix("<!--").removeprefix("<![CDATA[")
    if text.endswith(("-->", "]]>")):
        text = text[: -len("-->")].rstrip().removesuffix("//")
    return text


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of the JSON-LD graph, except those in lists of other articles."""
    waiting = [value]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(reversed(node))
        elif isinstance(node, dict):
            yield node
            waiting.extend(node[key] for key in ("mainEntity", "@graph") if key in node)


def _is_article(node: dict[str, Any]) -> bool:
    types = node.get("@type")
    return any(isinstance(t, str) and _ARTICLE_TYPES.search(t) for t in (types if isinstance(types, list) else [types]))


def _weight(node: dict[str, Any]) -> int:
    return sum(bool(node.get(key)) for key in ("headline", "datePublished", "articleBody", "author", "publisher"))


# -- meta, microdata, comments


def _meta(tree: HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        content = element.get("content")
        for attribute in ("property", "name", "itemprop"):
            name = element.get(attribute)
            if name and content and content.strip():
                found.setdefault(name.strip().lower(), content)
    return found


def _microdata(tree: HtmlElement) -> dict[str, str]:
    """The first value of each microdata property."""
    found: dict[str, str] = {}
    for element in tree.iterfind(".//*[@itemprop]"):
        if element.tag == "meta":
            continue
        value = element.get("content") or element.get("datetime")
        if value is None and element.tag in ("span", "a", "time", "p", "div", "h1", "h2", "b", "strong", "td", "li"):
            value = element.text_content()[:500]
        for name in element.get("itemprop").lower().split():
            if value and value.strip():
                found.setdefault(name, value)
    return found


def _saved_from(tree: HtmlElement) -> str | None:
    """The address in the comment in which browsers note where they saved a page from."""
    root = tree.getroottree().getroot()
    before = islice(root.itersiblings(preceding=True), _MOST_COMMENTS)
    for comment in (*before, *islice(root.iter(Comment), _MOST_COMMENTS)):
        found = re.match(r"\s*saved from url=\(\d+\)(https?://\S+)", comment.text or "")
        if found:
            return found[1]
    return None
