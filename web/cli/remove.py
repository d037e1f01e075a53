"""`remove`: removes articles for good, with everything that was derived from them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from index.engines.choice import EngineChoice, chosen_engine
from index.errors import HaberaraError
from index.removal import Removal, RemovalReport, allow, look_up, remove
from index.settings import load_settings
from search.query import parse
from search.request import SearchRequest
from search.service import SearchEngine
from web.cli.console import Console
from web.cli.options import data_option, echo_json, engine_option, json_option

SHOWN = 20


class _NothingFound(HaberaraError):
    """None of the articles that were asked for exists."""


@click.command("remove")
@click.argument("ids", nargs=-1, metavar="ID...")
@click.option("--source", metavar="S", help="All articles of this source, spelled as in the archive.")
@click.option("--query", metavar="Q", help="All articles that this search finds; all of its words must match.")
@click.option("--allow", "allowed", multiple=True, metavar="ID", help="Let a removed article be added again.")
@click.option("--finish", is_flag=True, help="Only finish a removal that was interrupted.")
@click.option("--dry-run", is_flag=True, help="Say what would be removed.")
@click.option("--yes", is_flag=True, help="Remove without asking.")
@engine_option
@json_option
@data_option
def remove_command(
    ids: tuple[str, ...],
    source: str | None,
    query: str | None,
    allowed: tuple[str, ...],
    finish: bool,
    dry_run: bool,
    yes: bool,
    engine: str | None,
    as_json: bool,
    data: Path | None,
) -> None:
    """Remove articles for good: all versions, from the archive, every index and every list of words.

    They can't be added again, by their id or with the same text, unless --allow ID lets them.
    """
    ways = [bool(ids), source is not None, query is not None, bool(allowed), finish]
    if sum(ways) != 1:
        raise click.UsageError("Give ids, or one of --source, --query, --allow and --finish.")
    settings = load_settings(data=data, engine=engine)
    directory, choice = settings.data, chosen_engine(settings)
    if allowed:
        _allow(directory, allowed, choice, as_json)
        return
    if query is not None:
        ids = _found(directory, choice, query)
    # With --finish the archive may be missing: what was interrupted may have been a restore.
    plan = Removal((), (), ()) if finish else look_up(directory, ids, source)
    if dry_run:
        _show_plan(plan, as_json)
        return
    if plan.articles:
        _ask(plan, yes, as_json)
    elif not (finish or plan.unfinished or plan.gone):
        raise _NothingFound("There is no such article.", "Nothing was removed.")
    with Console(as_json) as console:
        report = remove(directory, [article.id for article in plan.articles], observer=console, engine=choice)
    report.missing = [article_id for article_id in plan.missing if article_id not in plan.gone]
    _tell_before(plan.gone, report.finished)
    _show_report(report, as_json)


def _found(data: Path, choice: EngineChoice, query: str) -> tuple[str, ...]:
    """The ids of all articles that match all words: a relaxed match would remove articles that nobody looked at."""
    if parse(query) is None:
        raise click.BadParameter(
            f"{query!r} has no word and no filter, and would find every article.", param_hint="--query"
        )
    engine = SearchEngine.open(data, choice)
    try:
        return tuple(article.id for article in engine.export(SearchRequest(text=query, match="all")))
    finally:
        engine.close()


def _ask(plan: Removal, yes: bool, as_json: bool) -> None:
    if yes:
        return
    if as_json or not sys.stdin.isatty():
        raise click.UsageError("There is no terminal to ask on: look with --dry-run first, then give --yes.")
    _show_plan(plan, as_json=False)
    click.confirm("Remove them for good?", abort=True, err=True)


def _show_plan(plan: Removal, as_json: bool) -> None:
    if as_json:
        echo_json(
            {
                "articles": [
                    {"id": a.id, "title": a.title, "source": a.source, "versions": a.versions} for a in plan.articles
                ],
                "missing": plan.missing,
                "same_text": plan.same_text,
            }
        )
        return
    versions = sum(article.versions for article in plan.articles)
    click.echo(f"{len(plan.articles)} articles in {versions} versions would be removed:")
    for article in plan.articles[:SHOWN]:
        about = f"  {article.id}  {article.title}"
        click.echo(f"{about} ({article.source})" if article.source else about)
    if len(plan.articles) > SHOWN:
        click.echo(f"  and {len(plan.articles) - SHOWN} more")
    _warn(plan.missing, plan.same_text)


def _show_report(report: RemovalReport, as_json: bool) -> None:
    if as_json:
        echo_json(report.to_json())
        return
    click.echo(
        f"{report.articles} articles in {report.versions} versions removed for good; {report.segments} parts of the"
        f" index rewritten, {report.lemmas} lemmas cleared, in {report.seconds:.1f} s."
    )
    _warn(report.missing, report.same_text)
    if report.dropped:
        click.echo(
            "warning: these indexes could not be cleared and were removed: "
            + ", ".join(report.dropped)
            + ". Run `haberara reindex` if searches say that there is no index.",
            err=True,
        )
    click.echo("Backups made before still hold them; `haberara restore` removes them again.", err=True)


def _tell_before(gone: Iterable[str], finished: bool) -> None:
    if finished:
        click.echo("What an interrupted removal had left is finished.", err=True)
        return
    for article_id in gone:
        click.echo(f"{article_id!r} was removed for good before.", err=True)


def _warn(missing: Iterable[str], same_text: Iterable[str]) -> None:
    for article_id in missing:
        click.echo(f"warning: no article has the id {article_id!r}", err=True)
    for article_id in same_text:
        click.echo(f"warning: {article_id!r} has the same text and stays; remove it too if it must go", err=True)


def _allow(data: Path, ids: tuple[str, ...], choice: EngineChoice, as_json: bool) -> None:
    lifted = {article_id: allow(data, article_id, engine=choice) for article_id in ids}
    if as_json:
        echo_json({"allowed": lifted})
        return
    for article_id, versions in lifted.items():
        said = "can be added again" if versions else "was not removed, or is allowed already"
        click.echo(f"{article_id}: {said}.")


COMMANDS = (remove_command,)
