"""The disk is full at some moment of add, reindex or backup: a line says so, nothing is lost, and later it works.

As root a small file system is mounted; without, and beside it, a limit on the size of files stands for the full disk.
Where neither can be had (Windows), nothing is tested.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import give_lemmas
from torture import leftovers, write

from index.archive import Archive
from index.building import AddOptions, add
from search.request import SearchRequest
from search.service import SearchEngine

OLD, NEW = 200, 400
MEGABYTES = 128

RUN = """
import runpy, sys
limit = int(sys.argv.pop(1))
if limit:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
runpy.run_module("web.cli", run_name="__main__", alter_sys=True)
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on files")


def record(number: int) -> dict[str, str]:
    """An article of numbers, which no compression makes much smaller and no morphology is asked about."""
    dice = random.Random(number)
    body = " ".join(str(dice.randrange(10**8)) for _ in range(80))
    return {"id": f"a{number:04}", "title": "Haber", "body": body}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, lemma_store: Path) -> Path:
    """A data directory with 200 articles, and the lemmas of 400 more: no test here is about morphology."""
    folder = tmp_path_factory.mktemp("full")
    give_lemmas(lemma_store, folder / "data")
    add(folder / "data", [str(write(folder / "old.jsonl", [record(n) for n in range(OLD)]))], AddOptions(jobs=1))
    shutil.copytree(folder / "data", folder / "all")
    news = write(folder / "new.jsonl", [record(n) for n in range(OLD, OLD + NEW)])
    add(folder / "all", [str(news)], AddOptions(jobs=1))
    for path in (folder / "all").glob("lemmas-*"):
        shutil.copy(path, folder / "data")
    return folder


@dataclass
class Place:
    """Where a command runs: with so many bytes of room, or without a limit once there is space again."""

    folder: Path
    mounted: bool

    def run(self, room: int, *arguments: object) -> subprocess.CompletedProcess[str]:
        """`haberara` with so much room; 0 is enough for everything."""
        ballast = self.folder / "ballast"
        if self.mounted and room:
            fill(ballast, room)
        limit = 0 if self.mounted else room
        command = [sys.executable, "-c", RUN, str(limit), *map(str, arguments)]
        try:
            return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=300, check=False)
        finally:
            ballast.unlink(missing_ok=True)


def fill(ballast: Path, room: int) -> None:
    """Take all space but so many bytes."""
    with ballast.open("wb") as file:
        file.write(bytes(max(0, shutil.disk_usage(ballast.parent).free - room)))


def mount(folder: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(folder)]
    return os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture(params=[pytest.param("a small file system", marks=pytest.mark.heavy), "a limit on files"])
def place(request: pytest.FixtureRequest, tmp_path: Path, template: Path) -> Iterator[Place]:
    """A copy of the data. Where nothing can be mounted, both are limits on files, so that nothing is skipped."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = request.param == "a small file system" and mount(folder)
    try:
        shutil.copytree(template / "data", folder / "data")
        yield Place(folder, mounted)
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def rooms(place: Place, mounted: tuple[int, ...], limited: tuple[int, ...]) -> tuple[int, ...]:
    return mounted if place.mounted else limited


def total(data: Path) -> int:
    engine = SearchEngine.open(data)
    try:
        return engine.search(SearchRequest("haber")).total
    finally:
        engine.close()


def told(ran: subprocess.CompletedProcess[str]) -> None:
    """The command failed, and said in words that there is no room."""
    assert ran.returncode == 1, ran.stderr
    assert "Traceback" not in ran.stderr, ran.stderr
    last = ran.stderr.strip().splitlines()[-1]
    assert last.startswith("haberara: "), ran.stderr
    assert "full" in last or "disk" in last, last


def test_add(place: Place, template: Path) -> None:
    data, source = place.folder / "data", template / "new.jsonl"
    acknowledged = 0
    for room in rooms(place, (100_000, 1_000_000), (250_000, 600_000)):
        ran = place.run(room, "add", source, "--json", "--jobs", 2, "--data", data)
        told(ran)
        acknowledged = max(acknowledged, ran.stdout.count('"committed"'))
        assert total(data) >= OLD
        with Archive.open_readonly(data) as archive:
            assert archive.count() >= OLD
    assert acknowledged == 0, "there is one batch, and it had no room"
    ran = place.run(0, "add", source, "--jobs", 2, "--data", data)
    assert ran.returncode == 0, ran.stderr
    assert total(data) == OLD + NEW
    assert leftovers(data) == []


def test_reindex(place: Place, template: Path) -> None:
    data = place.folder / "data"
    shutil.rmtree(data)
    shutil.copytree(template / "all", data)
    before = sorted(path.name for path in (data / "index").iterdir())
    for room in rooms(place, (20_000, 1_500_000), (2_000, 250_000)):
        told(place.run(room, "reindex", "--jobs", 2, "--data", data))
        assert total(data) == OLD + NEW
        assert sorted(path.name for path in (data / "index").iterdir()) == before
    ran = place.run(0, "reindex", "--jobs", 2, "--data", data)
    assert ran.returncode == 0, ran.stderr
    assert total(data) == OLD + NEW
    assert leftovers(data) == []


def test_backup(place: Place) -> None:
    data, copy = place.folder / "data", place.folder / "copy"
    for room in (20_000, 300_000):
        told(place.run(room, "backup", copy, "--data", data))
        assert total(data) == OLD
    ran = place.run(0, "backup", copy, "--data", data)
    assert ran.returncode == 0, ran.stderr
    assert copy.is_dir()
