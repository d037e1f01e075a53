"""Requests to a cluster, and what goes wrong with them told as errors of ours."""

from __future__ import annotations

import json
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from index.engines.choice import Cluster
from index.errors import BrokenIndex, ClusterError, SettingsError

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

BUSY = frozenset((429, 502, 503, 504))
"""States of an answer after which the same may go well in a while."""


DISCONNECTED = ("node_disconnected_exception", "node_not_connected_exception")
"""What the node that was asked says of one that went away meanwhile; the cluster does without it a moment later."""

CONNECTIONS = 16
"""Connections to each node that are kept, one for each thread that asks at once."""


class NotThere(Exception):
    """What was asked for is not in the cluster. Never leaves the engine."""


class AlreadyThere(Exception):
    """An index that was to be made is there. Never leaves the engine."""


class ClusterClient:
    """Asks a cluster. Safe for threads."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._client = _connect(cluster)

    def call(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        """The answer to a request as Python values.

        Raises:
            NotThere: the index or the article is not there.
            AlreadyThere: the index is there.
            ClusterError: anything else.
        """
        # As parameters some of these names would be options of the client.
        address = f"{path}?{urlencode(params)}" if params else path
        with raising_cluster_errors(self.cluster):
            return self._client.transport.perform_request(method, address, body=body)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.transport.close()


class ReadingClient(ClusterClient):
    """Asks an index that has to be there, over the connections of another client."""

    def __init__(self, client: ClusterClient) -> None:
        self.cluster = client.cluster
        self._client = client._client

    def call(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        """See `ClusterClient`; what fails as a node goes away is asked once more.

        Raises:
            BrokenIndex: what is asked for is not there: somebody removed it.
        """
        try:
            try:
                return super().call(method, path, body, **params)
            except ClusterError as error:
                if not error.reason.startswith(tuple(f"it says {what}" for what in DISCONNECTED)):
                    raise
            return super().call(method, path, body, **params)
        except NotThere as error:
            raise BrokenIndex(self.cluster.place, f"a part of it is gone ({error})") from error


def _connect(cluster: Cluster) -> OpenSearch:
    try:
        import orjson  # noqa: F401 -- what is sent in bulk needs it
        from opensearchpy import OpenSearch
    except ImportError as error:
        raise SettingsError(
            "engine", "opensearch", f"needs the package {error.name}", "Run `pip install 'haberara[opensearch]'`."
        ) from error
    # What goes wrong is told by our errors; the client would log each of its attempts with a traceback.
    logging.getLogger("opensearch").setLevel(logging.CRITICAL)
    options: dict[str, Any] = {}
    if cluster.user:
        options["http_auth"] = (cluster.user, cluster.password)
    if any(url.startswith("https:") for url in cluster.urls):
        options |= {
            "verify_certs": cluster.verify,
            "ssl_show_warn": False,
            "ca_certs": str(cluster.ca) if cluster.ca else ssl.get_default_verify_paths().cafile,
        }
    return OpenSearch(
        hosts=list(cluster.urls),
        timeout=cluster.timeout,
        pool_maxsize=CONNECTIONS,
        # A node that went away is asked no more for a while; another one is.
        max_retries=max(3, len(cluster.urls)),
        retry_on_timeout=False,
        retry_on_status=(),
        http_compress=not all("127.0.0.1" in url or "localhost" in url for url in cluster.urls),
        **options,
    )


@contextmanager
def raising_cluster_errors(cluster: Cluster) -> Iterator[None]:
    """Errors of the client as errors of ours."""
    from opensearchpy import exceptions as theirs

    where = cluster.urls[0]
    try:
        yield
    except theirs.NotFoundError as error:
        raise NotThere(_reason(error)) from error
    except theirs.RequestError as error:
        if "resource_already_exists" in _reason(error):
            raise AlreadyThere(_reason(error)) from error
        raise _refused(where, error) from error
    except theirs.SSLError as error:
        raise ClusterError(where, *_about_certificate(str(error))) from error
    except theirs.ConnectionTimeout as error:
        raise ClusterError(
            where,
            f"it did not answer within {cluster.timeout} seconds",
            "Try again, or raise the setting opensearch_timeout.",
            busy=True,
        ) from error
    except theirs.ConnectionError as error:
        raise ClusterError(
            where,
            f"nothing answers there ({_short(error.error)})",
            "Start the cluster, or correct the setting opensearch_url.",
            busy=True,
        ) from error
    except theirs.TransportError as error:
        raise _refused(where, error) from error
    except theirs.SerializationError as error:
        raise ClusterError(
            where, "what answers there is not OpenSearch", "Correct the setting opensearch_url."
        ) from error


def _refused(where: str, error: Any) -> ClusterError:
    status, reason = error.status_code, _reason(error)
    if status == 401:
        return ClusterError(
            where,
            "it does not accept the name or the password",
            "Correct the setting opensearch_auth (`user:password`).",
        )
    if blocked := about_block(where, reason):
        return blocked
    if status == 403:
        return ClusterError(
            where,
            f"the user may not do that ({_short(reason)})",
            "Give the user of opensearch_auth read access to the index, and write access to add.",
        )
    return ClusterError(where, f"it says {_short(reason)} ({status})", "See the cluster's log.", busy=status in BUSY)


def about_block(where: str, reason: str) -> ClusterError | None:
    """The error for an index that may not be written or made, if that is what the cluster's reason says."""
    if "create-index blocked" in reason:
        return ClusterError(
            where,
            f"it makes no new index, as when its disks are too full ({_short(reason)})",
            "Free disk space on its nodes, then run the command again.",
        )
    if "flood-stage" in reason:
        return ClusterError(
            where,
            f"its disks are too full to write ({_short(reason)})",
            "Free disk space on its nodes, then run the command again.",
        )
    if "read-only" in reason:
        return ClusterError(
            where,
            f"the index is read-only ({_short(reason)})",
            "Take the block off (set `index.blocks.read_only` to null), then run the command again.",
        )
    return None


def _about_certificate(reason: str) -> tuple[str, str]:
    if "expired" in reason:
        return "its certificate has expired", "Renew the certificate of the cluster."
    if "doesn't match" in reason or "Hostname mismatch" in reason:
        return "its certificate is that of another host", "Correct the setting opensearch_url."
    if "CERTIFICATE_VERIFY_FAILED" in reason:
        return (
            f"its certificate is not trusted ({_short(reason)})",
            "Name the authority that signed it in the setting opensearch_ca.",
        )
    return f"no secure connection to it can be made ({_short(reason)})", "Correct the setting opensearch_url."


def _reason(error: Any) -> str:
    """The cluster's own words."""
    info = error.info
    if isinstance(info, dict):
        cause = info.get("error", info)
        if isinstance(cause, dict):
            roots = cause.get("root_cause") or [cause.get("caused_by") or cause]
            deepest = roots[0] if isinstance(roots[0], dict) else cause
            shards = cause.get("failed_shards") or []
            if shards and isinstance(shards[0].get("reason"), dict):
                deepest = shards[0]["reason"]
            return f"{deepest.get('type', '')}: {deepest.get('reason') or json.dumps(deepest)[:300]}"
        return str(cause)
    return str(error.error)


def _short(text: Any) -> str:
    line = " ".join(str(text).split())
    return line if len(line) <= 200 else line[:197] + "..."
