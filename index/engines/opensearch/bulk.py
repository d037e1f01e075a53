"""Documents sent in bulk: large requests from a few threads, no more of them waiting than memory allows.

What a busy cluster refuses is sent again after a while, longer each time; what it refuses for good is kept and told, so
that nothing is dropped in silence. Every operation may be sent twice: it carries its id and, for articles, its version.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from index.engines.opensearch.client import BUSY, ClusterClient, about_block
from index.errors import ClusterError

REQUEST_BYTES = 4 * 1024 * 1024
THREADS = 2
WAITING = 4
"""Requests under way or waiting; whoever adds the next waits until one is done."""

PATIENCE = 90.0
"""Seconds that a busy cluster is asked again, after which the load fails. A node that died is replaced sooner."""

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 10.0
CONFLICT = 409


@dataclass(frozen=True, slots=True)
class Operation:
    """One line or two of a bulk request. `label` names it in messages; `optional` ones may be there already."""

    label: str
    lines: bytes


class BulkSender:
    """Sends operations; `flush` waits until the cluster has them all."""

    def __init__(self, client: ClusterClient) -> None:
        self._client = client
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="haberara-bulk")
        self._room = threading.BoundedSemaphore(WAITING)
        self._held: list[Operation] = []
        self._size = 0
        self._sent: list[Future[list[str]]] = []

    def add(self, operation: Operation) -> None:
        """Send an operation with the next request. Raises ClusterError if one before it went wrong."""
        self._held.append(operation)
        self._size += len(operation.lines)
        if self._size >= REQUEST_BYTES:
            self._send()

    def flush(self) -> None:
        """Wait for everything that was added.

        Raises:
            ClusterError: the cluster refused something; the message says how many articles, and names the first.
        """
        self._send()
        sent, self._sent = self._sent, []
        _raise_refused(self._client, [reason for future in sent for reason in future.result()])

    def close(self) -> None:
        """Forget what was not sent."""
        self._held = []
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _send(self) -> None:
        operations, self._held, self._size = self._held, [], 0
        done = [future for future in self._sent if future.done()]
        self._sent = [future for future in self._sent if future not in done]
        _raise_refused(self._client, [reason for future in done for reason in future.result()])
        if operations:
            self._room.acquire()
            self._sent.append(self._pool.submit(self._deliver, operations))

    def _deliver(self, operations: Sequence[Operation]) -> list[str]:
        """Send until everything is there or refused for good; says what was refused and why."""
        try:
            return deliver(self._client, operations)
        finally:
            self._room.release()


def deliver(client: ClusterClient, operations: Sequence[Operation]) -> list[str]:
    """Send operations until the cluster has them; says what it refuses for good, and why. Raises ClusterError."""
    refused: list[str] = []
    deadline, pause = time.monotonic() + PATIENCE, FIRST_PAUSE
    left = list(operations)
    while left:
        busy: ClusterError | None = None
        try:
            left, gone, reason = _tried(client, left)
            refused += gone
        except ClusterError as error:
            if not error.busy:
                raise
            busy, reason = error, error.reason
        if left:
            if time.monotonic() > deadline:
                raise busy or ClusterError(
                    client.cluster.urls[0], f"it takes no more articles ({reason})", "See its health, then try again."
                )
            # A part of the pause is random, so that not all come back at once.
            time.sleep(pause * (0.5 + random.random() / 2))
            pause = min(2 * pause, LONGEST_PAUSE)
    return refused


def _tried(client: ClusterClient, operations: list[Operation]) -> tuple[list[Operation], list[str], str]:
    """One request: what is to be sent again, what was refused for good, and why the former."""
    lines = b"".join(operation.lines for operation in operations)
    answer = client.call("POST", "/_bulk", lines, filter_path="errors,items.*.status,items.*.error")
    if not answer["errors"]:
        return [], [], ""
    again: list[Operation] = []
    refused: list[str] = []
    why = ""
    for operation, item in zip(operations, answer["items"], strict=True):
        (result,) = item.values()
        error = result.get("error")
        # There already, or in a later version: nothing to do.
        if error is None or result["status"] in (CONFLICT, 404):
            continue
        reason = f"{error.get('type')}: {error.get('reason')}"
        if result["status"] in BUSY and "flood-stage" not in reason:
            again.append(operation)
            why = reason
        else:
            refused.append(f"{operation.label}: {reason}")
    return again, refused, why


def _raise_refused(client: ClusterClient, refused: list[str]) -> None:
    if refused:
        shown = " ".join(refused[0].split())[:300]
        if blocked := about_block(client.cluster.urls[0], refused[0]):
            raise blocked
        raise ClusterError(
            client.cluster.urls[0],
            f"it refused {len(refused)} of the articles, first {shown}",
            "Nothing of this batch counts as indexed; remove the cause and run the command again.",
        )


def operation(action: str, index: str, doc_id: str, source: object = None, **meta: object) -> Operation:
    """An operation on a document; `source` is what it holds."""
    import orjson  # of the extra, as the client, whose lack is told where a cluster is connected to

    # A lone surrogate, which no reader lets through, would fail here rather than in the cluster.
    head = orjson.dumps({action: {"_index": index, "_id": doc_id, **meta}}, option=orjson.OPT_APPEND_NEWLINE)
    body = b"" if source is None else orjson.dumps(source, option=orjson.OPT_APPEND_NEWLINE)
    return Operation(doc_id, head + body)
