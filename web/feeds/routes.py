"""Serves the feed of any search at `/feed.atom` and `/feed.json`, with the parameters of the search."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response

from search.request import SearchRequest
from search.results import Snapshot
from web import links, params
from web.feeds.atom import atom_text
from web.feeds.values import TYPES, Feed, as_json, feed_of, followed
from web.jsontext import json_text
from web.locale import language
from web.serving.assets import asset_url
from web.serving.caching import unless_known
from web.serving.engine import current_engine

feeds = Blueprint("feeds", __name__)

FEED_PARAMETERS = tuple(name for name in params.SEARCH_PARAMETERS if name not in ("sort", "page", "explain"))
ARTICLES = 50
MOST_ARTICLES = 100


@feeds.get("/feed.atom")
def atom() -> Response:
    """The newest articles of a search as Atom."""
    return _answer("atom", atom_text)


@feeds.get("/feed.json")
def json_feed() -> Response:
    """The newest articles of a search as a JSON Feed."""
    return _answer("json", lambda feed: json_text(as_json(feed)) + "\n")


def _answer(kind: str, write: Callable[[Feed], str]) -> Response:
    params.refuse_unknown(*FEED_PARAMETERS)
    params.refuse_long("q")
    limit = params.number("limit", ARTICLES, MOST_ARTICLES)
    asked: SearchRequest = params.page_request()
    engine = current_engine()

    def make() -> tuple[Response, Snapshot]:
        results = engine.search(followed(asked, limit), locale=language(), facet_limit=0)
        feed = feed_of(asked, results, links.whole(asset_url("icon.svg")))
        return Response(write(feed), content_type=f"{TYPES[kind]}; charset=utf-8"), results.snapshot

    return unless_known(engine.snapshot(), make, dated=True)
