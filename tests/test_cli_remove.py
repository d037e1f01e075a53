"""`haberara remove`: what it asks, what it prints, and a server that runs meanwhile."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from byte_search import traces
from cli_support import haberara, write

from index.archive import Archive
from index.backup import restore
from index.errors import HaberaraError

RARE = "zırtapozluktan"
SECRET = {
    "id": "gizli/1",
    "title": "Tuğrulcan Ğöktürkmen konuştu",
    "body": f"Komşuları {RARE} söz etti. Eski başkan Tuğrulcan Ğöktürkmen sandığı açmadı.",
    "source": "Fısıltı Postası",
    "url": "https://fisilti.example.org/sandik",
}
TRACES = (RARE, "zırtapoz", "Tuğrulcan", "Ğöktürkmen", "Fısıltı", "fisilti.example", "gizli/1")


@pytest.fixture
def data(sample_data: Path, tmp_path: Path) -> Path:
    path = Path(shutil.copytree(sample_data, tmp_path / "data"))
    assert haberara("add", write(tmp_path / "secret.jsonl", SECRET), "--data", path, "--jobs", 1).status == 0
    return path


def remove(data: Path, *arguments: object, **more):
    return haberara("remove", "--data", data, *arguments, **more)


def left(data: Path) -> int:
    with Archive.open_readonly(data) as archive:
        return archive.count()


def test_a_dry_run_says_what_would_go(data):
    ran = remove(data, "gizli/1", "yok", "--dry-run")
    assert ran.status == 0
    assert ran.out.startswith("1 articles in 1 versions would be removed:\n  gizli/1  Tuğrulcan Ğöktürkmen konuştu (Fı")
    assert "no article has the id 'yok'" in ran.err
    assert remove(data, "gizli/1", "yok", "--dry-run", "--json").json == {
        "articles": [{"id": "gizli/1", "title": SECRET["title"], "source": SECRET["source"], "versions": 1}],
        "missing": ["yok"],
        "same_text": [],
    }
    assert left(data) == 181


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_without_a_terminal_nothing_goes_unless_said(data, more):
    ran = remove(data, "gizli/1", *more)
    assert ran.status == 2
    assert "--yes" in ran.err
    assert left(data) == 181


def test_yes(data):
    ran = remove(data, "gizli/1", "yok", "--yes", "--json")
    assert ran.status == 0
    assert ran.json["articles"] == ran.json["versions"] == 1
    assert ran.json["missing"] == ["yok"]
    assert left(data) == 180
    assert traces(data, TRACES) == []


@pytest.mark.parametrize("arguments", [("--source", "Fısıltı Postası"), ("--query", "zırtapozluk")])
def test_by_source_and_by_query(data, arguments):
    ran = remove(data, *arguments, "--yes")
    assert ran.out.startswith("1 articles in 1 versions removed for good; ")
    assert traces(data, TRACES) == []


def test_a_query_is_never_relaxed(data):
    ran = remove(data, "--query", "zırtapozluk deprem", "--yes")
    assert (ran.status, left(data)) == (1, 181)
    assert "There is no such article" in ran.err


@pytest.mark.parametrize(
    "arguments",
    [(), ("a", "--source", "b"), ("--query", "a", "--finish"), ("--allow", "a", "b"), ("a", "--limit", "1")],
)
def test_usage(data, arguments):
    assert remove(data, *arguments).status == 2
    assert left(data) == 181


def test_no_such_article(data):
    for arguments in (("yok",), ("--source", "yok"), ("--query", "zırtapozlukçu")):
        ran = remove(data, *arguments, "--yes")
        assert (ran.status, left(data)) == (1, 181)


def test_add_tells_what_is_left_out_and_how_it_comes_back(data, tmp_path):
    remove(data, "gizli/1", "--yes")
    source = write(tmp_path / "secret.jsonl", SECRET)
    ran = haberara("add", source, "--data", data, "--jobs", 1)
    assert ran.status == 0
    assert ran.out.startswith(
        "1 records read: 0 added, 0 changed, 0 unchanged, 0 rejected, 1 removed for good and left"
    )
    assert "left out: " in ran.err
    assert "haberara remove --allow ID" in ran.err
    assert remove(data, "--allow", "gizli/1").out == "gizli/1: can be added again.\n"
    assert remove(data, "--allow", "gizli/1", "--json").json == {"allowed": {"gizli/1": 0}}
    assert haberara("add", source, "--data", data, "--jobs", 1, "--json").lines[-1]["added"] == 1


def test_nothing_to_finish(data):
    assert remove(data, "--finish").out.startswith("0 articles in 0 versions removed")


@pytest.fixture
def server(data: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "web.cli", "serve", "--port", "0", "--data", str(data)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, encoding="utf-8", env={**os.environ, "PYTHONUTF8": "1"}
    ) as run:
        line = run.stdout.readline()
        yield line.split(" on ")[1].split()[0]
        run.terminate()


def get(address: str):
    with urlopen(address, timeout=20) as answer:
        return json.load(answer)


def test_a_server_that_runs_forgets_too(data, server):
    def said() -> str:
        word = quote("zırtapoz")
        return json.dumps(
            [
                get(f"{server}api/v1/search?q={quote(RARE)}&match=all")["total"],
                get(f"{server}api/v1/search?match=any&q={quote('Tuğrulcan')}"),
                get(f"{server}api/v1/suggest?q={quote('Tuğr')}")["suggestions"],
                get(f"{server}api/v1/suggest?q={quote('kisi:gokturkm')}")["suggestions"],
                get(f"{server}api/v1/facets/person?prefix={quote('tugr')}")["values"],
                get(f"{server}api/v1/facets/source?facet_limit=100")["values"],
                get(f"{server}api/v1/search?q={word}luktann")["suggestion"],
                get(f"{server}api/v1/search?person={quote('tugrulcan gokturkmen')}")["query"],
            ],
            ensure_ascii=False,
        )

    before = said()
    assert before.startswith("[1, ")
    for name in ("Tuğrulcan Ğöktürkmen", "Fısıltı Postası"):
        assert name in before
    assert remove(data, "gizli/1", "--yes").status == 0
    deadline = time.monotonic() + 20
    while (after := said()) and not after.startswith("[0, ") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert after.startswith("[0, ")
    for name in ("Ğöktürkmen", "Fısıltı", "fisilti"):
        assert name not in after
    assert traces(data, TRACES) == [], "also after visitors have searched for it"


@pytest.mark.parametrize("query", ["", "   ", "!!!", '"" ()', "tarih:", 'kişi:""'])
def test_a_query_of_nothing_is_refused(data, query):
    ran = remove(data, "--query", query, "--yes")
    assert ran.status == 2
    assert "--query" in ran.err
    assert "every article" in ran.err
    assert left(data) == 181


KILLED = """
import os, signal, sys
import index.removal
from web.cli import main

steps = sys.modules["index.removal.remove"]

step = sys.argv.pop(1)
real = getattr(steps, step)

def killed(*arguments, **more):
    if step == "sync_directory":
        real(*arguments, **more)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(steps, step, killed)
main()
"""
"""`haberara remove`, killed at the beginning of a step; at the very end for the last one."""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
@pytest.mark.parametrize(
    ("step", "way"),
    [
        *((step, "id") for step in ("bury", "agree", "sweep_generations", "sweep_lemmas", "compact", "sync_directory")),
        ("sweep_generations", "source"),
        ("sweep_generations", "query"),
    ],
)
def test_killed_and_run_again_it_finishes_and_says_so(data, step, way):
    what = {"id": ["gizli/1"], "source": ["--source", "Fısıltı Postası"], "query": ["--query", RARE]}[way]
    command = [sys.executable, "-c", KILLED, step, "remove", *what, "--yes", "--data", str(data)]
    ran = subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONUTF8": "1"}, timeout=120)
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    again = remove(data, *what, "--yes")
    assert left(data) == 180
    assert traces(data, TRACES) == []
    assert again.status == 0
    assert ("What an interrupted removal had left is finished." in again.err) is (step != "sync_directory")
    assert ("'gizli/1' was removed for good before." in again.err) is (step == "sync_directory")
    assert "Nothing was removed" not in again.err


def test_finish_where_there_is_no_archive_yet(data, tmp_path, monkeypatch):
    """A restore into an empty directory that was interrupted once it was decided."""
    assert haberara("backup", tmp_path / "copy", "--data", data).status == 0
    monkeypatch.setattr("index.backup.restoring.finish_restore", lambda place: None)
    with pytest.raises(HaberaraError):
        restore(tmp_path / "new", tmp_path / "copy")
    assert not (tmp_path / "new" / "archive.db").exists()
    assert haberara("remove", "--finish", "--data", tmp_path / "new").status == 0
    assert left(tmp_path / "new") == 181
