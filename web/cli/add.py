"""`add`: stores articles in the archive and indexes them in the live generation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import click

from index.building import (
    AddOptions,
    BuildReport,
    add,
)
from index.engines.choice import chosen_engine
from index.errors import TooManyRejects
from index.readers import ReadOptions
from index.readers.options import Format
from index.settings import load_settings
from index.watch.looking import feed_state
from web.cli.console import Console
from web.cli.intake import intake_options, mapping_options
from web.cli.options import data_option, echo_json, engine_option, jobs_option, json_option, warn_of_share


@click.command("add")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--format",
    "format_",
    type=click.Choice(get_args(Format)),
    default="auto",
    help="Format of the files, where neither their name nor their content tells.",
)
@mapping_options
@click.option("--update", is_flag=True, help="Store different content under a known id as a new version.")
@intake_options
@click.option("--dry-run", is_flag=True, help="Read everything, store nothing, and say what would happen.")
@engine_option
@jobs_option
@json_option
@data_option
def add_command(
    sources: tuple[str, ...],
    format_: Any,
    mapping: tuple[str, ...],
    id_prefix: str,
    update: bool,
    languages: tuple[str, ...],
    follow: bool,
    max_rejects: int | None,
    dry_run: bool,
    engine: str | None,
    jobs: int | None,
    as_json: bool,
    data: Path | None,
) -> None:
    """Add articles to the archive and to the live index.

    SOURCE is a file (JSON, CSV, text, HTML page, RSS or Atom feed, WARC; also .gz, .xz or .bz2), a ZIP or tar of
    them, a folder, the address of a feed or page, or - for stdin.
    """
    settings = load_settings(data=data, engine=engine, jobs=jobs, max_rejects=max_rejects)
    warn_of_share(settings.data)
    read = ReadOptions(
        format=format_,
        mapping=field_mapping(mapping),
        id_prefix=id_prefix,
        update=update,
        follow=follow,
        languages=languages,
    )
    feeds = feed_state(settings.data, read)
    options = AddOptions(
        read=replace(read, feeds=feeds),
        max_rejects=settings.max_rejects,
        dry_run=dry_run,
        engine=chosen_engine(settings),
        jobs=settings.jobs,
    )
    verb = "would be added" if dry_run else "added"
    try:
        with Console(as_json) as console:
            report = add(settings.data, sources, options, console)
    except TooManyRejects as error:
        if isinstance(error.report, BuildReport):  # the records that were kept are reported all the same
            _print_report(error.report, as_json, verb)
        raise
    if not dry_run:
        # Only now: entries of a feed that were not stored must be sent again by its server.
        feeds.save()
    _print_report(report, as_json, verb)


def field_mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    """The pairs of `--map FIELD=NAME`, keyed by our field. Raises click.BadParameter."""
    found = {}
    for pair in pairs:
        name, equals, theirs = pair.partition("=")
        if not (name and equals and theirs):
            raise click.BadParameter(f"{pair!r} is not FIELD=NAME, such as title=baslik.", param_hint="--map")
        found[name] = theirs
    return found


def _print_report(report: BuildReport, as_json: bool, verb: str) -> None:
    if as_json:
        echo_json(report.to_json())
        return
    blocked = f", {report.blocked} removed for good and left out" if report.blocked else ""
    click.echo(
        f"{report.read} records read: {report.added} {verb}, {report.changed} changed, {report.unchanged} unchanged, "
        f"{report.rejected} rejected{blocked}{_left_out(report)}; {report.indexed} indexed in {report.seconds:.1f} s."
    )


def _left_out(report: BuildReport) -> str:
    """The end of the report: how many records were in other languages than Turkish, and how many of them left out."""
    left_out = f", {report.left_out} left out for their language" if report.left_out else ""
    others = ", ".join(f"{count} in {language}" for language, count in sorted(report.languages.items()))
    return f"{left_out} ({others})" if others else left_out


COMMANDS = (add_command,)
