"""Stores which story each version belongs to: which articles are copies of one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from index.archive.database import Database
from index.stories import METHOD, Known

_CURRENT = "SELECT s.seq, s.story, s.day, s.keys FROM story AS s JOIN article AS a USING (seq) WHERE s.keys <> x''"


def known_stories(archive: Database, days: tuple[int, int] | None) -> Iterator[Known]:
    """The current versions that have a story and keys to find copies by. `days` (both inclusive) leaves only those of
    these days and the undated ones; None gives all."""
    if days is None:
        rows = archive.each(f"{_CURRENT} AND s.method = ?", METHOD)
    else:
        near = "(s.day BETWEEN ? AND ? OR s.day IS NULL)"
        rows = archive.each(f"{_CURRENT} AND s.method = ? AND {near}", METHOD, *days)
    for seq, story, day, keys in rows:
        yield Known(seq, story, day, np.frombuffer(keys, dtype="<u4"))


def keep_stories(archive: Database, placed: Iterable[Known]) -> None:
    """Store the stories that were found. Inside `transaction` or by itself."""
    with archive.atomic():
        for one in placed:
            archive.execute(
                "INSERT OR REPLACE INTO story VALUES (?, ?, ?, ?, ?)",
                one.seq,
                one.story,
                one.day,
                METHOD,
                one.keys.astype("<u4").tobytes(),
            )


def forget_stories(archive: Database) -> None:
    """Delete all stories, so that they are found again."""
    archive.execute("DELETE FROM story")


def name_by_first(archive: Database) -> None:
    """Name each story by the lowest `seq` among its articles, so that the same articles always have the same story."""
    rows = archive.rows("SELECT story, min(seq) FROM story GROUP BY story HAVING min(seq) <> story")
    with archive.atomic():
        for story, first in rows:
            archive.execute("UPDATE story SET story = ? WHERE story = ?", first, story)


def body_of(archive: Database, seq: int) -> str:
    """The body of a version; empty if the version was removed."""
    row = archive.row("SELECT body FROM text WHERE seq = ?", seq)
    return "" if row is None else str(row[0])


def seqs_by_day(archive: Database) -> list[int]:
    """The `seq` of each current version, in the order of publication, undated ones last."""
    rows = archive.rows("SELECT seq FROM version JOIN article USING (seq) ORDER BY day IS NULL, day, seq")
    return [row[0] for row in rows]
