"""Entity tags: equal snapshot, address and language give equal answers, so that a second look costs no search."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

from flask import Response, request

from index.article import ISTANBUL
from index.version import VERSION
from search.results import Snapshot
from web.locale import is_for_programs, language


def tag_of(snapshot: Snapshot) -> str:
    """The entity tag of the answer to this request. Another version may render the same state differently."""
    parts = [VERSION, str(snapshot), language(), request.full_path]
    if not is_for_programs():
        # Pages offer "today" and "last 7 days", which mean other days tomorrow.
        parts.append(datetime.now(ISTANBUL).date().isoformat())
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def unless_known(snapshot: Snapshot, make: Callable[[], tuple[Response, Snapshot]]) -> Response:
    """The answer made by `make`, or 304 without making it if the client has it already.

    `make` tells which snapshot it saw: a commit may fall between the two looks. Tags are weak, since the time taken
    differs from answer to answer.
    """
    tag = tag_of(snapshot)
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        response, seen = make()
        tag = tag_of(seen)
    response.set_etag(tag, weak=True)
    response.headers["Vary"] = "Cookie"
    return response
