"""What the data directory no longer knows stays on no cluster: an index there holds the texts of articles."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conformance import given, store
from opensearch_support import built as built
from opensearch_support import client as client
from opensearch_support import found
from opensearch_support import items as items

from index.backup import RestoreOptions, backup, restore
from index.building import AddOptions, add, reindex
from index.engines.choice import EngineChoice
from index.engines.opensearch.client import ClusterClient
from index.generations import MANIFEST, Generations
from index.removal import remove

MORE = given("a3", "Kar", "Kar yağdı.", "2012-01-30", "Sabah")


@pytest.fixture(params=[False, True], ids=["one", "yearly"])
def engine(request: pytest.FixtureRequest, cluster: Callable[..., EngineChoice]) -> EngineChoice:
    return cluster(yearly=request.param)


def generations(client: ClusterClient, engine: EngineChoice) -> set[str]:
    """What there are indexes of on the cluster."""
    names = client.call("GET", f"/{engine.cluster.name}-*/_alias")
    return {name.removeprefix(f"{engine.cluster.name}-")[: len("000001")] for name in names}


def test_a_restore_leaves_no_index_of_the_archive_that_it_replaced(
    built: Path, engine: EngineChoice, client: ClusterClient, tmp_path: Path
):
    backup(built, tmp_path / "kept")
    store(built, (MORE,))
    add(built, [], AddOptions(engine=engine, jobs=1))
    assert found(built, engine) == {"a1", "a2", "a3"}
    before = Generations(built).current().name
    restore(built, tmp_path / "kept", RestoreOptions(replace=True, engine=engine, jobs=1))
    now = Generations(built).current().name
    names = client.call("GET", f"/{engine.cluster.name}-*/_alias")
    assert {name[len(engine.cluster.name) + 1 :][: len(now)].replace("t", "T") for name in names} == {now}
    assert now != before
    assert found(built, engine) == {"a1", "a2"}


def test_a_removal_leaves_no_index_that_can_not_be_searched_through(
    built: Path, engine: EngineChoice, client: ClusterClient
):
    reindex(built, engine=engine, jobs=1)
    for generation in Generations(built).all():
        manifest = json.loads((generation.path / MANIFEST).read_text("utf-8"))
        manifest["fingerprints"]["schema"] = "older"
        (generation.path / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    report = remove(built, ["a2"], engine=engine)
    assert len(report.dropped) == 2
    assert generations(client, engine) == set()
    reindex(built, engine=engine, jobs=1)
    assert found(built, engine) == {"a1"}


def test_a_reindex_removes_what_has_no_directory(built: Path, engine: EngineChoice, client: ClusterClient):
    reindex(built, engine=engine, jobs=1)
    first, *_ = Generations(built).all()
    shutil.rmtree(first.path)
    other = f"{engine.cluster.name}-other"
    client.call("PUT", f"/{other}-words")
    reindex(built, engine=engine, jobs=1)
    assert generations(client, engine) == {"000002", "000003", "other-"}
    assert found(built, engine) == {"a1", "a2"}
