"""The archive: storing articles as versions, and reading the current ones back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from index.archive.connection import connect, connect_readonly
from index.archive.database import Database
from index.archive.packing import content_hash, pack_entities, unpack_entities
from index.archive.tombstones import Tombstones, load_tombstones
from index.archive.values import Blocked, Collision, Counts, Outcome, StoredArticle
from index.article import Article, Entities, Publication
from index.article.urls import canonical_url
from index.errors import ArchiveError

_PAGE = 1000
"""Sequence numbers that `current` reads ahead. It reads articles one at a time, since a body may have 20 MB."""

_STORED = """
    SELECT v.id, t.title, t.body, v.published, v.source, v.url, v.category, v.seq, v.number, e.fingerprint, e.packed,
           coalesce(s.story, v.seq)
    FROM version AS v JOIN text AS t USING (seq) JOIN entities AS e USING (seq) LEFT JOIN story AS s USING (seq)
"""


class Archive(Database):
    """One connection to archive.db. Use it in the thread that opened it; other threads and processes open their own.

    Only the holder of the data directory's `writer_lock` may write; reading is possible at any time.
    """

    @classmethod
    def open(cls, data: Path, *, create: bool = True) -> Archive:
        """Open for reading and writing; with `create`, make a missing directory and file. Migrates an older schema.

        Raises:
            DataDirectoryError: the directory can't be created or written.
            NewerArchive: a newer Haberara made it.
            ArchiveError: the file is not an archive, it is damaged, or there is none and `create` is false.
        """
        return cls(data, connect(data, create=create))

    @classmethod
    def open_readonly(cls, data: Path) -> Archive:
        """Open for reading only: no byte changes. Raises ArchiveError if there is none or its schema is older."""
        return cls(data, connect_readonly(data))

    # -- writing

    def classify(self, article: Article, origin: str, *, update: bool = False) -> Outcome | Collision | Blocked:
        """Decide what to do with an article that was read from `origin` (a file or feed).

        It is a Collision if its id belongs to an article with another URL or, where one of them has no URL, to one
        from another origin with another title; with `update` it is a new version instead. It is Blocked if it was
        removed for good, by its id or by its text.
        """
        row = self.row("SELECT hash, url, origin, seq FROM article WHERE id = ?", article.id)
        if row is not None and row[0] == content_hash(article):
            return Outcome.UNCHANGED
        blocked = self.tombstones().reason(article)
        if blocked:
            return Blocked(blocked)
        if row is None:
            return Outcome.NEW
        _, known_url, known_origin, seq = row
        if update:
            return Outcome.CHANGED
        reason = self._foreign(article, origin, known_url, known_origin, seq)
        return Collision(reason) if reason else Outcome.CHANGED

    def store(self, article: Article, entities: Entities, *, origin: str, entities_fingerprint: str) -> int:
        """Store a new version and make it the current one; returns its `seq`. Inside `transaction` or by itself.

        Nothing is compared here: it is `classify` that keeps equal content from being stored again.
        """
        with self.atomic():
            packed = pack_entities(article, entities)
            seq = self._insert_version(article, origin)
            self.execute("INSERT INTO text VALUES (?, ?, ?)", seq, article.title, article.body)
            self.execute("INSERT INTO entities VALUES (?, ?, ?)", seq, entities_fingerprint, packed)
            self.execute(
                "INSERT INTO article VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
                " seq = excluded.seq, hash = excluded.hash, url = excluded.url, origin = excluded.origin",
                article.id,
                seq,
                content_hash(article),
                canonical_url(article.url) if article.url else None,
                origin,
            )
        return seq

    def replace_entities(self, seq: int, entities: Entities, fingerprint: str) -> None:
        """Replace the entities of a version by newly found ones. Raises KeyError if there is no such version."""
        stored = self.stored(seq)
        if stored is None:
            raise KeyError(seq)
        packed = pack_entities(stored.article, entities)
        self.execute("UPDATE entities SET fingerprint = ?, packed = ? WHERE seq = ?", fingerprint, packed, seq)

    # -- reading

    def current(self, after_seq: int = 0) -> Iterator[StoredArticle]:
        """The current versions stored after `after_seq`, in the order of `seq`, in bounded memory.

        Outside a `snapshot`, an article that changes meanwhile may come twice; the later one counts. Writing
        between two steps is allowed.
        """
        while page := self.seqs(after_seq, _PAGE):
            for seq in page:
                stored = self.stored(seq)
                if stored is not None:  # purged since the page was read
                    yield stored
            after_seq = page[-1]

    def get(self, article_id: str) -> StoredArticle | None:
        """The current version of the article with this id; None if there is none."""
        row = self.row("SELECT seq FROM article WHERE id = ?", article_id)
        return None if row is None else self.stored(row[0])

    def count(self, after_seq: int = 0) -> int:
        """How many articles `current` would give."""
        return int(self.required("SELECT count(*) FROM article WHERE seq > ?", after_seq)[0])

    def seqs(self, after_seq: int = 0, limit: int = -1) -> list[int]:
        """The `seq` of each current version stored after `after_seq`, ascending; at most `limit`, -1 being all."""
        rows = self.rows("SELECT seq FROM article WHERE seq > ? ORDER BY seq LIMIT ?", after_seq, limit)
        return [row[0] for row in rows]

    def stale_entities(self, fingerprint: str) -> list[int]:
        """The `seq` of each current version whose entities were found by other rules than these, ascending."""
        rows = self.rows(
            "SELECT seq FROM article JOIN entities USING (seq) WHERE fingerprint <> ? ORDER BY seq", fingerprint
        )
        return [row[0] for row in rows]

    def max_seq(self) -> int:
        """The highest `seq` ever given, 0 in an empty archive; removals don't lower it."""
        row = self.row("SELECT seq FROM sqlite_sequence WHERE name = 'version'")
        return 0 if row is None else int(row[0])

    def counts(self) -> Counts:
        """The counts that `status` shows; no text is read for them."""
        versions = self.required("SELECT count(*) FROM version")[0]
        articles, dated, first, last = self.required(
            "SELECT count(*), count(day), min(day), max(day) FROM version JOIN article USING (seq)"
        )
        sources = self.rows(
            "SELECT coalesce(source, ''), count(*) AS n FROM version JOIN article USING (seq)"
            " GROUP BY 1 ORDER BY n DESC, 1"
        )
        return Counts(articles, versions, articles - dated, first, last, dict(sources))

    def tombstones(self) -> Tombstones:
        """What was removed for good, by the archive and by the file beside it; read once for this connection."""
        if self._tombstones is None:
            self._tombstones = load_tombstones(self)
        return self._tombstones

    def forget_tombstones(self) -> None:
        """Drop the tombstones held by this connection, because they were changed: the next look reads them again."""
        self._tombstones = None

    # -- inside

    _tombstones: Tombstones | None = None

    def _foreign(self, article: Article, origin: str, known_url: str | None, known_origin: str, seq: int) -> str | None:
        """Why the article can't be a new version of the article that has its id; None if it can."""
        way_out = "; give the ids of this source a prefix with --id-prefix, or store it as a new version with --update"
        if article.url and known_url:
            if canonical_url(article.url) == known_url:
                return None
            return f"the id {article.id!r} belongs to another URL ({known_url}){way_out}"
        title = self.required("SELECT title FROM text WHERE seq = ?", seq)[0]
        if origin == known_origin or title == article.title:
            return None
        return f"the id {article.id!r} belongs to {_shortened(title)!r} from {known_origin}{way_out}"

    def _insert_version(self, article: Article, origin: str) -> int:
        when = article.published
        cursor = self.execute(
            "INSERT INTO version (id, number, published, day, source, url, category, origin, stored_at) VALUES"
            " (?1, 1 + coalesce((SELECT max(number) FROM version WHERE id = ?1), 0), ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            article.id,
            when.iso if when else None,
            when.day.isoformat() if when else None,
            article.source,
            article.url,
            article.category,
            origin,
            datetime.now(UTC).isoformat(timespec="seconds"),
        )
        assert cursor.lastrowid is not None  # it is an INSERT
        return cursor.lastrowid

    def stored(self, seq: int) -> StoredArticle | None:
        """The version with this `seq`, current or not; None if there is none. Raises ArchiveError if it is damaged."""
        row = self.row(_STORED + "WHERE v.seq = ?", seq)
        if row is None:
            return None
        article_id, title, body, published, source, url, category, seq, number, fingerprint, packed, story = row
        try:
            when = Publication.from_iso(published) if published else None
            article = Article(article_id, title, body, when, source, url, category)
            return StoredArticle(article, unpack_entities(article, packed), seq, number, fingerprint, story)
        except (ValueError, TypeError, LookupError) as error:  # a flipped bit that SQLite can't notice
            raise ArchiveError(
                f"The article {article_id!r} in {self.path} is damaged ({error}).", "Restore it from a backup."
            ) from error


def _shortened(title: str) -> str:
    return title if len(title) <= 80 else title[:79] + "…"
