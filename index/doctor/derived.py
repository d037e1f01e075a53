"""What is made from the archive: the index, earlier generations, the lemma cache."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from index.archive import Archive
from index.doctor.finding import CATCH_UP, REINDEX, Finding, note, ok, problem, warning
from index.engines.base import Backend, Files
from index.engines.registry import files_of
from index.errors import ArchiveError, BrokenIndex, ClusterError, IndexUnusable, StaleIndex
from index.generations import Generation, Generations, expected_fingerprints
from index.locks import is_locked
from index.turkish import cache_damage, fingerprint


def examine_index(data: Path, backend: Backend) -> Iterator[Finding]:
    """Findings about the live index and those beside it."""
    expected = expected_fingerprints(backend.name)
    live = None
    try:
        live = Generations(data).current()
        live.check(expected)
        if live.manifest().fingerprints.entities != expected.entities:
            yield warning("index", "People, countries and dates were found by older rules.", REINDEX)
        if backend.files is None:
            yield _cluster_agreement(data, live, backend)
        else:
            yield from _written(data, live, backend.files)
    except IndexUnusable as error:
        yield problem("index", error.message, error.remedy if isinstance(error, ClusterError) else REINDEX)
    yield from _others(data, live)
    yield from _caches(data)


def _written(data: Path, live: Generation, files: Files) -> Iterator[Finding]:
    """Whether the files of the live index are as they were written, and then what they hold. Raises IndexUnusable."""
    damage = list(files.damaged(live.path))
    if damage:
        name, what = damage[0]
        more = f", and {len(damage) - 1} more" if len(damage) > 1 else ""
        yield problem("index", f"The file {name} of the index {what}{more}.", REINDEX)
    else:
        yield ok("index", f"The index {live.name} is as it was written.")
        yield _agreement(data, live, files)


def _agreement(data: Path, live: Generation, files: Files) -> Finding:
    """Whether the index holds the current version of each article and nothing else."""
    try:
        with Archive.open_readonly(data) as archive:
            stored: dict[str, int] = dict(archive.rows("SELECT id, seq FROM article"))
    except ArchiveError:
        return note("agreement", "Index and archive can't be compared: the archive can't be read.")
    indexed, count = files.documents(live.path)
    watermark = max(indexed.values(), default=0)
    extra = sum(1 for name in indexed if name not in stored)
    missing = {name: seq for name, seq in stored.items() if indexed.get(name) != seq}
    ahead = sum(1 for seq in missing.values() if seq > watermark)
    if is_locked(data) and (extra or missing):
        return note("agreement", f"{len(missing)} articles of the archive are not in the index yet.")
    if extra or count != len(indexed) or ahead != len(missing):
        return problem(
            "agreement",
            f"The index does not hold what the archive holds: {len(missing)} articles are missing or older there,"
            f" {extra} are only there, {count - len(indexed)} are there twice.",
            REINDEX,
        )
    if missing:
        return problem("agreement", f"The index is behind: it lacks {ahead} articles of the archive.", CATCH_UP)
    return ok("agreement", f"The index holds all {count} articles of the archive.")


def _cluster_agreement(data: Path, live: Generation, backend: Backend) -> Finding:
    """Whether the index in the cluster holds as many articles as the archive, and the newest. Raises IndexUnusable."""
    documents, watermark = backend.holdings(live.path)
    try:
        with Archive.open_readonly(data) as archive:
            behind, articles = archive.count(watermark), archive.count()
    except ArchiveError:
        return note("agreement", "Index and archive can't be compared: the archive can't be read.")
    if behind:
        return problem("agreement", f"The index is behind: it lacks {behind} articles of the archive.", CATCH_UP)
    if documents != articles:
        counts = f"The index in the cluster holds {documents} articles where the archive has {articles}."
        return problem("agreement", counts, REINDEX)
    return ok("agreement", f"The index in the cluster holds all {articles} articles of the archive.")


def _others(data: Path, live: Generation | None) -> Iterator[Finding]:
    for generation in Generations(data).all():
        if live and generation.name == live.name:
            continue
        if not generation.is_complete:
            if not is_locked(data):
                yield warning("generations", f"The index {generation.name} was not finished.", REINDEX)
            continue
        try:
            files = files_of(generation.manifest().fingerprints.engine)
            damage = next(iter(files.damaged(generation.path)), None) if files else None
            if damage:
                raise BrokenIndex(generation.path, f"{damage[0]} {damage[1]}")
            yield ok("generations", f"The earlier index {generation.name} is as it was written.")
        except (BrokenIndex, StaleIndex) as error:
            yield warning("generations", f"The earlier index {generation.name} is of no use: {error.message}", REINDEX)


def _caches(data: Path) -> Iterator[Finding]:
    ours = f"lemmas-{fingerprint()}.db"
    for path in sorted(data.glob("lemmas-*.db")):
        if path.name != ours:
            yield note("lemmas", f"{path.name} is of another version, nothing reads it.", REINDEX)
            continue
        wrong = cache_damage(path)
        if wrong:
            yield problem("lemmas", f"The lemma cache {path.name} is damaged ({wrong}).", REINDEX)
        else:
            yield ok("lemmas", "The lemma cache is sound.")
