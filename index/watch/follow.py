"""One round of `watch` after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from index.archive import Archive
from index.archive.connection import FILE_NAME, found_schema
from index.archive.schema import known_version
from index.archive.sources import SourceState, ids_from, move_source, note_sources, read_sources, supersede
from index.building import AddOptions, BuildReport, add
from index.building.indexing import open_writer
from index.engines.registry import backend_of
from index.errors import HaberaraError, IndexUnusable, TooManyRejects
from index.generations import Generations
from index.observer import Observer
from index.readers import ReadOptions, is_address, origin_of, shown_name
from index.watch.looking import Settling, digest_of, look, state_of
from index.writing import writing

FEED_EVERY = 300.0
"""Seconds between two requests for one feed, at least."""

GENERATED = "t-"
"""Begins the id of an article that brought neither id nor address: a hash of its text."""


States = Mapping[Path, SourceState]


@dataclass(slots=True)
class Round:
    """What a round did. `problems` are what kept something from being done; it is tried again in the next round."""

    files: int = 0
    moved: int = 0
    replaced: int = 0
    reports: list[BuildReport] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def total(self, name: str) -> int:
        """The sum of a count over the reports."""
        return sum(getattr(report, name) for report in self.reports)

    @property
    def did_something(self) -> bool:
        """Whether anything new was found."""
        counts = ("added", "changed", "rejected", "blocked", "indexed")
        return bool(self.moved or self.replaced or any(self.total(name) for name in counts))


class Follower:
    """Follows some sources: folders, files, addresses of feeds.

    A file is read when it is new or another one than it was, and is written to its end. One that moved is known again.
    One that holds a single article without id or address, and was edited, takes the place of that article.
    """

    def __init__(self, data: Path, sources: Sequence[str], options: AddOptions, observer: Observer) -> None:
        self._data = data
        self._feeds = [source for source in sources if is_address(source)]
        self._roots = [Path(source) for source in sources if not is_address(source)]
        self._options = options
        self._backend = backend_of(options.engine)
        self._observer = observer
        self._settling = {root: Settling() for root in self._roots}
        self._asked: dict[str, float] = {}
        self._warned: dict[str, str] = {}

    def round(self) -> Round:
        """Look at everything once, and add what is new. Raises nothing that the next round may get over."""
        done = Round()
        for root in self._roots:
            self._try(done, str(root), partial(self._follow, root, done))
        for url in self._feeds:
            if time.monotonic() - self._asked.get(url, float("-inf")) >= FEED_EVERY:
                self._asked[url] = time.monotonic()
                self._try(done, url, partial(self._poll, url, done))
        return done

    @property
    def waiting(self) -> bool:
        """Whether files are still being written, so that another look after `SETTLED` seconds pays."""
        return any(settling.waiting for settling in self._settling.values())

    # -- folders and files

    def _follow(self, root: Path, done: Round) -> None:
        how = digest_of(self._options.read, root)
        looks = look(root, how)
        known = self._known()
        fresh = {path: state for path, state in looks.items() if known.get(origin_of(path)) != state}
        ready = self._settling[root].settled(fresh)
        if not ready:
            return
        moved = dict(_moves(ready, known, looks))
        if moved:
            with writing(self._data, "watch", self._backend) as archive:
                for path, old in moved.items():
                    move_source(archive, old, origin_of(path))
                note_sources(archive, {origin_of(path): ready[path] for path in moved})
            done.moved += len(moved)
        unread = {path: state for path, state in ready.items() if path not in moved}
        if unread:
            self._read(root, unread, known, done)

    def _read(self, root: Path, files: States, known: Mapping[str, SourceState], done: Round) -> None:
        edited = [origin_of(path) for path in files if origin_of(path) in known]
        before = self._single(edited)
        readable = {path for path in files if _can_be_read(path)}
        done.files += len(files)
        self._add(str(root), replace(self._options.read, only=frozenset(files)), done)
        same = {origin_of(path): state for path, state in files.items() if path in readable and _is_still(path, state)}
        with writing(self._data, "watch", self._backend) as archive:
            found = {old: _replacement(archive, origin, old) for origin, old in before.items()}
            replaced = {old: new for old, new in found.items() if new}
            if replaced:
                self._retire(archive, replaced)
                done.replaced += len(replaced)
            note_sources(archive, same)

    def _single(self, origins: Sequence[str]) -> dict[str, str]:
        """Of each of these files that holds one article only, without an id of its own: that article."""
        if not origins or not (self._data / FILE_NAME).exists():
            return {}
        prefix = self._options.read.id_prefix + GENERATED
        found = {}
        with Archive.open_readonly(self._data) as archive:
            for origin in origins:
                ids = ids_from(archive, origin)
                if len(ids) == 1 and ids[0].startswith(prefix):
                    found[origin] = ids[0]
        return found

    def _retire(self, archive: Archive, replaced: Mapping[str, str]) -> None:
        """Take articles out of the archive's current versions and out of every index, so that a rollback agrees."""
        for old, new in replaced.items():
            supersede(archive, old, new)
        complete = [g for g in Generations(self._data).all() if g.is_complete]
        for generation in complete:
            try:
                if generation.manifest().fingerprints.engine != self._backend.name:
                    continue
                with closing(open_writer(generation, self._backend)) as writer:
                    writer.remove(replaced)
                    writer.commit()
            except IndexUnusable as error:
                self._observer.warned(str(error))  # whoever builds it again leaves them out

    def _known(self) -> dict[str, SourceState]:
        if not (self._data / FILE_NAME).exists():
            return {}
        if found_schema(self._data) < known_version():
            with writing(self._data, "watch", self._backend):  # which brings it up to date
                pass
        with Archive.open_readonly(self._data) as archive:
            return read_sources(archive)

    # -- feeds

    def _poll(self, url: str, done: Round) -> None:
        feeds = self._options.read.feeds
        if feeds:
            feeds.forget()  # of a round that failed
        self._add(url, self._options.read, done)
        if feeds:
            feeds.save()

    # -- both

    def _add(self, source: str, read: ReadOptions, done: Round) -> None:
        options = replace(self._options, read=read)
        try:
            done.reports.append(add(self._data, [source], options, self._observer))
        except TooManyRejects as error:
            # Each was told, and what was good is stored.
            if isinstance(error.report, BuildReport):
                done.reports.append(error.report)
        except IndexUnusable as error:
            # Stored; whoever builds the index again takes them in.
            self._tell(done, source, str(error))

    def _try(self, done: Round, source: str, work: Callable[[], None]) -> None:
        count = len(done.problems)
        try:
            work()
        except HaberaraError as error:
            self._tell(done, source, str(error))
        except OSError as error:
            self._tell(done, source, f"{shown_name(source)}: {error.strerror or error}.")
        if len(done.problems) == count:
            self._warned.pop(source, None)

    def _tell(self, done: Round, source: str, message: str) -> None:
        """Once, as long as it lasts."""
        done.problems.append(message)
        if self._warned.get(source) != message:
            self._warned[source] = message
            self._observer.warned(message)


def _moves(files: States, known: Mapping[str, SourceState], looks: States) -> Iterator[tuple[Path, str]]:
    """Files that are known under a name that is gone: each with that name."""
    here = {origin_of(path) for path in looks}
    gone = {state.file: origin for origin, state in known.items() if origin not in here}
    for path, state in files.items():
        old = gone.get(state.file)
        if old and origin_of(path) not in known and known[old].how == state.how and not Path(old).exists():
            yield path, old


def _can_be_read(path: Path) -> bool:
    """Whether a file opens; one that doesn't now is tried again in the next round."""
    try:
        with path.open("rb"):
            return True
    except OSError:
        return False


def _is_still(path: Path, state: SourceState) -> bool:
    """Whether a file is what it was before it was read."""
    try:
        return state_of(path, state.how) == state
    except OSError:
        return False


def _replacement(archive: Archive, origin: str, article_id: str) -> str | None:
    """The article that the file that held this one holds now; None if it is no other one, or not only one."""
    ids = ids_from(archive, origin)
    return ids[1] if len(ids) == 2 and ids[0] == article_id else None
