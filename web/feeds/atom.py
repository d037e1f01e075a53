"""Writes a feed as Atom (RFC 4287). All text constructs are plain text: none of them is read as markup."""

from __future__ import annotations

from xml.etree import ElementTree

from index.version import VERSION
from web.feeds.values import TYPES, Entry, Feed
from web.templating import printable

NAMESPACE = "http://www.w3.org/2005/Atom"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def atom_text(feed: Feed) -> str:
    """The Atom document of a feed."""
    # The namespace is written as an attribute: ElementTree would give its elements a prefix.
    root = ElementTree.Element("feed", {"xmlns": NAMESPACE, LANG: feed.language})
    _add(root, "id", feed.page_url)
    _add(root, "title", feed.title)
    _add(root, "updated", feed.updated)
    _link(root, "self", feed.self_url, TYPES["atom"])
    _link(root, "alternate", feed.page_url, "text/html")
    _add(root, "icon", feed.icon_url)
    _add(root, "generator", "Haberara", version=VERSION)
    _add(ElementTree.SubElement(root, "author"), "name", "Haberara")
    for entry in feed.entries:
        _entry(ElementTree.SubElement(root, "entry"), entry)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _entry(element: ElementTree.Element, entry: Entry) -> None:
    _add(element, "id", entry.url)
    _add(element, "title", entry.title)
    _add(element, "updated", entry.published)
    _add(element, "published", entry.published)
    _link(element, "alternate", entry.url, "text/html")
    if entry.original:
        _link(element, "related", entry.original)
    if entry.author:
        _add(ElementTree.SubElement(element, "author"), "name", entry.author)
    for tag in entry.tags:
        ElementTree.SubElement(element, "category", {"term": _text(tag)})
    if entry.summary:
        _add(element, "summary", entry.summary)


def _text(text: str) -> str:
    # A form feed is white space in HTML but not allowed in XML 1.0.
    return printable(text).replace("\x0c", "\ufffd")


def _add(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, name, attributes).text = _text(text)


def _link(parent: ElementTree.Element, rel: str, href: str, kind: str = "") -> None:
    attributes = {"rel": rel, "href": href} | ({"type": kind} if kind else {})
    ElementTree.SubElement(parent, "link", attributes)
