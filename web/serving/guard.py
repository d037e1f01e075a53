"""Access: one password for all visitors and a rate limit for each visitor, both off unless they are set.

The health checks need no password and have no limit, since probes could not comply; they reveal the number of articles
and nothing about them. `/metrics`, which reveals how the server is used, needs the password. Exempt is what a route
answers, never a beginning of an address: what only looks like a probe would let passwords be tried without limit.
"""

from __future__ import annotations

import hmac
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from hashlib import sha256
from ipaddress import ip_address, ip_network
from math import ceil
from threading import Lock
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import TooManyRequests, Unauthorized
from werkzeug.middleware.proxy_fix import ProxyFix

from index.settings import Settings
from web.serving.assets import is_static_file

PROBES = frozenset({"health.healthz", "health.readyz"})
"""The endpoints of the health checks, which look at no credentials."""

MAX_VISITORS = 10_000
"""The most visitors that are remembered, in some 2 MB; beyond that, the one that asked longest ago is forgotten."""

REALM = WWWAuthenticate("basic", {"realm": "Haberara archive", "charset": "UTF-8"})
"""The space makes werkzeug put the realm in quotes, which RFC 7617 demands of every realm."""


_PORT = re.compile(r"^(\[[^\]]*\]|[\d.]+):\d+$")
"""An address with a port: `192.0.2.1:5123` or `[2001:db8::1]:5123`."""


class RateLimit:
    """A token bucket for each visitor: it holds a minute's requests and refills steadily. Thread-safe."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._lock = Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, visitor: str) -> float:
        """Take a token of a visitor; returns 0, or the seconds until there is one."""
        now = self._clock()
        with self._lock:
            left, at = self._buckets.pop(visitor, (float(self.per_minute), now))
            left = min(self.per_minute, left + (now - at) * self.per_minute / 60)
            granted = left >= 1
            self._buckets[visitor] = (left - 1 if granted else left, now)
            if len(self._buckets) > MAX_VISITORS:
                self._buckets.popitem(last=False)
        return 0.0 if granted else (1 - left) * 60 / self.per_minute


def install(app: Flask, settings: Settings) -> None:
    """Install the guards that the settings ask for. The limit comes first: it slows guessing the password too."""
    if settings.prefix:
        app.wsgi_app = _Mounted(app.wsgi_app, settings.prefix)  # type: ignore[method-assign]
    if settings.proxies:
        # Only what every proxy sets: one that sets no prefix or host would pass on what the visitor says that it is.
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]
    if settings.rate_limit:
        limit = RateLimit(settings.rate_limit)
        has_password = bool(settings.basic_auth)
        app.before_request(lambda: _count(limit, has_password))
    if settings.basic_auth:
        expected = _digest(settings.basic_auth)
        app.before_request(lambda: _ask(expected))


class _Mounted:
    """The application below a path that the proxy in front has taken off."""

    def __init__(self, app: WSGIApplication, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["SCRIPT_NAME"] = self._prefix
        return self._app(environ, start_response)


def _count(limit: RateLimit, has_password: bool) -> None:
    # Where there is a password, a static file tells a right one from a wrong one as well as a page does.
    if request.endpoint in PROBES or (is_static_file() and not has_password):
        return
    seconds = limit.wait(visitor_of(request.remote_addr or ""))
    if seconds:
        raise TooManyRequests(retry_after=ceil(seconds))


def visitor_of(address: str) -> str:
    """The visitor behind an address: for IPv6 its /64 network, which is what one household or office gets.

    Some proxies name the port too, which is another one for each connection, and some name IPv4 as IPv6 does.
    """
    bare = _PORT.sub(r"\1", address).strip("[]")
    try:
        ip = ip_address(bare)
    except ValueError:  # a Unix socket has none
        return address
    if ip.version == 4:
        return str(ip)
    return str(ip.ipv4_mapped or ip_network((int(ip), 64), strict=False))


def _ask(expected: bytes) -> None:
    if request.endpoint in PROBES:
        return
    given = request.authorization
    typed = f"{given.username}:{given.password}" if given is not None and given.type == "basic" else ""
    # Digests all have one length, so that the time of the comparison does not reveal that of name or password.
    if not hmac.compare_digest(_digest(typed), expected):
        raise Unauthorized(www_authenticate=REALM)


def _digest(credentials: str) -> bytes:
    return sha256(credentials.encode("utf-8", "surrogatepass")).digest()
