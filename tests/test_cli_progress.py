"""A terminal shows how far a build is, how fast, and what is left; nothing else does."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

REINDEX = [sys.executable, "-m", "web.cli", "reindex", "--jobs", "1"]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")


def on_a_terminal(command: list[str]) -> str:
    """What a command shows on a terminal."""
    import fcntl
    import termios

    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    with subprocess.Popen(command, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 4096):
                shown += part
        except OSError:  # Linux says so when the other end is closed
            pass
        os.close(ours)
    assert process.returncode == 0, shown
    return shown.decode("utf-8")


@pytest.fixture
def data(sample_data: Path, tmp_path: Path) -> str:
    return str(shutil.copytree(sample_data, tmp_path / "data"))


def test_a_terminal_shows_articles_per_second_and_the_time_left(data: str) -> None:
    shown = on_a_terminal([*REINDEX, "--data", data])
    assert "index:" in shown
    assert "/180 [" in shown
    assert "articles/s]" in shown
    assert "verify:" in shown
    assert "180 articles indexed" in shown


def test_a_terminal_shows_the_files_of_a_backup(data: str, tmp_path: Path) -> None:
    shown = on_a_terminal([sys.executable, "-m", "web.cli", "backup", str(tmp_path / "copy"), "--data", data])
    assert "copy: " in shown
    assert " files" in shown
    assert "verify: " in shown
    assert "180 articles backed up" in shown


def test_a_pipe_shows_nothing_of_it(data: str) -> None:
    ran = subprocess.run([*REINDEX, "--json", "--data", data], capture_output=True, encoding="utf-8", check=True)
    assert ran.stderr == ""
    assert ran.stdout.count("\n") == 1
