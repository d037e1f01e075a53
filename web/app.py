"""The factory of the web application: `create_app()` for any WSGI server; `haberara serve` runs it under waitress.

gunicorn --threads 8 'web.app:create_app()'
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, request
from werkzeug.routing import BaseConverter

from index.engines.choice import chosen_engine
from index.settings import load_settings
from search.service import SearchEngine
from web import errors, templating
from web.api import api
from web.export import exports
from web.feeds.addressbar import opensearch
from web.feeds.routes import feeds
from web.guide import guide
from web.locale import COOKIE, explicit_language
from web.onthisday import days
from web.pages import pages
from web.portraits import portraits
from web.serving import assets, caching, compression, guard, logs, metrics, places, security
from web.serving.engine import EXTENSION, EngineSource
from web.serving.health import health
from web.trends import comparing

A_YEAR = 365 * 24 * 3600


class AnythingConverter(BaseConverter):
    """The converter for article ids in a path, which may contain slashes, also first, last or doubled ones."""

    regex = r"[\s\S]+"
    part_isolating = False


def create_app(data: Path | None = None, *, engine: SearchEngine | None = None) -> Flask:
    """Make the application for a data directory; what is not given comes from the settings.

    It starts without an index too: until there is one, every answer is a 503 that names the command to make it.

    Raises:
        SettingsError: a setting has a bad value.
    """
    settings = load_settings(data=data)
    app = Flask("web")
    app.extensions[EXTENSION] = EngineSource(settings.data, engine, chosen_engine(settings))
    # Two slashes in an id stay two: redirecting to a single slash would lead to another article.
    app.url_map.merge_slashes = False
    app.url_map.converters["anything"] = AnythingConverter
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    logs.install(app, settings)
    metrics.install(app)
    compression.install(app)
    security.install(app)
    guard.install(app, settings)
    places.install(app, settings)
    assets.install(app)
    caching.install(app)
    templating.install(app)
    errors.install(app)
    for blueprint in (pages, portraits, days, comparing, guide, api, exports, feeds, opensearch, health):
        app.register_blueprint(blueprint)
    app.after_request(_remember_language)
    return app


def _remember_language(response: Response) -> Response:
    """Remember in a cookie the language that was chosen, so that the next visit begins in it."""
    wanted = explicit_language()
    if wanted and response.mimetype == "text/html" and request.cookies.get(COOKIE) != wanted:
        response.set_cookie(COOKIE, wanted, max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    return response
