"""The command group, its common options, and what becomes of errors.

Exit status: 0 fine, 1 the work failed or too many records were rejected, 2 usage.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

import click

from index.errors import HaberaraError
from index.version import VERSION
from web.cli import asking, building, helping, keeping, reading, removing, serving

LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)
INTERRUPTED = 130


class _Group(click.Group):
    """Shows our errors as a line each, never as a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except HaberaraError as error:
            click.echo(f"haberara: {error}", err=True)
            ctx.exit(error.exit_status)
        except KeyboardInterrupt:
            click.echo("haberara: interrupted; what was acknowledged is kept.", err=True)
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            # The reader of our output has gone (`| head`): nothing more to say, and nothing to flush at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-v", "--verbose", count=True, help="Log more on stderr; twice for everything.")
@click.version_option(VERSION, prog_name="haberara")
def cli(verbose: int) -> None:
    """Full-text search for Turkish news archives: by the word, not its form."""
    logging.basicConfig(
        level=LEVELS[min(verbose, len(LEVELS) - 1)], stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
    )


for module in (building, asking, reading, removing, keeping, serving, helping):
    for command in module.COMMANDS:
        cli.add_command(command)


def main() -> None:
    """The entry point. Input and output are UTF-8 whatever the locale says.

    What can't be UTF-8, such as half a surrogate pair or a stray byte of an argument, is printed as its escape; in JSON
    that is the right one.
    """
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="strict" if stream is sys.stdin else "backslashreplace")
    cli(prog_name="haberara")
