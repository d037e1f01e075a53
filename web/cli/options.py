"""Options that several commands share."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from index.engines.choice import EngineName
from index.shares import share_warning
from search.request import FILTERS, Collapse, SearchRequest, Sort

Command = TypeVar("Command", bound=Callable[..., Any])


def data_option(command: Command) -> Command:
    """`--data DIR`."""
    return click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        help="Data directory. Default: $HABERARA_DATA, else ./haberara-data.",
    )(command)


def warn_of_share(data: Path) -> None:
    """Say on stderr that the data directory lies on another machine, if it does."""
    said = share_warning(data)
    if said:
        click.echo(f"warning: {said}", err=True)


def engine_option(command: Command) -> Command:
    """`--engine NAME`."""
    return click.option(
        "--engine", type=click.Choice(get_args(EngineName)), help="Search engine that holds the index."
    )(command)


def jobs_option(command: Command) -> Command:
    """`--jobs N`."""
    return click.option("--jobs", type=click.IntRange(0, 64), help="Worker processes; 0 means one per core.")(command)


def json_option(command: Command) -> Command:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")(command)


def echo_json(value: Any) -> None:
    """A value as one line of JSON on stdout, with its letters as they are: what `--json` prints."""
    click.echo(json.dumps(value, ensure_ascii=False))


def filter_options(command: Command) -> Command:
    """The filters of a search, its way of matching and its order."""
    options = [
        click.option(
            "--collapse", type=click.Choice(get_args(Collapse)), help="Copies of one story: each, or one hit."
        ),
        click.option("--sort", type=click.Choice(get_args(Sort)), help="Order of the hits."),
        click.option("--match", type=click.Choice(["all", "any", "auto"]), help="How many of the words must match."),
        click.option("--to", "date_to", metavar="D", help="Published on this day or before."),
        click.option("--from", "date_from", metavar="D", help="Published on this day or later."),
    ]
    for name, description in reversed(FILTERS.items()):
        options.append(click.option(f"--{name.replace('_', '-')}", multiple=True, metavar="V", help=f"{description}."))
    for option in options:
        command = option(command)
    return command


def to_request(text: str, options: Mapping[str, Any], **more: str) -> SearchRequest:
    """The request that a command line asks for; the same checks as for a URL. Raises RequestError."""
    params: dict[str, list[str]] = {"q": [text]}
    params |= {name: list(options[name]) for name in FILTERS}
    names = ("match", "sort", "collapse")
    for option, parameter in (("date_from", "from"), ("date_to", "to"), *((name, name) for name in names)):
        if options.get(option):
            params[parameter] = [options[option]]
    params |= {name: [value] for name, value in more.items()}
    return SearchRequest.from_params(params)
