"""Worker processes: the same on every platform, and gone as soon as the process that started them is."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self, TypeVar

from index.errors import WorkerLost

WORTH_WORKERS = 400
"""Articles from which on starting processes (about a second each) is repaid."""

TICK = 0.5
"""Seconds between two looks at how far the workers are."""

ENDED = 3
"""The exit status of a worker whose parent has gone."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def cores() -> int:
    """How many processor cores this process may run on: a container, or `taskset`, leaves it some of them only."""
    if hasattr(os, "sched_getaffinity"):  # Linux
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _ignore(count: int) -> None:
    """Told of progress where nobody wants to know."""


class Workers:
    """A pool of processes that is started when it is first worth it. A context manager.

    Processes are spawned, not forked: the same on every platform, and safe beside threads. Each holds one end of a pipe
    whose other end is this process's alone: when that closes, on leaving or because this process was killed, they end
    at once, whatever they are at. Ctrl-C, which a terminal sends to all of them, is left to this process.
    """

    def __init__(self, jobs: int = 0) -> None:
        """`jobs` is how many processes; 0 means one per core that it may use, and with 1 there are none but this."""
        self.jobs = jobs or cores()
        self._pool: ProcessPoolExecutor | None = None
        self._lifeline: Connection | None = None
        self._done: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        pool, lifeline, self._pool, self._lifeline = self._pool, self._lifeline, None, None
        if pool is None or lifeline is None:
            return
        if error is not None:
            lifeline.close()
        pool.shutdown(cancel_futures=True)
        lifeline.close()

    def are_worth(self, articles: int) -> bool:
        """Whether so many articles go to processes; once there are some, every few do."""
        return self.jobs > 1 and (self._pool is not None or articles >= WORTH_WORKERS)

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item], tell: Callable[[int], None] = _ignore
    ) -> Iterator[Result]:
        """The results of a module's function in the order of the items; `tell` is given how many `advance` has counted.

        Raises:
            WorkerLost: a process ended by itself, as where memory ran out.
        """
        pool = self._started()
        before = self._done.value
        try:
            with _interrupts_wait():  # processes are started here
                waiting: list[Future[Result]] = [pool.submit(function, item) for item in items]
            for future in waiting:
                while not wait([future], TICK).done:
                    tell(self._done.value - before)
                tell(self._done.value - before)
                yield future.result()
        except BrokenProcessPool as error:
            raise WorkerLost from error

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            theirs, self._lifeline = context.Pipe(duplex=False)
            self._done = context.Value("Q", 0)
            self._pool = ProcessPoolExecutor(
                self.jobs, mp_context=context, initializer=_begin, initargs=(theirs, self._done)
            )
        return self._pool


def advance(count: int) -> None:
    """Count articles as done; for functions that `Workers.map` runs."""
    if _progress is not None:
        with _progress.get_lock():
            _progress.value += count


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Keep Ctrl-C back for a moment. Processes started meanwhile never hear it, not even while they import.

    Blocking the signal is not enough here: a thread of numpy's may take it, and Python then interrupts this one.
    """
    with _noted_only(), _blocked():
        yield


@contextmanager
def _blocked() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):  # Windows, where `_begin` has to do
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _noted_only() -> Iterator[None]:
    """Only note Ctrl-C, and raise it again at the end; in other threads than the main one nothing is raised anyway."""
    handler = signal.getsignal(signal.SIGINT)
    if handler is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    came = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: came.set())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if came.is_set():
            signal.raise_signal(signal.SIGINT)


_progress: Any = None


def _begin(lifeline: Connection, progress: Any) -> None:
    """The first thing that a worker does."""
    global _progress
    _progress = progress
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()


def _end_with(lifeline: Connection) -> None:
    try:
        lifeline.recv_bytes()  # nothing is ever sent
    except (EOFError, OSError):
        os._exit(ENDED)
