"""RSS, Atom and JSON Feed, from files and over HTTP: what comes in, how servers are asked, what is refused."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
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
from index.readers import FeedState, ReadOptions, fetch, reach, read_source
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


# -- the inner network, attacked


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What names resolve to, one answer after another, the last for good; others resolve as ever."""
    answers: dict[str, list[str]] = {}
    ask = socket.getaddrinfo

    def resolve(host, port, *args, **options):
        known = answers.get(host)
        return ask((known.pop(0) if len(known) > 1 else known[0]) if known else host, port, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return answers


SPELLINGS = {
    "percent": "%31%32%37.0.0.1",
    "percent twice as long": "%31%32%37%2e%30%2e%30%2e%31",
    "percent name": "%6cocalhost",
    "short": "127.1",
    "number": "2130706433",
    "hexadecimal": "0x7f.0.0.1",
    "octal": "0177.0.0.1",
    "zero": "0.0.0.0",
    "wide digits": "\uff11\uff12\uff17.0.0.1",
    "IPv6": "[::1]",
    "mapped": "[::ffff:127.0.0.1]",
    "capitals": "LOCALHOST",
    "dot": "localhost.",
}


def follow_from_file(write, link: str, **options) -> list[Article | BadRecord]:
    return read(write(RSS.replace(b"https://a.example/1", link.encode())), follow=True, **options)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_leads_into_the_inner_network(site: Site, write, spelling: str):
    port = site.address.rpartition(":")[2]
    site.pages["/haber"] = (200, {}, page())
    (refused,) = said(follow_from_file(write, f"http://{SPELLINGS[spelling]}:{port}/haber"))
    assert "its page can't be read" in refused
    assert site.asked == []


@pytest.mark.parametrize("spelling", sorted(SPELLINGS.keys() - {"wide digits"}))
def test_no_redirect_leads_into_the_inner_network(site: Site, names: dict[str, list[str]], spelling: str):
    """From a page on the feed's own host, which may lie there, to another one."""
    port = site.address.rpartition(":")[2]
    names["feed.example"] = ["127.0.0.1"]
    home = f"http://feed.example:{port}"
    site.pages["/feed"] = (200, {}, RSS.replace(b"https://a.example/1", f"{home}/haber".encode()))
    site.pages["/haber"] = (302, {"Location": f"http://{SPELLINGS[spelling]}:{port}/secret"}, b"")
    (refused,) = said(read(f"{home}/feed", follow=True))
    assert "its page can't be read" in refused
    assert site.paths() == ["/feed", "/robots.txt", "/haber"]


def test_a_name_that_is_another_machine_at_the_second_look(site: Site, names: dict[str, list[str]], write):
    port = site.address.rpartition(":")[2]
    names["swap.example"] = ["192.0.32.8", "127.0.0.1"]
    socket.getaddrinfo("swap.example", port)  # a check before the request, which sees the first answer
    assert "private network" in said(follow_from_file(write, f"http://swap.example:{port}/haber"))[0]
    assert site.asked == []


def test_all_addresses_of_a_name_are_judged_and_used(site: Site, monkeypatch: pytest.MonkeyPatch):
    """One look, and the connection goes to what it found: a second one could find another machine."""
    port = int(site.address.rpartition(":")[2])
    looks: list[str] = []

    def resolve(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        looks.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("8.8.8.8", "127.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(reach.Refused):
        reach.Journey("").connect(("both.example", port))
    assert looks == ["both.example"]


def test_a_host_that_was_public_does_not_become_an_inner_one(site: Site, names: dict[str, list[str]]):
    """The user named the feed's host; its links and redirects are the feed's, also those to the same name."""
    names["feed.example"] = ["127.0.0.1"]
    pages = fetch.LinkedPages("http://feed.example/feed", inner=False)
    with pytest.raises(ValueError, match="private network"):
        pages.page(f"http://feed.example:{site.address.rpartition(':')[2]}/haber")
    assert site.asked == []


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
        ),
        *("240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "::", "::1", "fe80::1%eth0", "fc00::1", "ff02::1"),
        *("fec0::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
        *("64:ff9b:1::1", "2002:7f00:1::", "2001:db8::1", "2001::1"),
    ],
)
def test_inner_addresses(address: str):
    assert reach.is_inner(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "193.140.1.1", "2a00:1450:4017::200e", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_addresses_of_the_internet(address: str):
    assert not reach.is_inner(address)


def test_behind_a_proxy_the_name_is_judged(site: Site, monkeypatch: pytest.MonkeyPatch, write):
    """The proxy may be anywhere; what it is asked for may not."""
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("http_proxy", site.address)
    assert "private network" in said(follow_from_file(write, "http://%31%32%37.0.0.1:9/haber"))[0]
    assert site.asked == []
    site.pages["http://8.8.8.8/haber"] = (200, {}, page())
    (article,) = follow_from_file(write, "http://8.8.8.8/haber")
    assert article.body.startswith("Belediye ekipleri")


# -- slow servers


@pytest.mark.parametrize("slow", ["status", "headers", "body", "length", "chunks", "redirect", "silence"])
def test_a_server_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch, slow: str):
    """A byte now and then keeps every single wait short; the whole has its end nevertheless."""
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(reach, "_PATIENCE", 1.0)
    ok = b"HTTP/1.1 200 OK\r\n"
    begun = {
        "status": b"HTTP/1.1 200 ",
        "headers": ok + b"X-Slow: ",
        "body": ok + b"\r\n",
        "length": ok + b"Content-Length: 100000\r\n\r\n",
        "chunks": ok + b"Transfer-Encoding: chunked\r\n\r\n",
        "redirect": b"HTTP/1.1 302 Found\r\nLocation: /\r\nX-Slow: ",
        "silence": b"",
    }[slow]
    end = threading.Event()

    def drip() -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            connection.sendall(begun)
            while not end.wait(0.1):
                if slow != "silence":
                    connection.sendall(b"1")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=drip)
        server.start()
        start = time.monotonic()
        try:
            with pytest.raises(SourceError, match="takes too long"):
                read(f"http://127.0.0.1:{listener.getsockname()[1]}/feed")
        finally:
            end.set()
            server.join()
    assert time.monotonic() - start < 10, "it would have dripped for ever"


def test_all_redirects_together_have_one_deadline(site: Site, monkeypatch: pytest.MonkeyPatch):
    journey = reach.Journey()
    late = time.monotonic() + reach._PATIENCE + 1
    monkeypatch.setattr(time, "monotonic", lambda: late)
    with pytest.raises(TimeoutError):
        journey.connect(("127.0.0.1", int(site.address.rpartition(":")[2])))
    assert site.asked == []
