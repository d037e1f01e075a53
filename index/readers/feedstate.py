"""Remembers the `ETag` and `Last-Modified` of feeds, so that a server does not send an unchanged feed again."""

from __future__ import annotations

import json
from pathlib import Path

from index.disk import replace_file
from index.errors import DataDirectoryError

FILE_NAME = "feeds.json"


class FeedState:
    """`ETag` and `Last-Modified` by address. What is noted counts only after `save`, once the articles are stored.

    The file is read on every look-up, since a removal or a restore deletes it: every feed is then read in full again.
    """

    def __init__(self, path: Path, how: str = "") -> None:
        """`path` is the file that holds the state; a damaged or missing file counts as empty.

        `how` is a digest of the options that feeds are read with; what was noted under other options is ignored.
        """
        self._path = path
        self._how = how
        self._noted: dict[str, dict[str, str]] = {}

    def headers(self, url: str) -> dict[str, str]:
        """The request headers that ask for the feed only if it changed."""
        known = _read(self._path).get(url, {})
        if known.get("how", "") != self._how:
            return {}
        pairs = (("If-None-Match", known.get("etag")), ("If-Modified-Since", known.get("modified")))
        return {name: value for name, value in pairs if value}

    def note(self, url: str, etag: str | None, modified: str | None) -> None:
        """Remember the headers that came with a feed, until `save` or `forget`."""
        values = {"etag": etag, "modified": modified, "how": self._how}
        self._noted[url] = {name: value for name, value in values.items() if value}

    def forget(self) -> None:
        """Drop what was noted since the last `save`: those articles were not stored and must be sent again."""
        self._noted.clear()

    def save(self) -> None:
        """Write what was noted to the file, if anything was. Raises DataDirectoryError."""
        if not self._noted or not self._path.parent.is_dir():
            return
        known = _read(self._path) | self._noted
        try:
            replace_file(self._path, json.dumps(known, indent=1, sort_keys=True) + "\n")
        except OSError as error:
            raise DataDirectoryError(self._path.parent, f"{FILE_NAME} can't be written ({error.strerror})") from error
        self._noted = {}


def _read(path: Path) -> dict[str, dict[str, str]]:
    try:
        known = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):  # without the file every feed is read in full once more, which does no harm
        return {}
    if not isinstance(known, dict):
        return {}
    return {
        url: {name: value for name, value in entry.items() if isinstance(value, str)}
        for url, entry in known.items()
        if isinstance(entry, dict)
    }
