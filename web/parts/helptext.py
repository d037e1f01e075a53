"""The help written in `help/*.md`: printed as text by `haberara help`, shown as a page by browsers.

Only the Markdown that those files use is understood: headings, paragraphs, lists, indented code, `code` and **strong**.
A list item that begins with `code` is an example: the page links it to its search, and a test runs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parents[1] / "help"

Kind = Literal["text", "code", "strong", "example"]

_SPAN = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text of one kind: plain, code or strong."""

    text: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (`h1`, `h2`), a paragraph (`p`), a list (`ul`, one line per item) or code (`pre`)."""

    name: Literal["h1", "h2", "p", "ul", "pre"]
    lines: tuple[tuple[Span, ...], ...]


@cache
def help_text(language: str) -> str:
    """The help in a language as Markdown text."""
    return (FOLDER / f"{language}.md").read_text("utf-8")


@cache
def help_blocks(language: str) -> tuple[Block, ...]:
    """The help in a language as blocks, for the page."""
    return tuple(_block(chunk) for chunk in re.split(r"\n{2,}", help_text(language).strip("\n")))


def examples(language: str) -> tuple[str, ...]:
    """The queries that the help gives as examples."""
    spans = (span for block in help_blocks(language) for line in block.lines for span in line)
    return tuple(span.text for span in spans if span.kind == "example")


def _block(chunk: str) -> Block:
    lines = chunk.split("\n")
    if chunk.startswith("    "):
        return Block("pre", tuple((Span(line[4:]),) for line in lines))
    if chunk.startswith("- "):
        return Block("ul", tuple(tuple(_spans(line[2:], in_list=True)) for line in lines))
    if chunk.startswith("## "):
        return Block("h2", ((Span(chunk[3:]),),))
    if chunk.startswith("# "):
        return Block("h1", ((Span(chunk[2:]),),))
    return Block("p", (tuple(_spans(" ".join(lines))),))


def _spans(line: str, *, in_list: bool = False) -> Iterator[Span]:
    at = 0
    for match in _SPAN.finditer(line):
        if match.start() > at:
            yield Span(line[at : match.start()])
        code, strong = match.groups()
        if code:
            yield Span(code, "example" if in_list and match.start() == 0 else "code")
        else:
            yield Span(strong, "strong")
        at = match.end()
    if at < len(line):
        yield Span(line[at:])
