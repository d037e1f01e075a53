"""`doctor`: what is wrong with a data directory, and the command that mends it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from index.doctor import Finding, Severity, examine
from index.engines.choice import EngineChoice, chosen_engine
from index.errors import IndexUnusable
from index.settings import load_settings
from search.request import SearchRequest
from search.service import SearchEngine
from web.cli.console import Console
from web.cli.options import data_option, echo_json, engine_option, json_option

MARKS = {Severity.OK: "ok", Severity.NOTE: "note", Severity.WARNING: "WARNING", Severity.PROBLEM: "PROBLEM"}


@click.command("doctor")
@engine_option
@json_option
@data_option
def doctor_command(engine: str | None, as_json: bool, data: Path | None) -> None:
    """Examine archive, index and directory, and say what mends what is wrong. Changes nothing.

    Exit status 1 if there is a problem; warnings alone are none.
    """
    settings = load_settings(data=data, engine=engine)
    choice = chosen_engine(settings)
    with Console(as_json) as console:
        findings = examine(settings.data, choice, console)
    if not any(f.check == "index" and f.severity is Severity.PROBLEM for f in findings):
        findings.append(_answers(settings.data, choice))
    problems = sum(finding.severity is Severity.PROBLEM for finding in findings)
    if as_json:
        echo_json({"problems": problems, "findings": [asdict(f) for f in findings]})
    else:
        for finding in findings:
            click.echo(f"{MARKS[finding.severity]:<8}{finding.message} {finding.remedy}".rstrip())
    if problems:
        click.get_current_context().exit(1)


def _answers(data: Path, choice: EngineChoice) -> Finding:
    """Ask the index for everything, with all facets."""
    engine = SearchEngine.open(data, choice)
    try:
        total = engine.search(SearchRequest()).total
    except IndexUnusable as error:
        return Finding("search", Severity.PROBLEM, error.message, error.remedy)
    finally:
        engine.close()
    return Finding("search", Severity.OK, f"A search over {total} articles answers.")


COMMANDS = (doctor_command,)
