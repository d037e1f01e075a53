"""`status`: what the archive and the live index hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from index.archive import Archive, Counts
from index.building import (
    needs_rebuild,
)
from index.engines.choice import EngineChoice, chosen_engine
from index.engines.registry import backend_of
from index.errors import IndexUnusable
from index.generations import Generations
from index.settings import load_settings
from search.service import SearchEngine
from web.cli.options import data_option, echo_json, engine_option, json_option


@click.command("status")
@engine_option
@json_option
@data_option
def status_command(engine: str | None, as_json: bool, data: Path | None) -> None:
    """Show what the archive and the live index hold."""
    settings = load_settings(data=data, engine=engine)
    with Archive.open_readonly(settings.data) as archive:
        counts = archive.counts()
    index = _index_status(settings.data, chosen_engine(settings))
    found = {"data": str(settings.data), "archive": _archive_status(counts), "index": index}
    if as_json:
        echo_json(found)
    else:
        _show_status(found)


def _archive_status(counts: Counts) -> dict[str, Any]:
    return {
        "articles": counts.articles,
        "versions": counts.versions,
        "undated": counts.undated,
        "first": counts.first_day,
        "last": counts.last_day,
        "sources": counts.sources,
    }


def _index_status(data: Path, choice: EngineChoice) -> dict[str, Any]:
    try:
        engine = SearchEngine.open(data, choice)
        try:
            status = engine.status()
        finally:
            engine.close()
        generation = Generations(data).current()
        size = backend_of(choice).size(generation.path)
    except IndexUnusable as error:
        return {"usable": False, "problem": str(error)}
    return {
        "usable": True,
        "documents": status.documents,
        "snapshot": str(status.snapshot),
        "bytes": size,
        "created": generation.manifest().created,
        "stale": needs_rebuild(data, choice.name),
    }


def _show_status(found: dict[str, Any]) -> None:
    archive, index = found["archive"], found["index"]
    click.echo(f"Archive {found['data']}: {archive['articles']} articles, {archive['undated']} undated")
    if archive["first"]:
        click.echo(f"  from {archive['first']} to {archive['last']}")
    for source, count in archive["sources"].items():
        click.echo(f"  {count:>8}  {source or '(no source)'}")
    if not index["usable"]:
        click.echo(f"Index: {index['problem']}")
        return
    click.echo(f"Index {index['snapshot']}: {index['documents']} articles, {index['bytes'] / 1e6:.1f} MB")
    if index["stale"]:
        click.echo(f"  {index['stale']}; `haberara reindex` builds it again.")


COMMANDS = (status_command,)
