"""Totals, hits and facet counts are those of a brute-force count over the archive, by every way of asking."""

from __future__ import annotations

import json
import re
from contextlib import closing
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from cases_search import CASES, FACETS, BruteForce, Case, case, differences, word
from click.testing import CliRunner
from werkzeug.datastructures import MultiDict

from index.turkish import open_analyzer, sort_key
from search.facets import FacetListing
from search.request import SearchRequest
from search.service import SearchEngine
from web.app import create_app
from web.cli.main import cli


@pytest.fixture(scope="module")
def brute(sample_data: Path):
    with closing(open_analyzer(sample_data)) as analyzer:
        yield BruteForce(sample_data, analyzer)


def ask(engine: SearchEngine, one: Case, **changes):
    return engine.search(replace(SearchRequest.from_params(one.as_lists), **changes))


@pytest.mark.parametrize("one", CASES, ids=str)
def test_engine_counts_as_brute_force(one, sample_engine, brute):
    expected = brute.expect(one)
    results = ask(sample_engine, one, limit=1000)
    assert differences(expected, results.to_json()) == []
    assert sorted(hit.id for hit in results.hits) == sorted(expected.ids)


@pytest.mark.parametrize("one", CASES, ids=str)
def test_selected_values_are_listed_as_selected(one, sample_engine):
    for facet in ask(sample_engine, one).facets:
        listed = [value.value for value in facet.values]
        assert len(set(listed)) == len(listed)
        chosen = SearchRequest.from_params(one.as_lists).values(facet.name)
        assert {value.value for value in facet.values if value.selected} == set(chosen)


@pytest.mark.parametrize("one", CASES[::2], ids=str)
def test_command_line_counts_as_brute_force(one, sample_data, brute):
    run = CliRunner().invoke(cli, ["search", "--json", "--data", str(sample_data), *one.as_arguments])
    assert run.exit_code == 0, run.output
    assert differences(brute.expect(one), json.loads(run.stdout)) == []


def test_the_cases_ask_for_enough(brute):
    """The table has teeth: most cases find something, not everything, and each facet is filtered by."""
    totals = [brute.expect(one).total for one in CASES]
    assert len(CASES) >= 90
    assert sum(0 < total < 180 for total in totals) >= 70
    assert {name for one in CASES for name, _ in one.params} >= {*FACETS, "not_person", "not_date", "from", "to"}


@pytest.mark.parametrize("name", FACETS)
def test_one_facet_alone_lists_all_its_values(name, sample_engine, brute):
    every = next(one for one in CASES if not one.params)
    found = sample_engine.facet(SearchRequest(), name, FacetListing(limit=10_000))
    wanted = brute.expect(every).facets[name]
    counts = {value.value: value.count for value in found.values}
    assert found.documents == wanted.documents
    assert not found.truncated
    assert dict(wanted.values).items() <= counts.items()
    if name not in ("date", "mentioned"):
        assert counts == _all_counts(brute, name)


def _all_counts(brute: BruteForce, name: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for article in brute.articles:
        for value in article.facets[name]:
            counts[value] = counts.get(value, 0) + 1
    return counts


def test_a_facet_lists_the_values_with_a_word_that_begins_as_typed(sample_engine):
    found = sample_engine.facet(SearchRequest(), "person", FacetListing(prefix="DEMIR"))
    assert "Süleyman Demirel" in [value.value for value in found.values]
    assert all(any(w.startswith("Demir") for w in value.value.split()) for value in found.values)


def test_a_facet_keeps_the_chosen_value_whatever_the_prefix(sample_engine):
    request = SearchRequest(selected=(("person", ("Bülent Ecevit",)),))
    found = sample_engine.facet(request, "person", FacetListing(prefix="demirel"))
    assert [(v.value, v.selected) for v in found.values][-1] == ("Bülent Ecevit", True)


def test_dates_open_by_what_is_chosen(sample_engine):
    def listed(value: str) -> list[str]:
        results = ask(sample_engine, case(date=value))
        return [v.value for v in results.facet("date").values]

    assert "1999-08" not in listed("2023")
    assert {"1999", "1999-08", "1999-09"} <= set(listed("1999"))
    assert "1999-08-18" not in listed("1999")
    august = [value for value in listed("1999-08") if value.startswith("1999-08-")]
    assert august == sorted(august, reverse=True)
    assert august


def test_facets_don_t_depend_on_the_page(sample_engine):
    first = ask(sample_engine, case(word("türkiye"), "türkiye"), limit=5)
    third = ask(sample_engine, case(word("türkiye"), "türkiye"), limit=5, page=3)
    assert first.facets == third.facets
    assert not {hit.id for hit in first.hits} & {hit.id for hit in third.hits}


@pytest.fixture(scope="module")
def client(sample_engine):
    return create_app(engine=sample_engine).test_client()


@pytest.mark.parametrize("one", CASES, ids=str)
def test_endpoint_counts_as_brute_force(one, client, brute):
    answer = client.get("/api/v1/search", query_string=MultiDict(one.params))
    assert answer.status_code == 200, answer.text
    assert differences(brute.expect(one), answer.json) == []


@pytest.mark.parametrize("one", CASES, ids=str)
def test_page_counts_as_brute_force(one, client, brute):
    """The heading's total, and the count beside every checkbox of people, countries, sources and categories."""
    page = client.get("/", query_string=MultiDict(one.params)).text
    expected = brute.expect(one)
    shown = re.search(r"(\d+) haber|arşivde (\d+) haber", page)
    assert (int(next(filter(None, shown.groups()))) if shown else 0) == expected.total
    for name in ("person", "country", "source", "category"):
        rows = re.findall(rf'name="{name}" value="([^"]*)"[^>]*>.*?<span class="count">(\d+)', page, re.DOTALL)
        counts = {unescape(value): int(count) for value, count in rows}
        # The page leaves out a facet in which nothing can be chosen.
        assert counts == dict(expected.facets[name].values) or not counts
        assert counts or not any(count for _, count in expected.facets[name].values)


def test_countries_are_found_and_ordered_by_their_names(sample_engine):
    every = sample_engine.facet(SearchRequest(), "country", FacetListing(limit=1_000, order="alphabet"))
    labels = [value.label for value in every.values]
    assert labels == sorted(labels, key=sort_key)
    found = sample_engine.facet(SearchRequest(), "country", FacetListing(prefix="turk"))
    assert [value.value for value in found.values][:1] == ["TR"]
    english = sample_engine.facet(SearchRequest(), "country", FacetListing(prefix="germ"), locale="en")
    assert [value.value for value in english.values] == ["DE"]


def test_pages_of_a_facet_together_are_the_whole(sample_engine):
    for order in ("count", "alphabet"):
        whole = sample_engine.facet(SearchRequest(), "person", FacetListing(limit=10_000, order=order)).values
        parts = []
        for offset in range(0, len(whole), 11):
            part = sample_engine.facet(SearchRequest(), "person", FacetListing(offset=offset, limit=11, order=order))
            assert part.truncated == (offset + 11 < len(whole))
            parts += part.values
        assert parts == list(whole)
        assert len({value.value for value in whole}) == len(whole)


def test_dates_are_listed_by_how_they_begin(sample_engine):
    found = sample_engine.facet(SearchRequest(), "date", FacetListing(prefix="1999-", limit=1_000))
    assert found.values
    assert all(value.value.startswith("1999-") for value in found.values)
    months = sum(value.count for value in found.values if len(value.value) == 7)
    days = sum(value.count for value in found.values if len(value.value) == 10)
    year = sample_engine.facet(SearchRequest(), "date", FacetListing(prefix="1999", limit=1)).values[0]
    assert (year.value, year.count) == ("1999", months)
    assert months == days
