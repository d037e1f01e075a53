"""The stories of the stored versions: which articles are copies of one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from index.archive.database import Database
from index.stories import METHOD, Known

_CURRENT = "SELECT s.seq, s.story, s.day, s.keys FROM story AS s JOIN article AS a USING (seq) WHERE s.keys <> x''"


def known_stories(archive: Database, days: tuple[int, int] | None) -> Iterator[Known]:
    """The current versions whose stories are known and that may have copies: of some days (both inclusive) and the
    undated ones, or all."""
    if days is None:
        rows = archive.each(f"{_CURRENT} AND s.method = ?", METHOD)
    else:
        near = "(s.day BETWEEN ? AND ? OR s.day IS NULL)"
        rows = archive.each(f"{_CURRENT} AND s.method = ? AND {near}", METHOD, *days)
    for seq, story, day, keys in rows:
        yield Known(seq, story, day, np.frombuffer(keys, dtype="<u4"))


def keep_stories(archive: Database, placed: Iterable[Known]) -> None:
    """Store what was found. Inside `transaction` or by itself."""
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
    """Forget all of them, so that they are found anew."""
    archive.execute("DELETE FROM story")


def name_by_first(archive: Database) -> None:
    """Name each story by the lowest number among its articles: the same as long as the same articles are in it."""
    rows = archive.rows("SELECT story, min(seq) FROM story GROUP BY story HAVING min(seq) <> story")
    with archive.atomic():
        for story, first in rows:
            archive.execute("UPDATE story SET story = ? WHERE story = ?", first, story)


def body_of(archive: Database, seq: int) -> str:
    """The text of a version; empty if it is gone."""
    row = archive.row("SELECT body FROM text WHERE seq = ?", seq)
    return "" if row is None else str(row[0])


def seqs_by_day(archive: Database) -> list[int]:
    """The numbers of the current versions in the order of publication, undated ones last."""
    rows = archive.rows("SELECT seq FROM version JOIN article USING (seq) ORDER BY day IS NULL, day, seq")
    return [row[0] for row in rows]
