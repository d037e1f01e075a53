"""One writer at a time, who it is, and what is left of one that was killed."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from index.errors import DataDirectoryError, LockedError
from index.locks import HOLDER_FILE, LOCK_FILE, Holder, read_holder, writer_lock

HOLD = """
import sys
from pathlib import Path
from index.locks import writer_lock

with writer_lock(Path(sys.argv[1]), "haberara reindex"):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(data: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_the_lock_and_its_note(tmp_path: Path):
    data = tmp_path / "new" / "data"
    with writer_lock(data, "haberara add"):
        holder = read_holder(data)
        assert holder is not None
        assert (holder.pid, holder.host, holder.purpose) == (os.getpid(), socket.gethostname(), "haberara add")
        assert timedelta(0) <= datetime.now(UTC) - holder.since < timedelta(minutes=1)
        assert not holder.is_dead
    assert not (data / HOLDER_FILE).exists()
    with writer_lock(data, "haberara add"):
        pass


def test_it_is_released_and_cleaned_when_the_work_fails(tmp_path: Path):
    with pytest.raises(KeyboardInterrupt), writer_lock(tmp_path, "haberara add"):
        raise KeyboardInterrupt
    assert not (tmp_path / HOLDER_FILE).exists()
    with writer_lock(tmp_path, "haberara add"):
        pass


def test_who_holds_it_and_since_when(tmp_path: Path):
    with another_process(tmp_path) as process:
        with pytest.raises(LockedError) as caught, writer_lock(tmp_path, "haberara add"):
            pass
        holder = read_holder(tmp_path)
        assert holder is not None
        local = f"{holder.since.astimezone():%Y-%m-%d %H:%M:%S}"
        for part in (str(tmp_path), "`haberara reindex`", f"process {process.pid}", socket.gethostname(), local):
            assert part in str(caught.value)
        assert caught.value.since == holder.since


def test_waiting_for_it(tmp_path: Path):
    with another_process(tmp_path) as process:
        assert process.stdin is not None
        threading.Timer(0.2, process.stdin.close).start()
        with writer_lock(tmp_path, "haberara add", timeout=20):
            pass
        process.wait(timeout=10)


def test_who_only_looks_whether_it_is_held_is_in_nobodys_way(tmp_path: Path):
    looking = FileLock(tmp_path / LOCK_FILE, thread_local=False)  # as `is_locked` does, for a moment
    looking.acquire()
    threading.Timer(0.05, looking.release, [True]).start()
    with writer_lock(tmp_path, "haberara add"):
        assert read_holder(tmp_path) is not None


def test_giving_up_after_the_timeout(tmp_path: Path):
    with another_process(tmp_path):
        before = time.monotonic()
        with pytest.raises(LockedError), writer_lock(tmp_path, "haberara add", timeout=0.3):
            pass
        assert 0.25 < time.monotonic() - before < 10


def test_a_killed_holder_blocks_nobody_and_leaves_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    with another_process(tmp_path) as process:
        process.kill()
        process.wait()
    holder = read_holder(tmp_path)
    assert holder is not None
    assert holder.is_dead
    with caplog.at_level(logging.WARNING), writer_lock(tmp_path, "haberara add"):
        assert "`haberara reindex`" in caplog.text
        assert "did not end properly" in caplog.text
    assert [path.name for path in tmp_path.iterdir() if path.name != LOCK_FILE] == []


def test_the_note_of_a_dead_process_is_not_believed(tmp_path: Path):
    with another_process(tmp_path):
        note = json.loads((tmp_path / HOLDER_FILE).read_text(encoding="utf-8"))
        note["pid"] = 2**22 + 1  # above the highest pid of Linux
        (tmp_path / HOLDER_FILE).write_text(json.dumps(note), encoding="utf-8")
        with pytest.raises(LockedError, match="another process") as caught, writer_lock(tmp_path, "haberara add"):
            pass
        assert caught.value.since is None


@pytest.mark.parametrize("note", ["", "{", "[]", "{}", '{"pid": "x", "since": "2024-01-01"}'])
def test_an_unreadable_note_is_no_obstacle(tmp_path: Path, note: str):
    (tmp_path / HOLDER_FILE).write_text(note, encoding="utf-8")
    assert read_holder(tmp_path) is None
    with writer_lock(tmp_path, "haberara add"):
        assert read_holder(tmp_path) is not None


def test_of_another_hosts_processes_nothing_is_known():
    assert not Holder(2**22 + 1, "another.example", "haberara add", datetime.now(UTC)).is_dead


def test_threads_of_one_process_exclude_each_other(tmp_path: Path):
    outcome: list[str] = []

    def attempt() -> None:
        try:
            with writer_lock(tmp_path, "second"):
                outcome.append("held")
        except LockedError as error:
            outcome.append(error.holder)

    with writer_lock(tmp_path, "first"):
        thread = threading.Thread(target=attempt)
        thread.start()
        thread.join()
    assert len(outcome) == 1
    assert "`first`" in outcome[0]


def test_a_directory_that_cant_be_one(tmp_path: Path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(DataDirectoryError, match="is not a directory"), writer_lock(path, "haberara add"):
            pass


def test_a_directory_that_cant_be_written(tmp_path: Path):
    (tmp_path / LOCK_FILE).mkdir()  # opening it fails, also for the superuser
    with pytest.raises(DataDirectoryError, match="can't be written"), writer_lock(tmp_path, "haberara add"):
        pass
