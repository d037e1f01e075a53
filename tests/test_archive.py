"""The archive: what goes in comes out, versions, classification, collisions, counts, snapshots."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.archive import Archive, Collision, Counts, Outcome
from index.article import Article, Entities, Kind, Mention, Publication
from index.errors import DataDirectoryError

PEOPLE = "İsmet İnönü Ankara'da, 3 Mart 1924'te."


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "data") as opened:
        yield opened


def article(id: str = "a", title: str = "Başlık", body: str = PEOPLE, **fields) -> Article:
    return Article(id, title, body, **fields)


def put(archive: Archive, new: Article, entities: Entities = Entities(), origin: str = "f.jsonl") -> int:  # noqa: B008
    return archive.store(new, entities, origin=origin, entities_fingerprint="rules-1")


def inonu() -> Entities:
    return Entities(
        (
            Mention("body", 0, 11, Kind.PERSON, "İsmet İnönü", "İsmet İnönü"),
            Mention("body", 23, 34, Kind.DATE, "3 Mart 1924", "1924-03-03"),
            Mention("title", 0, 6, Kind.COUNTRY, "Başlık", "TR"),
        )
    )


# -- round trips

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=80)
words = st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)
days = st.dates(date(1800, 1, 1), date(2100, 1, 1)).map(Publication)
zones = st.sampled_from([UTC, timezone(timedelta(hours=3)), timezone(timedelta(hours=-9, minutes=-30))])
moments = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=zones).map(  # noqa: DTZ001 -- bounds
    lambda at: Publication.of_moment(at.replace(microsecond=0))
)


@st.composite
def articles_with_entities(draw: st.DrawFn) -> tuple[Article, Entities]:
    title, body = draw(texts), draw(texts)
    made = Article(draw(texts), title, body, draw(st.none() | days | moments), draw(words), draw(words), draw(words))
    mentions = []
    for _ in range(draw(st.integers(0, 5))):
        field = draw(st.sampled_from(["title", "body"]))
        text = title if field == "title" else body
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, len(text)))
        value = draw(st.sampled_from(["", "TR", text[start:end]]))
        mentions.append(Mention(field, start, end, draw(st.sampled_from(Kind)), text[start:end], value))
    return made, Entities(tuple(mentions))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(articles_with_entities(), max_size=6))
def test_what_goes_in_comes_out(archive: Archive, stored: list[tuple[Article, Entities]]):
    start = archive.max_seq()
    with archive.transaction():
        for one, entities in stored:
            put(archive, one, entities)
    last = {one.id: (one, entities) for one, entities in stored}
    found = {item.article.id: (item.article, item.entities) for item in archive.current(start)}
    assert found == last
    for one, entities in last.values():
        got = archive.get(one.id)
        assert got is not None
        assert (got.article, got.entities) == (one, entities)
        assert archive.classify(one, "elsewhere") is Outcome.UNCHANGED


def test_a_mention_that_is_not_at_its_place_is_refused_and_nothing_is_stored(archive: Archive):
    wrong = Entities((Mention("body", 3, 9, Kind.PERSON, "İsmet", "İsmet İnönü"),))
    with pytest.raises(ValueError, match="not at its place"):
        put(archive, article(), wrong)
    assert archive.count() == 0


# -- versions


def test_versions(archive: Archive):
    first = put(archive, article())
    second = put(archive, article("b"))
    third = put(archive, article(body="yeni"), inonu_less := Entities())
    assert first < second < third == archive.max_seq()
    got = archive.get("a")
    assert got is not None
    assert (got.article.body, got.version, got.seq, got.entities_fingerprint) == ("yeni", 2, third, "rules-1")
    assert got.entities == inonu_less
    assert [item.article.id for item in archive.current()] == ["b", "a"]
    assert [item.article.id for item in archive.current(second)] == ["a"]
    assert archive.count() == 2
    assert archive.count(second) == 1
    assert archive.get("no such id") is None


def test_entities_are_replaced_without_a_new_version(archive: Archive):
    seq = put(archive, article())
    archive.replace_entities(seq, inonu(), "rules-2")
    got = archive.get("a")
    assert got is not None
    assert (got.entities, got.entities_fingerprint, got.seq) == (inonu(), "rules-2", seq)
    with pytest.raises(KeyError):
        archive.replace_entities(99, inonu(), "rules-2")


def test_writing_between_two_steps_of_current(archive: Archive):
    with archive.transaction():
        for number in range(2500):
            put(archive, article(str(number)))
    for seen, item in enumerate(archive.current(), 1):
        with archive.transaction():
            archive.replace_entities(item.seq, inonu(), "rules-2")
        if seen == 1200:
            break
    assert sum(item.entities_fingerprint == "rules-2" for item in archive.current()) == 1200
    assert sum(1 for _ in archive.current()) == 2500


# -- transactions


def test_a_transaction_is_all_or_nothing(archive: Archive):
    def fail() -> None:
        with archive.transaction():
            put(archive, article("a"))
            put(archive, article("b"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert archive.count() == 0
    with archive.transaction():
        put(archive, article("a"))
    with Archive.open(archive.data) as other:
        assert other.count() == 1


def test_transactions_do_not_nest(archive: Archive):
    with archive.transaction(), pytest.raises(RuntimeError, match="already open"), archive.transaction():
        pass


def test_others_see_nothing_before_the_commit_and_a_snapshot_sees_one_moment(archive: Archive):
    put(archive, article("a"))
    with Archive.open_readonly(archive.data) as reader:
        with archive.transaction():
            put(archive, article("b"))
            assert reader.count() == 1
        assert reader.count() == 2
        with reader.snapshot():
            assert reader.count() == 2
            put(archive, article("c"))
            assert [item.article.id for item in reader.current()] == ["a", "b"]
        assert reader.count() == 3


def test_each_thread_opens_its_own(archive: Archive):
    put(archive, article("a"))
    counted: list[int] = []

    def count() -> None:
        with Archive.open_readonly(archive.data) as own:
            counted.append(own.count())

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted == [1, 1, 1, 1]


def test_a_connection_belongs_to_its_thread(archive: Archive):
    errors: list[BaseException] = []

    def use() -> None:
        try:
            archive.count()
        except sqlite3.ProgrammingError as error:  # a bug of the caller, not something for the user to mend
            errors.append(error)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert len(errors) == 1


# -- classification


@pytest.mark.parametrize(
    "other",
    [
        article(title="Yeni başlık"),
        article(body="Yeni metin"),
        article(published=Publication(date(2024, 3, 15))),
        article(source="Cumhuriyet"),
        article(category="spor"),
    ],
)
def test_any_new_content_is_a_change(archive: Archive, other: Article):
    assert archive.classify(article(), "f.jsonl") is Outcome.NEW
    put(archive, article())
    assert archive.classify(article(), "f.jsonl") is Outcome.UNCHANGED
    assert archive.classify(other, "f.jsonl") is Outcome.CHANGED


def test_text_moved_from_one_field_to_the_next_is_a_change(archive: Archive):
    put(archive, Article("a", "bir", "iki"))
    assert archive.classify(Article("a", "biri", "ki"), "f.jsonl") is Outcome.CHANGED
    put(archive, Article("b", "bir", "", source=""))
    assert archive.classify(Article("b", "bir", ""), "f.jsonl") is Outcome.CHANGED


def test_the_same_id_with_another_url_is_a_collision(archive: Archive):
    put(archive, article(url="https://www.gazete.example/haber/1?utm_source=x"))
    same = article(url="http://gazete.example/haber/1/#yorum", body="düzeltildi")
    other = article(url="https://gazete.example/haber/2", body="başka")
    assert archive.classify(same, "başka.csv") is Outcome.CHANGED
    verdict = archive.classify(other, "f.jsonl")
    assert isinstance(verdict, Collision)
    for part in ("'a'", "gazete.example/haber/1", "--id-prefix", "--update"):
        assert part in verdict.reason
    assert archive.classify(other, "f.jsonl", update=True) is Outcome.CHANGED


def test_without_urls_another_file_and_another_title_are_a_collision(archive: Archive):
    put(archive, article(), origin="bir.jsonl")
    other = article(title="Bambaşka bir haber")
    assert archive.classify(other, "bir.jsonl") is Outcome.CHANGED
    assert archive.classify(article(body="düzeltildi"), "iki.jsonl") is Outcome.CHANGED
    verdict = archive.classify(other, "iki.jsonl")
    assert isinstance(verdict, Collision)
    for part in ("'a'", "'Başlık'", "bir.jsonl", "--id-prefix", "--update"):
        assert part in verdict.reason
    assert archive.classify(other, "iki.jsonl", update=True) is Outcome.CHANGED


def test_a_url_on_one_side_only_decides_nothing(archive: Archive):
    put(archive, article(), origin="bir.jsonl")
    with_url = article(url="https://gazete.example/1")
    assert archive.classify(with_url, "iki.jsonl") is Outcome.CHANGED
    other = article(title="Bambaşka", url="https://gazete.example/1")
    assert isinstance(archive.classify(other, "iki.jsonl"), Collision)


# -- counts


def test_counts(archive: Archive):
    assert archive.counts() == Counts(0, 0, 0, None, None, {})
    assert archive.max_seq() == 0
    put(archive, article("a", source="Milliyet", published=Publication(date(1999, 8, 17))))
    put(archive, article("a", source="Milliyet", published=Publication(date(1999, 8, 18))))
    put(archive, article("b", source="Milliyet", published=Publication.from_iso("2023-02-06T04:17:00+03:00")))
    put(archive, article("c", source="Agos"))
    put(archive, article("d"))
    counts = archive.counts()
    assert counts == Counts(4, 5, 2, "1999-08-18", "2023-02-06", {"Milliyet": 2, "": 1, "Agos": 1})
    assert list(counts.sources) == ["Milliyet", "", "Agos"]


def test_days_are_counted_in_istanbul(archive: Archive):
    put(archive, article(published=Publication.from_iso("2023-12-31T23:30:00+00:00")))
    assert archive.counts().first_day == "2024-01-01"


def test_a_5_mb_body(archive: Archive):
    long = article(body="Türkiye " * 700_000)
    put(archive, long)
    assert next(iter(archive.current())).article == long


def test_readonly_writes_nothing(archive: Archive):
    put(archive, article())
    with Archive.open_readonly(archive.data) as reader, pytest.raises(DataDirectoryError):
        put(reader, article("b"))
