"""Tombstones: keyed hashes of what was removed for good, by which it is never stored again. They hold no text.

A tombstone stands for one version of a removed article: a keyed hash of its id and one of its title and body. The key
is random and made with the first removal, so that nobody who has the hashes alone can try names and texts on them.

    archive.db        table `tombstone`, written in the transaction that purges the article
    tombstones.jsonl  the same beside it, so that putting back an older archive.db brings no article back

Both are read, and a tombstone in either of them counts.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

from index.archive.database import Database
from index.article import Article
from index.disk import replace_file
from index.errors import ArchiveError

FILE_NAME = "tombstones.jsonl"
KEY_BYTES = 16
_DIGEST_BYTES = 16

WAY_BACK = "`haberara remove --allow ID` lets it be added again"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One version of a removed article. `text` is empty where another article still has the same text."""

    key: bytes
    id: bytes
    text: bytes
    removed_at: str

    @property
    def identity(self) -> tuple[bytes, bytes, bytes]:
        """The tombstone without its time: two tombstones of the same version are equal by it."""
        return self.key, self.id, self.text


class Tombstones:
    """An immutable set of tombstones, looked up by id or by text."""

    def __init__(self, stones: Iterable[Tombstone] = ()) -> None:
        found = {stone.identity: stone for stone in stones}
        self._all = tuple(found.values())
        self._ids: dict[bytes, set[bytes]] = {}
        self._texts: dict[bytes, set[bytes]] = {}
        for stone in self._all:
            self._ids.setdefault(stone.key, set()).add(stone.id)
            self._texts.setdefault(stone.key, set()).add(stone.text)

    def __iter__(self) -> Iterator[Tombstone]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    @cached_property
    def identities(self) -> frozenset[tuple[bytes, bytes, bytes]]:
        """The identities of all tombstones in the set."""
        return frozenset(stone.identity for stone in self._all)

    @cached_property
    def key(self) -> bytes:
        """The key for new tombstones: that of the newest one, or a fresh random key."""
        newest = max(self._all, key=lambda stone: stone.removed_at, default=None)
        return newest.key if newest else secrets.token_bytes(KEY_BYTES)

    def has_id(self, article_id: str) -> bool:
        """Whether the article with this id was removed."""
        return any(hash_of_id(key, article_id) in ids for key, ids in self._ids.items())

    def has_text(self, title: str, body: str) -> bool:
        """Whether an article with this text was removed."""
        return any(hash_of_text(key, title, body) in texts for key, texts in self._texts.items())

    def reason(self, article: Article) -> str | None:
        """Why an article may not be stored; None if it may."""
        if self.has_id(article.id):
            return f"the article with the id {article.id!r} was removed for good; {WAY_BACK}"
        if self.has_text(article.title, article.body):
            return f"its text was removed for good under another id; {WAY_BACK}, with the id that it was removed under"
        return None

    def without(self, article_id: str) -> Tombstones:
        """The tombstones of all other ids."""
        return Tombstones(stone for stone in self._all if hash_of_id(stone.key, article_id) != stone.id)


def hash_of_id(key: bytes, article_id: str) -> bytes:
    """The keyed hash of an id."""
    return blake2b(article_id.encode(), digest_size=_DIGEST_BYTES, key=key, person=b"id").digest()


def hash_of_text(key: bytes, title: str, body: str) -> bytes:
    """The keyed hash of a title and body; runs of white space count as one space."""
    words = f"{' '.join(title.split())}\n{' '.join(body.split())}"
    return blake2b(words.encode(), digest_size=_DIGEST_BYTES, key=key, person=b"text").digest()


def load_tombstones(database: Database) -> Tombstones:
    """The tombstones of an archive and of the file beside it. Raises ArchiveError if the file can't be read."""
    return Tombstones((*stored_tombstones(database), *read_file(database.data)))


def stored_tombstones(database: Database) -> Tombstones:
    """The tombstones in the archive's table alone."""
    return Tombstones(Tombstone(*row) for row in database.rows("SELECT key, id, text, removed_at FROM tombstone"))


def read_file(data: Path) -> Tombstones:
    """The tombstones in the file beside the archive.

    Raises:
        ArchiveError: the file can't be read. Going on without it might bring removed articles back.
    """
    path = data / FILE_NAME
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return Tombstones(_from_json(json.loads(line)) for line in lines if line.strip())
    except FileNotFoundError:
        return Tombstones()
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "a line is damaged"
        raise ArchiveError(
            f"{path}, the list of what was removed for good, can't be read ({reason}).",
            "Restore it from a backup; or move it away and run `haberara remove --finish`, which writes it again from"
            " the archive.",
        ) from error


def write_file(data: Path, stones: Tombstones) -> None:
    """Replace the file beside the archive, durably; with no tombstones left, delete it."""
    if len(stones):
        replace_file(data / FILE_NAME, "".join(json.dumps(_to_json(stone)) + "\n" for stone in stones))
    else:
        (data / FILE_NAME).unlink(missing_ok=True)


def _to_json(stone: Tombstone) -> dict[str, str]:
    return {"key": stone.key.hex(), "id": stone.id.hex(), "text": stone.text.hex(), "removed_at": stone.removed_at}


def _from_json(record: dict[str, str]) -> Tombstone:
    key, article, text = (bytes.fromhex(record[name]) for name in ("key", "id", "text"))
    if len(key) != KEY_BYTES or len(article) != _DIGEST_BYTES:
        raise ValueError("no hash")
    return Tombstone(key, article, text, str(record["removed_at"]))
