"""WARC, the format in which web archives and crawlers keep pages. Needs the extra `warc`."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import redirect_stderr
from typing import Any

from index.article import BadRecord
from index.errors import SourceError
from index.readers.options import MAX_PAGE
from index.readers.page import read_page
from index.readers.record import RawRecord
from index.readers.streams import DAMAGE, Bomb, Broken, damage_reason, whole

_PAGES = ("text/html", "application/xhtml+xml")


def read_warc(stream: io.BufferedReader, source: str) -> Iterator[RawRecord | BadRecord]:
    """A record for each HTML page that was answered with status 200; one rejection for each other type of content.

    The day on which a page was crawled is not its publication date.

    Raises:
        SourceError: the extra is not installed.
        Broken: the file is damaged; what came before was kept.
    """
    try:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
    except ImportError as error:
        raise SourceError(
            source, "is a WARC file, which needs the package warcio", "Install it: pip install 'haberara[warc]'"
        ) from error
    others: dict[str, int] = {}
    number = 0
    records = ArchiveIterator(stream)
    try:
        while (record := _next(records)) is not None:
            number += 1
            if records.err_count:
                records.err_count = 0
                yield BadRecord(
                    source, "bytes between records were skipped: the length of a record before them is wrong", number
                )
            if record.rec_type not in ("response", "resource"):
                continue
            kind, status = _type_and_status(record)
            if kind not in _PAGES or status not in ("200", ""):
                what = kind if kind not in _PAGES else f"pages answered with {status}"
                others[what] = others.get(what, 0) + 1
                continue
            yield _page(record, source, number)
    except (Bomb, ArchiveLoadFailed, *DAMAGE) as error:
        reason = damage_reason(error) if isinstance(error, DAMAGE) else f"is damaged ({error})"
        raise Broken(number, reason) from error
    except (ValueError, AttributeError, TypeError, LookupError) as error:  # bugs of warcio on broken headers
        raise Broken(number, f"is damaged ({error})") from error
    if records.err_count:
        yield BadRecord(
            source, "bytes after the last record were skipped: the length of a record before them is wrong", number
        )
    for what, count in others.items():
        yield BadRecord(source, f"{count} left out (not article pages): {what or 'of no known type'}")


def _next(records: Any) -> Any:
    """The next record; None at the end. What warcio prints of damaged records is dropped: it counts them too."""
    with redirect_stderr(io.StringIO()):
        return next(records, None)


def _type_and_status(record: Any) -> tuple[str, str]:
    headers = record.http_headers
    if headers is None:  # a `resource` record, which holds no HTTP headers
        return (record.content_type or "").partition(";")[0].strip(), ""
    kind = (headers.get_header("Content-Type") or "").partition(";")[0].strip()
    return kind.replace("TEXT/HTML", "text/html"), headers.get_statuscode() or ""


def _page(record: Any, source: str, number: int) -> RawRecord | BadRecord:
    url = record.rec_headers.get_header("WARC-Target-URI")
    content = whole(record.content_stream(), MAX_PAGE)
    if content is None:
        return BadRecord(source, f"{url}: the page is longer than {MAX_PAGE // 1_000_000} MB", number)
    if getattr(record.raw_stream, "limit", 0) > 0:
        return BadRecord(source, f"{url}: the page is cut short", number)
    try:
        page = read_page(content)
    except ValueError as error:
        return BadRecord(source, f"{url}: {error}", number)
    return RawRecord(number, {**page, "url": page.get("url") or url})
