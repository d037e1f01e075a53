"""Holds the live generation open and follows it: every commit and every new generation gives a new view."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.article.facets import FACETS
from index.engines.whoosh.container import Commit, SegmentEntry, SegmentFiles, latest_commit, read_commit
from index.engines.whoosh.layout import raising_broken_index
from index.errors import BrokenIndex
from index.generations import ALIASES, COUNTRY_ALIASES, Fingerprints, Generation, Generations
from search.engines.memory import give_back
from search.engines.whoosh.cache import ArrayCache
from search.engines.whoosh.dictionary import SegmentLeaf
from search.engines.whoosh.facetvalues import FacetValues
from search.engines.whoosh.segment import Segment
from search.engines.whoosh.titleforms import TitleForms
from search.engines.whoosh.view import WhooshView, release_with
from search.results import Snapshot

CACHE_BYTES = 128 * 1024 * 1024
OPEN_ATTEMPTS = 100
"""Attempts to open a commit while others come. Each opens only the segments written since the one before it."""

PATIENCE = 0.25
"""Seconds that a request waits for a new commit to be opened, which mostly takes milliseconds. A large merged segment
or a new generation takes longer; until it is open, requests are answered by the view before."""


@dataclass(frozen=True, slots=True)
class _State:
    """What tells one state of the index from another and is cheap to read."""

    generation: str
    commit: int
    aliases: tuple[tuple[int, int], ...]


class WhooshIndex:
    """The Whoosh implementation of `LiveIndex`. Safe for threads; several processes may each have one."""

    def __init__(self, data: Path, expected: Fingerprints) -> None:
        self._generations = Generations(data)
        self._expected = expected
        self._cache = ArrayCache(CACHE_BYTES)
        self._lock = threading.Lock()
        self._asking = threading.Lock()
        self._opener: ThreadPoolExecutor | None = None
        self._opening: tuple[_State, Future[WhooshView]] | None = None
        self._state: _State | None = None
        self._view: WhooshView | None = None
        self._segments: dict[str, Segment] = {}
        self._values: dict[str, FacetValues] = {}
        self._titles = TitleForms()
        self._aliases_hash = ""

    def view(self) -> WhooshView:
        """The newest committed state, opened when somebody asks first after the commit.

        While a new generation is being opened, the view before answers.

        Raises:
            IndexUnusable: no index, one that something else built, or a damaged one.
        """
        generation = self._generations.current()
        try:
            state = _read_state(generation)
        except BrokenIndex:
            generation.check(self._expected)  # there are no files at all where another engine holds it
            raise
        view = self._view
        if view is not None and state == self._state:
            return view
        if view is None:
            return self._opened(generation, state)
        try:
            return self._open_aside(generation, state).result(PATIENCE)
        except TimeoutError:
            return view

    def _open_aside(self, generation: Generation, state: _State) -> Future[WhooshView]:
        """Open a state in a thread of its own; whoever asks meanwhile waits for the same."""
        with self._asking:
            if self._opening is None or self._opening[0] != state or self._opening[1].done():
                if self._opener is None:
                    self._opener = ThreadPoolExecutor(1, thread_name_prefix="haberara-open")
                self._opening = state, self._opener.submit(self._opened, generation, state)
            return self._opening[1]

    def _opened(self, generation: Generation, state: _State) -> WhooshView:
        with self._lock:
            if self._view is None or state != self._state:
                self._refresh(generation, state)
                assert self._view is not None
                self._finish(self._view)
            return self._view

    def _finish(self, view: WhooshView) -> None:
        """Compute what suggestions and spellings need: at once for the first view, later ones answer meanwhile."""
        with self._asking:
            if self._opener is not None:
                self._opener.submit(_warm_dictionary, view)
                return
        _warm_dictionary(view)

    def close(self) -> None:
        """Forget the view; its files are closed when the last request that uses it is done."""
        with self._asking:
            opener, self._opener, self._opening = self._opener, None, None
        if opener is not None:
            opener.shutdown()
        with self._lock:
            self._view = None
            self._state = None
            self._segments = {}

    def _refresh(self, generation: Generation, state: _State) -> None:
        generation.check(self._expected)
        before = self._state
        if before is None or (before.generation, before.aliases) != (state.generation, state.aliases):
            corrections = generation.corrections()
            self._aliases_hash = corrections.hash
            self._values = {facet.name: FacetValues(corrections.resolvers.get(facet.name)) for facet in FACETS}
            self._titles = TitleForms()
            self._segments = {}
        commit, leaves = self._open_leaves(generation)
        view = WhooshView(Snapshot(generation.name, commit, self._aliases_hash), leaves, self._values, self._titles)
        release_with(view, leaves)
        view.warm()
        self._segments = {leaf.segment.key: leaf.segment for leaf in leaves}
        self._view, self._state = view, _State(state.generation, commit, state.aliases)

    def _open_leaves(self, generation: Generation) -> tuple[int, list[SegmentLeaf]]:
        """Open the latest commit.

        A merge may remove files between the reading of the table of contents and the opening of a segment, and a
        missing file looks like a column without values. So the segments count only if no commit came meanwhile.
        Segments that are in the next table of contents too were there all the time, and are not opened again.
        """
        opened: dict[str, Segment] = {}
        try:
            for _ in range(OPEN_ATTEMPTS):
                before = latest_commit(generation.path)
                found = self._try_opening(generation, opened)
                if latest_commit(generation.path) != before:
                    continue
                if isinstance(found, BrokenIndex):
                    raise found
                return found.number, [self._leaf(segment, opened) for segment in found.segments]
            raise BrokenIndex(generation.path, "it changes faster than it can be opened")
        finally:
            for segment in opened.values():
                segment.release()

    def _try_opening(self, generation: Generation, opened: dict[str, Segment]) -> Commit | BrokenIndex:
        """The latest commit, once all of its segments are open; or what was wrong with one."""
        try:
            with raising_broken_index(generation.path):
                # The number belongs to the table that is read: a commit may come between any two steps.
                commit = read_commit(generation.path)
                for entry in commit.segments:
                    key = str(entry.segment_id())
                    if key not in self._segments and key not in opened:
                        opened[key] = self._open(SegmentFiles(generation.path, entry)).retain()
                return commit
        except BrokenIndex as error:
            return error

    def _leaf(self, entry: SegmentEntry, opened: dict[str, Segment]) -> SegmentLeaf:
        key = str(entry.segment_id())
        segment = self._segments.get(key) or opened[key]
        live = np.ones(segment.doc_count, dtype=bool)
        live[list(entry.deleted_docs())] = False
        return SegmentLeaf(segment.retain(), live)

    def _open(self, files: SegmentFiles) -> Segment:
        try:
            return Segment(files, self._values, self._cache)
        except BaseException:
            files.close()
            raise


def _warm_dictionary(view: WhooshView) -> None:
    view.dictionary.warm()
    give_back()


def _read_state(generation: Generation) -> _State:
    aliases = tuple(_stamp(generation.path / name) for name in (ALIASES, COUNTRY_ALIASES))
    return _State(generation.name, latest_commit(generation.path), aliases)


def _stamp(path: Path) -> tuple[int, int]:
    """When a file changed and its size; zeros where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
