"""Recognises HTML in a body, as against text that merely holds a `<`, and strips it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tr"}
    | {"ul"}
)
_UNSHOWN = frozenset({"script", "style", "noscript", "template", "iframe"})

# An end tag, a start tag that only HTML has, or a comment. `<3`, `a < b` and `<http://...>` are text.
_EVIDENCE = re.compile(
    r"</(?:p|div|a|b|i|u|em|strong|span|font|h[1-6]|li|ul|ol|td|tr|table|blockquote|figure|script|style)\s*>"
    r"|<(?:br|p|div|hr|li|h[1-6])\s*/?>"
    r"|<(?:p|div|a|img|span|font|table|iframe)\s[^<>=]*=[^<>]*>"
    r"|<!--",
    re.IGNORECASE,
)

_MOST_SCANNED_IN_VAIN = 1_000_000
"""The most characters that are scanned for the ends of tags and comments that have none. The parser looks for each up
to the end of the text: after `<!--` a hundred thousand times, it would never be done."""


def looks_like_html(text: str) -> bool:
    """Whether the text clearly is markup."""
    return _EVIDENCE.search(text) is not None


def strip_markup(text: str) -> str:
    """The text that a reader of the page would see, one line per block. Never raises on broken markup.

    Takes time in proportion to the length: what is broken beyond measure only has its tags taken out.
    """
    parser = _Text()
    try:
        parser.feed(text)
        parser.close()
    except (AssertionError, ValueError, _Hopeless):
        # html.parser raises the first on a broken <![ declaration, the second on a reference of 5,000 digits.
        return re.sub(r"<[^<>]*>", " ", text)
    return "".join(parser.parts)


class _Hopeless(Exception):
    """Too much was scanned for ends that are not there."""


class _Text(HTMLParser):
    """Collects text. Line breaks inside blocks stay: many bodies are plain text with a few tags in it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unshown = 0
        self._in_vain = 0

    # What the parser calls at a `<`: each gives the index behind the construct, or -1 if it has no end.

    def parse_starttag(self, i: int) -> int:
        return self._measured(super().parse_starttag(i), i)

    def parse_endtag(self, i: int) -> int:
        return self._measured(super().parse_endtag(i), i)

    def parse_html_declaration(self, i: int) -> int:
        return self._measured(super().parse_html_declaration(i), i)

    def parse_pi(self, i: int) -> int:
        return self._measured(super().parse_pi(i), i)

    def parse_comment(self, i: int, report: Any = True) -> int:
        return self._measured(super().parse_comment(i, report), i)

    def _measured(self, end: int, start: int) -> int:
        if end < 0:
            self._in_vain += len(self.rawdata) - start
            if self._in_vain > _MOST_SCANNED_IN_VAIN + 4 * len(self.rawdata):
                raise _Hopeless
        return end

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 -- its signature
        if tag in _UNSHOWN:
            self._unshown += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _UNSHOWN:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSHOWN:
            self._unshown = max(0, self._unshown - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unshown:
            self.parts.append(data)
