"""A text file is one article: a title if the first line looks like one, then the body. It has no date."""

from __future__ import annotations

import io

from index.article import BadRecord
from index.readers.encoding import TextDecoder
from index.readers.options import MAX_BODY
from index.readers.record import RawRecord
from index.readers.streams import DAMAGE, damage_reason, whole

_MAX_TITLE_LENGTH = 150
"""The most characters of a title. The longest of 3,779 headlines of Anadolu Ajansı has 120; half of the lead
paragraphs of 42bin have more than 170, and the shorter ones end in a full stop."""

_NO_TITLE_ENDS = (".", ",", ";", ":", "…")
"""A line that ends in one of these is a sentence or a dateline; headlines may end in `!`, `?` or a quotation mark."""


def read_text(stream: io.BufferedReader, source: str) -> RawRecord | BadRecord:
    """The whole file as one record."""
    limit = 4 * MAX_BODY  # bytes, four for each character at most
    try:
        raw = whole(stream, limit)
    except DAMAGE as error:
        return BadRecord(source, f"{damage_reason(error)}; nothing of it was kept")
    if raw is None:
        return BadRecord(source, f"more than {MAX_BODY:,} characters", field="body")
    if b"\0" in raw[:4096]:
        return BadRecord(source, "is not a text file (it contains NUL bytes)")
    try:
        text = TextDecoder().decode(raw)
    except ValueError as error:
        return BadRecord(source, str(error))
    if not text.strip():
        return BadRecord(source, "the file is empty", field="body")
    title, body = split_title(text)
    return RawRecord(None, {"title": title, "body": body})


def split_title(text: str) -> tuple[str, str]:
    """Title and body. The first line is the title if it is short, not a sentence, and followed by more text."""
    first, _, rest = text.strip().partition("\n")
    first = first.strip()
    if rest.strip() and len(first) <= _MAX_TITLE_LENGTH and not first.endswith(_NO_TITLE_ENDS):
        return first, rest
    return "", text
