"""The small computations behind the pages: histogram, reading, page links, presets."""

from __future__ import annotations

from datetime import date
from random import Random
from time import process_time

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from index.article import Kind, Mention
from index.article.facets import BY_NAME
from search.query import parse
from search.reading.periods import lone_year
from search.request import SearchRequest
from search.results import FacetCounts, FacetValue, MarkedText, SearchResults, Snapshot
from web import links, locale
from web.parts.articletext import paragraphs
from web.parts.paging import paging
from web.parts.sidebar import presets
from web.parts.timeline import timeline


@pytest.fixture(autouse=True)
def _request():
    with Flask("web").test_request_context("/?lang=tr"):
        yield


def dates(counts, selected=()):
    values = tuple(FacetValue(value, value, count, value in selected) for value, count in counts.items())
    return FacetCounts("date", sum(counts.values()), values, False)


def test_years_are_drawn_with_the_empty_ones_between():
    made = timeline(dates({"2020": 10, "2023": 5, "unknown": 3}), SearchRequest())
    assert made.level == "year"
    assert [(bar.label, bar.count) for bar in made.bars] == [("2020", 10), ("2021", 0), ("2022", 0), ("2023", 5)]
    assert made.bars[0].height == 2 * made.bars[3].height
    assert made.undated == 3
    assert "date=2020" in made.bars[0].url
    assert made.crumbs == ()


def test_a_chosen_year_is_drawn_by_months_and_a_month_by_days():
    counts = {"2023": 4, "2024": 9, "2024-02": 4, "2024-03": 5}
    months = timeline(dates(counts, {"2024"}), SearchRequest(selected=(("date", ("2024",)),)))
    assert months.level == "month"
    assert len(months.bars) == 12
    assert months.bars[2].label == "Mart 2024"
    assert [crumb.label for crumb in months.crumbs] == ["Tüm yıllar", "2024"]
    counts |= {"2024-02-29": 4}
    days = timeline(dates(counts, {"2024-02"}), SearchRequest(selected=(("date", ("2024-02",)),)))
    assert days.level == "day"
    assert len(days.bars) == 29
    assert days.bars[28].count == 4
    assert [crumb.label for crumb in days.crumbs] == ["Tüm yıllar", "2024", "Şubat"]


def test_two_chosen_years_are_drawn_as_years():
    made = timeline(dates({"2023": 4, "2024": 9, "2024-02": 9}), SearchRequest(selected=(("date", ("2023", "2024")),)))
    assert made.level == "year"
    assert all(bar.selected for bar in made.bars)


def test_one_absurd_year_does_not_make_a_thousand_bars():
    assert len(timeline(dates({"1023": 1, "2024": 9}), SearchRequest()).bars) == 2


def test_without_dates_there_is_no_histogram():
    assert timeline(dates({"unknown": 9}), SearchRequest()) is None


def mention(start, end, kind=Kind.PERSON, value="X"):
    return Mention("body", start, end, kind, "", value)


def test_paragraphs_hold_mentions_and_marks_that_overlap():
    text = "Ali Veli geldi.\n\nAyşe de geldi."
    segments = (MarkedText("Ali "), MarkedText("Veli geldi", marked=True), MarkedText(".\n\nAyşe de geldi."))
    made = paragraphs(segments, [mention(0, 8), mention(17, 21)], "body")
    assert len(made) == 2
    first = made[0][0]
    assert first.kind == "person"
    assert first.segments == (MarkedText("Ali "), MarkedText("Veli", marked=True))
    assert made[0][1].segments == (MarkedText(" geldi", marked=True), MarkedText("."))
    joined = "\n\n".join("".join(s.text for piece in p for s in piece.segments) for p in made)
    assert joined == text


def test_mentions_that_overlap_or_lie_outside_are_left_out():
    made = paragraphs((MarkedText("Ali Veli"),), [mention(0, 8), mention(4, 8), mention(6, 99), mention(3, 3)], "body")
    assert [piece.kind for piece in made[0]] == ["person"]


def simply(text, marked, mentions):
    """The same by a look at every character: paragraphs of ((whether marked, place of the mention), text)."""
    places, taken = [], 0
    for start, end in sorted(mentions, key=lambda m: (m[0], -m[1])):
        if taken <= start < end <= len(text):
            places.append((start, end))
            taken = end
    made, at = [], 0
    for line in text.split("\n"):
        inside = [p for p in places if at <= p[0] and p[1] <= at + len(line)]
        runs = []
        for index, character in enumerate(line, at):
            key = (index in marked, next((p for p in inside if p[0] <= index < p[1]), None))
            if runs and runs[-1][0] == key:
                runs[-1][1] += character
            else:
                runs.append([key, character])
        if line.strip():
            made.append(runs)
        at += len(line) + 1
    return made


@pytest.mark.parametrize("seed", range(300))
def test_paragraphs_are_what_a_look_at_every_character_makes_them(seed):
    random = Random(seed)
    text = "".join(random.choices("ab \n", (5, 3, 2, 1), k=random.randint(0, 60)))
    cuts = sorted(random.sample(range(len(text) + 1), k=random.randint(0, len(text) // 3)))
    segments, marked = [], set()
    for number, (start, end) in enumerate(zip([0, *cuts], [*cuts, len(text)], strict=True)):
        segments.append(MarkedText(text[start:end], marked=number % 2 == 1))
        marked |= set(range(start, end)) if number % 2 else set()
    mentions = [(at := random.randint(0, 60), at + random.randint(0, 9)) for _ in range(random.randint(0, 12))]
    made = []
    for pieces in paragraphs(segments, [mention(*place) for place in mentions], "body"):
        runs, kinds = [], []
        for number, piece in enumerate(pieces):
            for segment in piece.segments:
                runs.append((segment.text, segment.marked, number if piece.kind else None))
            kinds.append(piece.kind)
        made.append(runs)
    expected = simply(text, marked, mentions)
    assert [[(t, m, n is not None) for t, m, n in runs] for runs in made] == [
        [(t, m, place is not None) for (m, place), t in runs] for runs in expected
    ]


def test_a_long_text_of_one_line_or_of_many_takes_no_longer_by_the_square():
    for between in (" ", "\n"):
        text = between.join(["Ali Veli geldi"] * 20_000)
        step = len("Ali Veli geldi ")
        segments = [
            part
            for _ in range(20_000)
            for part in (MarkedText("Ali Veli "), MarkedText("geldi", marked=True), MarkedText(between))
        ]
        began = process_time()
        made = paragraphs(segments[:-1], [mention(at, at + 8) for at in range(0, len(text), step)], "body")
        assert process_time() - began < 10
        assert sum(piece.kind == "person" for pieces in made for piece in pieces) == 20_000


def test_a_mention_without_a_value_is_marked_but_leads_nowhere():
    made = paragraphs((MarkedText("dün geldi"),), [mention(0, 3, Kind.DATE, "")], "body")
    assert made[0][0].kind == "date"
    assert made[0][0].url is None


@pytest.mark.parametrize("text", ["", "\n\n", " \n\t"])
def test_nothing_has_no_paragraphs(text):
    assert paragraphs((MarkedText(text),), [], "body") == ()


def results(total, page, limit=10):
    return SearchResults(SearchRequest(page=page, limit=limit), "", total, (), (), 1.0, Snapshot("g", 1, "0"))


@pytest.mark.parametrize(
    ("total", "page", "numbers"),
    [
        (5, 1, [1]),
        (95, 1, [1, 2, 3, None, 10]),
        (95, 5, [1, None, 3, 4, 5, 6, 7, None, 10]),
        (95, 10, [1, None, 8, 9, 10]),
        (0, 1, [1]),
    ],
)
def test_page_links(total, page, numbers):
    made = paging(results(total, page))
    assert [link.number for link in made.pages] in (numbers, [])
    assert (made.previous is None) == (page == 1)


def test_pages_beyond_ten_thousand_results_are_not_offered():
    assert paging(results(1_000_000, 1)).last == 1000
    assert paging(results(1_000_000, 1000)).following is None


def test_presets_are_days_in_a_row_up_to_today():
    made = presets(SearchRequest(text="a", selected=(("date", ("2020",)),)), date(2024, 3, 5))
    assert [preset.label for preset in made] == ["Bugün", "Son 7 gün", "Son 30 gün", "Bu yıl"]
    assert "from=2024-02-28&to=2024-03-05" in made[1].url
    assert "date=" not in made[1].url


@given(
    chosen=st.dictionaries(
        st.sampled_from(list(BY_NAME)), st.lists(st.text(min_size=1, max_size=5), unique=True, max_size=3)
    ),
    left_out=st.dictionaries(
        st.sampled_from(list(BY_NAME)), st.lists(st.text(min_size=1, max_size=5), unique=True, max_size=3)
    ),
    facet=st.sampled_from(list(BY_NAME)),
    value=st.text(min_size=1, max_size=5),
    text=st.text(max_size=5),
    page=st.integers(1, 9),
    lang=st.sampled_from(["", "?lang=en"]),
)
def test_addresses_made_of_shared_parts_are_the_permalinks(chosen, left_out, facet, value, text, page, lang):
    def selection(values):
        return tuple((name, tuple(values[name])) for name in BY_NAME if values.get(name))

    asked = SearchRequest(text, selection(chosen), selection(left_out), sort="newest", page=page)
    with Flask("web").test_request_context("/" + lang):
        nearby = links.Neighbours(asked)
        assert nearby.only(facet, value) == links.search_url(links.only(asked, facet, value))
        assert nearby.only(facet) == links.search_url(links.only(asked, facet))
        assert nearby.toggled(facet, value) == links.search_url(asked.toggled(facet, value))
        assert nearby.toggled_exclusion(facet, value) == links.search_url(asked.toggled_exclusion(facet, value))


def test_how_a_query_was_read_is_told_in_turkish_and_can_be_typed_again():
    read_as = 'title:deprem person:"Bülent OR title: Ecevit" -country:TR (a OR b) NOT c ORAN'
    turkish = locale.reading(read_as)
    assert turkish == 'başlık:deprem kişi:"Bülent OR title: Ecevit" -ülke:TR (a VEYA b) DEĞİL c ORAN'
    assert parse(turkish) == parse(read_as)
    with Flask("web").test_request_context("/?lang=en"):
        assert locale.reading(read_as) == read_as


@pytest.mark.parametrize(("milliseconds", "tr", "en"), [(59.4, "59 ms", "59 ms"), (1250, "1,2 sn", "1.2 s")])
def test_long_times_are_told_in_seconds(milliseconds, tr, en):
    assert locale.took(milliseconds) == tr
    with Flask("web").test_request_context("/?lang=en"):
        assert locale.took(milliseconds) == en


def test_a_lone_year_is_opened():
    counts = dates({"2024": 7, "unknown": 2})
    assert lone_year(counts) == "2024"
    assert lone_year(dates({"2023": 1, "2024": 7})) is None
    made = timeline(dates({"2024": 7, "2024-03": 4, "2024-05": 3, "unknown": 2}), SearchRequest(), "2024")
    assert (made.level, len(made.bars), made.undated) == ("month", 12, 2)
    assert [crumb.url for crumb in made.crumbs] == [None]
    assert not any(bar.selected for bar in made.bars)
    assert "date=2024-03" in made.bars[2].url
