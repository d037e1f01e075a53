"""Every page over the sample is the same from a cluster as from Whoosh, and asks the cluster for it a few times only.

Left out of the comparison are what may differ: scores, and the order of hits that they make; that copies are put
together by Whoosh alone; and the names of snapshots.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from contextlib import closing
from urllib.parse import quote

import pytest

from index.building import reindex
from index.engines.opensearch.client import ClusterClient
from search.facets import FacetListing
from search.request import SearchRequest
from search.service import SearchEngine
from web.app import create_app

VARYING = ("took_ms", "score", "snapshot", "generation")


@pytest.fixture(scope="module")
def clustered(sample_data, cluster, tmp_path_factory):
    """A data directory with the sample in a cluster, in two shards, and the engine's choice."""
    choice = cluster(shards=2)
    data = shutil.copytree(sample_data, tmp_path_factory.mktemp("cluster") / "data")
    reindex(data, engine=choice, jobs=1)
    return data, choice


@pytest.fixture(scope="module")
def both(sample_data, sample_engine, clustered):
    """Clients of the page over Whoosh and over the cluster."""
    engine = SearchEngine.open(*clustered)
    yield tuple(
        create_app(data, engine=e).test_client() for data, e in [(sample_data, sample_engine), (clustered[0], engine)]
    )
    engine.close()


@pytest.fixture
def same(both):
    """Asks both for an address and gives the answers, which have the same status and type."""

    def ask(address: str):
        whoosh, cluster = (client.get(address) for client in both)
        assert whoosh.status_code == cluster.status_code, address
        assert whoosh.content_type == cluster.content_type
        return whoosh, cluster

    return ask


@pytest.fixture
def requests(monkeypatch):
    """What the cluster is asked for from here on: paths."""
    asked: list[str] = []
    call = ClusterClient.call

    def counted(self, method, path, body=None, **params):
        asked.append(path)
        return call(self, method, path, body, **params)

    monkeypatch.setattr(ClusterClient, "call", counted)
    return asked


def plain(value):
    """An answer without what may differ."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items() if name not in VARYING}
    return [plain(one) for one in value] if isinstance(value, list) else value


def page(answer) -> str:
    """A page without the link that puts copies together, its duration and its nonce."""
    text = re.sub(r'(?: · )?<a rel="nofollow" href="[^"]*collapse=all">[^<]*</a>', "", answer.text)
    return re.sub(r"nonce-[\w+/=-]+|nonce=\"[^\"]+\"|[\d.,]+ (?:ms|sn|saniye)", "", text)


def values(engine, facet):
    return [v.value for v in engine.facet(SearchRequest(), facet, FacetListing(limit=12)).values]


def days(articles):
    return sorted({a["published"][5:10] for a in articles if len(a["published"] or "") >= 10})[::9]


def newest(client, number=50):
    return client.get(f"/api/v1/search?sort=newest&limit={number}").json["hits"]


@pytest.mark.parametrize("facet", ["person", "country"])
def test_portraits(same, sample_engine, facet):
    room = {"person": "people", "country": "countries"}[facet]
    found = [value for value in values(sample_engine, facet) if value != "unknown"]
    assert len(found) >= 10
    for value in [*found, "mesut yilmaz", "Hiç Kimse"]:
        whoosh, cluster = same(f"/api/v1/{room}/{quote(value)}")
        assert plain(whoosh.json) == plain(cluster.json)
        whoosh, cluster = same(f"/{room}/{quote(value)}")
        assert page(whoosh) == page(cluster)


@pytest.mark.parametrize("asked", ["", "q=ekonomi", "q=ekonomi&q=spor&by=month", "q=bakan&q=kişi:Ecevit&from=1995"])
def test_trends(same, asked):
    whoosh, cluster = same(f"/api/v1/trends?{asked}")
    assert plain(whoosh.json) == plain(cluster.json)
    whoosh, cluster = same(f"/trends?{asked}")
    assert page(whoosh) == page(cluster)


def test_on_this_day(same, both):
    asked = days(newest(both[0], 180))
    assert len(asked) >= 10
    for day in asked:
        month, number = map(int, day.split("-"))
        whoosh, cluster = same(f"/api/v1/on-this-day?month={month}&day={number}")
        assert whoosh.json["total"]
        assert plain(whoosh.json) == plain(cluster.json)
        whoosh, cluster = same(f"/on-this-day?month={month}&day={number}")
        assert page(whoosh) == page(cluster)


@pytest.mark.parametrize("asked", ["ek", "e", "mesut", "türk", "kişi:me", "ülke:t", "kaynak:", "ö", "oz", "demirel s"])
def test_suggestions(same, asked):
    whoosh, cluster = same(f"/api/v1/suggest?q={quote(asked)}")
    assert plain(whoosh.json) == plain(cluster.json)
    whoosh, cluster = same(f"/api/v1/completions?q={quote(asked)}")
    assert whoosh.json == cluster.json


@pytest.mark.parametrize("asked", ["ekonmi", "depren", "futbl", "türkye", "secm", "enflasyn", "cumhurbaskani"])
def test_spelling(same, asked):
    whoosh, cluster = (plain(one.json) for one in same(f"/api/v1/search?q={quote(asked)}&sort=newest"))
    assert whoosh == cluster


@pytest.mark.parametrize("asked", ["", "q=ekonomi", "q=bak*&sort=oldest", "q=deprem&country=TR"])
def test_exports(same, asked):
    whoosh, cluster = (
        list(csv.DictReader(io.StringIO(one.text))) for one in same(f"/api/v1/export?format=csv&{asked}")
    )
    assert whoosh
    assert any(row["people"] for row in whoosh)
    order = (lambda row: row["id"]) if asked and "sort" not in asked else (lambda row: 0)
    told = [[row | {"score": ""} for row in sorted(rows, key=order)] for rows in (whoosh, cluster)]
    assert told[0] == told[1]


@pytest.mark.parametrize("path", ["/feed.atom?q=ekonomi", "/feed.json?q=ekonomi", "/feed.atom", "/opensearch.xml"])
def test_feeds_and_description(same, path):
    whoosh, cluster = same(path)
    assert whoosh.text == cluster.text


@pytest.mark.parametrize("path", ["/people", "/countries", "/facets/source", "/facets/person?prefix=m", "/help", "/"])
def test_lists(same, path):
    whoosh, cluster = same(path)
    assert page(whoosh) == page(cluster)


def test_articles_with_citations(same, both):
    for hit in newest(both[0], 12):
        whoosh, cluster = same(f"/api/v1/articles/{quote(hit['id'])}?q=ekonomi")
        assert plain(whoosh.json) == plain(cluster.json)
        cited = [re.findall(r"(?s)<pre.*?</pre>", one.text) for one in same(f"/articles/{quote(hit['id'])}")]
        assert cited[0]
        assert cited[0] == cited[1]


def test_similar_articles_agree(same, both):
    """The cluster's scores differ a little, so that the last of five may be another."""
    shared = total = 0
    for hit in newest(both[0], 30):
        whoosh, cluster = ({h["id"] for h in one.json["hits"]} for one in same(f"/api/v1/similar/{quote(hit['id'])}"))
        assert len(whoosh) == len(cluster)
        shared, total = shared + len(whoosh & cluster), total + len(whoosh)
    assert total >= 60
    assert shared >= 0.9 * total


def test_copies_are_offered_by_the_engine_that_can_put_them_together(both):
    whoosh, cluster = both
    assert "collapse=all" in whoosh.get("/?q=deprem").text
    assert "collapse" not in cluster.get("/?q=deprem").text
    refused = cluster.get("/?q=deprem&collapse=all")
    assert refused.status_code == 400
    assert "collapse" in refused.text


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/?q=ekonomi", 12),
        ("/?q=ekonmi", 20),
        ("/trends?q=ekonomi&q=spor&q=bakan", 22),
        ("/people/B%C3%BClent%20Ecevit", 10),
        ("/countries/DE", 10),
        ("/on-this-day?month=5&day=9", 9),
        ("/articles/ornek-politika-029?q=ekonomi", 21),
        ("/feed.atom?q=ekonomi", 10),
    ],
)
def test_a_page_asks_the_cluster_a_few_times(clustered, requests, path, most):
    with closing(SearchEngine.open(*clustered)) as engine:  # which remembers nothing yet
        assert create_app(clustered[0], engine=engine).test_client().get(path).status_code == 200
    assert 1 < len(requests) <= most, requests
