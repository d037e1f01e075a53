"""Copies of one story, on every engine alike: one hit for each story, stories counted, the others of an article."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from conformance import Given, given, store
from conftest import give_lemmas, take_lemmas
from test_engine_conformance import ENGINES, ids, search

from index.article.facets import FACETS
from index.building import reindex
from index.errors import RequestError
from search.request import SearchRequest
from search.service import SearchEngine

BRIDGE = (
    "Boğazın iki yakasını birleştiren yeni köprü dün düzenlenen törenle trafiğe açıldı. Törende konuşan belediye "
    "başkanı, yapının öngörülenden altı ay önce tamamlandığını söyledi. Köprüden ilk gün otuz bin araç geçti. "
    "Sürücüler bir hafta boyunca ücret ödemeyecek. Uzmanlar, öteki köprülerdeki yoğunluğun beşte bir azalmasını "
    "bekliyor."
)
HARVEST = (
    "Ege'de zeytin hasadı erken başladı. Üreticiler, kurak geçen yazın ardından verimin geçen yıla göre üçte bir "
    "düştüğünü anlattı. Kooperatif yetkilileri alım fiyatının önümüzdeki hafta duyurulacağını bildirdi. Ödemiş ve "
    "Akhisar'da yüzlerce mevsimlik işçi bahçelerde çalışıyor, günlük yevmiye geçen seneden yüksek."
)
LEAD = "Şehir bugün bunu konuşuyor. "
CUT = BRIDGE.rpartition(" Uzmanlar")[0]
ITEMS = (
    given("a2", "Köprüden geçiş başladı", LEAD + CUT, "2024-03-06", "Sabah", "şehir", ("Ali Kaya",), ("TR",)),
    given("a1", "Yeni köprü açıldı", BRIDGE, "2024-03-05", "Ajans", "şehir", ("Ali Kaya", "Veli Taş"), ("TR", "GR")),
    given("a3", "Köprü törenle açıldı", BRIDGE, "2024-03-05T10:00:00+03:00", "Akşam", "gündem", ("Ali Kaya",)),
    given("a4", "Köprü", CUT, "", "Akşam", "gündem", (), ("TR",)),
    given("b2", "Zeytin erken toplanıyor", HARVEST, "2024-11-02", "Akşam", "ekonomi", (), ("TR",)),
    given("b1", "Hasat başladı", HARVEST, "2024-11-02", "Sabah", "ekonomi", (), ("TR",)),
    given("c", "Köprü sohbeti", "Bir köprü üzerine kısa bir yazı.", "2024-03-05", "Sabah", "köşe", ("Ali Kaya",)),
    given("late", "Köprünün yıl dönümü", BRIDGE, "2025-03-05", "Sabah", "şehir"),
)


@contextmanager
def opened(request, tmp_path_factory, lemma_store: Path, name: str) -> Iterator[SearchEngine]:
    data = tmp_path_factory.mktemp("copies") / "data"
    choice = ENGINES[name](request)
    give_lemmas(lemma_store, data)
    store(data, ITEMS)
    reindex(data, engine=choice, jobs=1)
    made = SearchEngine.open(data, choice)
    yield made
    made.close()
    take_lemmas(lemma_store, data)


@pytest.fixture(scope="module", params=ENGINES)
def any_engine(request, tmp_path_factory, lemma_store: Path) -> Iterator[SearchEngine]:
    with opened(request, tmp_path_factory, lemma_store, request.param) as made:
        yield made


@pytest.fixture(scope="module", params=[name for name in ENGINES if not name.startswith("opensearch")])
def engine(request, tmp_path_factory, lemma_store: Path) -> Iterator[SearchEngine]:
    """One that can put copies together."""
    with opened(request, tmp_path_factory, lemma_store, request.param) as made:
        yield made


def copies(results) -> dict[str, int | None]:
    return {hit.id: hit.copies for hit in results.hits}


def test_every_copy_is_shown_unless_asked(any_engine):
    assert copies(search(any_engine, "köprü")) == dict.fromkeys(("a1", "a2", "a3", "a4", "c", "late"))


@pytest.mark.parametrize("collapse", ["hits", "all"])
def test_the_earliest_stands_for_its_story(engine, collapse):
    found = search(engine, "köprü", collapse=collapse)
    assert (copies(found), found.total) == ({"a1": 4, "c": 1, "late": 1}, 3)
    everything = search(engine, collapse=collapse)
    assert copies(everything) == {"a1": 4, "b1": 2, "c": 1, "late": 1}


def test_of_what_is_left_by_filters_the_earliest_stands_for_its_story(engine):
    assert copies(search(engine, "köprü", source="Akşam", collapse="hits")) == {"a3": 2}
    assert copies(search(engine, "köprü", source=["Akşam", "Sabah"], collapse="hits")) == {"a3": 3, "c": 1, "late": 1}
    assert copies(search(engine, not_source="Ajans", from_="2024-03-06", collapse="all")) == {
        "a2": 1,
        "b1": 2,
        "late": 1,
    }
    assert copies(search(engine, "köprü", date="unknown", collapse="all")) == {"a4": 1}


def counted(engine, name: str, **params) -> dict[str, int]:
    return {value.value: value.count for value in search(engine, **params).facet(name).values}


def test_facets_count_articles_or_stories(engine):
    articles = {"Sabah": 4, "Akşam": 3, "Ajans": 1}
    assert counted(engine, "source") == counted(engine, "source", collapse="hits") == articles
    assert counted(engine, "source", collapse="all") == {"Sabah": 4, "Akşam": 2, "Ajans": 1}
    assert counted(engine, "country", collapse="all") == {"TR": 2, "GR": 1}
    assert counted(engine, "person", collapse="all") == {"Ali Kaya": 2, "Veli Taş": 1}
    assert search(engine, collapse="all").facet("person").documents == 2
    assert counted(engine, "date", collapse="all") == {"2025": 1, "2024": 3, "unknown": 1}
    months = counted(engine, "date", collapse="all", date="2024")
    assert (months["2024-03"], months["2024-11"]) == (2, 1)


@pytest.mark.parametrize("facet", [facet.name for facet in FACETS])
@pytest.mark.parametrize("q", ["", "köprü"])
def test_choosing_a_value_finds_as_many_stories_as_it_counts(engine, facet, q):
    for value in search(engine, q, collapse="all").facet(facet).values:
        assert search(engine, q, collapse="all", **{facet: value.value}).total == value.count, value


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest", "fresh"])
def test_pages_rank_and_export_have_the_same_hits(engine, sort):
    request = SearchRequest(text="köprü", match="all", sort=sort, collapse="hits", limit=100)
    whole = ids(engine.search(request))
    assert sorted(whole) == ["a1", "c", "late"]
    pages = [ids(engine.search(replace(request, limit=1, page=page))) for page in (1, 2, 3)]
    assert [one for page in pages for one in page] == whole
    assert [article_id for article_id, _ in engine.rank(request, 100)] == whole
    assert [article.id for article in engine.export(request)] == whole


def test_an_article_lists_its_copies(any_engine):
    assert [copy.id for copy in any_engine.article("a1").copies] == ["a3", "a2", "a4"]
    assert [copy.id for copy in any_engine.article("a4").copies] == ["a1", "a3", "a2"]
    assert [copy.id for copy in any_engine.article("b1").copies] == ["b2"]
    assert any_engine.article("c").copies == ()
    copy = any_engine.article("b2").copies[0]
    assert copy.to_json() == {
        "id": "b1", "title": "Hasat başladı", "source": "Sabah", "published": "2024-11-02", "url": None
    }  # fmt: skip


def test_similar_articles_are_no_copies(any_engine):
    assert not {hit.id for hit in any_engine.similar("a2").hits} & {"a1", "a3", "a4"}
    assert "late" in {hit.id for hit in any_engine.similar("a2").hits}


def test_a_year_later_it_is_another_story(any_engine):
    assert any_engine.article("late").copies == ()


def test_what_collapse_may_be(engine):
    with pytest.raises(RequestError, match="collapse"):
        search(engine, collapse="yes")
    request = SearchRequest(text="a", collapse="all")
    params: dict[str, list[str]] = {}
    for name, value in request.to_params():
        params.setdefault(name, []).append(value)
    assert SearchRequest.from_params(params) == request
    assert search(engine, collapse="hits").to_json()["query"]["collapse"] == "hits"


def test_an_engine_that_can_not_says_so(any_engine):
    if any_engine.collapses():
        assert search(any_engine, collapse="all").total == 4
        return
    for ask in (any_engine.search, any_engine.export, lambda request: any_engine.rank(request, 1)):
        with pytest.raises(RequestError, match=r"collapse: 'all' is not supported by the engine"):
            ask(SearchRequest(collapse="all"))


def test_the_items_are_what_they_are_said_to_be():
    assert all(isinstance(item, Given) for item in ITEMS)
    assert len(CUT.split()) > 30
