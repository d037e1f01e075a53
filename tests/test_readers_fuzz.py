"""Whatever the bytes are, reading ends, and each record is an article or a rejection with a reason."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.article import Article, BadRecord
from index.errors import SourceError
from index.readers import ReadOptions, read_source

JSONL = (
    '{"id": "1", "title": "Şişli’de \\u015fölen", "body": "<p>Ağrı &amp; Iğdır</p>", "date": "2024-03-15T10:00:00Z"}\n'
    '{"id": "2", "baslik": "Çığ", "metin": "a\\ud83d\\ude00", "tarih": "5 Mart 2020", "url": "https://a.example/?a=1"}\n'
).encode()
CSV = 'id;başlık;metin;tarih\n1;"Şiş""li\nde";"a;b";05.03.2024\n2;Çığ;metin;\n'.encode()
TEXT = "Iğdır’da şölen\n\nBugün “şölen” vardı.\n".encode()
UTF16 = JSONL.decode("utf-8").encode("utf-16")
ARRAY = '{"status": "ok", "articles": [{"title": "Şişli", "tags": [1]},\n{"title": "Çığ"}]}'.encode()
PAGES = Path(__file__).parent / "pages"
PAGE = (PAGES / "01_jsonld_news.html").read_bytes()[:4000]
TABLES = (PAGES / "08_table_1254.htm").read_bytes()
RSS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Örnek - Spor</title><item>
<title>Şişli’de şölen</title><link>https://a.example/1</link><pubDate>Fri, 15 Mar 2024 10:00:00 +0300</pubDate>
<description>&lt;p&gt;Ağrı&lt;/p&gt;</description><category>Spor</category></item></channel></rss>""".encode()
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Örnek</title><entry><id>urn:1</id><title>Çığ</title>
<updated>2024-03-15T10:00:00Z</updated>
<content type="html">&lt;b&gt;metin&lt;/b&gt;</content></entry></feed>""".encode()
JSON_FEED = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": [
{"id": "1", "url": "https://a.example/1", "title": "t", "content_html": "<p>b</p>", "tags": ["Spor"]}]}"""


def zipped() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jsonl", JSONL)
        archive.writestr("b/c.csv", CSV)
    return target.getvalue()


def tarred() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in (("a.jsonl", JSONL), ("ş" * 120 + ".txt", TEXT)):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return target.getvalue()


def warc() -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/1\r\n"
    head += b"WARC-Date: 2024-03-15T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
    head += b"Content-Type: application/http; msgtype=response\r\n"
    return head + b"Content-Length: %d\r\n\r\n" % len(http) + http + b"\r\n\r\n"


SEEDS = {"a.jsonl": JSONL, "a.csv": CSV, "a.txt": TEXT, "utf16.jsonl": UTF16, "utf16.txt": UTF16, "array.json": ARRAY}
SEEDS |= {"a.html": PAGE, "tables.html": TABLES, "a.rss": RSS, "a.atom": ATOM, "feed.json": JSON_FEED, "a.xml": RSS}
SEEDS |= {"a.zip": zipped(), "a.tar": tarred(), "a.warc": warc(), "any": RSS}

pieces = st.sampled_from(
    [b"", b"\x00", b"\xff", b"\xc5", b"\xef\xbb\xbf", b"\xff\xfe", b"\x1f\x8b\x08", b"\xfd7zXZ\x00"]
)
pieces |= st.sampled_from([b'"', b"{", b"}", b"[", b"\\", b"\\ud800", b"\n", b"\r", b";", b",", b"\t", b"9" * 400])
pieces |= st.sampled_from([b"NaN", b"1e999", b"null", b"&#x0;", b"<p>", b"<![x", b"<script>"])
pieces |= st.sampled_from([b"<", b">", b"</html>", b"<!--", b"<![CDATA[", b"]]>", b"&amp", b"<table>", b"<!DOCTYPE x"])
pieces |= st.sampled_from([b"PK\x03\x04", b"ustar", b"../", b"/", b"WARC/1.0\r\n", b"\r\n\r\n", b"99999999999"])
pieces |= st.binary(max_size=4)
Edits = list[tuple[int, int, bytes]]
"""Where bytes are cut out, how many, and what is put there."""

cuts = st.lists(st.tuples(st.integers(0, 400) | st.integers(0, 4000), st.integers(0, 12), pieces), max_size=5)


def mutated(raw: bytes, edits: Edits) -> bytes:
    for at, removed, put in edits:
        raw = raw[:at] + put + raw[at + removed :]
    return raw


def assert_reads(path: Path) -> None:
    try:
        records = list(read_source(path, ReadOptions()))
    except SourceError:
        return
    assert records, "silence"
    for record in records:
        assert isinstance(record, Article | BadRecord)
        if isinstance(record, BadRecord):
            assert record.reason
            str(record).encode()
        else:
            assert record.id
            assert record.title or record.body
            "".join(filter(None, [record.id, record.title, record.body, record.source, record.url])).encode()


@pytest.mark.parametrize("name", SEEDS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=cuts)
def test_mutated_files(tmp_path: Path, name: str, edits: Edits) -> None:
    path = tmp_path / name
    path.write_bytes(mutated(SEEDS[name], edits))
    assert_reads(path)


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=cuts)
def test_mutated_compressed_files(tmp_path: Path, pack: Callable[[bytes], bytes], edits: Edits) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(mutated(pack(JSONL * 5), edits))
    assert_reads(path)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3),
    max_leaves=5,
)
names = st.sampled_from(["id", "title", "body", "text", "date", "source", "url", "category"]) | st.text(max_size=6)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(names, json_values, max_size=7))
def test_any_object(tmp_path: Path, record: dict[str, Any]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(record), encoding="utf-8")
    (found,) = read_source(path, ReadOptions())
    if isinstance(found, BadRecord):
        assert found.line == 1
        assert found.field in {"id", "title", "body", "date", "source", "url", "category"}
