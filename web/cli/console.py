"""How progress is shown, on a terminal and to programs."""

from __future__ import annotations

from typing import Any, Self

import click
from tqdm import tqdm

from index.article import BadRecord
from index.observer import Acknowledgement, Observer
from web.cli.options import echo_json

SHOWN_REJECTS = 200

STEPS = {
    "archive": "removing from the archive",
    "index": "rewriting the parts of the index that held them",
    "lemmas": "clearing the cache of lemmas",
    "compact": "rewriting the archive's file",
}
UNITS = {"verify": " checks", "copy": " files"}


class Console(Observer):
    """Shows rejections, steps, warnings and a progress bar on stderr, acknowledgements as JSON on stdout.

    A context manager, which takes the bar away.
    """

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._rejects = 0
        self._bar: tqdm[Any] | None = None
        self._stage = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def rejected(self, record: BadRecord) -> None:
        """Print a rejected record on stderr; beyond `SHOWN_REJECTS` of them, they are only counted."""
        self._count(f"rejected: {record}")

    def blocked(self, record: BadRecord) -> None:
        """Print an article that was removed for good and is left out, as a rejection is printed."""
        self._count(f"left out: {record}")

    def _count(self, line: str) -> None:
        self._rejects += 1
        if self._rejects <= SHOWN_REJECTS:
            self._say(line)
        elif self._rejects == SHOWN_REJECTS + 1:
            self._say("more rejections follow and are only counted")

    def committed(self, acknowledgement: Acknowledgement) -> None:
        """With --json, print a line on stdout as soon as a batch is durable."""
        if self._as_json:
            snapshot = str(acknowledgement.snapshot) if acknowledgement.snapshot else None
            echo_json({"committed": acknowledgement.committed, "snapshot": snapshot})

    def began(self, step: str) -> None:
        """Print what is done now on stderr, unless with --json."""
        if not self._as_json:
            self._say(f"{STEPS[step]} ...")

    def progress(self, stage: str, done: int, total: int | None) -> None:
        """Move the progress bar, which is shown only where stderr is a terminal."""
        if self._bar is None or stage != self._stage:
            self.close()
            # disable=None: a bar on a terminal only.
            self._bar = tqdm(desc=stage, total=total, unit=UNITS.get(stage, " articles"), disable=None, leave=False)
            self._stage = stage
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def warned(self, message: str) -> None:
        """Print a warning on stderr."""
        self._say(f"warning: {message}")

    def _say(self, line: str) -> None:
        if self._bar is not None:
            self._bar.clear()
        click.echo(line, err=True)

    def close(self) -> None:
        """Remove the progress bar."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
