"""`reindex` and `rollback`: what makes the index anew, and what goes back."""

from __future__ import annotations

from pathlib import Path

import click

from index.building import reindex, reindex_facets, reindex_if_needed, rollback
from index.engines.choice import chosen_engine
from index.settings import load_settings
from web.cli.console import Console
from web.cli.options import data_option, echo_json, engine_option, jobs_option, json_option


@click.command("reindex")
@click.option("--full", "mode", flag_value="full", default=True, help="Build a new index (the default).")
@click.option("--if-needed", "mode", flag_value="if-needed", help="Only if it is missing, stale or behind.")
@click.option(
    "--facets", "mode", flag_value="facets", help="Only put your corrections of people and countries into force."
)
@engine_option
@jobs_option
@json_option
@data_option
def reindex_command(mode: str, engine: str | None, jobs: int | None, as_json: bool, data: Path | None) -> None:
    """Build the index again from the archive; searches go on meanwhile."""
    settings = load_settings(data=data, engine=engine, jobs=jobs)
    with Console(as_json) as console:
        if mode == "facets":
            aliases = reindex_facets(settings.data, console, engine=chosen_engine(settings))
            if as_json:
                echo_json({"aliases": aliases})
            else:
                click.echo("The corrections are in force.")
            return
        run = reindex if mode == "full" else reindex_if_needed
        report = run(settings.data, engine=chosen_engine(settings), jobs=settings.jobs, observer=console)
    if as_json:
        echo_json(report.to_json() if report else {"indexed": 0})
    elif report is None:
        click.echo("The index is current.")
    else:
        resumed = f", {report.resumed} of them by an earlier run that was interrupted" if report.resumed else ""
        click.echo(f"{report.indexed} articles indexed in {report.seconds:.1f} s{resumed}.")


@click.command("rollback")
@engine_option
@jobs_option
@json_option
@data_option
def rollback_command(engine: str | None, jobs: int | None, as_json: bool, data: Path | None) -> None:
    """Let the index before the last reindex answer again, with the articles added since."""
    settings = load_settings(data=data, engine=engine, jobs=jobs)
    with Console(as_json) as console:
        report = rollback(settings.data, engine=chosen_engine(settings), jobs=settings.jobs, observer=console)
    if as_json:
        echo_json(report.to_json())
        return
    click.echo(f"The index of {report.created} answers again, as {report.snapshot}.")
    if report.indexed:
        click.echo(f"{report.indexed} articles that were added or changed since were indexed in it.")


COMMANDS = (reindex_command, rollback_command)
