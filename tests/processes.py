"""What the processes of one test run share: things that are built once and only read, and turns at the cluster.

pytest-xdist runs tests in several processes. They share a folder of the run, and nothing else that is written.
A test that has to catch a process at some moment waits for the moment here, not for a time that may be enough.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock


def folder_of_run(factory: pytest.TempPathFactory) -> Path:
    """The temporary folder of this run, which is that of all its processes; no other run sees it."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def built_once(folder: Path, name: str, build: Callable[[Path], None]) -> Path:
    """`folder/name`, built by the process that comes first while the others wait for it.

    `build` makes the path that it is given. What it leaves when it fails is never taken for the whole.
    """
    whole = folder / name
    with FileLock(folder / f"{name}.lock"):
        if not whole.exists():
            beginning = folder / f"{name}-{os.getpid()}"
            build(beginning)
            beginning.rename(whole)
    return whole


@contextmanager
def turn(folder: Path, *, alone: bool) -> Iterator[None]:
    """A turn at what all processes share: beside others, or alone, when those that are at it have ended.

    Whoever waits to be alone keeps newcomers from beginning, so that the wait ends. Nothing is held on Windows, where
    no test needs it.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    with (folder / "turn").open("w") as held:
        with FileLock(folder / "next.lock"):
            fcntl.flock(held, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield


def wait_until(come: Callable[[], object], process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    """Wait until something has come to pass that a process is about to do.

    Raises:
        AssertionError: the process ended without it, or a minute has passed; it is killed then, so that nobody who
            waits for its end waits for ever.
    """
    until = time.monotonic() + 60
    try:
        while not come():
            assert process.poll() is None, f"it ended with status {process.returncode} before"
            assert time.monotonic() < until, "nothing came to pass in a minute"
            time.sleep(0.002)
    except BaseException:
        process.kill()
        raise
