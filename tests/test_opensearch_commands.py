"""What each command says when the cluster does not answer, does not let it in or has no room."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conformance import store
from conftest import OPENSEARCH
from loopback_proxy import proxy
from opensearch_support import EXPIRED, ITEMS, found
from opensearch_support import client as client

from index.archive import Archive
from index.building import reindex
from index.engines.choice import EngineChoice
from index.engines.opensearch.backend import index_name
from index.engines.opensearch.client import ClusterClient
from index.generations import Generations
from web.cli.main import cli

COMMANDS = {
    "add": ["add", "NEW"],
    "doctor": ["doctor"],
    "export": ["export", "deprem", "--format", "csv"],
    "reindex": ["reindex"],
    "reindex facets": ["reindex", "--facets"],
    "remove": ["remove", "a1", "--yes"],
    "rollback": ["rollback"],
    "search": ["search", "deprem"],
    "serve": ["serve", "--port", "0"],
}
"""Command lines; NEW stands for a file with an article that is not in the archive."""

ALONE = {"add": ["a1", "a2", "n1"], "remove": ["a2"]}
"""What the archive holds after commands that the cluster catches up with later."""

FULL_WITHIN = 45
"""Seconds in which a cluster notices that its disks are full, or are no more."""


@pytest.fixture
def engine(cluster: Callable[..., EngineChoice]) -> EngineChoice:
    return cluster(replicas=1)


@pytest.fixture
def built(data: Path, engine: EngineChoice) -> Path:
    """A data directory with two generations."""
    store(data, ITEMS)
    reindex(data, engine=engine, jobs=1)
    reindex(data, engine=engine, jobs=1)
    return data


@pytest.fixture
def line(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    new = tmp_path / "new.jsonl"
    new.write_text('{"id": "n1", "title": "Yeni", "body": "Yeni bir haber."}\n', "utf-8")
    return [str(new) if word == "NEW" else word for word in COMMANDS[request.param]]


def run(line: list[str], data: Path, engine: EngineChoice, **env: str) -> Result:
    cluster = engine.cluster
    names = {"ENGINE": "opensearch", "OPENSEARCH_URL": cluster.urls[0], "OPENSEARCH_INDEX": cluster.name, **env}
    return CliRunner().invoke(
        cli, [*line, "--data", str(data)], env={f"HABERARA_{name}": value for name, value in names.items()}
    )


def refused(line: list[str], data: Path, engine: EngineChoice, **env: str) -> str:
    """What a command complains of that could not be done; nothing of it was, but what the archive can do alone."""
    before = state(data)
    result = run(line, data, engine, **env)
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    live, generations, ids = before
    assert state(data) == (live, generations, ALONE.get(line[0], ids))
    return " ".join(result.output.split())


def state(data: Path) -> tuple[str, list[str], list[str]]:
    """The live generation, all of them, and the articles of the archive."""
    generations = Generations(data)
    with Archive.open_readonly(data) as archive:
        ids = sorted(stored.article.id for stored in archive.current())
    return generations.current().name, sorted(generation.name for generation in generations.all()), ids


@pytest.mark.parametrize("line", COMMANDS, indirect=True)
def test_a_wrong_address(line: list[str], built: Path, engine: EngineChoice):
    said = refused(line, built, engine, OPENSEARCH_URL="http://127.0.0.1:9")
    assert "http://127.0.0.1:9: nothing answers there" in said
    assert "opensearch_url" in said
    for again in {"add": [line], "remove": [["remove", "--finish"]]}.get(line[0], []):
        assert run(again, built, engine).exit_code == 0
    assert found(built, engine) == set(state(built)[2])


@pytest.mark.parametrize("line", COMMANDS, indirect=True)
def test_a_wrong_password(line: list[str], built: Path, engine: EngineChoice):
    with proxy(OPENSEARCH, auth="haber:ara") as url:
        said = refused(line, built, engine, OPENSEARCH_URL=url, OPENSEARCH_AUTH="haber:arama")
    assert "does not accept the name or the password" in said
    assert "arama" not in said


@pytest.mark.parametrize("line", COMMANDS, indirect=True)
def test_an_expired_certificate(line: list[str], built: Path, engine: EngineChoice):
    with proxy(OPENSEARCH, certificate=EXPIRED) as url:
        said = refused(line, built, engine, OPENSEARCH_URL=url, OPENSEARCH_CA=str(EXPIRED))
    assert "its certificate has expired" in said


def test_the_status_says_what_the_cluster_does_not(built: Path, engine: EngineChoice):
    result = run(["status", "--json"], built, engine, OPENSEARCH_URL="http://127.0.0.1:9")
    found = json.loads(result.output)
    assert found["archive"]["articles"] == 2
    assert not found["index"]["usable"]
    assert "nothing answers there" in found["index"]["problem"]


@pytest.mark.alone
def test_disks_that_are_full(built: Path, engine: EngineChoice, client: ClusterClient, tmp_path: Path):
    """Told by its watermarks that they are: what is used of the disk is above all of them."""
    marks = {f"cluster.routing.allocation.disk.watermark.{mark}": "0.1%" for mark in ("low", "high", "flood_stage")}
    looking = {"cluster.routing.allocation.disk.threshold_enabled": "true", "cluster.info.update.interval": "10s"}
    settings = {**marks, **looking}
    index = index_name(engine.cluster, Generations(built).current().name)
    new = tmp_path / "new.jsonl"
    new.write_text('{"id": "n1", "title": "Yeni", "body": "Yeni bir haber."}\n', "utf-8")
    client.call("PUT", "/_cluster/settings", {"transient": settings})
    try:
        wait_for_block(client, index, there=True)
        added = run(["add", str(new)], built, engine)
        assert added.exit_code == 1, added.output
        assert "disks are too full to write" in added.output
        assert "Free disk space on its nodes" in added.output
        rebuilt = run(["reindex"], built, engine)
        assert rebuilt.exit_code == 1, rebuilt.output
        assert "it makes no new index, as when its disks are too full" in rebuilt.output
        assert len(list(Generations(built).all())) == 2
        assert found(built, engine) == {"a1", "a2"}, "it still answers"
    finally:
        client.call("PUT", "/_cluster/settings", {"transient": dict.fromkeys(marks)})
        wait_for_block(client, index, there=False)
        # It would let indexes be made again with the next look at its disks.
        block = {"cluster.blocks.create_index": None}
        client.call("PUT", "/_cluster/settings", {"transient": dict.fromkeys(settings) | block, "persistent": block})
    assert run(["add", str(new)], built, engine).exit_code == 0
    assert found(built, engine) == {"a1", "a2", "n1"}, "it was kept in the archive"


def wait_for_block(client: ClusterClient, index: str, *, there: bool) -> None:
    until = time.monotonic() + FULL_WITHIN
    while time.monotonic() < until:
        # The words have an index of their own, blocked and freed by itself.
        found = client.call("GET", f"/{index}*/_settings").values()
        if {"read_only_allow_delete" in one["settings"]["index"].get("blocks", {}) for one in found} == {there}:
            return
        time.sleep(1)
    pytest.fail(f"the block of a full disk is {'not ' if there else 'still '}there")
