"""Connections that are slow, idle or greedy: they are closed, and nobody else waits for them."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from urllib.request import urlopen

import pytest
from flask import Flask, Response
from web_support import sample_app
from werkzeug.exceptions import ServiceUnavailable

from index.settings import load_settings
from web.serving import listening, places
from web.serving.listening import IDLE_SECONDS, MIN_TAKEN, REQUEST_SECONDS, TAKING_SECONDS, Patience, listen
from web.serving.places import in_a_place

QUICK = {"IDLE_SECONDS": 1.0, "REQUEST_SECONDS": 2.0, "TAKING_SECONDS": 2.0, "CROWDED_SECONDS": 0.2}
"""The times of these tests, in seconds; the real ones differ in nothing else."""

THREADS = 4


@pytest.fixture
def port(tmp_path, monkeypatch) -> Iterator[int]:
    for name, seconds in QUICK.items():
        monkeypatch.setattr(listening, name, seconds)
    monkeypatch.setattr(listening, "MAX_CONNECTIONS", 40)
    monkeypatch.setenv("HABERARA_THREADS", str(THREADS))
    app = sample_app(tmp_path)

    @app.get("/anywhere")
    def anywhere() -> Response:
        return Response(("x" * 65_536 for _ in range(100_000)), content_type="image/x-endless")

    @app.get("/endless")
    def endless() -> Response:
        return in_a_place(lambda: Response(("x" * 65_536 for _ in range(100_000)), content_type="image/x-endless"))

    server = listen(app, load_settings(data=tmp_path, port=0))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.port
    server.close()


def connected(port: int, sent: bytes = b"", *, buffer: int = 0) -> socket.socket:
    client = socket.socket()
    if buffer:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    client.settimeout(15)
    client.connect(("127.0.0.1", port))
    client.sendall(sent)
    return client


def is_healthy(port: int) -> bool:
    with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
        return json.load(answer)["status"] == "ok"


def is_closed_by_server(client: socket.socket) -> bool:
    try:
        return client.recv(1) == b""
    except ConnectionError:
        return True


def test_a_connection_without_a_request_is_closed(port):
    with (
        closing(connected(port)) as never,
        closing(connected(port, b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")) as kept,
    ):
        assert kept.recv(4).startswith(b"HTTP")
        while b"ok" not in kept.recv(65_536):
            pass
        assert is_closed_by_server(never)
        assert is_closed_by_server(kept)


@pytest.mark.parametrize(
    "start", [b"GET / HTTP/1.1\r\nX-Slow: ", b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 999\r\n\r\n"]
)
def test_a_request_that_trickles_is_cut_off(port, start):
    began = time.monotonic()
    with closing(connected(port, start)) as client:
        try:
            while time.monotonic() - began < 15:
                client.sendall(b"a")
                time.sleep(0.1)
        except ConnectionError:
            pass
    assert QUICK["REQUEST_SECONDS"] < time.monotonic() - began < 10


def test_clients_that_take_nothing_are_cut_off_and_their_threads_are_free(port):
    with ExitStack() as stack:
        clients = [
            stack.enter_context(closing(connected(port, b"GET /anywhere HTTP/1.1\r\nHost: a\r\n\r\n", buffer=4096)))
            for _ in range(THREADS)
        ]
        began = time.monotonic()
        assert is_healthy(port)
        assert time.monotonic() - began < 9
        assert len(clients) == THREADS


def test_slow_readers_have_places_of_their_own_and_probes_never_wait(port, monkeypatch):
    monkeypatch.setattr(listening, "TAKING_SECONDS", 1_000.0)  # nobody is cut off
    asked = b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n"
    with ExitStack() as stack:
        first = [stack.enter_context(closing(connected(port, asked, buffer=4096))) for _ in range(THREADS // 2)]
        assert {client.recv(12) for client in first} == {b"HTTP/1.1 200"}
        for _ in range(4):
            with closing(connected(port, asked)) as late:
                said = late.recv(65_536)
                assert said.startswith(b"HTTP/1.1 503 ")
                assert b"Retry-After: 15" in said
        for _ in range(5):
            began = time.monotonic()
            assert is_healthy(port)
            assert time.monotonic() - began < 1
        with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            text = answer.read().decode()
        assert "haberara_exports_running 2\nhaber" in text.replace("# HELP haberara_exports_refused", "haber")
        assert "haberara_exports_refused_total 4" in text
    until = time.monotonic() + 10
    while True:  # they are gone: there is place again
        with closing(connected(port, asked)) as later:
            if later.recv(12) == b"HTTP/1.1 200":
                break
        assert time.monotonic() < until
        time.sleep(0.1)


def test_who_sends_many_requests_at_once_is_cut_off(port):
    with closing(connected(port, b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n" * 50)) as client:
        received = b""
        try:
            while part := client.recv(65_536):
                received += part
        except ConnectionError:
            pass
        assert received.count(b"200 OK") < 50
    assert is_healthy(port)


@pytest.mark.parametrize(("threads", "exports", "number"), [(8, 0, 4), (8, 20, 7), (8, 2, 2), (1, 0, 1), (2, 5, 1)])
def test_there_are_fewer_places_than_threads(tmp_path, threads, exports, number):
    app = Flask("places")
    places.install(app, load_settings(data=tmp_path, threads=threads, exports=exports))
    taken = [app.extensions[places.EXTENSION].take() for _ in range(number)]
    with pytest.raises(ServiceUnavailable):
        app.extensions[places.EXTENSION].take()
    for _ in range(3):
        taken[0]()
    app.extensions[places.EXTENSION].take()
    with pytest.raises(ServiceUnavailable):
        app.extensions[places.EXTENSION].take()


def test_a_place_is_given_back_however_an_export_ends(tmp_path):
    app = Flask("places")
    places.install(app, load_settings(data=tmp_path, threads=2))

    def fails() -> Response:
        raise ZeroDivisionError

    with app.test_request_context("/"):
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                in_a_place(fails)
            list(in_a_place(lambda: Response(iter("abc"))).response)
            in_a_place(lambda: Response(iter("abc"))).close()
            in_a_place(lambda: Response(iter("abc")))  # forgotten


def test_idle_connections_give_way_when_there_are_no_more(port):
    with ExitStack() as stack:
        for _ in range(60):
            stack.enter_context(closing(connected(port)))
        assert is_healthy(port)


def test_a_large_body_is_refused_before_it_is_sent(port):
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n"
    with closing(connected(port, head)) as client:
        assert b" 413 " in client.recv(64)


def test_a_chunked_body_is_not_read_on(port):
    with closing(connected(port, b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")) as client:
        sent = 0
        try:
            while sent < 50_000_000:
                client.sendall(b"10000\r\n" + b"a" * 65_536 + b"\r\n")
                sent += 65_536
        except ConnectionError:
            pass
        assert sent < 20_000_000, "what the system's buffers hold, at most"


def test_large_headers_are_refused(port):
    with closing(connected(port, b"GET / HTTP/1.1\r\n" + b"X-A: b\r\n" * 20_000)) as client:
        assert b" 431 " in client.recv(64)


def test_who_works_or_takes_is_waited_for():
    patience = Patience(0.0)
    assert not patience.is_over(IDLE_SECONDS, working=False, waiting=0)
    patience.received(IDLE_SECONDS)
    assert not patience.is_over(IDLE_SECONDS + REQUEST_SECONDS, working=False, waiting=0)
    assert not patience.is_over(1_000.0, working=True, waiting=0), "an answer may take its time"
    now = 1_000.0
    for _ in range(100):
        assert not patience.is_over(now, working=True, waiting=10)
        patience.sent(MIN_TAKEN)
        now += TAKING_SECONDS + 1
    assert not patience.is_over(now, working=True, waiting=0)
    assert not patience.is_over(now + IDLE_SECONDS, working=False, waiting=0)
    assert patience.is_over(now + IDLE_SECONDS + 1, working=False, waiting=0)


def test_who_takes_too_little_is_not():
    patience = Patience(0.0)
    assert not patience.is_over(0.0, working=True, waiting=10)
    patience.sent(MIN_TAKEN - 1)
    assert not patience.is_over(TAKING_SECONDS, working=True, waiting=10)
    assert patience.is_over(TAKING_SECONDS + 1, working=True, waiting=10)
