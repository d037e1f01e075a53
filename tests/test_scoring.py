"""Scores are those of Whoosh's own BM25F, to six decimals, whatever the segments and deletions."""

from __future__ import annotations

import random
import shutil
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from conformance import FILLERS, WRITTEN, given, store
from whoosh.query import Term
from whoosh.scoring import BM25F

from index.build import reindex, reindex_if_needed
from index.engines.whoosh.writer import open_index
from index.generations import Generations
from index.schema import TEXT_FIELDS
from index.turkish import decode_term
from search.engines.whoosh.matching import K1, B, _Matcher
from search.engines.whoosh.view import WhooshView
from search.service import SearchEngine

TERMS_PER_FIELD = 40


def whoosh_scores(data: Path, field: str, term: str) -> dict[str, float]:
    """The score of each article by Whoosh alone."""
    with (
        closing(open_index(Generations(data).current().path, readonly=True)) as index,
        index.searcher(weighting=BM25F(B=B, K1=K1)) as searcher,
    ):
        found = searcher.search(Term(field, term), limit=None)
        return {searcher.stored_fields(hit.docnum)["id"]: hit.score for hit in found}


def our_scores(view: WhooshView, field: str, term: str) -> dict[str, float]:
    """The score of each article by the arrays."""
    scores = {}
    for leaf in view._leaves:
        matcher = _Matcher(leaf.segment, view.statistics)
        matched = matcher._constant(np.zeros(leaf.segment.count, dtype=bool))
        matcher._add(matched, field, decode_term(term), 1.0)
        for number in np.flatnonzero(matched.mask & leaf.live).tolist():
            scores[leaf.segment.ids[number].decode()] = float(matched.scores[number])
    return scores


def terms_of(data: Path, field: str) -> list[str]:
    with (
        closing(open_index(Generations(data).current().path, readonly=True)) as index,
        closing(index.reader()) as reader,
    ):
        return [term.decode("utf-8") for term in reader.lexicon(field)]


def compare(data: Path, field: str) -> int:
    """Compare some terms of a field, the most frequent and random ones; says how many scores there were."""
    terms = terms_of(data, field)
    chosen = random.Random(5).sample(terms, min(TERMS_PER_FIELD, len(terms)))
    engine = SearchEngine.open(data)
    try:
        view = engine._engine.view()
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
    leaves = engine._engine.view()._leaves
    assert [bool((~leaf.live).any()) for leaf in leaves] == [True, True, False]
    engine.close()
    assert compare(in_pieces, field) >= TERMS_PER_FIELD


def test_a_compact_index_scores_as_one_in_pieces_would_without_its_past(in_pieces, tmp_path):
    """After a reindex, nothing of the deleted versions is left in the statistics."""
    fresh = tmp_path / "fresh"
    shutil.copytree(in_pieces, fresh)
    reindex(fresh, jobs=1)
    engine = SearchEngine.open(fresh)
    view = engine._engine.view()
    assert view.statistics.documents_with_deleted == view.documents == len(WRITTEN) + len(FILLERS)
    engine.close()
    assert compare(fresh, "text_lemma") >= TERMS_PER_FIELD
