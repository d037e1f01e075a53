"""What the user may say about a source, and the limits that hold for every one."""

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
"""Characters of a body. The longest news text known is far below 1 MB; 20 MB is a file read as the wrong thing."""

MAX_TITLE = 5_000
"""Characters of a title."""

MAX_LABEL = 500
"""Characters of an id, a source or a category."""

MAX_URL = 8_000
"""Characters of a URL."""

MAX_LINE = 96_000_000
"""Bytes of a line or of a CSV record: a body of MAX_BODY characters, most of them escaped. Longer ones are skipped
without holding them in memory."""

MAX_PAGE = 16_000_000
"""Bytes of an HTML page. A page saved with its pictures inside it has a few million."""

MAX_FEED = 32_000_000
"""Bytes of a feed."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read a source.

    `mapping` goes from our field to the name in the source (`--map FIELD=NAME`); `id_prefix` is put before each id;
    with `update`, a later record in a file may bring new content for an id. `follow` fetches the page that an entry of
    a feed links to; `feeds` remembers what servers said of feeds, so that an unchanged one is not sent again.
    Of a folder, `only` these files are read; none of them being there is no error then.
    With `languages` (ISO 639-1 codes), articles that are surely in another one are left out.

    Raises:
        SettingsError: the format or a mapped field is not one of ours.
    """

    format: Format = "auto"
    mapping: Mapping[str, str] = field(default_factory=dict)
    id_prefix: str = ""
    update: bool = False
    follow: bool = False
    feeds: FeedState | None = None
    languages: tuple[str, ...] = ()
    only: frozenset[Path] | None = None

    def __post_init__(self) -> None:
        """Refuse what no reader knows."""
        if self.format not in get_args(Format):
            raise SettingsError("--format", self.format, "is not a format", f"Formats: {', '.join(get_args(Format))}.")
        for name in self.mapping:
            if name not in ALIASES:
                raise SettingsError("--map", name, "is not a field", f"Fields: {', '.join(ALIASES)}.")
