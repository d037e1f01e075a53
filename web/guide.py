"""Pages that explain: the help, and the endpoint as a page and as OpenAPI."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from web.helptext import help_blocks
from web.jsontext import json_response
from web.locale import language
from web.openapi import document

guide = Blueprint("guide", __name__)


@guide.get("/help")
def help_page() -> str:
    """How to search, in the visitor's language; every example is a link."""
    return render_template("help.html", blocks=help_blocks(language()))


@guide.get("/api")
def endpoint_page() -> str:
    """The endpoint, to be read by people."""
    return render_template("endpoint.html", document=document())


@guide.get("/openapi.json")
def openapi() -> Response:
    """The endpoint, to be read by programs."""
    return json_response(document())
