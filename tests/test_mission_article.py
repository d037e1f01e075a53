"""The article that the project started from, from the text file to the answers; only where real news is at hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import give_lemmas

from index.building import AddOptions, add
from search.request import SearchRequest
from search.service import SearchEngine

FOUND = (
    "bayraktaroğlu",
    "bayraktaroglu",
    "BAYRAKTAROĞLU'NUN",
    "ülkeler",
    "ziyaretlerde",
    '"ikili ilişkiler"',
    "pakistanda",
)


@pytest.fixture(scope="module")
def engine(shared: Path, lemma_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    data = tmp_path_factory.mktemp("mission") / "data"
    give_lemmas(lemma_store, data)
    add(data, [str(shared / "data" / "news" / "mission_article.txt")], AddOptions(jobs=1))
    engine = SearchEngine.open(data)
    yield engine
    engine.close()


@pytest.mark.parametrize("text", FOUND)
def test_it_is_found_by_any_form_however_typed(engine: SearchEngine, text: str):
    assert engine.search(SearchRequest(text=text)).total == 1


@pytest.mark.parametrize("text", ["bayrak", "asıl"])
def test_it_is_not_found_by_words_that_only_look_alike(engine: SearchEngine, text: str):
    assert engine.search(SearchRequest(text=text)).total == 0


def test_its_people_and_countries_are_those_that_a_reader_finds(engine: SearchEngine):
    hit = engine.search(SearchRequest()).hits[0]
    assert set(hit.people) == {"Selçuk Bayraktaroğlu", "Khawaja Muhammad Asif", "Syed Asim Munir"}
    assert set(hit.countries) == {"TR", "PK"}
    assert hit.published is None


def test_the_inflected_form_is_marked(engine: SearchEngine):
    snippet = engine.search(SearchRequest(text="pakistanda")).hits[0].snippet
    assert "Pakistan’da" in [segment.text for segment in snippet if segment.marked]
