"""A real browser before a real server over the sample archive; each process of tests has one of both."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Thread

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from search.service import SearchEngine
from web.app import create_app

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


class Quiet(WSGIRequestHandler):
    """Logs nothing: the test says what failed."""

    def log(self, type, message, *args):
        pass


@pytest.fixture(scope="session")
def serve():
    """Serves an app until the tests end; gives its address."""
    servers = []

    def serve_(app):
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        thread = Thread(target=server.serve_forever)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield serve_
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def site(sample_data, serve):
    """The address of a server over the sample archive."""
    engine = SearchEngine.open(sample_data)
    yield serve(create_app(sample_data, engine=engine))
    engine.close()


@pytest.fixture(scope="session")
def chromium():
    """One browser for the session; the tests are skipped where there is none."""
    if not CHROMIUM.exists():
        pytest.skip(f"no browser: {CHROMIUM} is missing; install Debian's chromium or set CHROMIUM")
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: pip install 'haberara[test]'")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, site):
    """Opens a path in a context of its own; at the end nothing may have run wild or left for another host."""
    contexts, complaints = [], []

    def note(message):
        # A page that is an error on purpose is reported by the browser as a failed resource; that is no complaint.
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def open_(path, *, viewport=WIDE, scheme="light", javascript=True):
        context = chromium.new_context(
            base_url=site, viewport=viewport, color_scheme=scheme, java_script_enabled=javascript, locale="tr-TR"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(40_000)
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append("dialog: " + dialog.message))
        page.on("request", lambda r: r.url.startswith((site, "data:")) or complaints.append("left for " + r.url))
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not complaints
