"""A raw record (names and values as the source has them) -> an article, or the reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from index.article import Article, BadRecord, Publication
from index.article.urls import canonical_url
from index.entities.publication import parse_publication
from index.readers.fields import names_by_field
from index.readers.mend import mend_body, mend_line
from index.readers.options import MAX_BODY, MAX_LABEL, MAX_TITLE, MAX_URL, ReadOptions

# An "address" of these schemes would run code in the page that links to it, or read the reader's disk.
_UNSAFE_URL = re.compile(r"\s*(?:javascript|vbscript|data|file)\s*:", re.IGNORECASE)

# Wrappers of one value: {"name": "Hürriyet"} of news APIs, {"$oid": ...} and {"$date": ...} of MongoDB exports.
_WRAPPERS = ("name", "$oid", "$date", "$numberLong")

_MAX_NAMED = 12


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record as it was read. `line` is the line on which it begins, None where the source has no lines."""

    line: int | None
    values: Mapping[str, Any]


class Rejected(Exception):
    """The record can't become an article: `field` is the field of ours at fault, `reason` is meant for users."""

    def __init__(self, field: str | None, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


class RecordReader:
    """Turns the records of one source into articles."""

    def __init__(self, source: str, options: ReadOptions) -> None:
        """`source` is the name of the source in rejections."""
        self._source = source
        self._prefix = options.id_prefix
        # Cached, since the records of a source have the same few sets of names.
        self._names = lru_cache(maxsize=64)(lambda names: names_by_field(names, options.mapping))

    def read(self, record: RawRecord | BadRecord) -> Article | BadRecord:
        """The article of a record, or a rejection; a BadRecord is passed on."""
        if isinstance(record, BadRecord):
            return record
        try:
            return self._article(record.values)
        except Rejected as rejected:
            return BadRecord(self._source, rejected.reason, record.line, rejected.field)

    def _article(self, values: Mapping[str, Any]) -> Article:
        names = self._names(tuple(values))
        title = _line(values, names, "title", MAX_TITLE)
        body = _body(values, names)
        if not title and not body:
            raise Rejected("body", f"neither title nor body has text; the record has {_shown_names(values)}")
        url = _url(values, names)
        given = _line(values, names, "id", MAX_LABEL)
        return Article(
            id=self._prefix + _article_id(given, url, title, body),
            title=title,
            body=body,
            published=_published(values, names),
            source=_line(values, names, "source", MAX_LABEL) or None,
            url=url,
            category=_line(values, names, "category", MAX_LABEL) or None,
        )


def _body(values: Mapping[str, Any], names: Mapping[str, tuple[str, ...]]) -> str:
    for name in names.get("body", ()):
        value = values[name]
        if value is None:
            continue
        if not isinstance(value, str):
            raise Rejected("body", f"{_kind(value)} where text is expected")
        if len(value) > MAX_BODY:
            raise Rejected("body", f"{len(value):,} characters, more than the {MAX_BODY:,} allowed")
        body = mend_body(_sound("body", value))
        if body:
            return body
    return ""


def _line(values: Mapping[str, Any], names: Mapping[str, tuple[str, ...]], field: str, limit: int) -> str:
    """The first non-empty value of a one-line field; empty if there is none."""
    for name in names.get(field, ()):
        value = values[name]
        text = mend_line(_text(field, value)) if value is not None else ""
        if not text:
            continue
        if len(text) > limit:
            raise Rejected(field, f"{len(text):,} characters, more than the {limit:,} allowed")
        return text
    return ""


def _published(values: Mapping[str, Any], names: Mapping[str, tuple[str, ...]]) -> Publication | None:
    text = _line(values, names, "date", MAX_LABEL)
    if not text:
        return None
    try:
        return parse_publication(text)
    except (ValueError, OverflowError) as error:
        raise Rejected("date", f"{text!r} {error}") from None


def _url(values: Mapping[str, Any], names: Mapping[str, tuple[str, ...]]) -> str | None:
    url = _line(values, names, "url", MAX_URL)
    if _UNSAFE_URL.match(url):
        raise Rejected("url", f"{url[:60]!r} is not a web address")
    return url or None


def _text(field: str, value: Any) -> str:
    """A scalar as text. Numbers are accepted, since exports write ids, years and timestamps as numbers."""
    if isinstance(value, dict):
        value = next((value[key] for key in _WRAPPERS if key in value), value)
    if isinstance(value, list) and len(value) <= 1 and field in ("source", "category"):
        value = value[0] if value else None
    if value is None:
        return ""
    if isinstance(value, str):
        return _sound(field, value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        # pandas writes whole numbers of a column with gaps as 12.0
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    raise Rejected(field, f"{_kind(value)} where text is expected")


def _sound(field: str, text: str) -> str:
    """The text, if it can be stored. Raises Rejected for a lone surrogate, such as `\\ud83d` without its other half."""
    if text.isprintable():  # never true of surrogates; true of most titles and labels
        return text
    try:
        text.encode()  # finds a surrogate 4 times as fast as a pattern does
    except UnicodeEncodeError as error:
        half = ord(text[error.start])
        raise Rejected(field, f"half of a surrogate pair (0x{half:X}) at position {error.start + 1}") from None
    return text


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, list):
        return "a list"
    return "an object" if isinstance(value, dict) else "a number"


def _shown_names(values: Mapping[str, Any]) -> str:
    names = [name[:40] for name in values if isinstance(name, str)]
    if not names:
        return "no fields"
    more = f" and {len(names) - _MAX_NAMED} more" if len(names) > _MAX_NAMED else ""
    return "the fields " + ", ".join(_printable(name) for name in names[:_MAX_NAMED]) + more


def _printable(name: str) -> str:
    return name.encode("utf-8", "replace").decode("utf-8")


def _article_id(given: str | None, url: str | None, title: str, body: str) -> str:
    """The same each time that the article is read: the given id, else a hash of the canonical URL, else of the text.

    Hashes of addresses begin with `u-`, those of title and body with `t-`.
    10 bytes of hash: among ten million articles two share one with a probability of 4e-11.
    """
    if given:
        return given
    if url:
        return "u-" + _digest(canonical_url(url))
    return "t-" + _digest(f"{title}\n{body}")


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=10).hexdigest()
