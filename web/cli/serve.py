"""`serve` and `demo`: run the web server with the search page and the JSON endpoint on this machine."""

from __future__ import annotations

import signal
import socket
import sys
import tempfile
from importlib.resources import as_file, files
from pathlib import Path
from types import FrameType

import click

from index.building import AddOptions, BuildReport, add
from index.engines.choice import WHOOSH, EngineChoice, chosen_engine
from index.errors import ClusterError, IndexUnusable, SettingsError
from index.settings import Settings, load_settings
from search.request import SearchRequest
from search.service import SearchEngine
from web.app import create_app
from web.cli.hangup import heard_hangup
from web.cli.options import data_option, engine_option, warn_of_share
from web.serving.listening import listen

DEMO_QUERY = "deprem"


@click.command("serve")
@click.option("--host", help="Address to listen on. Default: 127.0.0.1, this machine only.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on. Default: 8000; 0 for any free one.")
@engine_option
@data_option
def serve_command(host: str | None, port: int | None, engine: str | None, data: Path | None) -> None:
    """Serve the search page and the JSON endpoint."""
    _end_in_order()
    settings = load_settings(data=data, host=host, port=port, engine=engine)
    warn_of_share(settings.data)
    _serve(settings, chosen_engine(settings))


@click.command("demo")
@click.option("--no-serve", is_flag=True, help="Only index the sample and show the facets of one search.")
@click.option("--host", help="Address to listen on. Default: 127.0.0.1, this machine only.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on. Default: 8000.")
def demo_command(no_serve: bool, host: str | None, port: int | None) -> None:
    """Index the sample archive in a temporary directory and serve it."""
    _end_in_order()
    # Windows can't remove files that the server still has open; what is left goes with the temporary directory.
    with tempfile.TemporaryDirectory(prefix="haberara-demo-", ignore_cleanup_errors=True) as folder:
        settings = load_settings(data=Path(folder), host=host, port=port)
        report = _add_sample(settings)
        click.echo(f"The sample archive: {report.added} articles indexed in {report.seconds:.1f} s.")
        if no_serve:
            _show_facets(settings)
        else:
            _serve(settings, WHOOSH)


def _add_sample(settings: Settings) -> BuildReport:
    with as_file(files("index") / "sample") as sample:
        sources = sorted(str(path) for path in sample.glob("*.jsonl"))
        # One process: 180 articles are done before others would have started.
        return add(settings.data, sources, AddOptions(jobs=1))


def _show_facets(settings: Settings) -> None:
    engine = SearchEngine.open(settings.data)
    try:
        results = engine.search(SearchRequest(text=DEMO_QUERY))
    finally:
        engine.close()
    click.echo(f"{results.total} articles for {DEMO_QUERY}, in any form of the word:")
    for facet in results.facets:
        if facet.values:
            click.echo(f"  {facet.name:<12} " + ", ".join(f"{v.label} {v.count}" for v in facet.values))


def _serve(settings: Settings, choice: EngineChoice) -> None:
    engine = SearchEngine.open(settings.data, choice)
    try:
        app = create_app(settings.data, engine=engine)
        try:
            server = listen(app, settings)
        except (OSError, socket.gaierror) as error:
            where = f"{settings.host}:{settings.port}"
            raise SettingsError("port", where, f"can't be listened on ({error.strerror})", "Choose --port.") from error
        try:
            # Only once the port is ours: a port that is taken is reported at once, not after the warm-up.
            _warm(engine)
            where = f"{_shown(settings.host)}:{server.port}"
            click.echo(f"Haberara is ready on http://{where}/ with {settings.threads} threads.")
            click.echo("Press Ctrl-C to stop.")
            sys.stdout.flush()
            server.run()
        finally:
            server.close()
    finally:
        engine.close()


def _warm(engine: SearchEngine) -> None:
    try:
        engine.warm()
    except ClusterError:
        raise  # a wrong address or password; a cluster that goes away later is reported by the pages
    except IndexUnusable as error:
        # The page says the same until there is an index.
        click.echo(f"warning: {error}", err=True)


def _end_in_order() -> None:
    """Stop on SIGTERM, from a script, and on SIGHUP, from a closed terminal, as on Ctrl-C: the index is closed and a
    temporary directory removed. Installed first, so that there is no moment without it."""
    for name in (signal.SIGTERM, *heard_hangup()):
        signal.signal(name, _stop)


def _stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 -- the signature is signal's
    raise SystemExit(0)


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


COMMANDS = (serve_command, demo_command)
