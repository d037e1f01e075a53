"""Why an article is a hit, and what happens to a query where too few articles have all of its words."""

from __future__ import annotations

import pytest

from search.request import SearchRequest
from search.service import SearchEngine
from web.app import create_app


def test_the_reasons_of_a_hit_add_up_to_its_score(sample_engine: SearchEngine):
    results = sample_engine.search(SearchRequest(text='depremlerde "arama kurtarma"', explain=True))
    assert results.total
    for hit in results.hits:
        assert sum(reason.weight for reason in hit.reasons) == pytest.approx(hit.score, abs=1e-4)


def test_a_reason_names_the_form_in_the_text_its_lemma_and_the_field(sample_engine: SearchEngine):
    hit = sample_engine.search(SearchRequest(text="depremden", explain=True, limit=1)).hits[0]
    lemma = hit.reasons[0]
    assert (lemma.typed, lemma.lemma, lemma.field) == ("depremden", "deprem", "text_lemma")
    assert lemma.form.lower().startswith("deprem")
    assert lemma.form in hit.title or any(segment.text == lemma.form for segment in hit.snippet)


def test_nothing_is_explained_unless_it_is_asked_for(sample_engine: SearchEngine):
    assert sample_engine.search(SearchRequest(text="deprem")).hits[0].reasons is None


def test_the_factor_for_having_all_words_is_a_reason_of_its_own(sample_engine: SearchEngine):
    results = sample_engine.search(SearchRequest(text="deprem Bingöl yatakhane", match="any", explain=True))
    first = results.hits[0]
    assert first.reasons[-1].field == "all_words"
    assert sum(reason.weight for reason in first.reasons) == pytest.approx(first.score, abs=1e-4)


def test_auto_asks_for_all_words_where_a_page_of_articles_has_them(sample_engine: SearchEngine):
    strict = sample_engine.search(SearchRequest(text="bir ve", match="all"))
    auto = sample_engine.search(SearchRequest(text="bir ve", match="auto"))
    assert strict.total >= 10
    assert (auto.total, auto.relaxed) == (strict.total, False)


def test_auto_relaxes_where_fewer_have_them_and_says_so(sample_engine: SearchEngine):
    strict = sample_engine.search(SearchRequest(text="deprem Bingöl", match="all"))
    auto = sample_engine.search(SearchRequest(text="deprem Bingöl", match="auto"))
    assert 0 < strict.total < 10
    assert auto.relaxed
    assert auto.total > strict.total
    assert auto.read_as == "deprem OR Bingöl"
    assert {hit.id for hit in strict.hits} <= {hit.id for hit in auto.hits}


def test_a_phrase_that_is_nowhere_is_opened_and_its_words_may_stand_apart(sample_engine: SearchEngine):
    typed = '"Bingöl depreminde yatakhane"'
    assert sample_engine.search(SearchRequest(text=typed, match="all")).total == 0
    auto = sample_engine.search(SearchRequest(text=typed))
    assert auto.relaxed
    assert auto.read_as == "Bingöl OR depreminde OR yatakhane"
    assert auto.hits[0].id == "ornek-afet-010"
    exact = sample_engine.search(SearchRequest(text="=" + typed))
    assert (exact.total, exact.relaxed) == (0, False)


def test_a_phrase_that_is_found_stays_one(sample_engine: SearchEngine):
    strict = sample_engine.search(SearchRequest(text='"arama kurtarma"', match="all", limit=100))
    auto = sample_engine.search(SearchRequest(text='"arama kurtarma"', limit=100))
    assert 0 < strict.total < 100
    assert (auto.total, auto.relaxed) == (strict.total, False)


def test_the_words_of_a_phrase_count_apart_where_a_query_is_relaxed(sample_engine: SearchEngine):
    auto = sample_engine.search(SearchRequest(text='yatakhane "deprem Bingöl"', limit=100))
    assert auto.relaxed
    assert auto.read_as == "yatakhane OR deprem OR Bingöl"
    assert auto.hits[0].id == "ornek-afet-010"


def test_words_of_the_family_and_words_side_by_side_are_reasons(sample_engine: SearchEngine):
    hits = sample_engine.search(SearchRequest(text="arama kurtarma", explain=True)).hits
    reasons = {(reason.field, reason.lemma) for hit in hits for reason in hit.reasons}
    assert ("text_stem", "arama") in reasons
    assert ("text_pair", "arama kurtarma") in reasons


def test_facets_follow_what_matched_after_relaxing(sample_engine: SearchEngine):
    auto = sample_engine.search(SearchRequest(text="deprem Bingöl", match="auto"))
    sources = auto.facet("source")
    assert sum(value.count for value in sources.values) == auto.total


def test_what_is_excluded_stays_excluded_when_a_query_is_relaxed(sample_engine: SearchEngine):
    auto = sample_engine.search(SearchRequest(text="deprem Bingöl -yatakhane", match="auto", limit=100))
    assert auto.relaxed
    assert "ornek-afet-010" not in {hit.id for hit in auto.hits}


def test_the_page_shows_reasons_and_says_that_a_query_was_relaxed(sample_engine: SearchEngine):
    client = create_app(engine=sample_engine).test_client()
    html = client.get("/?q=deprem+Bingöl&match=auto&explain=1").text
    assert 'class="reasons"' in html
    assert "yalnız bir bölümünü içerenler de listelendi" in html
    plain = client.get("/?q=deprem").text
    assert 'class="reasons"' not in plain
    assert "explain=1" in plain
