"""Which engine holds the index, and where: the value that commands hand on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from index.errors import SettingsError
from index.settings import Settings

EngineName = Literal["whoosh", "opensearch"]


@dataclass(frozen=True, slots=True)
class Cluster:
    """An OpenSearch cluster, and what the archive is called there.

    `urls` are nodes of it; requests go to those that answer. `name` is the alias that readers ask and the beginning of
    the names of its indexes. `ca` is a file with the certificate authority that signed the cluster's certificate.
    With `yearly` the articles of each year of publication have an index of their own, of `shards` parts.
    `timeout` is in seconds.
    """

    urls: tuple[str, ...] = ("http://127.0.0.1:9200",)
    name: str = "haberara"
    user: str = ""
    password: str = field(default="", repr=False)
    ca: Path | None = None
    verify: bool = True
    shards: int = 1
    replicas: int = 1
    yearly: bool = False
    timeout: int = 30

    @property
    def place(self) -> str:
        """Where the index is, for messages."""
        return f"{self.urls[0]}/{self.name}"


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """An engine; `cluster` is that of `opensearch`."""

    name: EngineName = "whoosh"
    cluster: Cluster = field(default_factory=Cluster)


WHOOSH = EngineChoice()


def chosen_engine(settings: Settings) -> EngineChoice:
    """The engine that the settings name.

    Raises:
        SettingsError: a setting of the cluster can't be used.
    """
    urls = tuple(url.strip().rstrip("/") for url in settings.opensearch_url.split(",") if url.strip())
    if not urls:
        raise SettingsError("opensearch_url", settings.opensearch_url, "names no server")
    if settings.opensearch_index.endswith("-words"):
        raise SettingsError("opensearch_index", settings.opensearch_index, "ends like the names of indexes of words")
    user, _, password = settings.opensearch_auth.partition(":")
    ca = settings.opensearch_ca
    if ca is not None and not ca.is_file():
        raise SettingsError("opensearch_ca", str(ca), "is not a file")
    return EngineChoice(
        settings.engine,
        Cluster(
            urls=urls,
            name=settings.opensearch_index,
            user=user,
            password=password,
            ca=ca,
            verify=settings.opensearch_verify,
            shards=settings.opensearch_shards,
            replicas=settings.opensearch_replicas,
            yearly=settings.opensearch_yearly,
            timeout=settings.opensearch_timeout,
        ),
    )
