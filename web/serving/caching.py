"""Entity tags: the same snapshot, address and language give the same answer, so asking again costs no search."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

from flask import Flask, Response, current_app, request

from index.article import ISTANBUL
from index.version import VERSION
from search.results import Partial, Snapshot
from web.locale import is_for_programs, language

EXTENSION = "haberara_first_seen"


class FirstSeen:
    """When this process first saw the current snapshot, in whole seconds, for `Last-Modified`.

    A later snapshot always gets a time at least a second later, so that no client takes it for the one that it has.
    """

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._lock = Lock()
        self._seen: tuple[Snapshot, datetime] | None = None

    def at(self, snapshot: Snapshot) -> datetime:
        """The time at which the snapshot was first seen, in UTC."""
        with self._lock:
            if self._seen is None or self._seen[0] != snapshot:
                now = self._clock().replace(microsecond=0)
                self._seen = snapshot, max(now, self._seen[1] + timedelta(seconds=1)) if self._seen else now
            return self._seen[1]


def install(app: Flask) -> None:
    """Give the app its `FirstSeen`."""
    app.extensions[EXTENSION] = FirstSeen()


def first_seen(snapshot: Snapshot) -> datetime:
    """The time at which the running app first saw this snapshot."""
    seen: FirstSeen = current_app.extensions[EXTENSION]
    return seen.at(snapshot)


def tag_of(snapshot: Snapshot, *also: str) -> str:
    """The entity tag of the answer to this request; `also` are further values on which the answer depends.

    It contains the program's version, since another version may render the same snapshot differently.
    """
    parts = [VERSION, str(snapshot), language(), request.full_path, *also]
    if not is_for_programs():
        # Pages have links for "today" and "last 7 days", which mean other days tomorrow.
        parts.append(datetime.now(ISTANBUL).date().isoformat())
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def uncached(response: Response, partial: Partial | None) -> Response:
    """The same response, with `no-store` if a part of the index did not answer: the next answer may be complete."""
    if partial:
        response.cache_control.no_store = True
    return response


def unless_known(
    snapshot: Snapshot, make: Callable[[], tuple[Response, Snapshot]], *also: str, dated: bool = False
) -> Response:
    """The answer made by `make`, or 304 without making it if the client has it already.

    `make` returns the snapshot that it saw as well, since a commit may come in between. Tags are weak, because the time
    taken differs from answer to answer. `dated` answers also carry `Last-Modified` and honour `If-Modified-Since`,
    unless the client sends a tag (RFC 9110, 13.2.2). `also` are values beside the address on which the answer depends.
    An `uncached` answer gets no tag, and neither does a redirect.
    """
    if _is_known(tag_of(snapshot, *also), first_seen(snapshot) if dated else None):
        response, seen = Response(status=304), snapshot
    else:
        response, seen = make()
    if response.cache_control.no_store or "Location" in response.headers:
        return response
    response.set_etag(tag_of(seen, *also), weak=True)
    if dated:
        response.last_modified = first_seen(seen)
    response.headers["Vary"] = "Cookie"
    return response


def _is_known(tag: str, modified: datetime | None) -> bool:
    if "If-None-Match" in request.headers:
        return request.if_none_match.contains_weak(tag)
    return bool(modified and request.if_modified_since and modified <= request.if_modified_since)
