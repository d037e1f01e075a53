"""Renders pages from templates, and offers them what they call: translations, dates, numbers, links."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from flask import Flask, Response, render_template, request

from index.article.facets import FACETS
from search.request import SearchRequest
from web import links, locale
from web.parts.chips import chips, title_of
from web.parts.linechart import MARKERS

GLOBALS: dict[str, Any] = {
    "ngettext": locale.ngettext,
    "published": locale.published,
    "reading": locale.reading,
    "took": locale.took,
    "day_label": locale.day_label,
    "calendar_day": locale.calendar_day,
    "month_title": locale.month_title,
    "value_label": locale.value_label,
    "facets": FACETS,
    "facet_title": locale.facet_title,
    "reason_kind": locale.reason_kind,
    "search_url": links.search_url,
    "respelled_url": links.respelled_url,
    "strict_url": links.strict_url,
    "suggest_url": links.suggest_url,
    "collapsed_url": links.collapsed_url,
    "explained_url": links.explained_url,
    "export_url": links.export_url,
    "feed_title": title_of,
    "feed_url": links.feed_url,
    "description_url": links.description_url,
    "day_url": links.day_url,
    "excel_url": links.excel_url,
    "compared_url": links.compared_url,
    "markers": MARKERS,
    "portrait_url": links.portrait_url,
    "portrayed": tuple(links.PORTRAITS),
    "facet_url": links.facet_url,
    "value_url": links.value_url,
    "address": links.address,
    "here_in": links.here_in,
    "external": links.external,
    "chips": chips,
}


_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that HTML may not contain, even escaped: controls, noncharacters and lone surrogates."""


def printable(text: str) -> str:
    """The text with each character that neither HTML nor XML may contain replaced by U+FFFD."""
    return _FORBIDDEN.sub("\ufffd", text)


def page(template: str, status: int = 200, **context: Any) -> Response:
    """Render a page. Characters that HTML may not contain are shown as U+FFFD."""
    html = printable(render_template(template, **context))
    return Response(html, status=status, content_type="text/html; charset=utf-8")


def install(app: Flask) -> None:
    """Register the globals of all templates and the values that each request adds."""
    app.jinja_env.globals.update(GLOBALS)
    app.context_processor(_of_request)


def _of_request() -> dict[str, Any]:
    lang = locale.language()
    return {
        # Bound to the language once per request, since a page calls them several hundred times.
        "_": partial(locale.translate, lang),
        "number": partial(locale.grouped, lang),
        "lang": lang,
        "languages": locale.LANGUAGES,
        "kept_language": locale.explicit_language(),
        "home": request.script_root + "/",
        "nothing_asked": SearchRequest(),
        "sections": links.sections(),
        "section": links.section(),
    }
