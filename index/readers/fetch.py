"""Fetches feeds and pages over HTTP: only those that the user named and, on request, those that a feed links to.

It is polite: robots.txt for linked pages, a pause between two requests to a host, conditional requests for feeds. And
it is wary: http and https only, time and size are limited, and no feed can send the reader into a private network.
"""

from __future__ import annotations

import gzip
import io
import time
import zlib
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import Request
from urllib.robotparser import RobotFileParser

from index.errors import SourceError
from index.readers.feedstate import FeedState
from index.readers.options import MAX_FEED, MAX_PAGE
from index.readers.reach import Journey, Refused, host_key, opener
from index.version import VERSION

AGENT = f"haberara/{VERSION}"
_PAUSE = 1.0
"""Seconds between two pages of one host; more if its robots.txt says so."""

_LONGEST_PAUSE = 10.0
_MAX_ROBOTS = 512_000
_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, text/html, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class Download:
    """What a server sent. `url` is the address after all redirects; `inner` tells whether the address that was asked
    for lies in a private network."""

    url: str
    content: bytes
    inner: bool

    @property
    def path(self) -> str:
        """The path of the address."""
        return urlsplit(self.url).path


def is_address(source: str) -> bool:
    """Whether a source is an address and not a file."""
    return source.startswith(("http://", "https://"))


def fetched(url: str, state: FeedState | None = None) -> Download | None:
    """The content of an address that the user named; None if it has not changed since it was last read.

    Raises:
        SourceError: it can't be fetched, with the reason.
    """
    headers = state.headers(url) if state else {}
    try:
        answer, received = _get(url, MAX_FEED, headers, Journey())
    except HTTPError as error:
        error.close()
        if error.code == 304:
            return None
        raise SourceError(url, f"can't be read (the server answers {error.code} {error.reason})") from error
    except _FAILURES as error:
        raise SourceError(url, f"can't be read ({_reason(error)})") from error
    if state:
        state.note(url, received.get("ETag"), received.get("Last-Modified"))
    return answer


class LinkedPages:
    """Fetches the pages that one feed links to, one after another."""

    def __init__(self, feed: str, *, inner: bool) -> None:
        """`feed` is the address of the feed; `inner`: it was found in a private network, where its host may stay."""
        self._home = host_key(urlsplit(feed).hostname) if inner and is_address(feed) else ""
        self._rules: dict[str, RobotFileParser] = {}
        self._last: dict[str, float] = {}

    def page(self, url: str) -> bytes:
        """The content of a linked page. Raises ValueError with a reason for users."""
        host = urlsplit(url).hostname if is_address(url) else None
        if not host:
            raise ValueError("its link is not a web address")
        try:
            rules = self._robots(url)
            if not rules.can_fetch(AGENT, url):
                raise ValueError("the site's robots.txt disallows fetching its page")
            self._wait(host, rules)
            return _get(url, MAX_PAGE, {}, Journey(self._home))[0].content
        except HTTPError as error:
            error.close()
            raise ValueError(f"its page can't be read (the server answers {error.code})") from error
        except _FAILURES as error:
            raise ValueError(f"its page can't be read ({_reason(error)})") from error

    def _robots(self, url: str) -> RobotFileParser:
        site = urljoin(url, "/")
        if site not in self._rules:
            rules = RobotFileParser()
            try:
                text = _get(urljoin(site, "robots.txt"), _MAX_ROBOTS, {}, Journey(self._home))[0].content
                rules.parse(text.decode("utf-8", "replace").splitlines())
            except HTTPError as error:
                error.close()
                # RFC 9309: without a robots.txt everything is allowed, while the server fails nothing is.
                rules.parse(["User-agent: *", "Disallow: /" if error.code >= 500 else "Disallow:"])
            self._rules[site] = rules
        return self._rules[site]

    def _wait(self, host: str, rules: RobotFileParser) -> None:
        asked = float(rules.crawl_delay(AGENT) or 0)
        pause = min(max(_PAUSE, asked), _LONGEST_PAUSE)
        since = time.monotonic() - self._last.get(host, float("-inf"))
        if since < pause:
            time.sleep(pause - since)
        self._last[host] = time.monotonic()


_FAILURES = (URLError, HTTPException, OSError, EOFError, zlib.error, ValueError, Refused)


def _reason(error: Exception) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, TimeoutError):
        return "the server takes too long"
    return getattr(reason, "strerror", None) or str(reason) or type(reason).__name__


def _get(url: str, limit: int, headers: dict[str, str], journey: Journey) -> tuple[Download, HTTPMessage]:
    """The answer and its headers. Raises HTTPError and the exceptions in `_FAILURES`."""
    request = Request(url, headers={"User-Agent": AGENT, "Accept": _ACCEPT, "Accept-Encoding": "gzip", **headers})
    with opener(journey).open(request, timeout=journey.remaining()) as response:
        content = _limited(response, limit, journey)
        if response.headers.get("Content-Encoding", "").strip() == "gzip":
            content = _limited(gzip.GzipFile(fileobj=io.BytesIO(content)), limit, journey)
        return Download(response.geturl(), content, journey.inner), response.headers


def _limited(stream: IO[bytes] | gzip.GzipFile, limit: int, journey: Journey) -> bytes:
    parts = []
    size = 0
    while chunk := stream.read(1 << 16):
        size += len(chunk)
        if size > limit:
            raise Refused(f"it is longer than {limit // 1_000_000} MB")
        journey.remaining()
        parts.append(chunk)
    return b"".join(parts)
