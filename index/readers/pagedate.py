"""Finds when the article of a page was published: first in the page's metadata, then in what it shows to readers.

The date of an update, of the masthead (today's), of the footer (`© 2026`) or of another article is never taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from index.entities.calendar import MONTHS
from index.entities.publication import parse_publication
from index.readers.mend import mend_line
from index.turkish.casing import lower

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DAY = rf"(?:\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{4}}|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}\s+(?:{_MONTH})\.?,?\s+\d{{4}})"
_BETWEEN = r"[-–,|/•·]|saat:?|(?:pazartesi|salı|çarşamba|perşembe|cumartesi|cuma|pazar),?"
_CLOCK = rf"(?:\s*(?:{_BETWEEN})?\s*){{0,3}}(?:\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}})?)?"
SHOWN_DATE = re.compile(rf"(?<![\d./-]){_DAY}(?!\d){_CLOCK}")
"""A date as pages show it, in lower case, with the time of day if one follows."""

_LABEL = re.compile(
    r"(?:(?:ilk\s+)?(?:giriş|yayın(?:lanma|lama|lanış)?|oluşturulma|oluşturma|eklenme|ekleme|haber|kayıt)"
    r"(?:\s*(?:tarihi|tarih|zamanı|saati))?|tarih|published(?:\s+on)?|publication date|posted(?:\s+on)?)\s*[:\-–]?\s*$"
)
_UPDATED = re.compile(r"(?:güncelle(?:me|nme|ndi)|updated|modified|değiştirilme)[^\d]{0,25}$")
_NOT_OURS = re.compile(r"(?:©|copyright|tüm hakları|telif|doğum|bugün)[^\d]{0,40}$")

_NEAR = 600
"""How many characters around the headline are searched: dateline, author and picture caption lie within them."""

_LABEL_REACH = 40


def publication_text(tree: HtmlElement, declared: Iterable[str], title: str, body: str) -> str | None:
    """The publication date as a text that `parse_publication` reads; None if the page gives none.

    `declared` are the dates in the page's metadata, best first. `tree` is the page without masthead, lists and footer;
    `title` and `body` are those of the article as they stand in it.
    """
    for text in (*declared, *_time_elements(tree)):
        if _is_date(text):
            return text
    text = lower(mend_line(tree.text_content()))
    begin = _headline_at(text, title, body)
    return _labelled(text, begin) or _near(text, begin)


def _is_date(text: str) -> bool:
    if re.fullmatch(r"\s*\d{4}(?:-\d{2})?\s*", text):
        return False  # a year or month alone, such as that of a copyright
    try:
        parse_publication(text)
    except (ValueError, OverflowError):
        return False
    return True


def _time_elements(tree: HtmlElement) -> list[str]:
    """The dates in `<time>` elements: first those marked as the publication, then one of the others, no update."""
    first: list[str] = []
    others: list[str] = []
    for element in tree.iter("time"):
        said = " ".join(filter(None, (element.get("class"), element.get("itemprop"), element.get("id"))))
        text = lower(element.text_content() or "")
        before = lower(
            (element.getprevious().tail if element.getprevious() is not None else element.getparent().text) or ""
        )
        if re.search(r"modif|updat|guncel|güncel", lower(said) + " " + text) or _UPDATED.search(before.rstrip()):
            continue
        value = element.get("datetime") or element.get("content") or text
        is_publication = "pubdate" in element.attrib or re.search(r"publish|yayin|giris", lower(said)) is not None
        (first if is_publication else others).append(value.strip())
    return first + others[:1]


def _headline_at(text: str, title: str, body: str) -> int:
    """The offset of the headline in the text of the page; that of the body if the page shows no headline."""
    opening = lower(mend_line(title))
    begin = lower(mend_line(body))[:60]
    body_at = text.find(begin) if begin else -1
    # The last occurrence before the body, since a breadcrumb trail above may repeat the headline.
    at = text.rfind(opening, 0, body_at if body_at > 0 else len(text)) if opening else -1
    return at if at >= 0 else max(0, body_at)


def _labelled(text: str, begin: int) -> str | None:
    """The date nearest to the headline among those labelled as the publication; None if none is."""
    found = [
        shown
        for shown in SHOWN_DATE.finditer(text)
        if _LABEL.search(text[max(0, shown.start() - _LABEL_REACH) : shown.start()]) and _is_ours(text, shown)
    ]
    if not found:
        return None
    return _valid(sorted(found, key=lambda shown: (shown.start() < begin - _NEAR, abs(shown.start() - begin))))


def _near(text: str, begin: int) -> str | None:
    """The first date shortly after the headline, else the last shortly before it."""
    behind = [s for s in SHOWN_DATE.finditer(text, begin) if s.start() - begin < _NEAR and _is_ours(text, s)]
    before = [s for s in SHOWN_DATE.finditer(text, max(0, begin - _NEAR // 3), begin) if _is_ours(text, s)]
    return _valid([*behind, *reversed(before)])


def _is_ours(text: str, shown: re.Match[str]) -> bool:
    before = text[max(0, shown.start() - _LABEL_REACH) : shown.start()]
    return not _UPDATED.search(before) and not _NOT_OURS.search(before)


def _valid(found: list[re.Match[str]]) -> str | None:
    return next((shown[0].strip() for shown in found if _is_date(shown[0])), None)
