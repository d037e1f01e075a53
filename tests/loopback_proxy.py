"""A proxy on loopback before a real cluster: it asks for a password, has a certificate, or is busy for a while.

It stands in for the security plugin, which the bare server for tests lacks. What it lets through, the cluster answers.
"""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

Refusal = Callable[[str, str], tuple[int, dict] | None]
"""From method and path to a status and a body, None to let the request through."""


@contextmanager
def proxy(
    target: str, *, auth: str = "", refuse: Refusal = lambda method, path: None, certificate: Path | None = None
) -> Iterator[str]:
    """The address of a proxy before `target`; `certificate` is a file with certificate and key."""
    wanted = "Basic " + base64.b64encode(auth.encode()).decode()
    where = urlsplit(target).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if auth and self.headers.get("Authorization") != wanted:
                return self._answer(401, b"Unauthorized", "text/plain")
            refused = refuse(self.command, self.path)
            if refused:
                return self._answer(refused[0], json.dumps(refused[1]).encode(), "application/json")
            connection = http.client.HTTPConnection(where, timeout=30)
            kept = {name: self.headers[name] for name in ("Content-Type", "Accept") if name in self.headers}
            connection.request(self.command, self.path, body, kept)
            answer = connection.getresponse()
            self._answer(answer.status, answer.read(), answer.headers.get("Content-Type", "application/json"))
            connection.close()

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _handle  # noqa: N815

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *args: None  # a client that does not trust us hangs up
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
