"""The options with which a source is read, and the limits that hold for every source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from index.errors import SettingsError
from index.readers.fields import ALIASES

if TYPE_CHECKING:
    from index.readers.feedstate import FeedState

Format = Literal["auto", "jsonl", "csv", "text", "html", "feed", "warc"]

MAX_BODY = 20_000_000
"""The most characters of a body. No known news text comes near 1 MB; one of 20 MB is a file read as the wrong kind."""

MAX_TITLE = 5_000
"""The most characters of a title."""

MAX_LABEL = 500
"""The most characters of an id, a source or a category."""

MAX_URL = 8_000
"""The most characters of a URL."""

MAX_LINE = 96_000_000
"""The most bytes of a line or of a CSV record: a body of MAX_BODY characters, most of them escaped. Longer ones are
skipped without being held in memory."""

MAX_PAGE = 16_000_000
"""The most bytes of an HTML page. A page that was saved with its pictures inside it has a few million."""

MAX_FEED = 32_000_000
"""The most bytes of a feed."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read a source.

    `mapping` goes from our field to the name in the source (`--map FIELD=NAME`); `id_prefix` is put before each id;
    with `update`, a later record in a file may bring new content for an id. `follow` fetches the page that an entry of
    a feed links to; `feeds` remembers the ETags of feeds, so that an unchanged one is not sent again.
    `inner` is set for an address that was found in a private network: then links may stay on its host.
    `only` restricts a folder to these files; that none of them exists is then no error.
    With `languages` (ISO 639-1 codes), articles that are surely in another language are left out.

    Raises:
        SettingsError: the format or a mapped field is not one of ours.
    """

    format: Format = "auto"
    mapping: Mapping[str, str] = field(default_factory=dict)
    id_prefix: str = ""
    update: bool = False
    follow: bool = False
    inner: bool = False
    feeds: FeedState | None = None
    languages: tuple[str, ...] = ()
    only: frozenset[Path] | None = None

    def __post_init__(self) -> None:
        """Raise SettingsError for an unknown format or field."""
        if self.format not in get_args(Format):
            raise SettingsError("--format", self.format, "is not a format", f"Formats: {', '.join(get_args(Format))}.")
        for name in self.mapping:
            if name not in ALIASES:
                raise SettingsError("--map", name, "is not a field", f"Fields: {', '.join(ALIASES)}.")
