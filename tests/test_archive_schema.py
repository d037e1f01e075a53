"""The archive's file: what is refused, how schemas migrate, what the errors say."""

from __future__ import annotations

import hashlib
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from index.archive import Archive, schema
from index.archive.connection import FILE_NAME, plain_errors
from index.article import Article, Entities
from index.errors import ArchiveError, DataDirectoryError, NewerArchive

NEXT = ("CREATE TABLE next_one (hash BLOB PRIMARY KEY)", "UPDATE version SET category = 'göçtü'")
BROKEN = ("CREATE TABLE another (hash BLOB PRIMARY KEY)", "UPDATE no_such_table SET x = 1")
NOW = schema.known_version()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A directory with an archive of one article."""
    path = tmp_path / ("Haber Arşivi #1 %20" if sys.platform == "win32" else "Haber Arşivi #1? %20")
    with Archive.open(path) as archive:
        archive.store(Article("a", "Başlık", ""), Entities(), origin="f", entities_fingerprint="1")
    return path


def add_migrations(monkeypatch: pytest.MonkeyPatch, *more: tuple[str, ...]) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, *more))


def pragma(data: Path, name: str):
    with closing(sqlite3.connect(data / FILE_NAME)) as connection:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_a_new_archive(data: Path):
    assert pragma(data, "user_version") == schema.known_version()
    assert pragma(data, "application_id") == schema.APPLICATION_ID
    assert pragma(data, "journal_mode") == "wal"
    assert [path.name for path in data.iterdir()] == [FILE_NAME], "a closed archive is one file"


def test_every_connection_is_durable_strict_and_forgets(data: Path):
    with Archive.open(data) as archive:
        values = {name: archive.row(f"PRAGMA {name}")[0] for name in ("synchronous", "foreign_keys", "secure_delete")}
    assert values == {"synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def test_an_older_schema_migrates_when_opened_for_writing(data: Path, monkeypatch: pytest.MonkeyPatch):
    add_migrations(monkeypatch, NEXT)
    with pytest.raises(ArchiveError, match=rf"older schema version {NOW}.*haberara reindex --if-needed"):
        Archive.open_readonly(data)
    with Archive.open(data) as archive:
        got = archive.get("a")
    assert got is not None
    assert got.article.category == "göçtü"
    assert pragma(data, "user_version") == schema.known_version() == NOW + 1
    with Archive.open_readonly(data) as archive:
        assert archive.count() == 1


def test_a_failing_migration_leaves_everything_as_it_was(data: Path, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patch:
        add_migrations(patch, NEXT, BROKEN)
        with pytest.raises(ArchiveError, match="no_such_table"):
            Archive.open(data)
    assert pragma(data, "user_version") == NOW
    with Archive.open(data) as archive:
        got = archive.get("a")
        assert got is not None
        assert got.article.category is None


def test_two_steps_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    add_migrations(monkeypatch, NEXT)
    with Archive.open(tmp_path) as archive:
        assert archive.count() == 0
    assert pragma(tmp_path, "user_version") == NOW + 1


# What each released schema was, never to be edited: a digest of its statements.
RELEASED = ("37a847ae1ff1",)


@pytest.mark.parametrize("version", range(1, len(schema.MIGRATIONS)))
def test_every_earlier_schema_migrates_with_all_its_articles(tmp_path: Path, version: int):
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as connection:
        for statement in [statement for step in schema.MIGRATIONS[:version] for statement in step]:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version}")
        connection.execute(
            "INSERT INTO version (id, number, published, day, source, url, category, origin, stored_at) VALUES"
            " ('a', 1, '1999-08-17', '1999-08-17', 'Kaynak', 'https://example.org/a', 'Afet', '/f', '2024-01-01')"
        )
        connection.execute("INSERT INTO text VALUES (1, 'Başlık', 'Metin')")
        connection.execute("INSERT INTO entities VALUES (1, 'rules', '')")
        connection.execute("INSERT INTO article VALUES ('a', 1, x'00', 'https://example.org/a', '/f')")
    with Archive.open(tmp_path) as archive:
        got = archive.get("a")
        assert got is not None
        assert (got.article.title, got.article.body, got.article.source) == ("Başlık", "Metin", "Kaynak")
        assert len(archive.tombstones()) == 0
        assert archive.rows("SELECT * FROM source") == []
        assert archive.required("PRAGMA integrity_check")[0] == "ok"
    assert pragma(tmp_path, "user_version") == NOW
    fresh = tmp_path / "fresh"
    Archive.open(fresh).close()
    assert tables(tmp_path) == tables(fresh), "a migrated archive is like a new one"


def tables(data: Path) -> set[str]:
    with closing(sqlite3.connect(data / FILE_NAME)) as connection:
        return {row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")}


def test_released_schemas_stay_as_they_were():
    for statements, digest in zip(schema.MIGRATIONS, RELEASED, strict=False):
        assert hashlib.sha256("\n".join(statements).encode()).hexdigest()[:12] == digest


def test_a_newer_archive_is_refused(data: Path):
    with closing(sqlite3.connect(data / FILE_NAME)) as connection:
        connection.execute("PRAGMA user_version = 99")
    for attempt in (Archive.open, Archive.open_readonly):
        with pytest.raises(
            NewerArchive, match=rf"schema version 99.*knows versions up to {NOW}.*Upgrade Haberara"
        ) as caught:
            attempt(data)
        assert (caught.value.found, caught.value.known) == (99, NOW)


def test_what_is_not_a_database_is_refused_and_left_alone(tmp_path: Path):
    (tmp_path / FILE_NAME).write_text("bu bir veritabanı değil\n" * 100, encoding="utf-8")
    before = (tmp_path / FILE_NAME).read_bytes()
    for attempt in (Archive.open, Archive.open_readonly):
        with pytest.raises(ArchiveError, match="not an archive"):
            attempt(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
        connection.commit()
    before = (tmp_path / FILE_NAME).read_bytes()
    for attempt in (Archive.open, Archive.open_readonly):
        with pytest.raises(ArchiveError, match="not an archive of Haberara"):
            attempt(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_a_damaged_archive_says_so(data: Path):
    raw = bytearray((data / FILE_NAME).read_bytes())
    for page in range(4096, len(raw), 4096):
        raw[page : page + 64] = b"\xff" * 64
    (data / FILE_NAME).write_bytes(raw)
    with pytest.raises(ArchiveError, match=r"is damaged.*Restore"), Archive.open_readonly(data) as archive:
        list(archive.current())


def test_no_archive(tmp_path: Path):
    for attempt in (lambda: Archive.open(tmp_path, create=False), lambda: Archive.open_readonly(tmp_path)):
        with pytest.raises(ArchiveError, match=r"There is no archive.*haberara add"):
            attempt()
    assert list(tmp_path.iterdir()) == []


def test_a_data_directory_that_is_a_file(tmp_path: Path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(DataDirectoryError, match=r"is not a directory.*--data") as caught:
            Archive.open(path)
        assert caught.value.path == path


def test_a_data_directory_that_cant_be_created(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    # Permissions don't stop the superuser, who runs the tests in containers.
    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(DataDirectoryError, match=r"can't be created .Permission denied.*--data"):
        Archive.open(tmp_path / "x")


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (sqlite3.SQLITE_FULL, ArchiveError, "disk of .* is full.*Free some space"),
        (sqlite3.SQLITE_BUSY, ArchiveError, "in use by another process.*try again"),
        (sqlite3.SQLITE_CORRUPT, ArchiveError, "damaged.*backup"),
        (sqlite3.SQLITE_IOERR | 10 << 8, ArchiveError, "Check the disk"),
        (sqlite3.SQLITE_READONLY, DataDirectoryError, "can't be written.*--data"),
        (sqlite3.SQLITE_CANTOPEN, DataDirectoryError, "can't be written.*--data"),
        (sqlite3.SQLITE_RANGE, ArchiveError, "words of SQLite"),
    ],
)
def test_sqlites_errors_in_words_with_a_remedy(tmp_path: Path, code: int, kind: type[Exception], words: str):
    error = sqlite3.OperationalError("words of SQLite")
    error.sqlite_errorcode = code
    with pytest.raises(kind, match=words), plain_errors(tmp_path / FILE_NAME):
        raise error


def test_a_full_disk_loses_nothing_that_was_committed(data: Path):
    with Archive.open(data) as archive:
        pages = archive.row("PRAGMA page_count")[0]
        archive.row(f"PRAGMA max_page_count = {pages + 4}")
        long = Article("b", "", "metin " * 50_000)

        def add_two() -> None:
            with archive.transaction():
                archive.store(Article("c", "sığan", ""), Entities(), origin="f", entities_fingerprint="1")
                archive.store(long, Entities(), origin="f", entities_fingerprint="1")

        with pytest.raises(ArchiveError, match="is full"):
            add_two()
        assert [item.article.id for item in archive.current()] == ["a"]
        archive.row("PRAGMA max_page_count = 1000000")
        archive.store(long, Entities(), origin="f", entities_fingerprint="1")
        assert archive.count() == 2


def test_reading_where_nothing_can_be_written(data: Path, monkeypatch: pytest.MonkeyPatch):
    from index.archive import connection

    opened: list[str] = []
    really_open = connection._open

    def first_fails(uri: str) -> sqlite3.Connection:
        opened.append(uri)
        if len(opened) == 1:  # what SQLite says when it can't create the -shm file
            raise sqlite3.OperationalError("unable to open database file")
        return really_open(uri)

    monkeypatch.setattr(connection, "_open", first_fails)
    with Archive.open_readonly(data) as archive:
        assert archive.count() == 1
    assert opened[1].endswith("&immutable=1")
    assert [path.name for path in data.iterdir()] == [FILE_NAME]
