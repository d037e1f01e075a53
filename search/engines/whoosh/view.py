"""One state of a Whoosh index: the segments of a commit, and what is computed over all of them."""

from __future__ import annotations

import itertools
import weakref
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from index.article import ISTANBUL
from index.article.facets import BY_NAME, COUNTRY, PERSON
from index.document import UNDATED
from index.document.schema import TEXT_FIELDS
from search.engines.base import Contribution, FacetAsk, HitAsk, HitPage, Scope, StoredHit
from search.engines.whoosh.copies import Copies, collapsed
from search.engines.whoosh.dictionary import SegmentLeaf, WhooshDictionary
from search.engines.whoosh.explaining import explain
from search.engines.whoosh.facetcolumn import Mask
from search.engines.whoosh.facetvalues import FacetValues
from search.engines.whoosh.matching import Scores, match
from search.engines.whoosh.ranking import Candidates, top
from search.engines.whoosh.segment import Segment
from search.engines.whoosh.statistics import WhooshStatistics
from search.engines.whoosh.tally import between, filter_mask, tallies
from search.engines.whoosh.titleforms import TitleForms
from search.query.plan import Plan
from search.request import Sort
from search.results import Snapshot

FEW_TIES = 2_000
"""Up to so many ties are broken by sorting their ids; for more, the ids of all documents are sorted, once."""

SHOWN_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class _Found:
    """What matched in one segment: `base` without facet filters, `filters` by facet, `final` with all of them."""

    leaf: SegmentLeaf
    scores: Scores
    base: Mask
    filters: Mapping[str, Mask]
    final: Mask


class WhooshView:
    """An immutable view. Segments stay open as long as a view needs them."""

    def __init__(
        self, snapshot: Snapshot, leaves: Sequence[SegmentLeaf], values: Mapping[str, FacetValues], titles: TitleForms
    ) -> None:
        self._snapshot = snapshot
        self._leaves = tuple(leaves)
        self._values = values
        self._bases = list(itertools.accumulate((leaf.segment.doc_count for leaf in leaves), initial=0))
        self._ranks: npt.NDArray[np.int64] | None = None
        self._shown = lru_cache(SHOWN_KEPT)(lambda facet, value: values[facet].shown(value))
        self.dictionary = WhooshDictionary(self._leaves, values, titles)
        self.statistics = WhooshStatistics([leaf.segment for leaf in leaves], values)

    @property
    def snapshot(self) -> Snapshot:
        """The generation and the commit that this view shows."""
        return self._snapshot

    @property
    def collapses(self) -> bool:
        """Yes: the copies of a story can be collapsed."""
        return True

    @property
    def documents(self) -> int:
        """How many articles there are."""
        return sum(int(np.count_nonzero(leaf.live)) for leaf in self._leaves)

    def warm(self) -> None:
        """Compute now what the first search would have to compute."""
        for facet, values in self._values.items():
            if not BY_NAME[facet].hierarchical:
                values.arrange()
        for leaf, field in itertools.product(self._leaves, TEXT_FIELDS):
            self.statistics.norms(leaf.segment, field.name)

    def search(self, plan: Plan, scope: Scope, hits: HitAsk, facets: Sequence[FacetAsk] = ()) -> HitPage:
        """Run a plan against all segments."""
        found = self._run(plan, scope)
        parts = [(f.leaf.segment, f.base, f.filters) for f in found]
        copies = self._copies if scope.collapse == "all" else None
        counted = tallies(facets, self._values, dict(scope.selected), parts, copies)
        found, times = self._collapsed(found, scope)
        order = self._order(found, hits.sort, hits.offset + hits.limit)[hits.offset :]
        page = (self._hit(segment, doc, score) for segment, doc, score in order)
        if scope.collapse != "none":
            page = (replace(hit, copies=times.get(hit.stored["id"], 1)) for hit in page)
        return HitPage(total=_total(found), hits=tuple(page), tallies=counted)

    def count(self, plan: Plan, scope: Scope) -> int:
        """How many articles match."""
        return _total(self._run(plan, scope))

    def rank(self, plan: Plan, scope: Scope, *, sort: Sort, limit: int) -> list[tuple[str, float]]:
        """The ids and scores of the first hits."""
        order = self._order(self._collapsed(self._run(plan, scope), scope)[0], sort, limit)
        return [(segment.ids[doc].decode("utf-8"), score) for segment, doc, score in order]

    def scan(self, plan: Plan, scope: Scope, *, sort: Sort) -> Iterator[StoredHit]:
        """All hits in order."""
        found = self._collapsed(self._run(plan, scope), scope)[0]
        order = self._order(found, sort, _total(found))
        return (self._hit(segment, doc, score) for segment, doc, score in order)

    def _hit(self, segment: Segment, doc: int, score: float) -> StoredHit:
        people, countries = (self._values_of(segment, doc, facet.name) for facet in (PERSON, COUNTRY))
        return StoredHit(score, segment.stored(doc), people, countries)

    def _values_of(self, segment: Segment, doc: int, facet: str) -> tuple[str, ...]:
        names = self._values[facet].names
        return tuple(names[ordinal] for ordinal in segment.facets[facet].levels[0].of(doc))

    def explain(self, plan: Plan, article_id: str) -> tuple[Contribution, ...]:
        """What each word of a plan adds to an article's score."""
        found = self._living(article_id)
        return explain(plan, found[0], self.statistics, found[1]) if found else ()

    def article(self, article_id: str) -> Mapping[str, Any] | None:
        """The stored values of the living document with this id."""
        found = self._living(article_id)
        return found[0].stored(found[1]) if found else None

    def _living(self, article_id: str) -> tuple[Segment, int] | None:
        """Where the living document with this id is."""
        for leaf in self._leaves:
            for doc in leaf.segment.find(article_id):
                if leaf.live[doc]:
                    return leaf.segment, doc
        return None

    def copies(self, article_id: str, limit: int) -> tuple[StoredHit, ...]:
        """The other living documents of a document's story."""
        place = self._living(article_id)
        if place is None:
            return ()
        story = place[0].stories[place[1]]
        others = [
            (leaf.segment, doc)
            for leaf in self._leaves
            for doc in np.flatnonzero((leaf.segment.stories == story) & leaf.live).tolist()
            if (leaf.segment, doc) != place
        ]
        others.sort(key=lambda one: (_undated_last(one[0].sort_keys[one[1]]), one[0].ids[one[1]]))
        return tuple(self._hit(segment, doc, 0.0) for segment, doc in others[:limit])

    def shown(self, facet: str, values: Sequence[str]) -> tuple[str, ...]:
        """Values as the facet has them: the user's corrections made, hidden ones left out."""
        return tuple(dict.fromkeys(shown for value in values if (shown := self._shown(facet, value))))

    # -- matching and order

    def _run(self, plan: Plan, scope: Scope) -> list[_Found]:
        return [self._run_leaf(leaf, plan, scope) for leaf in self._leaves]

    def _run_leaf(self, leaf: SegmentLeaf, plan: Plan, scope: Scope) -> _Found:
        segment = leaf.segment
        matched = match(plan, segment, self.statistics)
        base = matched.mask & leaf.live & between(segment, scope.date_from, scope.date_to)
        for facet, values in scope.excluded:
            base &= ~filter_mask(segment, self._values[facet], facet, values)
        filters = {facet: filter_mask(segment, self._values[facet], facet, values) for facet, values in scope.selected}
        final = base
        for allowed in filters.values():
            final = final & allowed
        return _Found(leaf, matched.scores, base, filters, final)

    @cached_property
    def _copies(self) -> Copies:
        return Copies(self._leaves)

    def _collapsed(self, found: list[_Found], scope: Scope) -> tuple[list[_Found], dict[str, int]]:
        """The matches, stories collapsed if the scope says so; and how many there were, by the id of the one left."""
        if scope.collapse == "none" or not found:
            return found, {}
        finals = [part.final for part in found]
        left = collapsed(finals, self._copies, self._leaves, self._bases, self._ranks_of)
        times = {self._id_at(place).decode("utf-8"): count for place, count in left.copies.items()}
        return [replace(part, final=mask) for part, mask in zip(found, left.masks, strict=True)], times

    def _order(self, found: Sequence[_Found], sort: Sort, count: int) -> list[tuple[Segment, int, float]]:
        docs = [np.flatnonzero(f.final) for f in found]
        if not any(len(part) for part in docs):
            return []
        owners = np.repeat(np.arange(len(found)), [len(part) for part in docs])
        flat = np.concatenate(docs)
        scores = np.concatenate([f.scores[part] for f, part in zip(found, docs, strict=True)])
        dates = np.concatenate([f.leaf.segment.sort_keys[part] for f, part in zip(found, docs, strict=True)])
        places = flat + np.array(self._bases)[owners]
        candidates = Candidates(scores, dates, lambda chosen: self._ranks_of(places[chosen]), self._newest)
        order = top(candidates, sort, count)
        segments = [f.leaf.segment for f in found]
        return [(segments[owners[i]], int(flat[i]), float(scores[i])) for i in order.tolist()]

    @cached_property
    def _newest(self) -> int:
        """The sort key of the newest article, not counting those dated in the future."""
        now = int(datetime.now(ISTANBUL).timestamp())
        keys = (leaf.segment.sort_keys[leaf.live] for leaf in self._leaves)
        return max((int(found[found <= now].max(initial=UNDATED)) for found in keys), default=UNDATED)

    def _ranks_of(self, places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Integers that ascend with the ids of the documents at some places (see `copies`)."""
        if len(places) > FEW_TIES or self._ranks is not None:
            return self._id_ranks()[places]
        ids = [self._id_at(place) for place in places.tolist()]
        ranks = np.empty(len(ids), dtype=np.int64)
        ranks[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
        return ranks

    def _id_at(self, place: int) -> bytes:
        leaf = bisect_right(self._bases, place) - 1
        return self._leaves[leaf].segment.ids[place - self._bases[leaf]]

    def _id_ranks(self) -> npt.NDArray[np.int64]:
        """By place, the rank of a document in the order of ids."""
        if self._ranks is None:
            ids = [article_id for leaf in self._leaves for article_id in leaf.segment.ids]
            ranks = np.empty(len(ids), dtype=np.int64)
            ranks[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
            self._ranks = ranks
        return self._ranks


def _undated_last(sort_key: np.int64) -> tuple[bool, int]:
    return bool(sort_key == UNDATED), int(sort_key)


def _total(found: Sequence[_Found]) -> int:
    return sum(int(np.count_nonzero(part.final)) for part in found)


def release_with(view: WhooshView, leaves: Sequence[SegmentLeaf]) -> None:
    """Release the view's segments when the last request that uses the view is done."""
    weakref.finalize(view, _release, [leaf.segment for leaf in leaves])


def _release(segments: Sequence[Segment]) -> None:
    for segment in segments:
        segment.release()
