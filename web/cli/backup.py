"""`backup` and `restore`."""

from __future__ import annotations

from pathlib import Path

import click

from index.backup import RestoreOptions, backup, restore
from index.engines.choice import chosen_engine
from index.settings import load_settings
from web.cli.console import Console
from web.cli.options import data_option, echo_json, engine_option, jobs_option, json_option


@click.command("backup")
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
@json_option
@data_option
def backup_command(directory: Path, as_json: bool, data: Path | None) -> None:
    """Copy archive and live index to DIR while everything goes on; a backup that is there is replaced."""
    with Console(as_json) as console:
        report = backup(load_settings(data=data).data, directory, console)
    if as_json:
        echo_json(report.to_json())
        return
    click.echo(
        f"{report.articles} articles backed up to {report.target}: {report.files} files, {report.bytes / 1e6:.1f} MB,"
        f" in {report.seconds:.1f} s; each was read back."
    )
    if report.index:
        click.echo(f"warning: no index is in the backup, which a restore makes again. {report.index}", err=True)


@click.command("restore")
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--replace", is_flag=True, help="Put it in place of what the data directory holds, which is then lost.")
@engine_option
@jobs_option
@json_option
@data_option
def restore_command(
    directory: Path, replace: bool, engine: str | None, jobs: int | None, as_json: bool, data: Path | None
) -> None:
    """Make the data directory what it was when the backup in DIR was made.

    What was removed for good since then is removed again. A server that runs follows.
    """
    settings = load_settings(data=data, engine=engine, jobs=jobs)
    options = RestoreOptions(replace, chosen_engine(settings), settings.jobs)
    with Console(as_json) as console:
        report = restore(settings.data, directory, options, console)
    if as_json:
        echo_json(report.to_json())
        return
    removed = f" {report.removed} that were removed for good since then were removed again;" if report.removed else ""
    click.echo(
        f"{report.articles} articles restored from the backup of {report.created};{removed}"
        f" {report.indexed} indexed again, in {report.seconds:.1f} s."
    )


COMMANDS = (backup_command, restore_command)
