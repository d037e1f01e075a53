"""A living archive: what is new, edited or moved is taken in once; what is bad or locked stops nothing."""

from __future__ import annotations

import errno
import http.server
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from byte_search import traces
from cli_support import haberara, write
from conftest import give_lemmas
from processes import wait_until

from index.archive import Archive
from index.archive.sources import read_sources
from index.building import AddOptions, add
from index.generations import Generations
from index.locks import writer_lock
from index.observer import Observer
from index.readers import FeedState, ReadOptions
from index.removal import remove
from index.watch import Follower, Round, follow, looking
from search.request import SearchRequest
from search.service import SearchEngine
from web.cli import watch as watching

ONE = AddOptions(jobs=1)


class Told(Observer):
    def __init__(self) -> None:
        self.rejections: list[str] = []
        self.warnings: list[str] = []

    def rejected(self, record) -> None:
        self.rejections.append(str(record))

    def warned(self, message: str) -> None:
        self.warnings.append(message)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "haberler"
    path.mkdir()
    return path


@pytest.fixture(autouse=True)
def settled_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as finished when they are seen; one test is about that."""
    monkeypatch.setattr(looking, "SETTLED", 0.0)


class Clock:
    """Stands in for the module `time`: it goes on when it is told to."""

    def __init__(self) -> None:
        self._now = time.time_ns()

    def time_ns(self) -> int:
        return self._now

    def monotonic(self) -> float:
        return self._now / 1e9

    def go_on(self, seconds: float) -> None:
        self._now += int(seconds * 1e9)

    def stamp(self, path: Path, ahead: float = 0.0) -> None:
        """Let a file be of now, or of some seconds later."""
        at = self._now + int(ahead * 1e9)
        os.utime(path, ns=(at, at))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(looking, "time", made)
    monkeypatch.setattr(looking, "SETTLED", 2.0)
    return made


@pytest.fixture
def watch(data: Path, folder: Path, told: Told) -> Follower:
    return Follower(data, [str(folder)], ONE, told)


def text(path: Path, title: str, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{title}\n\n{body}\n", "utf-8")
    return path


def counts(done: Round) -> tuple[int, int, int]:
    return done.files, done.total("added"), done.total("changed")


def found(data: Path, query: str = "") -> list[str]:
    engine = SearchEngine.open(data)
    try:
        hits = engine.search(SearchRequest(text=query, match="all", limit=1000)).hits
        return sorted("".join(s.text for s in hit.title_segments) for hit in hits)
    finally:
        engine.close()


@pytest.mark.parametrize("name", ["şölen.txt".encode("cp1254"), b"a\x07\nb.txt"])
def test_files_of_any_name_are_followed(watch, data, folder, told, name: bytes):
    path = text(folder / os.fsdecode(name), "Köprü açıldı", "Törene binlerce kişi katıldı.")
    assert counts(watch.round()) == (1, 1, 0)
    assert counts(watch.round()) == (0, 0, 0)
    path.rename(folder / "yeni.txt")
    assert watch.round().moved == 1
    assert found(data) == ["Köprü açıldı"]
    assert (told.rejections, told.warnings) == ([], [])


def test_two_names_that_read_alike_are_two_files(watch, data, folder):
    for name, title in (("şölen.txt".encode("cp1254"), "Köprü açıldı"), ("şölen.txt".encode(), "Deprem oldu")):
        text(folder / os.fsdecode(name), title, f"{title}: törene binlerce kişi katıldı.")
    assert counts(watch.round()) == (2, 2, 0)
    assert counts(watch.round()) == (0, 0, 0)
    assert found(data) == ["Deprem oldu", "Köprü açıldı"]


def test_links_out_of_the_folder_are_not_followed(watch, data, folder, told, tmp_path):
    text(tmp_path / "gizli.txt", "Gizli", "Çok gizli bir metin.")
    text(folder / "a.txt", "Köprü açıldı", "Törene binlerce kişi katıldı.")
    (folder / "b.txt").symlink_to(tmp_path / "gizli.txt")
    assert watch.round().total("added") == 1
    assert counts(watch.round()) == (0, 0, 0)
    assert found(data) == ["Köprü açıldı"]
    assert "leads out of the folder" in told.rejections[0]


def test_what_is_new_is_taken_in_once(watch, data, folder):
    write(folder / "a.jsonl", {"id": "1", "title": "Deprem oldu"}, {"id": "2", "title": "Sel geldi"})
    text(folder / "alt" / "b.txt", "Köprü açıldı", "Törene binlerce kişi katıldı.")
    assert counts(watch.round()) == (2, 3, 0)
    assert counts(watch.round()) == (0, 0, 0)
    write(folder / "c.jsonl", {"id": "3", "title": "Yeni haber"})
    assert counts(watch.round()) == (1, 1, 0)
    assert found(data) == ["Deprem oldu", "Köprü açıldı", "Sel geldi", "Yeni haber"]


def test_nothing_that_is_unchanged_is_read_again_after_a_start(watch, data, folder, told):
    write(folder / "a.jsonl", {"id": "1", "title": "Deprem oldu"})
    watch.round()
    again = Follower(data, [str(folder)], ONE, told).round()
    assert (again.files, again.did_something) == (0, False)


def test_other_options_read_everything_again(watch, data, folder, told):
    write(folder / "a.jsonl", {"id": "1", "Üst satır": "Deprem oldu", "body": "Metin"})
    watch.round()
    mapped = AddOptions(jobs=1, read=ReadOptions(mapping={"title": "Üst satır"}))
    done = Follower(data, [str(folder)], mapped, told).round()
    assert counts(done) == (1, 0, 1)
    (folder / "haberara.toml").write_text('[map]\ntitle = "Üst satır"\n', "utf-8")
    assert watch.round().files == 1


@pytest.mark.parametrize("keep_time", [False, True])
def test_a_change_is_never_missed(watch, data, folder, keep_time):
    """Also where size and time are what they were: the file was replaced, so that it is another one on the disk."""
    path = write(folder / "a.jsonl", {"id": "1", "title": "Haber", "body": "eski"})
    watch.round()
    before = path.stat()
    fresh = write(folder / ".a.new", {"id": "1", "title": "Haber", "body": "yeni"})
    if keep_time:
        os.utime(fresh, ns=(before.st_atime_ns, before.st_mtime_ns))
    fresh.replace(path)
    assert path.stat().st_size == before.st_size
    assert counts(watch.round()) == (1, 0, 1)
    assert found(data, "yeni") == ["Haber"]
    assert found(data, "eski") == []


def test_an_edited_text_file_takes_the_place_of_what_it_was(watch, data, folder):
    path = text(folder / "a.txt", "Köprü açıldı", "Törene binlerce kişi katıldı.")
    text(folder / "b.txt", "Okul açıldı", "Törene yüzlerce kişi katıldı.")
    watch.round()
    text(path, "Köprü açıldı", "Düzeltme: törene yüz kişi katıldı.")
    done = watch.round()
    assert (done.replaced, done.total("added")) == (1, 1)
    assert found(data) == ["Köprü açıldı", "Okul açıldı"]
    assert found(data, "binlerce") == []
    with Archive.open_readonly(data) as archive:
        assert archive.count() == 2
        assert archive.counts().versions == 3, "the version before is kept"
    text(path, "Köprü açıldı", "Törene binlerce kişi katıldı.")
    assert haberara("reindex", "--data", data, "--jobs", 1).status == 0
    assert watch.round().replaced == 1
    assert found(data, "binlerce") == ["Köprü açıldı"]
    assert haberara("rollback", "--data", data, "--jobs", 1).status == 0
    assert found(data, "binlerce") == ["Köprü açıldı"]
    assert haberara("doctor", "--data", data).status == 0
    with Archive.open_readonly(data) as archive:
        (article_id,) = [s.article.id for s in archive.current() if "binlerce" in s.article.body]
        assert archive.counts().versions == 4
    assert haberara("remove", article_id, "--data", data, "--yes").status == 0
    assert traces(data, ("Düzeltme: törene", "binlerce")) == [], "no text from before an edit is left"
    assert found(data) == ["Okul açıldı"]


def test_what_an_edited_file_said_before_is_removed_with_it(watch, data, folder):
    path = text(folder / "a.txt", "Köprü açıldı", "Törene zırtapozluktan gelmediler.")
    watch.round()
    for body in ("Düzeltme: törene geldiler.", "Törene zırtapozluktan gelmediler.", "Tören ertelendi."):
        text(path, "Köprü açıldı", body)
        assert watch.round().replaced == 1
    with Archive.open_readonly(data) as archive:
        (article,) = archive.current()
        rows = archive.rows("SELECT id, number FROM version ORDER BY seq")
    assert rows == [(article.article.id, number) for number in (1, 2, 3, 4)]
    assert remove(data, [article.article.id]).versions == 4
    assert traces(data, ("zırtapozluktan", "Düzeltme", "ertelendi")) == []
    text(path, "Köprü açıldı", "Törene zırtapozluktan gelmediler.")
    assert watch.round().total("blocked") == 1


def test_articles_with_ids_stay_when_their_file_loses_them(watch, data, folder):
    path = write(folder / "a.jsonl", {"id": "1", "title": "Bir"}, {"id": "2", "title": "İki"})
    watch.round()
    write(path, {"id": "2", "title": "İki"}, {"id": "3", "title": "Üç"})
    assert counts(watch.round()) == (1, 1, 0)
    path.unlink()
    assert watch.round().did_something is False
    assert found(data) == ["Bir", "Üç", "İki"]


def test_a_file_that_moved_is_known_again(watch, data, folder):
    path = write(folder / "a.jsonl", {"id": "1", "title": "Bir", "body": "eski"})
    watch.round()
    (folder / "2024").mkdir()
    path.rename(folder / "2024" / "b.jsonl")
    done = watch.round()
    assert (done.moved, done.files) == (1, 0)
    # It is still the same source: an edit there is a new version, not somebody else's article.
    write(folder / "2024" / "b.jsonl", {"id": "1", "title": "Başka başlık", "body": "yeni"})
    assert counts(watch.round()) == (1, 0, 1)
    with Archive.open_readonly(data) as archive:
        assert set(read_sources(archive)) == {(folder / "2024" / "b.jsonl").resolve().as_posix()}


def test_an_archive_of_an_older_schema_is_brought_up_to_date(watch, data, folder):
    write(folder / "a.jsonl", {"id": "1", "title": "Bir"})
    data.mkdir(exist_ok=True)
    (data / "archive.db").write_bytes(b"")  # as a crash leaves it that comes before everything
    assert counts(watch.round()) == (1, 1, 0)


def test_a_copy_is_no_move(watch, folder):
    path = write(folder / "a.jsonl", {"id": "1", "title": "Bir"})
    watch.round()
    shutil.copy2(path, folder / "b.jsonl")
    done = watch.round()
    assert (done.moved, done.files, done.total("unchanged")) == (0, 1, 1)


def test_a_file_that_is_being_written_waits(watch, folder, told, clock):
    path = folder / "a.jsonl"
    path.write_text('{"id": "1", "title": "Yarım', "utf-8")
    clock.stamp(path)
    assert watch.round().files == 0
    assert watch.waiting
    clock.go_on(1.9)
    path.write_text('{"id": "1", "title": "Yarım değil"}\n', "utf-8")
    clock.stamp(path)
    assert watch.round().files == 0
    clock.go_on(1.9)
    assert watch.round().files == 0
    clock.go_on(0.1)
    assert counts(watch.round()) == (1, 1, 0)
    assert not watch.waiting
    assert told.rejections == []


def test_a_clock_that_is_ahead_only_makes_wait(watch, folder, clock):
    path = write(folder / "a.jsonl", {"id": "1", "title": "Yarından"})
    clock.stamp(path, ahead=90_000)
    assert watch.round().files == 0
    clock.go_on(1.9)
    assert watch.round().files == 0
    clock.go_on(0.1)
    assert counts(watch.round()) == (1, 1, 0)


def test_bad_files_are_told_once_and_stop_nothing(watch, folder, told):
    (folder / "a.jsonl").write_text("{yarım\n", "utf-8")
    (folder / "b.xz").write_bytes(b"\xfd7zXZ\x00 damaged")
    (folder / "c.docx").write_bytes(b"PK")
    (folder / "d.jsonl").write_bytes(b"\xfd7zXZ\x00 damaged")
    write(folder / "e.jsonl", {"id": "1", "title": "İyi"})
    done = watch.round()
    assert done.total("added") == 1
    assert done.total("rejected") >= 3
    count = len(told.rejections)
    again = watch.round()
    assert (again.files, len(told.rejections)) == (0, count)
    write(folder / "a.jsonl", {"id": "2", "title": "Düzeldi"})
    assert counts(watch.round()) == (1, 1, 0)


def test_more_rejections_than_allowed_stop_nothing(data, folder, told):
    write(folder / "a.jsonl", *({"id": str(i)} for i in range(5)), {"id": "x", "title": "İyi"})
    done = Follower(data, [str(folder)], AddOptions(jobs=1, max_rejects=1), told).round()
    assert (done.total("added"), done.total("rejected")) == (1, 5)


def test_a_lock_that_others_hold_is_told_once_and_tried_again(watch, data, folder, told):
    write(folder / "a.jsonl", {"id": "1", "title": "Bir"})
    with writer_lock(data, "reindex"):
        for _ in range(3):
            done = watch.round()
            assert "is being written by `reindex`" in done.problems[0]
    assert len(told.warnings) == 1
    assert counts(watch.round()) == (1, 1, 0)


def test_a_folder_that_is_not_there_is_told_once_and_may_come(data, tmp_path, told):
    watch = Follower(data, [str(tmp_path / "later"), str(tmp_path / "b.jsonl")], ONE, told)
    write(tmp_path / "b.jsonl", {"id": "1", "title": "Bir"})
    for _ in range(3):
        assert len(watch.round().problems) == 1
    assert len(told.warnings) == 1
    (tmp_path / "later").mkdir()
    write(tmp_path / "later" / "c.jsonl", {"id": "2", "title": "İki"})
    assert counts(watch.round()) == (1, 1, 0)
    assert found(data) == ["Bir", "İki"]


def test_an_index_that_is_stale_takes_nothing_but_loses_nothing(watch, data, folder, told):
    add(data, [str(write(folder / "a.jsonl", {"id": "1", "title": "Bir"}))], ONE)
    manifest = Generations(data).current().path / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"schema": "', '"schema": "x'), "utf-8")
    write(folder / "b.jsonl", {"id": "2", "title": "İki"})
    done = watch.round()
    assert "haberara reindex" in done.problems[0]
    assert haberara("reindex", "--data", data, "--jobs", 1).status == 0
    assert watch.round().problems == []
    assert found(data) == ["Bir", "İki"]


def test_what_was_removed_stays_out_and_its_file_is_forgotten(watch, data, folder):
    text(folder / "gizli.txt", "Gizli haber", "Kimse bilmesin.")
    write(folder / "b.jsonl", {"id": "2", "title": "İki"})
    watch.round()
    with Archive.open_readonly(data) as archive:
        secret = next(s.article.id for s in archive.current() if s.article.title == "Gizli haber")
    remove(data, [secret])
    with Archive.open_readonly(data) as archive:
        assert [Path(origin).name for origin in read_sources(archive)] == ["b.jsonl"]
    assert watch.round().total("blocked") == 1
    assert watch.round().did_something is False
    assert found(data) == ["İki"]


# -- feeds


class Feed(http.server.BaseHTTPRequestHandler):
    items = 1
    requests: list[str | None]

    def do_GET(self):
        type(self).requests.append(self.headers.get("If-None-Match"))
        tag = f'"{type(self).items}"'
        if self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.end_headers()
            return
        item = "<item><title>Akış haberi {0}</title><link>http://x.example/{0}</link><description>M{0}</description></item>"
        body = "".join(item.format(number) for number in range(type(self).items))
        raw = f'<rss version="2.0"><channel><title>Gazete</title>{body}</channel></rss>'.encode()
        self.send_response(200)
        self.send_header("ETag", tag)
        self.send_header("Content-Type", "application/rss+xml")
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *args):
        pass


@pytest.fixture
def feed() -> Iterator[tuple[type[Feed], str]]:
    handler = type("OneFeed", (Feed,), {"requests": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield handler, f"http://127.0.0.1:{server.server_port}/rss.xml"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_feed_is_followed_and_not_asked_too_often(data, told, feed, monkeypatch):
    handler, url = feed
    data.mkdir(exist_ok=True)
    options = AddOptions(jobs=1, read=ReadOptions(feeds=FeedState(data / "feeds.json")))
    watch = Follower(data, [url, "http://127.0.0.1:9/none.xml"], options, told)
    assert watch.round().total("added") == 1
    assert watch.round().did_something is False
    assert handler.requests == [None], "five minutes lie between two requests"
    monkeypatch.setattr(follow, "FEED_EVERY", 0.0)
    watch.round()
    assert handler.requests == [None, '"1"']
    handler.items = 3
    assert watch.round().total("added") == 2
    assert len(found(data, "akış")) == 3
    assert len(told.warnings) == 1, told.warnings


def test_a_feed_that_could_not_be_stored_is_asked_for_again(data, told, feed, monkeypatch):
    handler, url = feed
    data.mkdir(exist_ok=True)
    monkeypatch.setattr(follow, "FEED_EVERY", 0.0)
    options = AddOptions(jobs=1, read=ReadOptions(feeds=FeedState(data / "feeds.json")))
    watch = Follower(data, [url], options, told)

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("index.archive.store.Archive.store", full)
        assert watch.round().problems
    assert watch.round().total("added") == 1
    assert handler.requests == [None, None]
    (data / "feeds.json").unlink()  # as a removal does
    handler.items = 2
    watch.round()
    assert handler.requests == [None, None, None]


def test_a_file_that_does_not_open_is_tried_again(data, folder, told, monkeypatch):
    write(folder / "a.jsonl", {"id": "1", "title": "Bir"})
    watch = Follower(data, [str(folder)], ONE, told)
    with monkeypatch.context() as patch:
        patch.setattr(follow, "_can_be_read", lambda path: False)
        assert watch.round().files == 1
    assert watch.round().files == 1
    assert watch.round().files == 0


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there is no SIGHUP here")
def test_what_nohup_has_ignored_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with watching._ended_by_signals():
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) != signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


# -- the command


def test_once_is_for_cron(data, folder):
    write(folder / "a.jsonl", {"id": "1", "title": "Bir"})
    ran = haberara("watch", folder, "--once", "--data", data, "--jobs", 1, "--json")
    assert ran.status == 0
    assert ran.lines[-1] | {"files": 1, "added": 1, "indexed": 1, "problems": []} == ran.lines[-1]
    ran = haberara("watch", folder, "--once", "--data", data, "--jobs", 1, "--json")
    assert (ran.status, ran.out) == (0, "")
    write(folder / "b.jsonl", {"id": "2"}, {"id": "3", "title": "Üç"})
    ran = haberara("watch", folder, "--once", "--data", data, "--jobs", 1, "--max-rejects", 0)
    assert ran.status == 1
    assert "1 files: 1 added, 0 changed, 0 replaced, 1 rejected" in ran.out
    ran = haberara("watch", folder / "none", "--once", "--data", data, "--jobs", 1)
    assert (ran.status, "none: No such file" in ran.err) == (1, True)


@pytest.mark.skipif(sys.platform == "win32", reason="processes are not ended by a signal there")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
@pytest.mark.parametrize("moment", ["archive.db", "index/CURRENT"], ids=["begun", "answering"])
def test_it_ends_in_order_at_any_moment(tmp_path, folder, lemma_store, name, moment):
    """As soon as there is an archive, and as soon as there is an index that answers."""
    data = tmp_path / "data"
    give_lemmas(lemma_store, data)
    write(folder / "a.jsonl", *({"id": str(i), "title": f"Haber {i}", "body": "deprem " * 50} for i in range(800)))
    os.utime(folder / "a.jsonl", (0, 0))  # written long ago, so that it is read at once
    command = [sys.executable, "-m", "web.cli", "watch", str(folder), "--every", "0.2", "--data", str(data)]
    with subprocess.Popen([*command, "--jobs", "1"], stderr=subprocess.PIPE, encoding="utf-8") as run:
        assert run.stderr.readline().startswith("Watching 1 sources")
        write(folder / "b.jsonl", {"id": "b", "title": "Sonra"})
        wait_until((data / moment).exists, run)
        run.send_signal(getattr(signal, name))
        said = run.stderr.read()
    assert run.returncode == 0, said
    assert "The watch has ended" in said
    assert "Traceback" not in said
    assert not (data / "writer.json").exists()
    assert haberara("watch", folder, "--once", "--data", data, "--jobs", 1).status == 0
    assert len(found(data)) == 801
    assert json.loads(haberara("doctor", "--data", data, "--json").out)["problems"] == 0
