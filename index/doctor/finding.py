"""What an examination finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is. A `problem` is wrong and is to be mended; a `warning` may become one; the rest is fine."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `check` is what was looked at; `remedy` names the command that mends it, empty if there is none."""

    check: str
    severity: Severity
    message: str
    remedy: str = ""


RESTORE = "Run `haberara restore DIR --replace` with a backup."
REINDEX = "Run `haberara reindex`."
CATCH_UP = "Run `haberara reindex --if-needed`."
FINISH = "Run `haberara remove --finish`."


def ok(check: str, message: str) -> Finding:
    """All is well."""
    return Finding(check, Severity.OK, message)


def note(check: str, message: str, remedy: str = "") -> Finding:
    """Worth knowing."""
    return Finding(check, Severity.NOTE, message, remedy)


def warning(check: str, message: str, remedy: str = "") -> Finding:
    """May become a problem."""
    return Finding(check, Severity.WARNING, message, remedy)


def problem(check: str, message: str, remedy: str = "") -> Finding:
    """Wrong."""
    return Finding(check, Severity.PROBLEM, message, remedy)
