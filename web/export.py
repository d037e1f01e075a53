"""Exports all hits of a search as a stream: `/api/v1/export`."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from flask import Blueprint, Response, request

from index.article import ISTANBUL
from search.exporting import FORMATS, SEPARATORS, Format, Separator, export_text, pieces
from web import params
from web.links import permalinks, whole
from web.serving.engine import current_engine
from web.serving.places import in_a_place

exports = Blueprint("export", __name__, url_prefix="/api/v1")

EXPORT_PARAMETERS = (
    *(name for name in params.SEARCH_PARAMETERS if name not in ("page", "limit", "explain")),
    "format",
    "bom",
    "separator",
)
TYPES = {"csv": "text/csv; charset=utf-8; header=present", "jsonl": "application/x-ndjson; charset=utf-8"}


@exports.get("/export")
def export() -> Response:
    """All hits of a search in their order, as CSV or JSON lines."""
    params.refuse_unknown(*EXPORT_PARAMETERS)
    params.refuse_long("q")
    asked = params.page_request()
    format = cast(Format, params.choice("format", FORMATS, ""))
    separator = cast(Separator, params.choice("separator", SEPARATORS, "comma"))
    bom = params.choice("bom", ("0", "1"), "0") == "1"
    permalink = permalinks(whole(request.script_root), asked)

    def make() -> Response:
        # The search is made before the answer begins, so that a bad query is a message and not a broken file.
        articles = current_engine().export(asked)
        lines = export_text(articles, format, permalink, bom=bom, separator=separator)
        return Response(pieces(lines), content_type=TYPES[format])

    response = in_a_place(make)
    day = datetime.now(ISTANBUL).date().isoformat()
    response.headers["Content-Disposition"] = f'attachment; filename="haberara-{day}.{format}"'
    response.headers["Cache-Control"] = "no-store"
    # Keeps a proxy in front of the server from buffering the whole export.
    response.headers["X-Accel-Buffering"] = "no"
    return response
