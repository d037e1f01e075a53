"""Requests: every parameter checked, and the way to a URL and back."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article.facets import FACETS
from index.article.periods import Period
from index.errors import RequestError
from search.request import (
    MAX_DEPTH,
    MAX_EXPLAINED,
    MAX_FILTER_VALUES,
    MAX_FILTERS,
    MAX_TEXT,
    MAX_VALUE_LENGTH,
    SearchRequest,
)

BAD = [
    ("q", "x" * (MAX_TEXT + 1), "has 1001 characters"),
    ("country", "XX", "is not a known country"),
    ("country", "Atlantis", "is not a known country"),
    ("not_country", "QQ", "is not a known country"),
    ("date", "dün", "is not a date"),
    ("date", "2024-13", "is not a day of the calendar"),
    ("date", "2024-00", "is not a day of the calendar"),
    ("date", "2024-03-00", "is not a day of the calendar"),
    ("date", "2023-02-29", "is not a day of the calendar"),
    ("date", "0000", "is not a day of the calendar"),
    ("date", "2024-3-5", "is not a date"),
    ("date", "24", "is not a date"),
    ("date", "٢٠٢٤", "is not a date"),
    ("date", "2024\n", None),
    ("mentioned", "05.03.2024", "is not a date"),
    ("not_date", "x", "is not a date"),
    ("not_mentioned", "2024-02-30", "is not a day of the calendar"),
    ("from", "unknown", "is not a date"),
    ("from", "2024-02-30", "is not a day of the calendar"),
    ("to", "yarın", "is not a date"),
    ("match", "some", "is not one of all, any, auto"),
    ("sort", "date", "is not one of relevance, fresh, newest, oldest"),
    ("page", "0", "is not a number"),
    ("page", "-1", "is not a number"),
    ("page", "1.5", "is not a number"),
    ("page", "²", "is not a number"),
    ("page", "10001", "is not a number"),
    ("page", "9" * 5000, "is not a number"),
    ("limit", "0", "is not a number"),
    ("limit", "1001", "is not a number from 1 to 1000"),
    ("limit", "on", "is not a number"),
    ("explain", "2", "is not one of 0, 1"),
    ("person", "x" * (MAX_VALUE_LENGTH + 1), "is longer than 300"),
    ("not_source", "x" * (MAX_VALUE_LENGTH + 1), "is longer than 300"),
]


@pytest.mark.parametrize(("name", "value", "reason"), [b for b in BAD if b[2]], ids=lambda v: str(v)[:20])
def test_a_bad_value_is_named(name, value, reason):
    with pytest.raises(RequestError) as caught:
        SearchRequest.from_params({name: [value]})
    assert caught.value.parameter == name
    assert reason in str(caught.value)
    assert caught.value.remedy
    assert len(str(caught.value)) < 300
    assert caught.value.exit_status == 2
    assert caught.value.http_status == 400


def test_too_deep_a_page_names_the_export():
    assert SearchRequest.from_params({"page": ["10"], "limit": ["1000"]}).page == 10
    with pytest.raises(RequestError, match="haberara export"):
        SearchRequest.from_params({"page": ["11"], "limit": ["1000"]})
    with pytest.raises(RequestError, match=f"beyond result {MAX_DEPTH}"):
        SearchRequest.from_params({"page": ["1001"]})


def test_from_after_to_is_refused():
    with pytest.raises(RequestError, match="from: '2024-02-01' is after to"):
        SearchRequest.from_params({"from": ["2024-02"], "to": ["2024-01"]})
    assert SearchRequest.from_params({"from": ["2024-02"], "to": ["2024-02"]}).date_to == date(2024, 2, 29)


def test_too_many_values_are_refused():
    values = [str(i) for i in range(MAX_FILTER_VALUES + 1)]
    assert len(SearchRequest.from_params({"source": values[:-1]}).values("source")) == MAX_FILTER_VALUES
    with pytest.raises(RequestError, match="more than 100 times"):
        SearchRequest.from_params({"source": values})


def test_too_many_filters_together_are_refused():
    half = [str(number) for number in range(MAX_FILTERS // 2)]
    assert SearchRequest.from_params({"source": half, "not_person": half}).is_filtered
    with pytest.raises(RequestError, match="not_person: '76' makes the filters of this search more than 150") as caught:
        SearchRequest.from_params({"source": half, "not_person": [*half, "x"]})
    assert (caught.value.http_status, caught.value.remedy) == (400, "Use fewer.")
    long = [str(number) + "ş" * (MAX_VALUE_LENGTH - 1) for number in range(10)]
    assert SearchRequest.from_params({"source": long}).is_filtered
    with pytest.raises(RequestError, match=r"category: '1' makes .* longer than 3000 characters together"):
        SearchRequest.from_params({"source": long, "category": ["x"]})


def test_explanations_of_many_results_are_refused():
    assert SearchRequest.from_params({"explain": ["1"], "limit": [str(MAX_EXPLAINED)]}).explain
    with pytest.raises(RequestError, match="explain: '1' with limit 51 would explain more than 50") as caught:
        SearchRequest.from_params({"explain": ["1"], "limit": [str(MAX_EXPLAINED + 1)]})
    assert caught.value.http_status == 400
    assert "limit of 50 or less" in caught.value.remedy


def test_values_are_made_canonical():
    made = SearchRequest.from_params(
        {"country": ["tr", "Türkiye", " DE ", "unknown"], "source": ["", "  ", "A"], "q": [" a ", "b "]}
    )
    assert made.values("country") == ("TR", "DE", "unknown")
    assert made.values("source") == ("A",)
    assert made.text == "a  b"


def test_the_last_of_a_single_parameter_counts():
    assert SearchRequest.from_params({"sort": ["newest", "oldest"]}).sort == "oldest"
    assert SearchRequest.from_params({"sort": ["newest", ""]}).sort in ("relevance", "newest")


def test_empty_parameters_are_defaults():
    names = ("q", "from", "to", "match", "sort", "page", "limit", "explain", "person", "not_date")
    assert SearchRequest.from_params({name: [""] for name in names}) == SearchRequest()
    assert SearchRequest.from_params({}) == SearchRequest()
    assert SearchRequest().to_params() == []


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-12", date(2023, 12, 1), date(2023, 12, 31)),
        ("2024-03-05", date(2024, 3, 5), date(2024, 3, 5)),
        ("9999", date(9999, 1, 1), date(9999, 12, 31)),
    ],
)
def test_spans_of_dates(value, first, last):
    period = Period.of(value)
    assert (period.first, period.last, str(period)) == (first, last, value)
    made = SearchRequest.from_params({"from": [value], "to": [value]})
    assert (made.date_from, made.date_to) == (first, last)


def test_toggling_twice_is_the_same_search():
    asked = SearchRequest.from_params({"q": ["a"], "country": ["TR"], "page": ["3"]})
    once = asked.toggled("country", "DE")
    assert once.values("country") == ("TR", "DE")
    assert once.page == 1
    assert once.toggled("country", "DE") == asked.on_page(1)
    assert asked.toggled("country", "TR").selected == ()
    assert asked.toggled_exclusion("person", "X").excluded_values("person") == ("X",)


def test_facets_stay_in_their_order_whatever_is_toggled():
    asked = SearchRequest().toggled("mentioned", "2024").toggled("person", "A").toggled("country", "TR")
    assert asked == SearchRequest.from_params(_lists(asked))
    assert [name for name, _ in asked.selected] == ["person", "country", "mentioned"]


def _lists(request: SearchRequest) -> dict[str, list[str]]:
    params: dict[str, list[str]] = {}
    for name, value in request.to_params():
        params.setdefault(name, []).append(value)
    return params


DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31)).map(date.isoformat)
VALUES = {
    "country": st.sampled_from(["TR", "de", "Fransa", "unknown"]),
    "date": DAYS | st.sampled_from(["2024", "2024-02", "unknown"]),
    "mentioned": DAYS | st.just("unknown"),
}
LABELS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
FILTERS = {
    prefix + facet.name: st.lists(VALUES.get(facet.name, LABELS), max_size=4)
    for facet in FACETS
    for prefix in ("", "not_")
}
PARAMS = st.fixed_dictionaries(
    {},
    optional={
        "q": st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), max_size=2),
        **FILTERS,
        "from": st.lists(DAYS, max_size=1),
        "to": st.lists(DAYS, max_size=1),
        "match": st.lists(st.sampled_from(["all", "any", "auto", ""]), max_size=2),
        "sort": st.lists(st.sampled_from(["relevance", "fresh", "newest", "oldest", ""]), max_size=2),
        "page": st.lists(st.integers(1, 100).map(str), max_size=1),
        "limit": st.lists(st.integers(1, MAX_EXPLAINED).map(str), max_size=1),
        "explain": st.lists(st.sampled_from(["0", "1"]), max_size=1),
    },
)


@settings(max_examples=150, deadline=None)
@given(PARAMS)
def test_a_request_comes_back_from_its_address(params):
    try:
        asked = SearchRequest.from_params(params)
    except RequestError:
        assert params["from"] > params["to"]  # the one thing that these parameters can have wrong
        return
    assert SearchRequest.from_params(_lists(asked)) == asked
    assert SearchRequest.from_params(_lists(asked)).to_params() == asked.to_params()


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from([*FILTERS, "q", "from", "to", "page", "limit", "sort"]), st.lists(st.text())))
def test_no_parameter_raises_anything_else(params):
    with suppress(RequestError):
        assert SearchRequest.from_params(params).limit >= 1
