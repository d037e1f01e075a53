"""Runs the command as a user does: arguments in, exit status and both streams out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from web.cli.main import cli


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.split("\n") if line]


def haberara(*arguments: object, stdin: str | bytes | None = None) -> Ran:
    """In this process."""
    result = CliRunner().invoke(cli, [str(a) for a in arguments], input=stdin, prog_name="haberara")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def process(
    *arguments: object, stdin: bytes = b"", cwd: Path | None = None, warnings: str = "error", **environment: str
) -> Ran:
    """In a process of its own, in an ASCII locale, where the streams matter."""
    result = subprocess.run(
        [sys.executable, "-W", warnings, "-m", "web.cli", *(os.fsencode(str(a)) for a in arguments)],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", **environment},
        timeout=120,
    )
    return Ran(result.returncode, result.stdout.decode("utf-8"), result.stderr.decode("utf-8"))


def write(path: Path, *records: dict[str, Any]) -> Path:
    """A JSON lines file."""
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
    return path
