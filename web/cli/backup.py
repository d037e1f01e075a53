"""`backup` and `restore`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from index.backup import RestoreReport, backup, restore
from index.building import needs_rebuild, reindex_if_needed
from index.engines.choice import chosen_engine
from index.settings import load_settings
from web.cli.options import data_option, engine_option, jobs_option, json_option


class _Steps:
    """Shows which file is being copied, on a terminal only."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] = tqdm(unit=" files", disable=None, leave=False)

    def __call__(self, name: str) -> None:
        self._bar.set_description(name, refresh=False)
        self._bar.update()

    def close(self) -> None:
        """Take the bar away."""
        self._bar.close()


@click.command("backup")
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
@json_option
@data_option
def backup_command(directory: Path, as_json: bool, data: Path | None) -> None:
    """Copy archive and live index to DIR while everything goes on; a backup that is there is replaced."""
    steps = _Steps()
    try:
        report = backup(load_settings(data=data).data, directory, steps)
    finally:
        steps.close()
    if as_json:
        click.echo(json.dumps(report.to_json()))
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
    choice = chosen_engine(settings)
    steps = _Steps()
    try:
        report = restore(settings.data, directory, replace=replace, tell=steps, engine=choice)
    finally:
        steps.close()
    why = needs_rebuild(settings.data, choice.name)
    if why and not as_json:
        click.echo(f"The index is built again: {why}", err=True)
    built = reindex_if_needed(settings.data, engine=choice, jobs=settings.jobs)
    indexed = built.indexed if built else 0
    if as_json:
        click.echo(json.dumps({**report.to_json(), "indexed": indexed}))
    else:
        _show(report, indexed)


def _show(report: RestoreReport, indexed: int) -> None:
    removed = f" {report.removed} that were removed for good since then were removed again;" if report.removed else ""
    click.echo(
        f"{report.articles} articles restored from the backup of {report.created};{removed} {indexed} indexed again,"
        f" in {report.seconds:.1f} s."
    )


COMMANDS = (backup_command, restore_command)
