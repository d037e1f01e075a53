"""The archive in a browser's address bar: an OpenSearch 1.1 description document, and completions for browsers.

This OpenSearch (https://github.com/dewitt/opensearch) has nothing to do with the search server of the same name.
"""

from __future__ import annotations

from xml.etree import ElementTree

from flask import Blueprint, Response, request

from index.article.facets import COUNTRY
from search.offering.values import Suggestion
from search.query import field_query
from search.results import Snapshot
from web import links, params
from web.api import MOST_LISTED
from web.feeds.values import TYPES
from web.jsontext import json_text
from web.locale import gettext as _
from web.locale import language
from web.serving.assets import asset_url
from web.serving.caching import unless_known
from web.serving.engine import current_engine

opensearch = Blueprint("opensearch", __name__)

DESCRIPTION = "application/opensearchdescription+xml"
COMPLETIONS = "application/x-suggestions+json"
NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"
EACH = 3
"""How many completions of each kind are given by default, since an address bar shows few."""


@opensearch.get("/opensearch.xml")
def description() -> Response:
    """The description document, from which browsers learn how to search this archive."""
    params.refuse_unknown()
    root = ElementTree.Element("OpenSearchDescription", {"xmlns": NAMESPACE})
    for name, text in (
        ("ShortName", "Haberara"),
        ("Description", _("Search this news archive")),
        ("InputEncoding", "UTF-8"),
        ("OutputEncoding", "UTF-8"),
        ("Language", language()),
    ):
        ElementTree.SubElement(root, name).text = text
    icon = {"type": "image/svg+xml", "width": "16", "height": "16"}
    ElementTree.SubElement(root, "Image", icon).text = links.whole(asset_url("icon.svg"))
    for rel, path, kind in (
        ("results", "/", "text/html"),
        ("results", "/feed.atom", TYPES["atom"]),
        ("suggestions", "/api/v1/completions", COMPLETIONS),
    ):
        template = links.whole(f"{request.script_root}{path}?q={{searchTerms}}&lang={language()}")
        ElementTree.SubElement(root, "Url", {"rel": rel, "type": kind, "template": template})
    itself = {"rel": "self", "type": DESCRIPTION, "template": links.whole(links.description_url())}
    ElementTree.SubElement(root, "Url", itself)
    text = '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"
    return Response(text, content_type=f"{DESCRIPTION}; charset=utf-8")


@opensearch.get("/api/v1/completions")
def completions() -> Response:
    """Completions of what is typed, in the form that browsers expect: `[typed, [query, ...], [label, ...]]`."""
    params.refuse_unknown("q", "limit")
    typed = params.typed_text()
    limit = params.number("limit", EACH, MOST_LISTED)
    engine = current_engine()

    def make() -> tuple[Response, Snapshot]:
        found = engine.suggest(typed, locale=language(), limit=limit)
        offers = {query: offer.label for offer in found.values if (query := _query(offer))}
        body = json_text([typed, list(offers), list(offers.values())])
        return Response(body + "\n", content_type=f"{COMPLETIONS}; charset=utf-8"), found.snapshot

    return unless_known(engine.snapshot(), make)


def _query(offer: Suggestion) -> str | None:
    """The query once a suggestion is taken. A value that was typed into a field is in the suggestion's text already."""
    if offer.kind == "word" or offer.label in offer.text:
        return offer.text
    turkish = language() == "tr"
    named = field_query(offer.kind, offer.value, offer.label if offer.kind == COUNTRY.name else "", turkish=turkish)
    return f"{offer.text.rstrip()} {named}".strip() if named else None
