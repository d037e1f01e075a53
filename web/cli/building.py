"""`add`, `reindex`, `rollback` and `status`: what changes an archive and its index, and what they hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import click
from tqdm import tqdm

from index.archive import Archive, Counts
from index.article import BadRecord
from index.build import (
    Acknowledgement,
    AddOptions,
    BuildReport,
    Observer,
    add,
    needs_rebuild,
    reindex,
    reindex_facets,
    reindex_if_needed,
    rollback,
)
from index.errors import IndexUnusable, TooManyRejects
from index.generations import Generations
from index.readers import LANGUAGES, FeedState, ReadOptions
from index.readers.feedstate import FILE_NAME as FEEDS_FILE
from index.readers.options import Format
from index.settings import load_settings
from search.service import SearchEngine
from web.cli.options import data_option, jobs_option, json_option

SHOWN_REJECTS = 200


class _Console(Observer):
    """Shows a build: rejections and warnings on stderr, a bar on a terminal, acknowledgements as JSON on stdout."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._rejects = 0
        self._bar: tqdm[Any] | None = None
        self._stage = ""

    def rejected(self, record: BadRecord) -> None:
        """A line on stderr, up to `SHOWN_REJECTS` of them."""
        self._count(f"rejected: {record}")

    def blocked(self, record: BadRecord) -> None:
        """A line on stderr, counted with the rejections."""
        self._count(f"left out: {record}")

    def _count(self, line: str) -> None:
        self._rejects += 1
        if self._rejects <= SHOWN_REJECTS:
            self._say(line)
        elif self._rejects == SHOWN_REJECTS + 1:
            self._say("more rejections follow and are only counted")

    def committed(self, acknowledgement: Acknowledgement) -> None:
        """With --json, a line on stdout as soon as a batch is durable."""
        if self._as_json:
            snapshot = str(acknowledgement.snapshot) if acknowledgement.snapshot else None
            click.echo(json.dumps({"committed": acknowledgement.committed, "snapshot": snapshot}))

    def progress(self, stage: str, done: int, total: int | None) -> None:
        """Move the bar; nothing unless stderr is a terminal."""
        if self._bar is None or stage != self._stage:
            self.close()
            # disable=None: a bar on a terminal only.
            self._bar = tqdm(desc=stage, total=total, unit=" articles", disable=None, leave=False)
            self._stage = stage
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def warned(self, message: str) -> None:
        """A line on stderr."""
        self._say(f"warning: {message}")

    def _say(self, line: str) -> None:
        if self._bar is not None:
            self._bar.clear()
        click.echo(line, err=True)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


@click.command("add")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--format",
    "format_",
    type=click.Choice(get_args(Format)),
    default="auto",
    help="What the files are, if neither name nor content tells.",
)
@click.option("--map", "mapping", multiple=True, metavar="FIELD=NAME", help="The source's name of a field.")
@click.option("--id-prefix", default="", metavar="P", help="Put this before each id.")
@click.option("--update", is_flag=True, help="Take other content under a known id as a new version.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    metavar="CODE",
    type=click.Choice(LANGUAGES),
    help="Leave out articles that are surely in another language, such as tr.",
)
@click.option("--follow", is_flag=True, help="Take the text of a feed's articles from the pages it links to.")
@click.option("--max-rejects", type=click.IntRange(0), metavar="N", help="Rejected records to put up with.")
@click.option("--dry-run", is_flag=True, help="Read everything and say what would happen.")
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
    jobs: int | None,
    as_json: bool,
    data: Path | None,
) -> None:
    """Add articles to the archive and to the live index.

    SOURCE is a file (JSON, CSV, text, HTML page, RSS or Atom feed, WARC; also .gz, .xz or .bz2), a ZIP or tar of
    them, a folder, the address of a feed or page, or - for stdin.
    """
    settings = load_settings(data=data, jobs=jobs, max_rejects=max_rejects)
    feeds = FeedState(settings.data / FEEDS_FILE)
    options = AddOptions(
        read=ReadOptions(
            format=format_,
            mapping=_mapping(mapping),
            id_prefix=id_prefix,
            update=update,
            follow=follow,
            feeds=feeds,
            languages=languages,
        ),
        max_rejects=settings.max_rejects,
        dry_run=dry_run,
        engine=settings.engine,
        jobs=settings.jobs,
    )
    console = _Console(as_json)
    verb = "would be added" if dry_run else "added"
    try:
        report = add(settings.data, sources, options, console)
    except TooManyRejects as error:
        if isinstance(error.report, BuildReport):  # what was kept is told all the same
            _print_report(error.report, as_json, verb)
        raise
    finally:
        console.close()
    if not dry_run:
        # Only now: what was not stored must be sent again.
        feeds.save()
    _print_report(report, as_json, verb)


def _mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, equals, theirs = pair.partition("=")
        if not (name and equals and theirs):
            raise click.BadParameter(f"{pair!r} is not FIELD=NAME, such as title=baslik.", param_hint="--map")
        found[name] = theirs
    return found


def _print_report(report: BuildReport, as_json: bool, verb: str) -> None:
    if as_json:
        click.echo(json.dumps(report.to_json()))
        return
    blocked = f", {report.blocked} removed for good and left out" if report.blocked else ""
    click.echo(
        f"{report.read} records read: {report.added} {verb}, {report.changed} changed, {report.unchanged} unchanged, "
        f"{report.rejected} rejected{blocked}{_left_out(report)}; {report.indexed} indexed in {report.seconds:.1f} s."
    )


def _left_out(report: BuildReport) -> str:
    """What there is to say of other languages than Turkish."""
    left_out = f", {report.left_out} left out for their language" if report.left_out else ""
    others = ", ".join(f"{count} in {language}" for language, count in sorted(report.languages.items()))
    return f"{left_out} ({others})" if others else left_out


@click.command("reindex")
@click.option("--full", "mode", flag_value="full", default=True, help="Build a new index (the default).")
@click.option("--if-needed", "mode", flag_value="if-needed", help="Only if it is missing, stale or behind.")
@click.option(
    "--facets", "mode", flag_value="facets", help="Only put your corrections of people and countries into force."
)
@click.option("--engine", type=click.Choice(["whoosh"]), help="Search engine.")
@jobs_option
@json_option
@data_option
def reindex_command(mode: str, engine: str | None, jobs: int | None, as_json: bool, data: Path | None) -> None:
    """Build the index again from the archive; searches go on meanwhile."""
    settings = load_settings(data=data, engine=engine, jobs=jobs)
    console = _Console(as_json)
    try:
        if mode == "facets":
            aliases = reindex_facets(settings.data, console)
            click.echo(json.dumps({"aliases": aliases}) if as_json else "The corrections are in force.")
            return
        run = reindex if mode == "full" else reindex_if_needed
        report = run(settings.data, engine=settings.engine, jobs=settings.jobs, observer=console)
    finally:
        console.close()
    if report is None:
        click.echo(json.dumps({"indexed": 0}) if as_json else "The index is current.")
    elif as_json:
        click.echo(json.dumps(report.to_json()))
    else:
        resumed = f", {report.resumed} of them by an earlier run that was interrupted" if report.resumed else ""
        click.echo(f"{report.indexed} articles indexed in {report.seconds:.1f} s{resumed}.")


@click.command("rollback")
@click.option("--engine", type=click.Choice(["whoosh"]), help="Search engine.")
@jobs_option
@json_option
@data_option
def rollback_command(engine: str | None, jobs: int | None, as_json: bool, data: Path | None) -> None:
    """Let the index before the last reindex answer again, with the articles added since."""
    settings = load_settings(data=data, engine=engine, jobs=jobs)
    console = _Console(as_json)
    try:
        report = rollback(settings.data, engine=settings.engine, jobs=settings.jobs, observer=console)
    finally:
        console.close()
    if as_json:
        click.echo(json.dumps(report.to_json()))
        return
    click.echo(f"The index of {report.created} answers again, as {report.snapshot}.")
    if report.indexed:
        click.echo(f"{report.indexed} articles that were added or changed since were indexed in it.")


@click.command("status")
@json_option
@data_option
def status_command(as_json: bool, data: Path | None) -> None:
    """Show what the archive and the live index hold."""
    settings = load_settings(data=data)
    with Archive.open_readonly(settings.data) as archive:
        counts = archive.counts()
    found = {"data": str(settings.data), "archive": _archive_status(counts), "index": _index_status(settings.data)}
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
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


def _index_status(data: Path) -> dict[str, Any]:
    try:
        engine = SearchEngine.open(data)
        try:
            status = engine.status()
        finally:
            engine.close()
        generation = Generations(data).current()
    except IndexUnusable as error:
        return {"usable": False, "problem": str(error)}
    return {
        "usable": True,
        "documents": status.documents,
        "snapshot": str(status.snapshot),
        "bytes": generation.size(),
        "created": generation.manifest().created,
        "stale": needs_rebuild(data),
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


COMMANDS = (add_command, reindex_command, rollback_command, status_command)
