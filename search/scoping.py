"""What of an archive a request asks for, in the words of an engine."""

from __future__ import annotations

from dataclasses import replace

from index.errors import RequestError
from search.engines.base import Scope, View
from search.request import SearchRequest, Selection


def canonical(request: SearchRequest, view: View) -> SearchRequest:
    """The request with its values as the facets spell them, so that they are found and shown as selected."""
    if not request.selected and not request.excluded:
        return request

    def spelled(selection: Selection) -> Selection:
        return tuple(
            (facet, tuple(dict.fromkeys(view.dictionary.canonical(facet, value) for value in values)))
            for facet, values in selection
        )

    return replace(request, selected=spelled(request.selected), excluded=spelled(request.excluded))


def scope_of(request: SearchRequest, view: View) -> Scope:
    """The filters of a request. Raises RequestError where the engine can't collapse."""
    if request.collapse != "none" and not view.collapses:
        raise RequestError(
            "collapse", request.collapse, "is nothing that this engine can do", "Leave collapse out, or use whoosh."
        )
    return Scope(request.selected, request.excluded, request.date_from, request.date_to, request.collapse)
