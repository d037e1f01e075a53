"""Each script of `tests/bench` runs once on the sample archive, with the smallest counts that it takes.

What a script measures on so little says nothing; that it runs, and that what it asks of the project is there, does.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from checkout import ROOT, ours
from conftest import SAMPLE

from index.engines.choice import EngineChoice

BENCH = ROOT / "tests" / "bench"
NODES = os.environ.get("HABERARA_TEST_OPENSEARCH_NODES", "")
"""The folder of `.ci/opensearch` whose nodes a test may kill, and bring back."""


@dataclass(frozen=True, slots=True)
class Script:
    """How a script is called; {data} is a copy of the sample archive, {new} a folder that isn't there yet."""

    file: str
    arguments: str
    prints: str
    """What it prints if it has come to its end: a regular expression."""

    modules: tuple[str, ...] = ()
    """What must be installed that the tests themselves don't ask for."""


SCRIPTS = (
    Script("bench_entities.py", "--count 1 --most 1000000", r"text lowered, words found +[\d.]+ ms"),
    Script("bench_offers.py", "{data} --count 1", r"export jsonl .* MB of memory more"),
    Script("bench_reading.py", "{data} --pages 1", r"feed +[\d.]+"),
    Script("bench_stories.py", "30 --corpus sample", r"precision .* recall .*\n[\d.]+ ms for each article"),
    Script("corpus.py", "{new} --corpus sample --limit 1", r"1 records written"),
    Script("stress_readers.py", "1", r"any +\d+ files +raised 0  slow 0  silent 0"),
)
HEAVY = (
    Script("bench_page.py", "{data} --per-kind 1", r"compressed, KB +[\d.]+"),
    Script("bench_search.py", "{data} --per-kind 1", r"private memory \d+ MB"),
    Script("bench_typed.py", "{data} --count 1 --budget 60", r"0 raised, 0 over 60.0 s"),
    Script("bench_add.py", "sample --limit 5", r"Whoosh alone \d+ MB"),
    Script(
        "bench_crash.py",
        "--add 1 --reindex 0",
        "lost 0, searches failed 0, indexes unreadable 0, leftovers after the next run 0",
    ),
    Script("bench_swap.py", "{data} --clients 1 --jobs 1 --around 0.2", "failed or empty: 0"),
    Script(
        "bench_table.py",
        "{data} --large {data} --per-kind 1 --rounds 1 --searches 16",
        r"tantivy: total and first 10, no facets[\s\S]*while articles are added .* 0 wrong, 0 errors",
        ("tantivy",),
    ),
    Script("bench_turkish.py", "--types 1 --limit 1", r"memory .*\[\]"),
    Script("remix.py", "{data} {new} --times 1", r"180 documents written"),
)
CLUSTER = (
    Script("bench_cluster.py", "{data} {new} --times 1 --per-kind 1 --name {name}", "most heap while searching"),
    Script("bench_cluster_load.py", "{data}", r"reindex +OpenSearch / Whoosh: [\d.]+"),
)
KILLS = Script(
    "bench_cluster_kill.py", "{nodes} {records} --rounds 1 --articles 20 --bare 4", r"told to be partial [1-9]"
)


def test_every_script_is_in_the_lists():
    scripts = {path.name for path in ours("tests/bench") if "__main__" in path.read_text("utf-8")}
    assert {path.name for path in ours("tests/bench") if path.name.startswith("bench_")} <= scripts
    assert sorted(scripts) == sorted(script.file for script in (*SCRIPTS, *HEAVY, *CLUSTER, KILLS))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.file)
def test_a_benchmark_runs(script: Script, sample_data: Path, tmp_path: Path):
    run(script, sample_data, tmp_path)


@pytest.mark.heavy
@pytest.mark.parametrize("script", HEAVY, ids=lambda script: script.file)
def test_a_long_benchmark_runs(script: Script, sample_data: Path, tmp_path: Path):
    run(script, sample_data, tmp_path)


@pytest.mark.heavy
@pytest.mark.parametrize("script", CLUSTER, ids=lambda script: script.file)
def test_a_benchmark_of_the_cluster_runs(
    script: Script, sample_data: Path, tmp_path: Path, cluster: Callable[..., EngineChoice]
):
    run(script, sample_data, tmp_path, cluster().cluster.name)


@pytest.mark.heavy
@pytest.mark.alone
def test_the_benchmark_that_kills_nodes_runs(sample_data: Path, tmp_path: Path, cluster: Callable[..., EngineChoice]):
    if not NODES:
        pytest.skip("HABERARA_TEST_OPENSEARCH_NODES names no folder of `.ci/opensearch` whose nodes may be killed")
    run(KILLS, sample_data, tmp_path)


def run(script: Script, sample_data: Path, tmp_path: Path, name: str = "") -> None:
    """Call it as its docstring says; fails if it fails, or doesn't print what it prints at its end."""
    for module in script.modules:
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"no {module}: it comes with the extra `bench`")
    data = tmp_path / "data"
    shutil.copytree(sample_data, data)
    places = {"data": data, "new": tmp_path / "new", "name": name, "nodes": NODES, "records": SAMPLE / "dunya.jsonl"}
    words = [word.format(**places) for word in script.arguments.split()]
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    ended = subprocess.run(
        [sys.executable, str(BENCH / script.file), *words],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert re.search(script.prints, ended.stdout), ended.stdout + ended.stderr
