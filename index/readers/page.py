"""An HTML page of a news site -> a raw record: title, body, date, source, section, author, URL."""

from __future__ import annotations

import io
import re
from typing import Any

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from index.article import BadRecord
from index.readers.encoding import LEGACY, TextDecoder
from index.readers.mend import mend_line
from index.readers.options import MAX_PAGE
from index.readers.pagebody import article_body, without_surroundings
from index.readers.pagedata import PageData, page_data
from index.readers.pagedate import publication_text
from index.readers.record import RawRecord
from index.readers.streams import DAMAGE, damage_reason, whole
from index.turkish.casing import lower

_LEAST_BODY = 80
"""The fewest characters of a body; a page with less is no article, but a front page, a gallery or an error."""

_PICTURE = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=\s]{200,}")
_SUFFIX = re.compile(r"\s+[|–—»•·-]\s+")


def read_page_file(stream: io.BufferedReader, source: str) -> RawRecord | BadRecord:
    """The article of a page, or a rejection that says why there is none."""
    try:
        content = whole(stream, MAX_PAGE)
    except DAMAGE as error:
        return BadRecord(source, f"{damage_reason(error)}; nothing of it was kept")
    if content is None:
        return BadRecord(source, f"the page is longer than {MAX_PAGE // 1_000_000} MB")
    try:
        return RawRecord(None, read_page(content))
    except ValueError as error:
        return BadRecord(source, str(error))


def read_page(content: bytes) -> dict[str, Any]:
    """The values of a page's article, by our names of the fields.

    Raises:
        ValueError: the page has no article; the reason may be shown to users.
    """
    try:
        tree = _parsed(_decoded(content))
        data = page_data(tree)
        title = _title(tree, data)
        without_surroundings(tree)
        # Copied before the body is looked for, which removes paragraphs from the tree.
        shown = _copy(tree)
        body = article_body(tree, title, data.body)
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    if len(body) < _LEAST_BODY:
        raise ValueError("has no article that can be told apart from the rest of the page")
    return {
        "title": title,
        "body": body,
        "date": publication_text(shown, data.dates, title, body),
        "source": next(iter(data.sites), None),
        "url": next((url for url in data.urls if re.match(r"https?://", url)), None),
        "category": next(iter(data.sections), None),
        "author": next(iter(data.authors), None),
    }


def _decoded(content: bytes) -> str:
    """The page's text, from UTF-8 or the Turkish code page. A few damaged bytes don't cost the article."""
    try:
        text = TextDecoder().decode(content)
    except ValueError:
        declared = re.search(rb"charset\s*=\s*[\"']?\s*(windows-1254|iso-8859-9|latin5)", content[:4096], re.IGNORECASE)
        text = content.decode(LEGACY if declared else "utf-8", "replace")
    if "\0" in text:
        raise ValueError("is not a page (it contains NUL bytes)")
    return text


def _parsed(text: str) -> HtmlElement:
    text = _PICTURE.sub("", text)
    parser = HTMLParser(encoding="utf-8", huge_tree=False)
    try:
        # As bytes: lxml refuses a str that declares an encoding.
        return document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, AssertionError) as error:
        raise ValueError("is empty or not HTML") from error


def _copy(tree: HtmlElement) -> HtmlElement:
    """A copy with a space after each element, so that a date doesn't run into the next word."""
    copy: HtmlElement = document_fromstring(
        etree.tostring(tree, encoding="utf-8", method="html"), parser=HTMLParser(encoding="utf-8")
    )
    for element in copy.iter():
        element.tail = f" {element.tail or ''}"
    return copy


# -- the headline


def _title(tree: HtmlElement, data: PageData) -> str:
    """The headline as readers see it: that of the metadata may be cut, or carry the name of the site."""
    declared = [_without_site(title, data.sites) for title in data.titles]
    document = _document_title(tree)
    shown = [text for text in map(_line, tree.iter("h1")) if text]
    marked = [text for text in map(_line, tree.iterfind(".//*[@itemprop='headline']")) if text]
    for heading in (*marked, *shown):
        if any(_is_like(heading, title) for title in (*declared, document)):
            return heading
    if declared:
        return declared[0]
    parts = _SUFFIX.split(document)
    headings = {text for text in map(_line, tree.iter("h2", "h3")) if text in parts}
    # Of the parts of the document's title, the longest is more likely the headline than the name of the site.
    return next(iter((*marked, *headings, *shown[:1])), max(parts, key=len))


def _line(element: HtmlElement) -> str:
    return mend_line(element.get("content") or element.text_content())[:1000]


def _document_title(tree: HtmlElement) -> str:
    return next((mend_line(element.text or "") for element in tree.iter("title")), "")


def _without_site(title: str, sites: tuple[str, ...]) -> str:
    """A title without the name of the site: `Köprü açıldı - Örnek Gazetesi` becomes `Köprü açıldı`."""
    names = {lower(site) for site in sites}
    parts = _SUFFIX.split(title)
    while len(parts) > 1 and (lower(parts[-1]) in names or (len(parts[-1].split()) <= 4 and len(parts[0].split()) > 3)):
        parts.pop()
    kept = title[: title.find(parts[-1], sum(map(len, parts[:-1]))) + len(parts[-1])]
    return kept.strip()


def _is_like(one: str, other: str) -> bool:
    """Whether two headlines are the same: most words of the shorter one are in the longer."""
    words, others = (set(re.findall(r"\w+", lower(text))) for text in (one, other))
    if not words or not others:
        return False
    return len(words & others) >= 0.6 * min(len(words), len(others)) and min(len(words), len(others)) >= 2
