"""The writer's lock: one writer at a time for a data directory, and a message that says who it is.

The lock is the operating system's (`filelock`). It ends with its process, however that ends, so that a dead holder
never blocks anybody. A note beside it names the holder, for messages only; nothing is decided by it.

    writer.lock     the locked file; never deleted, since two later holders could then lock two different files
    writer.json     who holds it: process, host, purpose, since; removed with the lock
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import DataDirectoryError, LockedError

LOCK_FILE = "writer.lock"
HOLDER_FILE = "writer.json"

_PATIENCE = 0.2
"""The shortest wait for the lock in seconds: `is_locked` holds it for a moment to find out whether it is free."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that holds, or held, the lock. `purpose` is its command, `since` is in UTC."""

    pid: int
    host: str
    purpose: str
    since: datetime

    @classmethod
    def ourselves(cls, purpose: str) -> Holder:
        """This process as the holder from now on."""
        return cls(os.getpid(), socket.gethostname(), purpose, datetime.now(UTC).replace(microsecond=0))

    @property
    def is_dead(self) -> bool:
        """Whether the process is known to have ended. Nothing is known of processes on another host."""
        return self.host == socket.gethostname() and not process_lives(self.pid)

    def __str__(self) -> str:
        return f"`{self.purpose}` (process {self.pid} on {self.host})"


@contextmanager
def writer_lock(data: Path, purpose: str, timeout: float = 0) -> Iterator[None]:
    """Hold the writer's lock of a data directory. `purpose` is shown to whoever waits.

    `timeout` is in seconds; less than 0.2 means 0.2. The lock does not nest, and belongs to the thread that took it.

    Raises:
        LockedError: another process or thread still holds it after `timeout`.
        DataDirectoryError: the directory can't be created or written.
    """
    lock = _acquired(data, timeout)
    try:
        _greet(data, purpose)
        try:
            yield
        finally:
            _holder_path(data).unlink(missing_ok=True)
    finally:
        lock.release()


def read_holder(data: Path) -> Holder | None:
    """The holder that the note names; None without a readable note. It may have ended: `Holder.is_dead` tells."""
    try:
        note = json.loads(_holder_path(data).read_text(encoding="utf-8"))
        since = datetime.fromisoformat(note["since"])
        return Holder(int(note["pid"]), str(note["host"]), str(note["purpose"]), since)
    except (OSError, ValueError, KeyError, TypeError):
        return None  # there is no note, or it was read while it was being written


def is_locked(data: Path) -> bool:
    """Whether somebody holds the lock now. Changes nothing."""
    if not (data / LOCK_FILE).exists():
        return False
    lock = FileLock(data / LOCK_FILE, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return True
    except OSError:  # a read-only medium, on which there is no writer
        return False
    lock.release()
    return False


def _acquired(data: Path, timeout: float) -> FileLock:
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = FileLock(data / LOCK_FILE, timeout=max(timeout, _PATIENCE))
        lock.acquire()
    except Timeout:
        raise _locked(data) from None
    except (FileExistsError, NotADirectoryError):
        raise DataDirectoryError(data, "is not a directory") from None
    except OSError as error:
        raise DataDirectoryError(
            data, f"can't be written ({error.strerror})", "Correct its permissions, or choose another with --data."
        ) from error
    return lock


def _locked(data: Path) -> LockedError:
    holder = read_holder(data)
    if holder is None or holder.is_dead:  # the note is a killed holder's; the new one has not written its own yet
        return LockedError(data, "another process", None)
    return LockedError(data, str(holder), holder.since.astimezone())


def _greet(data: Path, purpose: str) -> None:
    """Write our note over the last holder's. A full disk is ignored, since the lock holds without a note."""
    before = read_holder(data)
    if before is not None:
        _log.warning("The last writer of %s, %s, did not end properly; what it had committed is kept.", data, before)
    ours = Holder.ourselves(purpose)
    note = {"pid": ours.pid, "host": ours.host, "purpose": ours.purpose, "since": ours.since.isoformat()}
    with contextlib.suppress(OSError):
        _holder_path(data).write_text(json.dumps(note, ensure_ascii=False) + "\n", encoding="utf-8")


def _holder_path(data: Path) -> Path:
    return data / HOLDER_FILE


if sys.platform == "win32":
    # os.kill(pid, 0) would end the process there.
    def process_lives(pid: int) -> bool:
        """Whether a process of this host lives."""
        import ctypes

        query_limited_information, still_active = 0x1000, 259
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(query_limited_information, False, pid)
        if not handle:
            return False
        code = ctypes.c_ulong()
        known = kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.CloseHandle(handle)
        return not known or code.value == still_active

else:

    def process_lives(pid: int) -> bool:
        """Whether a process of this host lives."""
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except (PermissionError, OverflowError):
            return True  # the process is another user's, or the number is no valid pid here
        return True
