"""Every error that Haberara raises on purpose, as one tree.

    HaberaraError
    ├── SettingsError           a setting has a bad value                         exit 2
    ├── SourceError             a source (file, folder, feed) can't be read       exit 1
    ├── TooManyRejects          more records were rejected than allowed           exit 1
    ├── RequestError            a parameter of a search has a bad value           exit 2, HTTP 400
    ├── NotFoundError           no such article                                   exit 1, HTTP 404
    ├── UnknownValue            no article names this person or country           exit 1, HTTP 404
    ├── DataDirectoryError      the data directory can't be used                  exit 1
    ├── ArchiveError            the archive can't be used
    │   └── NewerArchive        it was made by a newer Haberara                   exit 1
    ├── LockedError             another process is writing                        exit 1
    ├── RemovalUnfinished       a removal was begun but could not be completed    exit 1
    ├── BackupError             a backup can't be made or used                    exit 1
    ├── DiskFull                there is no space left to write                   exit 1
    ├── WorkerLost              a worker process ended unexpectedly               exit 1
    ├── RollbackError           there is no earlier index to go back to           exit 1
    └── IndexUnusable           the index can't answer                            exit 1, HTTP 503
        ├── NoIndex             there is none yet
        ├── StaleIndex          another schema or analyzer built it
        ├── BrokenIndex         its files are damaged or incomplete
        └── ClusterError        the OpenSearch cluster can't do what is asked

Each error carries a message that says what is wrong and a remedy that says what to do about it; both are safe to
show to a user. Anything else that escapes is a bug.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Literal

RequestCode = Literal[
    "invalid",
    "unknown-parameter",
    "unknown-facet",
    "unknown-country",
    "not-a-number",
    "not-a-choice",
    "not-a-date",
    "days-swapped",
    "beyond-depth",
    "too-long",
    "too-many-explained",
    "too-many-filters",
    "too-many-values",
    "too-many-periods",
    "too-complex",
    "prefix-too-short",
    "prefix-too-wide",
    "leading-wildcard",
    "fuzzy-too-short",
    "too-far-apart",
    "value-too-wide",
]
"""The machine-readable reason of a `RequestError`; `invalid` where no other fits."""


class HaberaraError(Exception):
    """The root of the tree. `str(error)` is the message followed by the remedy."""

    exit_status = 1
    http_status = 500

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".rstrip()

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors travel from worker processes to their parent, and attributes differ from what constructors take.
        return _unpickled, (type(self), self.args, self.__dict__)


def _unpickled(kind: type[HaberaraError], arguments: tuple[Any, ...], state: dict[str, Any]) -> HaberaraError:
    error = kind.__new__(kind)
    error.args = arguments
    error.__dict__.update(state)
    return error


class SettingsError(HaberaraError):
    """A setting has a value that can't be used."""

    exit_status = 2

    def __init__(self, name: str, value: object, reason: str, remedy: str = "") -> None:
        super().__init__(f"Setting {name}: {value!r} {reason}.", remedy)
        self.name = name
        self.value = value


class SourceError(HaberaraError):
    """A source as a whole can't be read (a single bad record is a `BadRecord`, not an error)."""

    def __init__(self, source: str, reason: str, remedy: str = "") -> None:
        super().__init__(f"{source}: {reason}.", remedy)
        self.source = source
        self.reason = reason


class TooManyRejects(HaberaraError):
    """More records were rejected than `--max-rejects` allows. The good ones were stored; `report` counts them."""

    def __init__(self, rejected: int, allowed: int, report: object = None) -> None:
        super().__init__(
            f"{rejected} records were rejected, more than the {allowed} allowed.",
            "Correct the records named above and add the source again, or raise --max-rejects.",
        )
        self.rejected = rejected
        self.allowed = allowed
        self.report = report


class RequestError(HaberaraError):
    """A parameter of a search has a bad value. `code` says to programs what is wrong with it."""

    exit_status = 2
    http_status = 400

    def __init__(
        self, parameter: str, value: str, reason: str, remedy: str = "", *, code: RequestCode = "invalid"
    ) -> None:
        shown = value if len(value) <= 60 else value[:57] + "..."
        super().__init__(f"{parameter}: {shown!r} {reason}.", remedy)
        self.parameter = parameter
        self.value = shown
        self.reason = reason
        self.code: RequestCode = code


class NotFoundError(HaberaraError):
    """No article in the index has this id."""

    http_status = 404

    def __init__(self, article_id: str) -> None:
        super().__init__(f"No article has the id {article_id!r}.", "It may have been removed or never added.")
        self.article_id = article_id


class UnknownValue(HaberaraError):
    """No article in the index has this value of a facet. `nearest` are values that may be meant, likeliest first."""

    http_status = 404

    def __init__(self, facet: str, value: str, nearest: tuple[str, ...] = ()) -> None:
        shown = value if len(value) <= 60 else value[:57] + "..."
        super().__init__(
            f"No article names the {facet} {shown!r}.",
            f"Perhaps {' or '.join(nearest)} is meant." if nearest else "Search for it instead.",
        )
        self.facet = facet
        self.value = shown
        self.nearest = nearest


class DataDirectoryError(HaberaraError):
    """The data directory can't be read or written."""

    def __init__(self, path: Path, reason: str, remedy: str = "Choose another with --data.") -> None:
        super().__init__(f"Data directory {path}: {reason}.", remedy)
        self.path = path


class ArchiveError(HaberaraError):
    """The article archive (archive.db) can't be used."""


class NewerArchive(ArchiveError):
    """The archive's schema is newer than the newest that this program knows."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            f"{path} has schema version {found}; this Haberara knows versions up to {known}.",
            "Upgrade Haberara, or choose another directory with --data.",
        )
        self.found = found
        self.known = known


class LockedError(HaberaraError):
    """Another process holds the writer's lock of this data directory."""

    http_status = 503

    def __init__(self, path: Path, holder: str, since: datetime | None) -> None:
        when = f" since {since:%Y-%m-%d %H:%M:%S}" if since else ""
        super().__init__(
            f"{path} is being written by {holder}{when}.", "Wait until it ends, or stop it, then try again."
        )
        self.holder = holder
        self.since = since


class DiskFull(HaberaraError):
    """The disk or the quota has no space left for what had to be written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"The disk of {path} is full ({reason}).",
            "Nothing that was acknowledged is lost. Free some space, then try again.",
        )
        self.path = path


class RemovalUnfinished(HaberaraError):
    """A removal was begun but could not be completed: searches may still find the removed articles."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"{reason} The articles are removed from the archive, but searches may still find them.",
            "Free some space, then run `haberara remove --finish`.",
        )


class BackupError(HaberaraError):
    """A backup can't be made at the place that was asked for, or is incomplete."""


class WorkerLost(HaberaraError):
    """A worker process ended without giving its result."""

    def __init__(self) -> None:
        super().__init__(
            "A worker process ended unexpectedly; it was killed, or memory ran out.",
            "Nothing that was acknowledged is lost. Try again, with fewer --jobs if memory is short.",
        )


class RollbackError(HaberaraError):
    """There is no earlier generation of the index to roll back to."""


class IndexUnusable(HaberaraError):
    """The index can't answer; the remedy names the command that makes it able to."""

    http_status = 503


class NoIndex(IndexUnusable):
    """There is no index in the data directory."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(
            f"There is no index in {path}.",
            "Run `haberara add SOURCE` to add articles, or `haberara reindex` if there are some.",
        )


class StaleIndex(IndexUnusable):
    """The index was built by another schema, analyzer or engine than this program's."""

    def __init__(self, what: str, found: str, expected: str) -> None:
        rebuild = "un `haberara reindex` to build it again; the archive is not touched."
        choose = f"Choose that engine (`--engine {found}` or HABERARA_ENGINE), or r"
        super().__init__(
            f"The index was built with another {what} ({found}, expected {expected}).",
            (choose if what == "engine" else "R") + rebuild,
        )
        self.what = what


class BrokenIndex(IndexUnusable):
    """The files of the index are damaged or incomplete."""

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(
            f"The index in {path} can't be read: {reason}.",
            "Run `haberara reindex` to build it again; the archive is not touched.",
        )
        self.path = path


class ClusterError(IndexUnusable):
    """The OpenSearch cluster can't do what is asked. `busy` says that trying again soon may succeed."""

    def __init__(self, where: str, reason: str, remedy: str, *, busy: bool = False) -> None:
        super().__init__(f"The OpenSearch cluster at {where}: {reason}.", remedy)
        self.reason = reason
        self.busy = busy
