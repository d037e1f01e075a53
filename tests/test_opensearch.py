"""What the OpenSearch engine does beside the conformance suite: building, publishing, correcting, removing, failing."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from conformance import Given, given, store
from conftest import OPENSEARCH
from loopback_proxy import proxy
from opensearch_support import EXPIRED, found, index_of
from opensearch_support import built as built
from opensearch_support import client as client

from index.archive import Archive
from index.building import AddOptions, add, reindex, reindex_facets, rollback
from index.engines.choice import Cluster, EngineChoice
from index.engines.opensearch import bulk, writer
from index.engines.opensearch.client import ClusterClient
from index.engines.opensearch.encoding import facet_key, id_of, term_of, value_of
from index.engines.registry import backend_of
from index.errors import BrokenIndex, ClusterError, IndexUnusable, NoIndex, SettingsError, StaleIndex
from index.generations import Generations
from index.removal import remove
from search.request import SearchRequest
from search.service import SearchEngine
from web.cli.main import cli

ITEMS = (
    given("a1", "Gece depremi", "Depremde evler yıkıldı.", "1999-08-17", "Sabah", people=("Ali Kaya", "ALI KAYA")),
    given("a2", "Seçim", "Sandıklar açıldı. Zürafa görüldü.", "2002-11-03", "Akşam", people=("Veli Taş",)),
    given("a3", "Kar", "Kar yağdı, yollar kapandı.", "2012-01-30", "Sabah", people=("Ali Kaya", "Veli Taş")),
)
MORE = given("a4", "Deprem tatbikatı", "Deprem tatbikatı yapıldı.", "2015-01-01", "Sabah")


@pytest.fixture
def engine(cluster: Callable[..., EngineChoice]) -> EngineChoice:
    return cluster(replicas=1)


@pytest.fixture
def items() -> tuple[Given, ...]:
    return ITEMS


def people(data: Path, engine: EngineChoice) -> list[tuple[str, int]]:
    with closing(SearchEngine.open(data, engine)) as search:
        return [(v.value, v.count) for v in search.search(SearchRequest()).facet("person").values]


def through(engine: EngineChoice, url: str, **options: object) -> EngineChoice:
    return replace(engine, cluster=replace(engine.cluster, urls=(url,), **options))


# -- building and publishing


def test_the_alias_moves_and_comes_back(built: Path, engine: EngineChoice, client: ClusterClient):
    first = index_of(built, engine)
    settings = client.call("GET", f"/{first}/_settings")[first]["settings"]["index"]
    assert (settings["number_of_replicas"], settings["translog"]["durability"]) == ("1", "request")
    store(built, (MORE,))
    reindex(built, engine=engine, jobs=1)
    second = index_of(built, engine)
    assert list(client.call("GET", f"/_alias/{engine.cluster.name}")) == [second] != [first]
    assert found(built, engine, "deprem") == {"a1", "a4"}
    rollback(built, engine=engine, jobs=1)
    assert list(client.call("GET", f"/_alias/{engine.cluster.name}")) == [first]
    assert found(built, engine, "deprem") == {"a1", "a4"}, "it has caught up"
    reindex(built, engine=engine, jobs=1)
    reindex(built, engine=engine, jobs=1)
    kept = {name for name in client.call("GET", f"/{engine.cluster.name}-*/_alias") if not name.endswith("-words")}
    assert len(kept) == 2, "the live index and the one before"
    assert index_of(built, engine) in kept


def test_what_was_begun_is_gone_on_with(data: Path, engine: EngineChoice, monkeypatch: pytest.MonkeyPatch):
    store(data, ITEMS)
    with monkeypatch.context() as broken:
        broken.setattr(writer, "say", fails)
        with pytest.raises(ClusterError):
            reindex(data, engine=engine, jobs=1)
    with pytest.raises(NoIndex):
        found(data, engine)
    report = reindex(data, engine=engine, jobs=1)
    assert report.indexed == 3
    assert found(data, engine) == {"a1", "a2", "a3"}


def fails(*args: object) -> None:
    raise ClusterError("nowhere", "it is gone", "Wait.")


def test_an_article_is_found_once_its_batch_is_committed(
    built: Path, engine: EngineChoice, client: ClusterClient, tmp_path: Path
):
    with closing(SearchEngine.open(built, engine)) as search:
        before = search.snapshot()
        source = tmp_path / "new.jsonl"
        source.write_text('{"id": "b1", "title": "Sel", "body": "Sel suları yükseldi."}\n', "utf-8")
        report = add(built, [str(source)], AddOptions(engine=engine, jobs=1))
        assert (report.added, report.indexed) == (1, 1)
        assert search.snapshot() != before
        assert search.search(SearchRequest("sel")).total == 1


def test_another_version_takes_the_place_of_the_first(built: Path, engine: EngineChoice):
    changed = given("a3", "Kar", "Yağmur yağdı.", "2012-01-30", "Sabah")
    with Archive.open(built) as archive, archive.transaction():
        archive.store(changed.article, changed.entities, origin="test", entities_fingerprint="")
    reindex(built, engine=engine, jobs=1)
    assert found(built, engine, "yağmur") == {"a3"}
    assert found(built, engine, "yol") == set()


def test_one_spelling_for_a_person_and_corrections(built: Path, engine: EngineChoice):
    assert people(built, engine) == [("Ali Kaya", 2), ("Veli Taş", 2)]
    (built / "people_aliases.tsv").write_text("Veli Taş\tAli Kaya\n", "utf-8")
    reindex_facets(built, engine=engine)
    assert people(built, engine) == [("Ali Kaya", 3)]
    assert found(built, engine, person="veli taş") == {"a1", "a2", "a3"}
    (built / "people_aliases.tsv").write_text("Ali Kaya\t-\n", "utf-8")
    reindex_facets(built, engine=engine)
    assert people(built, engine) == [("Veli Taş", 2)]


def test_what_is_removed_leaves_no_word(built: Path, engine: EngineChoice, client: ClusterClient):
    index = index_of(built, engine)
    report = remove(built, ["a2"], engine=engine)
    assert (report.articles, report.segments) == (1, 1)
    assert found(built, engine) == {"a1", "a3"}
    query = {"query": {"prefix": {"form": "zurafa"}}}
    assert client.call("POST", f"/{index}-words/_search", query)["hits"]["total"]["value"] == 0
    stats = client.call("GET", f"/{index}*/_stats/docs")["_all"]["primaries"]["docs"]
    assert stats["deleted"] == 0, "merged away"


def test_two_archives_do_not_take_one_name_from_another(built: Path, engine: EngineChoice, tmp_path: Path):
    store(tmp_path / "other", ITEMS)
    with pytest.raises(SettingsError, match="another archive"):
        reindex(tmp_path / "other", engine=engine, jobs=1)
    assert found(built, engine) == {"a1", "a2", "a3"}


def test_the_same_from_the_command_line(built: Path, engine: EngineChoice, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HABERARA_ENGINE", "opensearch")
    monkeypatch.setenv("HABERARA_OPENSEARCH_URL", engine.cluster.urls[0])
    monkeypatch.setenv("HABERARA_OPENSEARCH_INDEX", engine.cluster.name)
    for line in ("search deprem --json", "status --json", "doctor", "export deprem --format csv"):
        result = CliRunner().invoke(cli, [*line.split(), "--data", str(built)])
        assert result.exit_code == 0, result.output
        assert "a1" in result.output or "3" in result.output


# -- loading


def test_an_article_that_the_cluster_refuses_is_named(
    built: Path, engine: EngineChoice, monkeypatch: pytest.MonkeyPatch
):
    source = writer.OpenSearchWriter._source
    monkeypatch.setattr(writer.OpenSearchWriter, "_source", lambda self, d: source(self, d) | {"unknown": d.id})
    store(built, (MORE,))
    before = index_meta(built, engine)
    with pytest.raises(ClusterError, match=r"refused 1 of the articles, first a4: strict_dynamic"):
        reindex_if_behind(built, engine)
    assert index_meta(built, engine) == before
    monkeypatch.undo()
    reindex_if_behind(built, engine)
    assert found(built, engine, "tatbikat") == {"a4"}


def reindex_if_behind(data: Path, engine: EngineChoice) -> None:
    add(data, [], AddOptions(engine=engine, jobs=1))


def index_meta(data: Path, engine: EngineChoice) -> tuple[int, int]:
    return backend_of(engine).holdings(Generations(data).current().path)


def test_a_busy_cluster_is_asked_again(data: Path, engine: EngineChoice, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bulk, "FIRST_PAUSE", 0.01)
    busy = iter([(429, {"error": {"type": "rejected", "reason": "queue is full"}})] * 3)
    store(data, ITEMS)
    with proxy(OPENSEARCH, refuse=lambda _, path: next(busy, None) if path.startswith("/_bulk") else None) as url:
        reindex(data, engine=through(engine, url), jobs=1)
    assert next(busy, None) is None
    assert found(data, engine) == {"a1", "a2", "a3"}


def test_an_unfinished_index_that_lost_a_part_is_begun_again(
    data: Path, cluster: Callable[..., EngineChoice], client: ClusterClient, monkeypatch: pytest.MonkeyPatch
):
    """As when the only node that had it is gone for good: no node takes it."""
    monkeypatch.setattr("index.engines.opensearch.backend.BACK_WITHIN", 1)
    engine = cluster(shards=2)
    store(data, ITEMS)
    with monkeypatch.context() as broken:
        broken.setattr(writer, "say", fails)
        with pytest.raises(ClusterError):
            reindex(data, engine=engine, jobs=1)
    (begun,) = Generations(data).all()
    index = f"{engine.cluster.name}-{begun.name.replace('T', 't')}"
    nobody = {"index.routing.allocation.require._name": "no such node"}
    client.call("DELETE", f"/{index}")
    client.call("PUT", f"/{index}", {"settings": nobody}, wait_for_active_shards="0")
    assert client.call("GET", f"/_cluster/health/{index}")["status"] == "red"
    report = reindex(data, engine=engine, jobs=1)
    assert (report.indexed, report.resumed) == (3, 0)
    assert found(data, engine) == {"a1", "a2", "a3"}
    assert index not in client.call("GET", f"/{engine.cluster.name}-*/_alias")


# -- what goes wrong


def test_a_part_that_no_node_has_is_told(data: Path, cluster: Callable[..., EngineChoice], client: ClusterClient):
    engine = cluster(shards=4, replicas=0)
    store(data, ITEMS)
    reindex(data, engine=engine, jobs=1)
    lose_a_part(client, index_of(data, engine))
    with closing(SearchEngine.open(data, engine)) as search:
        partial = search.search(SearchRequest()).partial
        assert partial is not None
        assert (partial.failed, partial.shards) == (1, 4)
        with pytest.raises(ClusterError, match="missing shards"):
            list(search.export(SearchRequest()))


def lose_a_part(client: ClusterClient, index: str) -> None:
    """Make an index again, empty and of four parts, so that three nodes can't have all of them, each but one."""
    mappings = client.call("GET", f"/{index}/_mapping")[index]["mappings"]
    settings = {"number_of_shards": 4, "number_of_replicas": 0, "routing.allocation.total_shards_per_node": 1}
    client.call("DELETE", f"/{index}")
    client.call("PUT", f"/{index}", {"settings": settings, "mappings": mappings}, wait_for_active_shards="0")
    until = time.monotonic() + 30
    while client.call("GET", f"/_cluster/health/{index}")["active_primary_shards"] < 3:
        assert time.monotonic() < until
        time.sleep(0.2)


def failed(data: Path, engine: EngineChoice, **env: str) -> str:
    """What the command line says when it can't; status 1, no traceback."""
    cluster = engine.cluster
    names = {"ENGINE": "opensearch", "OPENSEARCH_URL": cluster.urls[0], "OPENSEARCH_INDEX": cluster.name, **env}
    result = CliRunner().invoke(
        cli, ["search", "deprem", "--data", str(data)], env={f"HABERARA_{n}": v for n, v in names.items()}
    )
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    return result.stderr


def test_a_wrong_address(built: Path, engine: EngineChoice):
    said = failed(built, through(engine, "http://127.0.0.1:9"))
    assert "nothing answers there" in said
    assert "opensearch_url" in said


def test_a_wrong_password(built: Path, engine: EngineChoice):
    with proxy(OPENSEARCH, auth="haber:ara") as url:
        told = through(engine, url)
        assert "does not accept the name or the password" in failed(built, told, OPENSEARCH_AUTH="haber:arama")
        assert found(built, through(engine, url, user="haber", password="ara")) == {"a1", "a2", "a3"}
        assert "arama" not in failed(built, told, OPENSEARCH_AUTH="haber:arama")


def test_an_expired_certificate(built: Path, engine: EngineChoice):
    with proxy(OPENSEARCH, certificate=EXPIRED) as url:
        told = through(engine, url)
        assert "certificate has expired" in failed(built, told, OPENSEARCH_CA=str(EXPIRED))
        assert "is not trusted" in failed(built, told)
        assert found(built, through(engine, url, verify=False)) == {"a1", "a2", "a3"}


@pytest.mark.parametrize(
    ("block", "says"),
    [("read_only", "the index is read-only"), ("read_only_allow_delete", "disks are too full to write")],
)
def test_an_index_that_can_not_be_written(
    built: Path, engine: EngineChoice, client: ClusterClient, block: str, says: str
):
    index = index_of(built, engine)
    before = index_meta(built, engine)
    client.call("PUT", f"/{index}/_settings", {f"index.blocks.{block}": True})
    try:
        store(built, (MORE,))
        with pytest.raises(ClusterError, match=says):
            reindex_if_behind(built, engine)
        assert index_meta(built, engine) == before
        assert found(built, engine) == {"a1", "a2", "a3"}, "it still answers"
    finally:
        client.call("PUT", f"/{index}/_settings", {f"index.blocks.{block}": None})
    reindex_if_behind(built, engine)
    assert found(built, engine, "tatbikat") == {"a4"}


@pytest.mark.alone
def test_a_cluster_in_which_no_node_takes_a_new_index(
    built: Path, engine: EngineChoice, client: ClusterClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("index.engines.opensearch.years.CREATE_WITHIN", "1s")
    setting = "cluster.routing.allocation.enable"  # what full disks do too, without waiting until they are noticed
    client.call("PUT", "/_cluster/settings", {"transient": {setting: "none"}})
    try:
        with pytest.raises(ClusterError, match=r"no node takes the new index \(no allocations"):
            reindex(built, engine=engine, jobs=1)
    finally:
        client.call("PUT", "/_cluster/settings", {"transient": {setting: None}})
    assert found(built, engine) == {"a1", "a2", "a3"}, "the old one answers"
    reindex(built, engine=engine, jobs=1)


def test_an_index_of_another_version(built: Path, engine: EngineChoice, client: ClusterClient):
    index = index_of(built, engine) + "-words"
    meta = client.call("GET", f"/{index}/_mapping")[index]["mappings"]["_meta"]
    meta["haberara"]["fingerprints"]["schema"] = "older"
    client.call("PUT", f"/{index}/_mapping", {"_meta": meta})
    with pytest.raises(StaleIndex, match="another schema"):
        found(built, engine)
    assert "another schema" in failed(built, engine)
    client.call("PUT", f"/{index}/_mapping", {"_meta": {}})
    with pytest.raises(IndexUnusable, match="not made by Haberara"):
        found(built, engine)


def test_a_search_that_fails_as_a_node_goes_away_is_asked_again(built: Path, engine: EngineChoice):
    gone = {"error": {"type": "node_disconnected_exception", "reason": "[n1] disconnected"}}
    once = iter([(500, gone)])
    with proxy(OPENSEARCH, refuse=lambda _, path: next(once, None) if "/_search" in path else None) as url:
        assert found(built, through(engine, url)) == {"a1", "a2", "a3"}
        assert next(once, None) is None
        once = iter([(500, gone)] * 2)
        with pytest.raises(ClusterError, match="disconnected"):
            found(built, through(engine, url))


def test_another_engine_is_asked_for_its_answers(built: Path):
    with (
        closing(SearchEngine.open(built)) as search,
        pytest.raises(StaleIndex, match=r"another engine \(opensearch, expected whoosh\)") as told,
    ):
        search.search(SearchRequest())
    assert "--engine opensearch" in told.value.remedy


def test_an_index_that_somebody_removed(built: Path, engine: EngineChoice, client: ClusterClient):
    with closing(SearchEngine.open(built, engine)) as search:
        search.warm()
        client.call("DELETE", f"/{index_of(built, engine)}")
        with pytest.raises(BrokenIndex, match="a part of it is gone"):
            search.search(SearchRequest())
        with pytest.raises(BrokenIndex, match="a part of it is gone"):
            list(search.export(SearchRequest()))
    assert "a part of it is gone" in failed(built, engine)
    reindex(built, engine=engine, jobs=1)
    assert found(built, engine) == {"a1", "a2", "a3"}


def test_no_index(data: Path, engine: EngineChoice):
    with pytest.raises(NoIndex):
        found(data, engine)


# -- without a cluster


@pytest.mark.parametrize("term", ["ev", "çocuk", "x" * 99, "ş" * 200, "a b", "\ufdfa", "水" * 90])
def test_a_term_is_one_token_that_the_cluster_keeps_whole(term: str):
    found = term_of(term)
    assert len(found.split()) == 1
    assert len(found.encode("utf-16-le")) <= 2 * 255
    assert len(id_of("f:" + found).encode()) <= 512
    assert term_of(term) == found


def test_facet_keys_stand_in_turkish_order():
    names = ["Çam", "Cam", "Dam", "ılık", "ilik", "Ali Kaya"]
    keys = sorted(facet_key("source", name) for name in names)
    assert [value_of(key) for key in keys] == ["Ali Kaya", "Cam", "Çam", "Dam", "ılık", "ilik"]
    assert facet_key("date", "2024-03") == "2024-03"


def test_a_cluster_does_not_show_its_password():
    assert "geheim" not in repr(Cluster(user="a", password="geheim"))
