"""Options of the commands that take articles in. Apart from the others: readers take long to import."""

from __future__ import annotations

import click

from index.readers import LANGUAGES
from web.cli.options import Command


def mapping_options(command: Command) -> Command:
    """`--map FIELD=NAME` and `--id-prefix P`."""
    options = (
        click.option("--id-prefix", default="", metavar="P", help="Put this before each id."),
        click.option("--map", "mapping", multiple=True, metavar="FIELD=NAME", help="The source's name of a field."),
    )
    for option in options:
        command = option(command)
    return command


def intake_options(command: Command) -> Command:
    """What is taken in of a source: `--language CODE`, `--follow` and `--max-rejects N`."""
    options = (
        click.option("--max-rejects", type=click.IntRange(0), metavar="N", help="Rejected records to tolerate."),
        click.option("--follow", is_flag=True, help="Take the text of a feed's articles from the pages it links to."),
        click.option(
            "--language",
            "languages",
            multiple=True,
            metavar="CODE",
            type=click.Choice(LANGUAGES),
            help="Leave out articles that are surely in another language, such as tr.",
        ),
    )
    for option in options:
        command = option(command)
    return command
