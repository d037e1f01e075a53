"""Cuts an article's text into paragraphs of pieces, which know what they mention and whether they match the query.

Matches and mentions may overlap. Mentions become the outer pieces, since they are links and links can't be nested;
matches inside and around them become marks. Both are in the order of the text and apart from their like, so that those
of a stretch are found by bisection: articles may have megabytes, and tens of thousands of either.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter

from index.article import Field, Mention
from index.article.facets import OF_KIND
from search.results import MarkedText
from web import links


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text. `kind` is the kind of entity that it mentions, if any; `url` is the search for that entity."""

    segments: tuple[MarkedText, ...]
    kind: str = ""
    url: str | None = None


Paragraph = tuple[Piece, ...]


def paragraphs(segments: Sequence[MarkedText], mentions: Iterable[Mention], field: Field) -> tuple[Paragraph, ...]:
    """The text of a field as paragraphs, one per line; empty lines are dropped."""
    text = "".join(segment.text for segment in segments)
    marks = _marks(segments)
    places = _apart(mentions, field, len(text))
    made = []
    for start, end in _lines(text):
        pieces = tuple(_pieces(text, marks, places, start, end))
        if pieces:
            made.append(pieces)
    return tuple(made)


def _marks(segments: Iterable[MarkedText]) -> list[tuple[int, int]]:
    """The offsets of the matches in the text of the field."""
    found, at = [], 0
    for segment in segments:
        if segment.marked:
            found.append((at, at + len(segment.text)))
        at += len(segment.text)
    return found


def _apart(mentions: Iterable[Mention], field: Field, length: int) -> list[Mention]:
    """The mentions of a field without overlaps: of two that overlap, the first stays, of equal starts the longer."""
    found: list[Mention] = []
    for mention in sorted((m for m in mentions if m.field == field), key=lambda m: (m.start, -m.end)):
        inside = 0 <= mention.start < mention.end <= length
        if inside and (not found or mention.start >= found[-1].end):
            found.append(mention)
    return found


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """The offsets of each line that is not blank."""
    at = 0
    for line in text.split("\n"):
        if line.strip():
            yield at, at + len(line)
        at += len(line) + 1


def _pieces(text: str, marks: list[tuple[int, int]], places: list[Mention], start: int, end: int) -> Iterator[Piece]:
    at = start
    for index in range(bisect_left(places, start, key=attrgetter("start")), len(places)):
        mention = places[index]
        if mention.end > end:
            break  # a mention in another line, or across two
        if mention.start > at:
            yield Piece(_segments(text, marks, at, mention.start))
        yield _mention(mention, _segments(text, marks, mention.start, mention.end))
        at = mention.end
    if at < end:
        yield Piece(_segments(text, marks, at, end))


def _mention(mention: Mention, segments: tuple[MarkedText, ...]) -> Piece:
    url = links.value_url(OF_KIND[mention.kind].name, mention.value) if mention.value else None
    return Piece(segments, str(mention.kind), url)


def _segments(text: str, marks: list[tuple[int, int]], start: int, end: int) -> tuple[MarkedText, ...]:
    """The text between two offsets, cut where marks begin and end."""
    made, at = [], start
    for index in range(bisect_right(marks, start, key=itemgetter(1)), len(marks)):
        first, last = marks[index]
        if first >= end:
            break
        if first > at:
            made.append(MarkedText(text[at:first]))
        made.append(MarkedText(text[max(first, at) : min(last, end)], marked=True))
        at = min(last, end)
    if at < end:
        made.append(MarkedText(text[at:end]))
    return tuple(made)
