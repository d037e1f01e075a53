"""Where `haberara serve` listens: what a connection may send, and how long it may keep the server waiting.

waitress alone closes a connection only when nothing came for two minutes, so that a byte now and then keeps it open for
ever, and spools a body of a gigabyte before it asks the application. Connections here have a time for every state in
which their client can leave them.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server

from index.settings import Settings
from web.serving.security import MAX_BODY, MAX_URL

MAX_HEADERS = MAX_URL + 32_768
"""The most bytes of a request's first line and headers; waitress answers more with 431."""

MAX_CONNECTIONS = 400
"""The most connections at once, each with some 100 KB at most; further clients wait in the system's queue."""

IDLE_SECONDS = 15.0
"""How long a connection stays open on which no request has begun."""

CROWDED_SECONDS = 1.0
"""The same while as many connections are open as may be."""

REQUEST_SECONDS = 20.0
"""How long a request may take from its first byte to its last."""

MAX_PIPELINED = 4
"""The most requests that a client may send before it has the answer; browsers and proxies send one."""

TAKING_SECONDS = 60.0
MIN_TAKEN = 32_768
"""The least bytes of an answer that a client takes in so many seconds, as long as there are any to take."""

SEND_BUFFER = 131_072
"""Bytes of the system's buffer of each connection: so small that a slow client is seen to take something."""


class Patience:
    """How long one client has kept the server waiting, and for what. Times are seconds of one clock."""

    def __init__(self, now: float) -> None:
        self._idle_since = now
        self._began: float | None = None
        self._taking_since: float | None = None
        self._taken = 0

    def received(self, now: float) -> None:
        """Some of a request came."""
        if self._began is None:
            self._began = now

    def sent(self, size: int) -> None:
        """The client took so many bytes."""
        self._taken += size

    def is_over(self, now: float, *, working: bool, waiting: int, crowded: bool = False) -> bool:
        """Whether the connection is to be closed.

        `working`: a whole request came and is not answered yet. `waiting`: bytes that the client has not taken.
        `crowded`: no further connection can be opened.
        """
        slow = self._takes_slowly(now, waiting)
        if working or waiting:
            self._idle_since, self._began = now, None
            return slow
        if self._began is not None:
            return now - self._began > REQUEST_SECONDS
        return now - self._idle_since > (CROWDED_SECONDS if crowded else IDLE_SECONDS)

    def _takes_slowly(self, now: float, waiting: int) -> bool:
        if not waiting:
            self._taking_since = None
        elif self._taking_since is None:
            self._taking_since, self._taken = now, 0
        elif now - self._taking_since > TAKING_SECONDS:
            slow = self._taken < MIN_TAKEN
            self._taking_since, self._taken = now, 0
            return slow
        return False


class _Channel(HTTPChannel):  # type: ignore[misc] # waitress has no types
    """A connection whose client has no endless patience to ask for. The main loop asks `readable` each second."""

    def __init__(self, server: Any, sock: socket.socket, addr: Any, adj: Any, map: Any = None) -> None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self._patience = Patience(time.monotonic())
        super().__init__(server, sock, addr, adj, map=map)

    def readable(self) -> bool:
        over = self._patience.is_over(
            time.monotonic(),
            working=bool(self.requests),
            waiting=self.total_outbufs_len,
            crowded=self.server.in_connection_overflow,
        )
        if over:
            # Not `will_close`, which waits until the client takes something. A thread that waits for it is woken.
            self.handle_close()
        return not over and bool(super().readable())

    def writable(self) -> bool:
        return self.connected and bool(super().writable())

    def received(self, data: bytes) -> bool:
        self._patience.received(time.monotonic())
        taken = bool(super().received(data))
        if len(self.requests) > MAX_PIPELINED:
            # A thread would wait until the client has taken most of the answers.
            self.handle_close()
        return taken

    def send(self, data: bytes, do_close: bool = True) -> int:
        sent: int = super().send(data, do_close=do_close)
        self._patience.sent(sent)
        return sent


class Listener:
    """The socket of a server that answers when it is run. `port` is the one that it has."""

    def __init__(self, server: Any, port: int) -> None:
        self.port = port
        self.run: Callable[[], None] = server.run
        self.close: Callable[[], None] = server.close


def listen(app: Flask, settings: Settings) -> Listener:
    """Listen where the settings say, with their number of threads. Raises OSError if that can't be listened on."""
    sockets: dict[int, Any] = {}
    server = create_server(
        app,
        map=sockets,
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        ident=None,
        max_request_header_size=MAX_HEADERS,
        max_request_body_size=MAX_BODY,
        connection_limit=MAX_CONNECTIONS,
        # The other way of waiting ends at 1,024 open files.
        asyncore_use_poll=True,
        # Forwarding headers are believed only behind a trusted proxy.
        clear_untrusted_proxy_headers=not settings.proxies,
    )
    for one in sockets.values():  # a name may stand for several addresses, each with a socket of its own
        if isinstance(one, BaseWSGIServer):
            one.channel_class = _Channel
    return Listener(server, int(getattr(server, "effective_port", settings.port)))
