"""Connections that reach only the machines that they may, and that end in time whatever the server does.

What is judged is the address that is connected to, not the name in a link: names can be written in many ways
(`%31%32%37.0.0.1`, `0x7f.1`) and can resolve to another machine each time that they are looked up.
"""

from __future__ import annotations

import io
import socket
import time
from functools import partial
from http.client import HTTPConnection, HTTPMessage, HTTPResponse, HTTPSConnection
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import IO, Any
from urllib.parse import unquote, urlsplit
from urllib.request import (
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
    proxy_bypass,
)

_TIMEOUT = 20.0
"""The longest wait for the next byte, in seconds."""

_PATIENCE = 120.0
"""The longest time for a whole answer with all its redirects and headers, in seconds."""

_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")


class Refused(Exception):
    """An address, an answer or a redirect is refused; the text says why."""


class Journey:
    """One request with all its redirects: whom it may reach, and until when.

    Without `home`, its first address was named by the user and may be anywhere; redirects may lead into a private
    network only if it lies in one. With `home`, a host or "" for none, only that host may lie in a private network.
    """

    def __init__(self, home: str | None = None) -> None:
        self._home = home
        self._first = home is None
        self._proxied = False
        self._deadline = time.monotonic() + _PATIENCE
        self.inner = False
        """Whether the address that the user named has turned out to lie in a private network."""

    def remaining(self) -> float:
        """Seconds that the next step may take. Raises TimeoutError if there are none left."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, _TIMEOUT)

    def connect(self, place: tuple[str, int], *_: object) -> socket.socket:
        """A connection to a host and port, looked up once. Raises Refused, and OSError if nobody answers there."""
        self.remaining()
        host, port = place
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        if self._proxied:
            self._proxied = False
            return self._connected(found)[0]
        self._judge(host, [str(entry[4][0]) for entry in found])
        connection, address = self._connected(found)
        self._arrived(is_inner(address))
        return connection

    def by_proxy(self, host: str) -> None:
        """The next connection is to the user's proxy, which looks the host up itself: what it is here has to do."""
        if self._proxied:
            return
        try:
            found = [str(entry[4][0]) for entry in socket.getaddrinfo(urlsplit(f"//{host}").hostname, None)]
        except (OSError, UnicodeError):
            found = []  # only the proxy knows it
        self._judge(urlsplit(f"//{host}").hostname or "", found)
        self._arrived(bool(found) and all(map(is_inner, found)))
        self._proxied = True

    def _judge(self, host: str, addresses: list[str]) -> None:
        if self._first or self.inner or (self._home and host_key(host) == self._home):
            return
        if any(map(is_inner, addresses)):
            raise Refused("it leads into a private network")

    def _arrived(self, inner: bool) -> None:
        self.inner = self.inner or (self._first and inner)
        self._first = False

    def _connected(self, found: list[Any]) -> tuple[socket.socket, str]:
        failure = OSError("its name has no address")
        for family, kind, protocol, _, address in found:
            connection = socket.socket(family, kind, protocol)
            try:
                connection.settimeout(self.remaining())
                connection.connect(address)
            except OSError as error:
                connection.close()
                failure = error
            else:
                return connection, str(address[0])
        raise failure


def host_key(host: str | None) -> str:
    """A host name in the one way in which names are compared."""
    return unquote(host or "").rstrip(".").lower()


def is_inner(address: str) -> bool:
    """Whether an IP address is that of this machine, of a private network, or of no single machine of the Internet."""
    ip = ip_address(address.partition("%")[0])
    if not isinstance(ip, IPv4Address):
        packed = IPv4Address(ip.packed[-4:]) if ip in _NAT64 or ip in _COMPATIBLE else None
        within = ip.ipv4_mapped or ip.sixtofour or packed
        if within:
            return is_inner(str(within))
    return not ip.is_global or ip.is_multicast or ip.is_reserved or getattr(ip, "is_site_local", False)


def opener(journey: Journey) -> OpenerDirector:
    """What opens the addresses of one journey."""
    return build_opener(_Proxies(journey), _Redirects(), _Http(journey), _Https(journey))


class _Timely(io.RawIOBase):
    """The bytes that a server sends, as long as the journey has time: each wait is for no longer than what is left."""

    def __init__(self, raw: Any, connection: socket.socket, journey: Journey) -> None:
        self._raw = raw
        self._connection = connection
        self._journey = journey

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._connection.settimeout(self._journey.remaining())
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(HTTPResponse):
    def __init__(self, journey: Journey, connection: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(connection, *args, **options)
        self.fp = io.BufferedReader(_Timely(self.fp.detach(), connection, journey))


class _Connection(HTTPConnection):
    def __init__(self, journey: Journey, host: str, **options: Any) -> None:
        super().__init__(host, **options)
        self.response_class = partial(_Response, journey)  # type: ignore[assignment]  # all that is done is to call it
        self._create_connection = journey.connect


class _SecureConnection(HTTPSConnection):
    def __init__(self, journey: Journey, host: str, **options: Any) -> None:
        super().__init__(host, **options)
        self.response_class = partial(_Response, journey)  # type: ignore[assignment]  # all that is done is to call it
        self._create_connection = journey.connect


class _Http(HTTPHandler):
    def __init__(self, journey: Journey) -> None:
        super().__init__()
        self._journey = journey

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_Connection, self._journey), req)


class _Https(HTTPSHandler):
    def __init__(self, journey: Journey) -> None:
        super().__init__()
        self._journey = journey

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_SecureConnection, self._journey), req)


class _Proxies(ProxyHandler):
    """The proxies of the environment. What is asked of one is judged by its name, since the proxy connects to it."""

    def __init__(self, journey: Journey) -> None:
        super().__init__()
        self._journey = journey

    def proxy_open(self, req: Request, proxy: str, type: str) -> Any:
        if req.host and not proxy_bypass(req.host):
            self._journey.by_proxy(req.host)
        return super().proxy_open(req, proxy, type)


class _Redirects(HTTPRedirectHandler):
    """Follows redirects to http and https only; where they lead is judged when they are connected to."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        if not newurl.startswith(("http://", "https://")) or not urlsplit(newurl).hostname:
            raise Refused("it redirects to something that is not a web address")
        fp.close()  # urllib would read the whole of it
        return super().redirect_request(req, fp, code, msg, headers, newurl)
