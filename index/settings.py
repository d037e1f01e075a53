"""All settings as one frozen value, read once per process.

The first that is given wins: command-line option, environment (`HABERARA_*`), `haberara.toml` in the working
directory, default. Nothing else in the code reads the environment.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from index.errors import SettingsError

CONFIG_FILE = "haberara.toml"

PREFIX = "HABERARA_"

TESTS_PREFIX = "HABERARA_TEST_"
"""The prefix of variables that only the tests read, which are not settings."""

MAP_TABLE = "map"
"""The table of `haberara.toml` that is not a setting: it maps the field names of the sources beside the file."""

SECRET = frozenset({"basic_auth", "opensearch_auth"})
"""Settings that hold a password: no message repeats their value."""

log = logging.getLogger(__name__)


class Settings(BaseSettings):
    """All settings. Each is also an environment variable: `HABERARA_` and the name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, toml_file=CONFIG_FILE, frozen=True, extra="forbid", validate_default=True
    )

    data: Path = Field(default=Path("haberara-data"), description="data directory")
    engine: Literal["whoosh", "opensearch"] = Field(default="whoosh", description="search engine that holds the index")
    jobs: int = Field(default=0, ge=0, le=64, description="worker processes; 0 means one per core")
    max_rejects: int = Field(default=1000, ge=0, description="rejected records that `add` tolerates")
    host: str = Field(default="127.0.0.1", description="address that `serve` listens on")
    port: int = Field(default=8000, ge=0, le=65535, description="port that `serve` listens on; 0 means any free one")
    threads: int = Field(default=8, ge=1, le=64, description="threads of `serve`")
    exports: int = Field(default=0, ge=0, le=63, description="exports at once; 0 means one for every two threads")
    basic_auth: str = Field(
        default="", pattern=r"^([^:]+:.+)?$", repr=False, description="`user:password` that pages and endpoint ask for"
    )
    rate_limit: int = Field(
        default=0, ge=0, le=1_000_000, description="requests per minute and visitor; 0 means no limit"
    )
    proxies: int = Field(default=0, ge=0, le=8, description="trusted proxies in front, which name the visitor")
    prefix: str = Field(
        default="",
        pattern=r"^(/[A-Za-z0-9._~-]+)*$",
        description="path that the proxy in front serves the pages below, such as /arsiv",
    )
    log_queries: bool = Field(default=False, description="whether the log may hold addresses and what was searched for")

    opensearch_url: str = Field(
        default="http://127.0.0.1:9200", description="nodes of the cluster, separated by commas"
    )
    opensearch_index: str = Field(
        default="haberara", pattern=r"^[a-z0-9][a-z0-9_-]{0,99}$", description="name of this archive in the cluster"
    )
    opensearch_auth: str = Field(
        default="", pattern=r"^([^:]+:.+)?$", repr=False, description="`user:password` that the cluster asks for"
    )
    opensearch_ca: Path | None = Field(
        default=None, description="certificate of the authority that signed the cluster's"
    )
    opensearch_verify: bool = Field(default=True, description="whether the cluster's certificate is checked")
    opensearch_shards: int = Field(default=1, ge=1, le=1024, description="shards of each index that is built")
    opensearch_yearly: bool = Field(default=False, description="whether each year has an index of its own")
    opensearch_replicas: int = Field(default=1, ge=0, le=20, description="replicas of each shard")
    opensearch_timeout: int = Field(
        default=30, ge=1, le=3600, description="seconds that an answer of the cluster may take"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Leave out dotenv and secret files: three places to look are enough."""
        return init_settings, env_settings, _File(settings_cls)


class _File(TomlConfigSettingsSource):
    """`haberara.toml` of the working directory as a source of settings, without its `[map]` table."""

    def __call__(self) -> dict[str, Any]:
        return {name: value for name, value in super().__call__().items() if name != MAP_TABLE}


def load_settings(**options: Any) -> Settings:
    """Read the settings; `options` are command-line options, where None means not given.

    Raises:
        SettingsError: a value can't be used; the message names the setting and where to set it.
    """
    given = {name: value for name, value in options.items() if value is not None}
    for name in unknown_variables(os.environ):
        _warn_of(name)
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "?"
        raise SettingsError(
            name,
            "(hidden)" if name in SECRET else first.get("input"),
            f"is not usable ({first['msg']})",
            f"Set it by option, by HABERARA_{name.upper()} or in {CONFIG_FILE}.",
        ) from (None if name in SECRET else error)
    except ValueError as error:  # a haberara.toml that is not TOML
        raise SettingsError(CONFIG_FILE, str(error), "can't be parsed", "Correct the file's syntax.") from error


def unknown_variables(environment: Iterable[str]) -> list[str]:
    """Environment variables with our prefix that name no setting, most likely misspelled ones."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    ours = (name for name in environment if name.upper().startswith(PREFIX))
    return sorted(name for name in ours if name.upper() not in known and not name.upper().startswith(TESTS_PREFIX))


@cache  # one warning per variable and process
def _warn_of(variable: str) -> None:
    near = get_close_matches(variable.upper(), [PREFIX + name.upper() for name in Settings.model_fields], 1)
    log.warning(
        "The variable %s is not a setting and is ignored.%s", variable, f" Did you mean {near[0]}?" if near else ""
    )
