"""Looks for texts in every byte of every file of a folder, also in what is compressed there."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from index.turkish import fold, lower

_PACKED = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")


def spellings(text: str) -> set[bytes]:
    """How a text may stand in a file: as it is, in small letters, without Turkish letters, escaped, in UTF-16."""
    found = {text, lower(text), fold(text), fold(lower(text)), json.dumps(text)[1:-1]}
    return {form.encode("utf-8") for form in found} | {form.encode("utf-16-le") for form in found}


def traces(folder: Path, texts: Iterable[str]) -> list[str]:
    """Which texts are where; empty if nothing of them is left."""
    wanted = {spelling: text for text in texts for spelling in spellings(text)}
    pattern = re.compile(b"|".join(re.escape(w) for w in sorted(wanted, key=len, reverse=True)))
    found = set()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            found |= {f"{name}: {wanted[m.group()]}" for m in pattern.finditer(name.encode())}
            for part in _contents(path.read_bytes()):
                found |= {f"{name}: {wanted[m.group()]}" for m in pattern.finditer(part)}
    return sorted(found)


def _contents(raw: bytes) -> Iterator[bytes]:
    """The bytes of a file, and whatever in it can be decompressed, wherever it begins."""
    yield raw
    for match in _PACKED.finditer(raw):
        if raw[match.start()] == 0x78:
            try:
                yield zlib.decompressobj().decompress(raw[match.start() :])
            except zlib.error:
                continue
        else:
            try:
                yield gzip.decompress(raw[match.start() :])
            except (OSError, EOFError, zlib.error):
                continue
