"""Around the answers: compression, a password for all, a limit for each, proxies in front."""

from __future__ import annotations

import base64
import gzip

import pytest
from flask import Flask, Response
from web_support import FakeEngine, sample_app, sample_articles

from web.app import create_app
from web.serving import compression
from web.serving.guard import MAX_VISITORS, RateLimit, visitor_of

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture
def client(tmp_path):
    return sample_app(tmp_path).test_client()


def guarded(tmp_path, monkeypatch, **settings):
    for name, value in settings.items():
        monkeypatch.setenv(f"HABERARA_{name.upper()}", str(value))
    return create_app(tmp_path, engine=FakeEngine(sample_articles())).test_client()


def basic(credentials):
    return {"Authorization": "Basic " + base64.b64encode(credentials.encode()).decode()}


# -- compression


@pytest.mark.parametrize(
    "path", ["/", "/help", "/api", "/api/v1/search?q=parti", "/openapi.json", "/static/haberara.css"]
)
def test_text_is_compressed_for_those_who_take_it(client, path):
    with client.get(path) as plain, client.get(path, headers=GZIP) as packed:
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2
        assert "took_ms" in plain.text or gzip.decompress(packed.data) == plain.data
        for answer in (plain, packed):
            assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize("taken", ["", "identity", "gzip;q=0", "br", "*;q=0"])
def test_those_who_do_not_take_it_get_it_plain(client, taken):
    assert "Content-Encoding" not in client.get("/", headers={"Accept-Encoding": taken}).headers


def test_small_answers_are_left_as_they_are(client):
    assert "Content-Encoding" not in client.get("/healthz", headers=GZIP).headers


def test_tags_stay_true_when_compressed(client):
    for path in ("/?q=parti", "/api/v1/search?q=parti", "/static/haberara.js"):
        with client.get(path, headers=GZIP) as first:
            tag = first.headers["ETag"]
        assert tag.startswith("W/")
        with client.get(path, headers={**GZIP, "If-None-Match": tag}) as again:
            assert again.status_code == 304
            assert again.data == b""
    assert {"Cookie", "Accept-Encoding"} <= set(client.get("/").headers["Vary"].split(", "))


def test_a_head_request_has_the_headers_of_the_page_and_no_body(client):
    head = client.head("/help", headers=GZIP)
    assert head.data == b""
    assert head.headers["Content-Length"] == client.get("/help", headers=GZIP).headers["Content-Length"]


def test_a_stream_stays_a_stream_and_is_closed():
    app = Flask("stream")
    compression.install(app)
    seen = []

    @app.get("/")
    def export():
        def rows():
            try:
                for number in range(1000):
                    seen.append(number)
                    yield f"satır {number}\n"
            finally:
                seen.append("closed")

        return Response(rows(), content_type="text/csv; charset=utf-8")

    response = app.test_client().get("/", headers=GZIP, buffered=False)
    parts = response.iter_encoded()
    first = next(parts)
    assert len(seen) < 10, "the whole export was read before its first line was sent"
    text = gzip.decompress(first + b"".join(parts)).decode()
    response.close()
    assert text == "".join(f"satır {number}\n" for number in range(1000))
    assert seen[-1] == "closed"


# -- a password for all visitors


def test_without_a_password_nobody_is_asked(client):
    assert client.get("/").status_code == 200


def test_a_password_is_asked_of_pages_and_of_programs(tmp_path, monkeypatch):
    client = guarded(tmp_path, monkeypatch, basic_auth="masa:çok:gizli")
    for path in ("/", "/help", "/api/v1/search", "/metrics", "/openapi.json", "/static/haberara.css", "/yok"):
        for headers in ({}, basic("masa:yanlış"), basic("masa:"), basic("masa:çok"), {"Authorization": "Bearer x"}):
            refused = client.get(path, headers=headers)
            assert refused.status_code == 401, (path, headers)
            assert refused.headers["WWW-Authenticate"].startswith('Basic realm="Haberara archive"')
            assert "Content-Security-Policy" in refused.headers
        with client.get(path, headers=basic("masa:çok:gizli")) as granted:
            assert granted.status_code == (404 if path == "/yok" else 200), path
    assert "kullanıcı adını ve parolasını" in client.get("/").text
    assert client.get("/api/v1/search").mimetype == "application/problem+json"


def test_probes_need_no_password(tmp_path, monkeypatch):
    client = guarded(tmp_path, monkeypatch, basic_auth="a:b")
    assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200


def test_odd_credentials_are_refused_and_never_a_crash(tmp_path, monkeypatch):
    client = guarded(tmp_path, monkeypatch, basic_auth="a:b")
    for value in ("Basic", "Basic ", "Basic !!!", "Basic /////w==", "basic " + "A" * 5000, "Digest username=a", "\xff"):
        assert client.get("/", headers={"Authorization": value}).status_code == 401


# -- a limit for each visitor


def test_who_asks_too_often_waits_and_is_told_how_long(tmp_path, monkeypatch):
    client = guarded(tmp_path, monkeypatch, rate_limit=3)
    assert [client.get("/?q=parti").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = client.get("/api/v1/search")
    assert refused.status_code == refused.json["status"] == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 20
    assert "Biraz bekleyip" in client.get("/?q=parti").text
    assert client.get("/healthz").status_code == 200
    with client.get("/static/haberara.css") as sheet:
        assert sheet.status_code == 200
    assert client.get("/", environ_base={"REMOTE_ADDR": "192.0.2.9"}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/static/x", "/static/haberara.css", "/healthzx", "/healthz/", "/readyz/x", "/yok", "/"]
)
def test_no_address_lets_passwords_be_tried_without_limit(tmp_path, monkeypatch, path):
    client = guarded(tmp_path, monkeypatch, rate_limit=3, basic_auth="masa:gizli")
    tried = [client.get(path, headers=basic(f"masa:{number}")).status_code for number in range(5)]
    assert tried == [401, 401, 401, 429, 429]
    assert client.get(path, headers=basic("masa:gizli")).status_code == 429, "the right one is told from a wrong one"
    assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200


@pytest.mark.parametrize("path", ["/static/x", "/static/../app.py", "/healthzx", "/readyz/"])
def test_what_only_looks_like_a_file_or_a_probe_is_counted(tmp_path, monkeypatch, path):
    client = guarded(tmp_path, monkeypatch, rate_limit=2)
    assert [client.get(path).status_code for _ in range(3)] == [404, 404, 429]


def test_a_bucket_fills_steadily():
    now = [0.0]
    limit = RateLimit(60, clock=lambda: now[0])
    assert all(limit.wait("a") == 0 for _ in range(60))
    assert limit.wait("a") == pytest.approx(1)
    now[0] = 0.5
    assert limit.wait("a") == pytest.approx(0.5)
    now[0] = 1.0
    assert limit.wait("a") == 0
    assert limit.wait("a") > 0
    now[0] = 10_000.0
    assert [limit.wait("a") == 0 for _ in range(61)] == [True] * 60 + [False]


def test_visitors_without_number_take_no_memory_without_limit():
    limit = RateLimit(1)
    for number in range(MAX_VISITORS + 500):
        limit.wait(str(number))
    assert len(limit._buckets) == MAX_VISITORS


def test_an_ipv6_visitor_is_a_network():
    assert visitor_of("2001:db8::1") == visitor_of("2001:db8::ffff") != visitor_of("2001:db8:0:1::1")
    assert visitor_of("192.0.2.1") != visitor_of("192.0.2.2")
    assert visitor_of("") == ""


def test_a_visitor_is_one_however_the_address_is_written():
    assert {
        visitor_of(address) for address in ("192.0.2.1", "192.0.2.1:5123", "::ffff:192.0.2.1", "[::ffff:c000:201]:80")
    } == {"192.0.2.1"}
    assert visitor_of("::ffff:192.0.2.1") != visitor_of("::ffff:192.0.2.2")
    assert (
        visitor_of("[2001:db8::1]:443") == visitor_of("2001:db8::2") == visitor_of("[2001:db8::3]") == "2001:db8::/64"
    )


def test_the_visitor_behind_a_trusted_proxy_is_who_the_proxy_says(tmp_path, monkeypatch):
    client = guarded(tmp_path, monkeypatch, rate_limit=1, proxies=1)
    one, other = ({"X-Forwarded-For": f"203.0.113.1, 192.0.2.{n}"} for n in (1, 2))
    assert client.get("/", headers=one).status_code == 200
    assert client.get("/", headers=one).status_code == 429
    assert client.get("/", headers=other).status_code == 200


def test_a_port_makes_no_other_visitor(tmp_path, monkeypatch):
    client = guarded(tmp_path, monkeypatch, rate_limit=1, proxies=1)
    asked = [client.get("/", headers={"X-Forwarded-For": f"192.0.2.1:{port}"}).status_code for port in (5001, 5002)]
    assert asked == [200, 429]


def test_neither_prefix_nor_host_is_what_a_visitor_says(tmp_path, monkeypatch):
    said = {"X-Forwarded-Prefix": "//evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "192.0.2.1"}
    for settings in ({"proxies": 1}, {"proxies": 1, "prefix": "/arsiv"}):
        client = guarded(tmp_path, monkeypatch, **settings)
        for path in ("/?q=parti", "/feed.atom?q=parti", "/opensearch.xml"):
            answer = client.get(path, headers=said)
            assert answer.status_code == 200
            assert "evil" not in answer.text + str(answer.headers)
    assert 'href="/arsiv/help"' in client.get("/").text
    assert "http://localhost/arsiv/" in client.get("/feed.atom?q=parti").text


def test_without_trusted_proxies_nobody_says_who_he_is(tmp_path, monkeypatch):
    client = guarded(tmp_path, monkeypatch, rate_limit=1)
    assert client.get("/", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 200
    assert client.get("/", headers={"X-Forwarded-For": "192.0.2.2"}).status_code == 429
