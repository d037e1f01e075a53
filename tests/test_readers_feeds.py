"""RSS, Atom and JSON Feed, from files and over HTTP: what comes in, how servers are asked, what is refused."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner
from test_readers_fuzz import ATOM, JSON_FEED, RSS
from test_readers_pages import page

from index.article import Article, BadRecord
from index.errors import SourceError
from index.readers import FeedState, ReadOptions, fetch, read_source
from web.cli.main import cli


def read(source: Path | str, **options) -> list[Article | BadRecord]:
    return list(read_source(source, ReadOptions(**options)))


def said(records: list[Article | BadRecord]) -> list[str]:
    return [record.reason for record in records if isinstance(record, BadRecord)]


@pytest.fixture
def write(tmp_path: Path):
    def writing(content: bytes | str, name: str = "feed.xml") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return writing


# -- files


def test_rss(write):
    (article,) = read(write(RSS))
    assert (article.title, article.body, article.source) == ("Şişli’de şölen", "Ağrı", "Örnek")
    assert (article.url, article.category) == ("https://a.example/1", "Spor")
    assert article.published.iso == "2024-03-15T10:00:00+03:00"
    assert article.id.startswith("u-"), "the same article from its page has the same id"


def test_atom(write):
    (article,) = read(write(ATOM))
    assert (article.id, article.title, article.body) == ("urn:1", "Çığ", "metin")
    assert article.published.day.isoformat() == "2024-03-15"


def test_json_feed(write):
    (article,) = read(write(JSON_FEED, "feed.json"))
    assert (article.title, article.body, article.category, article.source) == ("t", "b", "Spor", "x")


@pytest.mark.parametrize("encoding", ["windows-1254", "iso-8859-9", "utf-16"])
def test_encodings(write, encoding: str):
    text = RSS.decode().replace("’", "'").replace("UTF-8", encoding)
    (article,) = read(write(text.encode(encoding)))
    assert article.title == "Şişli'de şölen"


def test_the_full_text_goes_before_the_summary(write):
    full = "<content:encoded><![CDATA[<p>Bir</p><p>İki ve üç</p>]]></content:encoded>"
    text = (
        RSS.decode()
        .replace("<description>", full + "<description>")
        .replace("<rss ", '<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" ')
    )
    (article,) = read(write(text))
    assert article.body == "Bir\n\nİki ve üç"


def test_a_bad_entry_is_a_rejection_and_the_rest_goes_on(write):
    bad = "<item><title>x</title><pubDate>yarın</pubDate></item>"
    records = read(write(RSS.decode().replace("</channel>", bad + "</channel>")))
    assert isinstance(records[0], Article)
    assert (records[1].line, records[1].field) == (2, "date")


BILLION = "<!DOCTYPE x [" + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)) + "]>"
OUTSIDE = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("kind", [BILLION, OUTSIDE, '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://a.example/x.dtd"> %p;]>'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(write, kind: str, encoding: str):
    text = RSS.decode().replace("?><rss", f"?>{kind}<rss").replace("Ağrı", "&secret;&a9;").replace("UTF-8", encoding)
    assert said(read(write(text.encode(encoding)))) == ["is refused: it declares XML entities, which no feed needs"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "has no entries"),
        (b"<rss><channel></channel></rss>", "has no entries"),
        (b"<x>", "not a feed"),
        (b"<rss>\0</rss>", "NUL bytes"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": 7}', "has no entries"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', "is not valid JSON"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_feed(write, content: bytes, words: str):
    (refused,) = said(read(write(content), format="feed"))
    assert words in refused


def test_a_feed_that_ends_too_early_says_so(write):
    records = read(write(RSS[: RSS.index(b"</channel>")]))
    assert isinstance(records[0], Article)
    assert said(records)


def test_a_feed_that_is_too_long(write, monkeypatch: pytest.MonkeyPatch):
    from index.readers import feed

    monkeypatch.setattr(feed, "MAX_FEED", 100)
    assert "longer than" in said(read(write(RSS)))[0]


@pytest.mark.parametrize("kind", ["path", "address"])
def test_what_a_feed_holds_is_never_taken_for_a_name(write, kind: str):
    """Of another feed on this disk, or of a page anywhere."""
    other = write(RSS, "other.rss")
    name = str(other) if kind == "path" else other.as_uri()
    assert "not a feed" in said(read(write(name), format="feed"))[0]


def test_a_long_feed_must_be_well_formed(write, monkeypatch: pytest.MonkeyPatch):
    from index.readers import feed

    monkeypatch.setattr(feed, "_MOST_BROKEN", 100)
    assert isinstance(read(write(RSS))[0], Article)
    assert "is not well-formed XML" in said(read(write(RSS[:-10])))[0]


# -- HTTP


@dataclass
class Site:
    """A server on this machine: pages by path, and the requests that came."""

    address: str = ""
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(fetch, "_PAUSE", 0.0)
    here = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.asked.append((self.path, dict(self.headers)))
            status, headers, body = here.pages.get(self.path, (404, {}, b""))
            if headers.get("ETag") and headers["ETag"] == self.headers.get("If-None-Match"):
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    here.address = f"http://127.0.0.1:{server.server_port}"
    here.pages["/feed"] = (200, {"ETag": '"1"', "Last-Modified": "Fri, 15 Mar 2024 10:00:00 GMT"}, RSS)
    yield here
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_feed_by_its_address(site: Site):
    (article,) = read(f"{site.address}/feed")
    assert article.title == "Şişli’de şölen"
    assert site.asked[0][1]["User-Agent"].startswith("haberara/")


def test_what_did_not_change_is_not_sent_again(site: Site, tmp_path: Path):
    url = f"{site.address}/feed"
    state = FeedState(tmp_path / "feeds.json")
    assert len(read(url, feeds=state)) == 1
    assert len(read(url, feeds=FeedState(tmp_path / "feeds.json"))) == 1, "nothing was saved yet"
    state.save()
    assert read(url, feeds=FeedState(tmp_path / "feeds.json")) == []
    headers = site.asked[-1][1]
    assert len(read(url, feeds=FeedState(tmp_path / "feeds.json", "follow"))) == 1, "other options find other articles"
    assert headers["If-None-Match"] == '"1"'
    assert headers["If-Modified-Since"] == "Fri, 15 Mar 2024 10:00:00 GMT"


def test_what_was_not_stored_is_sent_again(site: Site, tmp_path: Path):
    url = f"{site.address}/feed"
    state = FeedState(tmp_path / "feeds.json")
    assert len(read(url, feeds=state)) == 1
    assert len(read(url, feeds=state)) == 1, "nothing was saved: the first may have failed"
    state.forget()
    state.save()
    assert not (tmp_path / "feeds.json").exists()


@pytest.mark.parametrize("content", ["", "[]", '{"a": 1}', "{"])
def test_a_damaged_memory_of_feeds_is_an_empty_one(site: Site, tmp_path: Path, content: str):
    (tmp_path / "feeds.json").write_text(content)
    assert len(read(f"{site.address}/feed", feeds=FeedState(tmp_path / "feeds.json"))) == 1


def test_add_remembers_a_feed_once_it_is_stored(site: Site, data: Path):
    url = f"{site.address}/feed"
    run = CliRunner().invoke(cli, ["add", url, "--data", str(data), "--jobs", "1", "--dry-run"])
    assert (run.exit_code, (data / "feeds.json").exists()) == (0, False), run.output
    for added in (1, 0):
        run = CliRunner().invoke(cli, ["add", url, "--data", str(data), "--jobs", "1"])
        assert run.exit_code == 0, run.output
        assert f"{added} added" in run.stdout
    assert list(json.loads((data / "feeds.json").read_text("utf-8"))) == [url]


def test_a_page_and_a_compressed_answer(site: Site):
    site.pages["/haber"] = (
        200,
        {"Content-Type": "text/html", "Content-Encoding": "gzip"},
        gzip.compress(b"<!doctype html>" + page()),
    )
    (article,) = read(f"{site.address}/haber")
    assert article.title == "Köprü trafiğe açıldı"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((404, {}, b""), "the server answers 404"),
        ((500, {}, b""), "the server answers 500"),
        ((302, {"Location": "file:///etc/passwd"}, b""), "the server answers 302"),
        ((302, {"Location": "/feed2"}, b""), "redirect"),
        ((200, {}, b"x" * 2_000), "longer than"),
        ((200, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 2_000)), "longer than"),
        ((200, {"Content-Encoding": "gzip"}, b"\x1f\x8bxx"), "can't be read"),
    ],
)
def test_answers_that_are_none(site: Site, answer, words: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fetch, "MAX_FEED", 1_000)
    site.pages["/feed2"] = answer
    with pytest.raises(SourceError, match=words):
        read(f"{site.address}/feed2")


def test_a_server_that_is_not_there():
    with pytest.raises(SourceError, match="can't be read"):
        read("http://127.0.0.1:9/feed")


# -- following links


def linked(site: Site, path: str = "/haber") -> str:
    return f"{site.address}{path}" if path.startswith("/") else path


def follow(site: Site, link: str) -> list[Article | BadRecord]:
    site.pages["/feed"] = (200, {}, RSS.replace(b"https://a.example/1", link.encode()))
    return read(f"{site.address}/feed", follow=True)


def test_the_text_comes_from_the_linked_page(site: Site):
    site.pages["/haber"] = (200, {}, page())
    (article,) = follow(site, linked(site))
    assert article.body.startswith("Belediye ekipleri")
    assert (article.title, article.category) == ("Şişli’de şölen", "Spor")
    assert site.paths() == ["/feed", "/robots.txt", "/haber"]


def test_without_follow_no_page_is_asked_for(site: Site):
    site.pages["/feed"] = (200, {}, RSS.replace(b"https://a.example/1", linked(site).encode()))
    read(f"{site.address}/feed")
    assert site.paths() == ["/feed"]


@pytest.mark.parametrize("robots", [(200, {}, b"User-agent: *\nDisallow: /haber\n"), (503, {}, b"")])
def test_robots_are_heeded(site: Site, robots):
    site.pages |= {"/robots.txt": robots, "/haber": (200, {}, page())}
    assert "robots.txt" in said(follow(site, linked(site)))[0]
    assert "/haber" not in site.paths()


def test_there_is_a_pause_between_pages(site: Site, monkeypatch: pytest.MonkeyPatch):
    slept: list[float] = []
    monkeypatch.setattr(fetch.time, "sleep", slept.append)
    site.pages |= {"/robots.txt": (200, {}, b"User-agent: *\nCrawl-delay: 7\n"), "/haber": (200, {}, page())}
    item = RSS[RSS.index(b"<item>") : RSS.index(b"</channel>")].replace(b"https://a.example/1", linked(site).encode())
    site.pages["/feed"] = (200, {}, b"<rss><channel>" + item * 2 + b"</channel></rss>")
    read(f"{site.address}/feed", follow=True, update=True)
    assert len(slept) == 1
    assert 6 < slept[0] <= 7


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("http://localhost:9/haber", "private network"),
        ("http://169.254.169.254/latest/meta-data", "private network"),
        ("file:///etc/passwd", "not a web address"),
        ("/yok", "the server answers 404"),
        ("/bos", "no article"),
    ],
)
def test_links_that_are_not_followed(site: Site, link: str, words: str):
    site.pages["/bos"] = (200, {}, b"<html><body>kisa</body></html>")
    (refused,) = said(follow(site, linked(site, link)))
    assert words in refused


def test_a_redirect_into_the_inner_network_is_not_followed(site: Site):
    site.pages["/haber"] = (302, {"Location": "http://localhost:9/"}, b"")
    assert "private network" in said(follow(site, linked(site)))[0]
