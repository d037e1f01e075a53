"""The names of files as text: they are bytes that anybody may have chosen.

A name that is not UTF-8 is one of Windows in Turkish, as those that come out of old ZIPs are. Characters that would
ring a terminal's bell, begin a new line or turn the direction of writing are shown as escapes.
"""

from __future__ import annotations

import re
from pathlib import Path

from index.readers.encoding import TextDecoder

_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def shown_name(name: str | Path) -> str:
    """A name or path as it is shown and stored: on one line, and always valid Unicode. No file opens by it."""
    text = str(name)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = "/".join(map(_decoded, text.split("/")))
    return _UNSHOWN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def origin_of(path: Path) -> str:
    """What names a file in the archive: its absolute path, without links, as text.

    A file whose name reads like that of another one beside it is told apart: `watch` would take both for one that
    changes all the time.
    """
    name = path.resolve().as_posix()
    shown = shown_name(name)
    return f"{shown} (in other bytes)" if shown != name and Path(shown).exists() else shown


def _decoded(part: str) -> str:
    """One part of a path, in which Python keeps the bytes that are not UTF-8 as lone surrogates."""
    try:
        raw = part.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half of a pair, which only Windows has in names
        return part.encode("utf-8", "backslashreplace").decode("utf-8")
    try:
        return TextDecoder().decode(raw)
    except ValueError:
        return raw.decode("utf-8", "backslashreplace")
