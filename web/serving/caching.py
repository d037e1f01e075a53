"""Entity tags: equal snapshot, address and language give equal answers, so that a second look costs no search."""

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
    """When this process first saw the state that answers now, in whole seconds: what `Last-Modified` tells.

    A later state is always at least a second later, so that no reader takes it for the one that it has.
    """

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._lock = Lock()
        self._seen: tuple[Snapshot, datetime] | None = None

    def at(self, snapshot: Snapshot) -> datetime:
        """The moment, in UTC."""
        with self._lock:
            if self._seen is None or self._seen[0] != snapshot:
                now = self._clock().replace(microsecond=0)
                self._seen = snapshot, max(now, self._seen[1] + timedelta(seconds=1)) if self._seen else now
            return self._seen[1]


def install(app: Flask) -> None:
    """Let the app remember since when it has seen the state that answers."""
    app.extensions[EXTENSION] = FirstSeen()


def first_seen(snapshot: Snapshot) -> datetime:
    """Since when the running app has seen this state."""
    seen: FirstSeen = current_app.extensions[EXTENSION]
    return seen.at(snapshot)


def tag_of(snapshot: Snapshot, *also: str) -> str:
    """The entity tag of the answer to this request; `also` names what else decides about it.

    Another version may render the same state differently.
    """
    parts = [VERSION, str(snapshot), language(), request.full_path, *also]
    if not is_for_programs():
        # Pages offer "today" and "last 7 days", which mean other days tomorrow.
        parts.append(datetime.now(ISTANBUL).date().isoformat())
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def uncached(response: Response, partial: Partial | None) -> Response:
    """The same response, not to be kept by anybody if it lacks something: asked again, it may lack nothing."""
    if partial:
        response.cache_control.no_store = True
    return response


def unless_known(
    snapshot: Snapshot, make: Callable[[], tuple[Response, Snapshot]], *also: str, dated: bool = False
) -> Response:
    """The answer made by `make`, or 304 without making it if the client has it already.

    `make` tells which snapshot it saw: a commit may fall between the two looks. Tags are weak, since the time taken
    differs from answer to answer. `dated` answers carry `Last-Modified` too and honour `If-Modified-Since`, which
    stands back where a tag is sent (RFC 9110, 13.2.2). `also` names what decides about the answer beside the address.
    An `uncached` answer gets no tag.
    """
    if _is_known(tag_of(snapshot, *also), first_seen(snapshot) if dated else None):
        response, seen = Response(status=304), snapshot
    else:
        response, seen = make()
    if response.cache_control.no_store:
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
