"""The pages for search, article and all values of a facet. They are rendered here and work without JavaScript."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import Blueprint, Response

from index.article import ISTANBUL
from index.article.facets import BY_NAME, DATE
from index.errors import NotFoundError
from search.reading.periods import ONE_YEAR, lone_year
from search.request import FacetOrder, SearchRequest
from search.results import SearchResults, Snapshot
from web import links, params
from web.listing import ORDERS, asked_listing, parameters
from web.locale import facet_title, language
from web.parts.articletext import paragraphs
from web.parts.citation import citation
from web.parts.paging import paging
from web.parts.sidebar import blocks, presets
from web.parts.timeline import timeline
from web.serving.caching import uncached, unless_known
from web.serving.engine import current_engine
from web.templating import page

pages = Blueprint("pages", __name__)

FACET_VALUES = 10
LISTED_VALUES = 500


@pages.get("/")
def search() -> Response:
    """The search page. Without a query it lists the newest articles."""
    asked = params.page_request()
    engine = current_engine()

    def make() -> tuple[Response, Snapshot]:
        results = engine.search(asked, locale=language(), facet_limit=FACET_VALUES)
        return uncached(_search_page(asked, results), results.partial), results.snapshot

    return unless_known(engine.snapshot(), make)


def _search_page(asked: SearchRequest, results: SearchResults) -> Response:
    dates = next((facet for facet in results.facets if facet.name == DATE.name), None)
    year = lone_year(dates) if dates and not asked.values(DATE.name) else None
    if year:
        # A facet is counted without its own filter: choosing the year gives its months and filters nothing.
        dates = current_engine().facet(links.only(asked, DATE.name, year), DATE.name, ONE_YEAR)
    return page(
        "search.html",
        asked=asked,
        results=results,
        blocks=blocks(asked, results.facets),
        timeline=timeline(dates, asked, year) if dates else None,
        presets=presets(asked, datetime.now(ISTANBUL).date()),
        paging=paging(results),
        collapses=current_engine().collapses(),
        article_urls=links.article_urls((hit.id for hit in results.hits), asked),
        unfiltered_url=links.search_url(links.unfiltered(asked)),
        json_url=links.api_search_url(asked),
    )


@pages.get("/articles/<anything:article_id>")
def article(article_id: str) -> Response:
    """One article. `q` marks its matches; the parameters of the search make the link back to it."""
    asked = params.page_request()
    engine = current_engine()

    def make() -> tuple[Response, Snapshot]:
        view = engine.article(article_id, asked.text, locale=language())
        similar = engine.similar(article_id).hits
        made = page(
            "article.html",
            article=view,
            asked=asked,
            body=paragraphs(view.body_segments, view.mentions, "body"),
            matches=sum(segment.marked for segment in view.body_segments),
            kinds={str(mention.kind) for mention in view.mentions},
            back_url=links.search_url(asked),
            json_url=links.api_article_url(article_id),
            cite=citation(view),
            similar=similar,
            copy_urls=links.article_urls((copy.id for copy in view.copies), SearchRequest()),
            similar_urls=links.article_urls((hit.id for hit in similar), SearchRequest()),
        )
        return made, view.snapshot

    return unless_known(engine.snapshot(), make)


@pages.get("/facets/<facet>")
def facet(facet: str) -> Response:
    """All values of a facet under a search for browsing, by count or alphabet; `prefix` narrows them."""
    asked = params.page_request()
    if facet not in BY_NAME:
        raise NotFoundError(facet)
    listing = asked_listing(LISTED_VALUES)
    engine = current_engine()
    # Taken before the counts: if a commit comes in between, the old tag makes the next request ask again.
    before = engine.snapshot()

    def make() -> tuple[Response, Snapshot]:
        counts = engine.facet(asked, facet, listing, locale=language())
        nearby = links.Neighbours(asked)
        number = 1 + listing.offset // listing.limit

        def to(part: int, order: FacetOrder) -> str:
            return links.facet_url(facet, asked, parameters(replace(listing, order=order), part))

        made = page(
            "facet.html",
            counts=counts,
            title=facet_title(facet),
            asked=asked,
            listing=listing,
            orders={order: to(1, order) for order in ORDERS},
            previous_url=to(number - 1, listing.order) if number > 1 else None,
            next_url=to(number + 1, listing.order) if counts.truncated else None,
            toggles={value.value: nearby.toggled(facet, value.value) for value in counts.values},
            back_url=links.search_url(asked),
        )
        return made, before

    return unless_known(before, make)
