"""Scores are those of Whoosh's own BM25F, to six decimals, whatever the segments and deletions."""

from __future__ import annotations

import random
import shutil
from collections import Counter, defaultdict
from contextlib import closing
from itertools import pairwise
from math import log
from pathlib import Path

import numpy as np
import pytest
from conformance import FILLERS, WRITTEN, given, store
from whoosh.index import FileIndex, open_dir
from whoosh.query import Term
from whoosh.scoring import BM25F
from whoosh.util.numeric import byte_to_length, length_to_byte

from index.building import reindex, reindex_if_needed
from index.document.schema import TEXT_FIELDS
from index.engines.whoosh.layout import whoosh_schema
from index.engines.whoosh.writer import _alike
from index.generations import Generations
from index.turkish import decode_term
from search.engines.weights import K1, PAIR_WEIGHT, B
from search.engines.whoosh.matching import _Matcher, pair_scores
from search.engines.whoosh.view import WhooshView
from search.query import WordTerm
from search.request import SearchRequest
from search.service import SearchEngine

TERMS_PER_FIELD = 40


def opened(data: Path) -> FileIndex:
    """The index as Whoosh alone opens it."""
    return open_dir(str(Generations(data).current().path), "MAIN", readonly=True, schema=whoosh_schema())


def whoosh_scores(data: Path, field: str, term: str) -> dict[str, float]:
    """The score of each article by Whoosh alone."""
    with (
        closing(opened(data)) as index,
        index.searcher(weighting=BM25F(B=B, K1=K1)) as searcher,
    ):
        found = searcher.search(Term(field, term), limit=None)
        return {searcher.stored_fields(hit.docnum)["id"]: hit.score for hit in found}


def our_scores(view: WhooshView, field: str, term: str) -> dict[str, float]:
    """The score of each article by the arrays."""
    scores = {}
    for leaf in view._leaves:
        matcher = _Matcher(leaf.segment, view.statistics)
        matched = matcher._constant(np.zeros(leaf.segment.doc_count, dtype=bool))
        matcher._add(matched, field, decode_term(term), 1.0)
        for number in np.flatnonzero(matched.mask & leaf.live).tolist():
            scores[leaf.segment.ids[number].decode()] = float(matched.scores[number])
    return scores


def terms_of(data: Path, field: str) -> list[str]:
    with (
        closing(opened(data)) as index,
        closing(index.reader()) as reader,
    ):
        return [term.decode("utf-8") for term in reader.lexicon(field)]


def compare(data: Path, field: str) -> int:
    """Compare some terms of a field, the most frequent and random ones; says how many scores there were."""
    terms = terms_of(data, field)
    chosen = random.Random(5).sample(terms, min(TERMS_PER_FIELD, len(terms)))
    engine = SearchEngine.open(data)
    try:
        view = engine._live.view()
        compared = 0
        for term in chosen:
            ours, theirs = our_scores(view, field, term), whoosh_scores(data, field, term)
            assert ours == pytest.approx(theirs, abs=1e-6), term
            compared += len(ours)
        return compared
    finally:
        engine.close()


@pytest.mark.parametrize("field", [field.name for field in TEXT_FIELDS])
def test_scores_of_the_sample_are_whoosh_s(sample_data, field):
    assert compare(sample_data, field) >= TERMS_PER_FIELD


def lemma_runs(data: Path) -> dict[str, list[list[str]]]:
    """The lemmas of each article's title and body, from the stored texts alone."""
    with closing(SearchEngine.open(data)) as engine:
        analyze = engine._analyzer.analyze
        return {hit.id: [analyze(t).lemmas for t in (hit.title, hit.body)] for hit in engine.export(SearchRequest())}


def pair_expected(runs: dict[str, list[list[str]]], counts: Counter[str]) -> dict[str, float]:
    """BM25 of a pair of words as if it were a term; `counts` says how often it stands in each article."""
    # Whoosh keeps a length in one byte.
    lengths = {i: byte_to_length(length_to_byte(sum(map(len, found)))) for i, found in runs.items()}
    average = sum(len(run) for found in runs.values() for run in found) / len(runs)
    weight = PAIR_WEIGHT * (log(len(runs) / (len(counts) + 1)) + 1) * (K1 + 1)
    return {i: weight * n / (n + K1 * (1 - B + B * lengths[i] / average)) for i, n in counts.items()}


def test_words_side_by_side_score_like_a_term_of_their_own(sample_data):
    runs = lemma_runs(sample_data)
    pairs: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for article, found in runs.items():
        for pair in (pair for run in found for pair in pairwise(run) if pair[0] != pair[1]):
            pairs[pair][article] += 1
    frequent = sorted(pairs, key=lambda pair: (-pairs[pair].total(), pair))[:TERMS_PER_FIELD]
    with closing(SearchEngine.open(sample_data)) as engine:
        view = engine._live.view()
        for one, other in frequent:
            words = [WordTerm(lemma, ((lemma, 1.0),), (), "text") for lemma in (one, other)]
            scores = {}
            for leaf in view._leaves:
                ids, added = pair_scores(leaf.segment, view.statistics, *words)
                scores |= dict(zip([leaf.segment.ids[n].decode() for n in ids.tolist()], added.tolist(), strict=True))
            assert scores == pytest.approx(pair_expected(runs, pairs[one, other]), rel=1e-5), (one, other)


@pytest.fixture
def in_pieces(data: Path) -> Path:
    """Three segments, of which two have deleted documents."""
    store(data, WRITTEN)
    reindex(data, jobs=1)
    store(data, FILLERS)
    reindex_if_needed(data, jobs=1)
    changed = tuple(
        given(item.article.id, "Yeni " + item.article.title, "Deprem seçim dolgu. " * 3, "2024-01-01")
        for item in (*WRITTEN[::4], *FILLERS[::5])
    )
    store(data, changed)
    reindex_if_needed(data, jobs=1)
    return data


@pytest.mark.parametrize("field", [field.name for field in TEXT_FIELDS])
def test_scores_over_segments_with_deletions_are_whoosh_s(in_pieces, field):
    engine = SearchEngine.open(in_pieces)
    leaves = engine._live.view()._leaves
    assert [bool((~leaf.live).any()) for leaf in leaves] == [True, True, False]
    engine.close()
    assert compare(in_pieces, field) >= TERMS_PER_FIELD


def test_a_compact_index_scores_as_one_in_pieces_would_without_its_past(in_pieces, tmp_path):
    """After a reindex, nothing of the deleted versions is left in the statistics."""
    fresh = tmp_path / "fresh"
    shutil.copytree(in_pieces, fresh)
    reindex(fresh, jobs=1)
    engine = SearchEngine.open(fresh)
    view = engine._live.view()
    assert view.statistics.documents_with_deleted == view.documents == len(WRITTEN) + len(FILLERS)
    engine.close()
    assert compare(fresh, "text_lemma") >= TERMS_PER_FIELD


@pytest.mark.parametrize(
    ("sizes", "merged"),
    [
        ([100] * 8, 5),
        ([100, 100, 100, 100, 10_000, 10_000, 10_000, 10_000], 4),
        ([1, 50, 9_000, 10_000, 10_000, 10_000, 10_000, 10_000], 2),
        ([10_000] * 8, 5),
    ],
)
def test_a_large_segment_is_not_merged_with_a_few_small_ones(sizes, merged):
    assert _alike(sizes) == merged
