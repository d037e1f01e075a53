"""The command group, its common options, and how errors become messages and exit statuses.

Exit status: 0 success, 1 the work failed or too many records were rejected, 2 wrong usage.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any

import click

from index.errors import HaberaraError
from index.version import VERSION

LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)
INTERRUPTED = 130


MODULES = {
    "add": ("add",),
    "watch": ("watch",),
    "reindex": ("reindex", "rollback"),
    "search": ("search", "export"),
    "analyze": ("analyze", "entities"),
    "remove": ("remove",),
    "backup": ("backup", "restore"),
    "doctor": ("doctor",),
    "status": ("status",),
    "serve": ("serve", "demo"),
    "help": ("help",),
}
"""The commands of each module of this package."""


class _Commands(MutableMapping[str, click.Command]):
    """The commands by name. A module is imported only when one of its commands is asked for: a command that cron runs
    every minute, and every worker process, loads neither Flask nor the readers of all formats.
    """

    def __init__(self) -> None:
        self._modules = {name: module for module, names in MODULES.items() for name in names}
        self._loaded: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._loaded:
            module = import_module(f"web.cli.{self._modules[name]}")
            self._loaded |= {command.name: command for command in module.COMMANDS}
        return self._loaded[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules | self._loaded)

    def __len__(self) -> int:
        return len(self._modules | self._loaded)


class _Group(click.Group):
    """Prints each error of ours as one line, never as a traceback."""

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
            # The reader of our output has gone (`| head`): print nothing more, and leave nothing to flush at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)


@click.group(cls=_Group, commands=_Commands(), context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-v", "--verbose", count=True, help="Log more on stderr; twice for everything.")
@click.version_option(VERSION, prog_name="haberara")
def cli(verbose: int) -> None:
    """Full-text search for Turkish news archives: by the word, not its form."""
    logging.basicConfig(
        level=LEVELS[min(verbose, len(LEVELS) - 1)], stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
    )


def main() -> None:
    """The entry point. Input and output are UTF-8 whatever the locale says.

    What UTF-8 can't hold, such as half of a surrogate pair or a stray byte of an argument, is printed as its escape,
    which is valid in JSON too.
    """
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="strict" if stream is sys.stdin else "backslashreplace")
    cli(prog_name="haberara")
