"""`help`: prints how to search, the same text as on the help page."""

from __future__ import annotations

import click

from web.locale import DEFAULT_LANGUAGE, LANGUAGES
from web.parts.helptext import help_text


@click.command("help")
@click.option("--lang", type=click.Choice(list(LANGUAGES)), default=DEFAULT_LANGUAGE, help="Language. Default: tr.")
def help_command(lang: str) -> None:
    """Explain how to search, in Turkish or English; `haberara COMMAND --help` explains a command."""
    click.echo(help_text(lang), nl=False)


COMMANDS = (help_command,)
