"""An index for each year of publication on the cluster; answers are held by the conformance suite."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from conformance import Given, given, store
from opensearch_support import built as built
from opensearch_support import client as client
from opensearch_support import found, index_of

from index.archive import Archive
from index.building import AddOptions, add, reindex, rollback
from index.building.indexing import open_writer
from index.document import to_document
from index.engines.choice import EngineChoice, chosen_engine
from index.engines.opensearch.client import ClusterClient
from index.engines.opensearch.years import Years, year_index
from index.engines.registry import backend_of
from index.errors import SettingsError
from index.generations import Generations
from index.removal import remove
from index.settings import load_settings
from index.turkish import open_analyzer
from search.request import SearchRequest
from search.service import SearchEngine

ITEMS = (
    given("a1", "Gece depremi", "Depremde evler yıkıldı.", "1999-08-17", "Sabah"),
    given("a2", "Seçim", "Sandıklar açıldı.", "2002-11-03", "Akşam"),
    given("a3", "Kar", "Kar yağdı.", "", "Sabah"),
)
MORE = given("a4", "Deprem tatbikatı", "Deprem tatbikatı yapıldı.", "2015-01-01", "Sabah")


@pytest.fixture
def engine(cluster: Callable[..., EngineChoice]) -> EngineChoice:
    return cluster(yearly=True)


@pytest.fixture
def items() -> tuple[Given, ...]:
    return ITEMS


def years(client: ClusterClient, alias: str) -> dict[str, list[str]]:
    """The ids of the articles in each index that an alias stands for, by its year."""
    found = {}
    for name in client.call("GET", f"/_alias/{alias}"):
        hits = client.call("POST", f"/{name}/_search", {"sort": [{"id": "asc"}]})["hits"]["hits"]
        found[name.rpartition("-year-")[2]] = [hit["_id"] for hit in hits]
    return found


def update(data: Path, engine: EngineChoice, *items: Given) -> None:
    store(data, items)
    add(data, [], AddOptions(engine=engine, jobs=1))


def test_each_year_has_an_index_and_answers_under_both_names(built: Path, engine: EngineChoice, client: ClusterClient):
    articles = index_of(built, engine)
    expected = {"1999": ["a1"], "2002": ["a2"], "unknown": ["a3"]}
    assert years(client, articles) == years(client, engine.cluster.name) == expected
    update(built, engine, MORE)
    expected |= {"2015": ["a4"]}
    assert years(client, articles) == years(client, engine.cluster.name) == expected
    assert found(built, engine, "deprem") == {"a1", "a4"}
    assert found(built, engine, to="2002-12-31") == {"a1", "a2"}
    replicas = client.call("GET", f"/{year_index(articles, '2015')}/_settings", flat_settings="true")
    assert [one["settings"]["index.number_of_replicas"] for one in replicas.values()] == ["1"]


@pytest.mark.parametrize(("day", "year"), [("2003-05-01", "2003"), ("", "unknown"), ("2002-01-01", "2002")])
def test_an_article_of_another_year_moves(
    built: Path, engine: EngineChoice, client: ClusterClient, day: str, year: str
):
    update(built, engine, given("a2", "Seçim", "Oylar sayıldı.", day, "Akşam"))
    held = years(client, index_of(built, engine))
    assert [name for name, ids in held.items() if "a2" in ids] == [year]
    assert found(built, engine, "oy") == {"a2"}
    assert found(built, engine, "sandık") == set()
    with closing(SearchEngine.open(built, engine)) as search:
        article = search.article("a2")
        assert article is not None
        assert article.body == "Oylar sayıldı."
        assert search.search(SearchRequest()).total == 3


def test_what_an_interrupted_run_sent_moves_too(built: Path, engine: EngineChoice, client: ClusterClient):
    """It was never committed, so that no search has seen it."""
    articles = index_of(built, engine)
    store(built, (given("a2", "Seçim", "Oylar sayıldı.", "2003-05-01"),))
    generation = Generations(built).current()
    with closing(open_writer(generation, backend_of(engine))) as writer, Archive.open_readonly(built) as archive:
        with closing(open_analyzer(built)) as analyzer:
            for stored in archive.current(writer.watermark):
                writer.add(to_document(stored.article, stored.entities, stored.seq, analyzer))
        writer._send()
        writer._sender.flush()
    update(built, engine, given("a2", "Seçim", "Oylar yine sayıldı.", "2004-05-01"))
    held = years(client, articles)
    assert [name for name, ids in held.items() if "a2" in ids] == ["2004"]


def test_two_processes_meet_a_year(built: Path, engine: EngineChoice, client: ClusterClient):
    indexes = [Years(client, index_of(built, engine)) for _ in range(2)]
    with closing(open_analyzer(built)) as analyzer:
        document = to_document(MORE.article, MORE.entities, 9, analyzer)
    for one in indexes:
        one._known.add("nothing yet")  # as if neither had seen the other's
        assert one.prepare([document]) == []


def test_a_rollback_brings_back_all_years(built: Path, engine: EngineChoice, client: ClusterClient):
    first = index_of(built, engine)
    store(built, (MORE,))
    reindex(built, engine=engine, jobs=1)
    second = index_of(built, engine)
    rollback(built, engine=engine, jobs=1)
    assert index_of(built, engine) == first
    assert years(client, engine.cluster.name) == years(client, first)
    assert found(built, engine, "deprem") == {"a1", "a4"}
    reindex(built, engine=engine, jobs=1)
    reindex(built, engine=engine, jobs=1)
    left = set(client.call("GET", f"/{engine.cluster.name}-*/_alias"))
    assert not [name for name in left if name.startswith((first, second))], "the indexes of discarded generations"
    assert len(client.call("GET", f"/_index_template/{engine.cluster.name}-*")["index_templates"]) == 2


def test_what_is_removed_leaves_no_word(built: Path, engine: EngineChoice, client: ClusterClient):
    report = remove(built, ["a2"], engine=engine)
    assert (report.articles, report.segments) == (1, 1)
    assert found(built, engine) == {"a1", "a3"}
    articles = index_of(built, engine)
    assert years(client, articles)["2002"] == []
    query = {"query": {"prefix": {"form": "sandik"}}}
    assert client.call("POST", f"/{articles}-words/_search", query)["hits"]["total"]["value"] == 0
    assert client.call("GET", f"/{articles}*/_stats/docs")["_all"]["primaries"]["docs"]["deleted"] == 0


def test_the_setting_counts_from_the_next_index_on(built: Path, engine: EngineChoice, client: ClusterClient):
    single = replace(engine, cluster=replace(engine.cluster, yearly=False))
    update(built, single, MORE)
    assert years(client, index_of(built, engine))["2015"] == ["a4"]
    reindex(built, engine=single, jobs=1)
    (index,) = client.call("GET", f"/_alias/{engine.cluster.name}")
    assert index == index_of(built, engine)
    assert found(built, engine, "deprem") == {"a1", "a4"}
    update(built, engine, given("a5", "Sel", "Sel oldu.", "2016-01-01"))
    assert list(client.call("GET", f"/_alias/{engine.cluster.name}")) == [index]
    assert found(built, single, "sel") == {"a5"}


def test_a_name_that_ends_like_an_index_of_words(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HABERARA_OPENSEARCH_INDEX", "news-words")
    with pytest.raises(SettingsError, match="ends like the names of indexes of words"):
        chosen_engine(load_settings())
