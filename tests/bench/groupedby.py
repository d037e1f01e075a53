"""Whoosh's own `groupedby` for people, countries and years, over the documents that our queries match.

The Whoosh index holds the facets and, instead of texts, which of the queries each article matches: the matching set
costs it one posting list, so that what is measured is the counting.
"""

from __future__ import annotations

import itertools
import statistics
import tempfile
import time
from typing import Any

import numpy as np
from whoosh import fields, index
from whoosh.query.terms import Term
from whoosh.sorting import Count, FieldFacet

from search.engines.base import FacetAsk, HitAsk, Scope
from search.engines.whoosh.dictionary import SegmentLeaf
from search.engines.whoosh.facetcolumn import ManyColumn, SingleColumn
from search.engines.whoosh.view import WhooshView
from search.query.plan import Plan

FACETS = ("person", "country", "date")
ASKS = tuple(FacetAsk(name, 1_000_000) for name in FACETS)


def compare(view: WhooshView, plans: list[Plan]) -> tuple[float, float]:
    """Median milliseconds of counting the three facets, ours and Whoosh's. Raises AssertionError if they differ."""
    with tempfile.TemporaryDirectory() as folder:
        made = _write(view, plans, folder)
        with made.searcher() as searcher:
            ours, theirs = [], []
            for number, plan in enumerate(plans):
                tallies, spent = _ours(view, plan)
                ours.append(spent)
                groups, spent = _theirs(searcher, number)
                theirs.append(spent)
                for tally in tallies:
                    wanted = {name: count for name, count in groups[tally.name].items() if name}
                    assert dict(tally.values) | {"unknown": 0} == wanted | {"unknown": 0}, (plan, tally.name)
        made.close()
    return statistics.median(ours), statistics.median(theirs)


def _ours(view: WhooshView, plan: Plan) -> tuple[Any, float]:
    def run(asks: tuple[FacetAsk, ...]) -> Any:
        return view.search(plan, Scope(), HitAsk("newest", 0), asks).tallies

    run(ASKS)
    return run(ASKS), _spent(lambda: run(ASKS)) - _spent(lambda: run(()))


def _theirs(searcher: Any, number: int) -> tuple[Any, float]:
    groups = {name: FieldFacet(name, allow_overlap=True, maptype=Count) for name in FACETS}
    asked = Term("matches", f"q{number}")

    def run() -> Any:
        return searcher.search(asked, limit=1, groupedby=groups)

    found = run()
    counted = {name: found.groups(name) for name in FACETS}
    return counted, _spent(run) - _spent(lambda: searcher.search(asked, limit=1))


def _spent(run: Any) -> float:
    began = time.process_time()
    run()
    return (time.process_time() - began) * 1000


def _write(view: WhooshView, plans: list[Plan], folder: str) -> Any:
    keyword = fields.KEYWORD(commas=True)
    schema = fields.Schema(matches=fields.KEYWORD(), person=keyword, country=keyword, date=keyword)
    made = index.create_in(folder, schema)
    writer = made.writer(limitmb=256, compound=False)  # as an index of ours is: others are refused
    for leaf in view._leaves:
        masks = [view._run_leaf(leaf, plan, Scope()).final for plan in plans]
        names = {name: _names(view, leaf, name) for name in FACETS}
        for number in np.flatnonzero(leaf.live).tolist():
            matches = " ".join(f"q{at}" for at, mask in enumerate(masks) if mask[number])
            writer.add_document(matches=matches, **{name: ",".join(names[name][number]) for name in FACETS})
    writer.commit()
    return made


def _names(view: WhooshView, leaf: SegmentLeaf, facet: str) -> list[list[str]]:
    """The values of each document: of dates the year. A comma would be two values to Whoosh."""
    column, names = leaf.segment.facets[facet].levels[0], view._values[facet].names
    if isinstance(column, SingleColumn):
        return [[names[code - 1]] if code else [] for code in column.codes.tolist()]
    assert isinstance(column, ManyColumn)
    starts = column.starts.tolist()
    ordinals = column.ordinals.tolist()
    return [[names[o] for o in ordinals[a:b]] for a, b in itertools.pairwise(starts)]
