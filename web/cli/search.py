"""`search` and `export`: the same requests as the page and the endpoint."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote

import click

from index.engines.choice import chosen_engine
from index.errors import RequestError, SourceError
from index.settings import load_settings
from search.exporting import FORMATS, SEPARATORS, Format, Separator, export_text
from search.request import DEFAULT_LIMIT
from search.results import ExportedArticle, MarkedText, SearchHit, SearchResults
from search.service import SearchEngine
from web.cli.options import data_option, echo_json, engine_option, filter_options, json_option, to_request
from web.links import permalinks

RUN_LIMIT = 1000
RUN_TAG = "haberara"
_SPACE = re.compile(r"\s")


@contextmanager
def _engine(data: Path | None, engine_name: str | None) -> Iterator[SearchEngine]:
    settings = load_settings(data=data, engine=engine_name)
    engine = SearchEngine.open(settings.data, chosen_engine(settings))
    try:
        yield engine
    finally:
        engine.close()


@click.command("search")
@click.argument("query", default="")
@filter_options
@click.option("--limit", type=click.IntRange(1, RUN_LIMIT), help=f"Hits to show; {DEFAULT_LIMIT}, or 1000 in a run.")
@click.option("--page", type=click.IntRange(1), default=1, show_default=True)
@click.option("--queries", type=click.Path(path_type=Path), metavar="FILE.jsonl", help="Many queries: {id, text}.")
@click.option("--run", "run_file", type=click.Path(path_type=Path), metavar="FILE", help="TREC run to write.")
@json_option
@engine_option
@data_option
def search_command(
    query: str,
    limit: int | None,
    page: int,
    queries: Path | None,
    run_file: Path | None,
    as_json: bool,
    engine: str | None,
    data: Path | None,
    **filters: Any,
) -> None:
    """Search the archive: words in any form, "phrases", OR, -without, =exact, beginning*, kişi:, tarih: (see help)."""
    if (queries is None) != (run_file is None):
        raise click.UsageError("--queries and --run go together.")
    with _engine(data, engine) as opened:
        if queries is not None and run_file is not None:
            _write_run(opened, queries, run_file, filters, limit or RUN_LIMIT)
            return
        request = to_request(query, filters, limit=str(limit or DEFAULT_LIMIT), page=str(page))
        results = opened.search(request)
    if as_json:
        echo_json(results.to_json())
    else:
        _show(results)


def _write_run(engine: SearchEngine, queries: Path, run_file: Path, filters: dict[str, Any], limit: int) -> None:
    """A TREC run: `qid Q0 docid rank score tag`. Scores descend strictly, so that every scorer keeps our order.

    Space in an id is percent-encoded: the format parts its columns by it.
    """
    # All read before anything is written, so that a bad line leaves an older run as it is.
    asked = [(query_id, to_request(text, filters)) for query_id, text in _read_queries(queries)]
    with _output(run_file, "--run") as out:
        for query_id, request in asked:
            ceiling = math.inf  # in millionths, as they are printed
            for rank, (article_id, score) in enumerate(engine.rank(request, limit), 1):
                ceiling = min(round(score * 1e6), ceiling - 1)
                name = _SPACE.sub(lambda space: quote(space.group()), article_id)
                out.write(f"{query_id} Q0 {name} {rank} {ceiling / 1e6:.6f} {RUN_TAG}\n")


def _read_queries(path: Path) -> Iterator[tuple[str, str]]:
    try:
        # Not splitlines: U+2028 and others may stand in a JSON text.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise SourceError(str(path), f"can't be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise SourceError(str(path), "is not UTF-8", "Save it as UTF-8.") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            query_id, text = record["id"], record["text"] if "text" in record else record["query"]
        except (ValueError, TypeError, KeyError) as error:
            raise SourceError(f"{path}:{number}", 'is not a JSON object with "id" and "text"') from error
        if not isinstance(text, str) or not isinstance(query_id, str | int) or _SPACE.search(str(query_id)):
            raise SourceError(f"{path}:{number}", 'has no "id" in one word or no "text"')
        yield str(query_id), text


def _show(results: SearchResults) -> None:
    click.echo(f"{results.total} articles" + (f" for {results.read_as}" if results.read_as else ""))
    if results.suggestion:
        click.echo(f"Did you mean {results.suggestion.text}? It finds {results.suggestion.total}.")
    for hit in results.hits:
        _show_hit(hit)
    for facet in results.facets:
        values = [f"{value.label} ({value.count})" for value in facet.values]
        if values:
            click.echo(f"{facet.name}: " + ", ".join(values) + (", ..." if facet.truncated else ""))


def _show_hit(hit: SearchHit) -> None:
    about = ", ".join(part for part in (hit.source, hit.published, hit.id) if part)
    click.echo(f"\n{_marked(hit.title_segments)}\n  {about}\n  {_marked(hit.snippet)}")


def _marked(segments: Iterable[MarkedText]) -> str:
    return "".join(click.style(s.text, bold=True) if s.marked else s.text for s in segments)


@click.command("export")
@click.argument("query", default="")
@filter_options
@click.option("--format", "format_", type=click.Choice(FORMATS), required=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Default: stdout.")
@click.option("--bom", is_flag=True, help="Begin CSV with a byte order mark, which Excel needs for Turkish letters.")
@click.option("--separator", type=click.Choice(SEPARATORS), default="comma", help="Of CSV; Excel in Turkish wants ;")
@click.option("--site", default="", metavar="URL", help="Where the archive is served, for the addresses in the file.")
@engine_option
@data_option
def export_command(
    query: str,
    format_: Format,
    output: Path | None,
    bom: bool,
    separator: Separator,
    site: str,
    engine: str | None,
    data: Path | None,
    **filters: Any,
) -> None:
    """Take all hits along, streamed: CSV, or JSON lines that `haberara add` reads."""
    request = to_request(query, filters)
    with _engine(data, engine) as opened, _output(output, "--output") as out:
        articles = _Counted(opened.export(request))
        permalink = permalinks(site.rstrip("/"), request)
        for line in export_text(articles, format_, permalink, bom=bom, separator=separator):
            out.write(line)
    click.echo(f"{articles.count} articles exported.", err=True)


class _Counted:
    """Articles, counted as they pass."""

    def __init__(self, articles: Iterable[ExportedArticle]) -> None:
        self._articles = articles
        self.count = 0

    def __iter__(self) -> Iterator[ExportedArticle]:
        for article in self._articles:
            self.count += 1
            yield article


@contextmanager
def _output(path: Path | None, option: str) -> Iterator[TextIO]:
    if path is None:
        yield sys.stdout
        return
    try:
        out = path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise RequestError(option, str(path), f"can't be written ({error.strerror})") from error
    with out:
        yield out


COMMANDS = (search_command, export_command)
