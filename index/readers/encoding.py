"""Bytes -> text: UTF-8, else the Turkish code page of Windows.

Turkish files are UTF-8 or cp1254 (ISO-8859-9 is the same letters; cp1254 adds the curly quotes). Nothing else is
guessed: in any other code page the Turkish letters would come out wrong without anybody noticing. The decision is
made line by line, since archives are made by joining files, with what the file showed so far as a second opinion.
"""

from __future__ import annotations

import re

LEGACY = "cp1254"

_UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")

# What non-ASCII a Turkish line in UTF-8 is made of, at least in part.
_USUAL = re.compile("[çğıöşüÇĞİÖŞÜâîûÂÎÛ\u2010-\u2026]")


class TextDecoder:
    """Decodes the lines of one file, or a whole file as one line."""

    def __init__(self) -> None:
        """For one file."""
        self._legacy_seen = False

    def decode(self, raw: bytes) -> str:
        """The text of a line. Raises ValueError with a reason: damaged UTF-8, or bytes that no encoding has."""
        if raw.isascii():
            return raw.decode("ascii")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            return self._legacy(raw, error)
        # In cp1254 `Ç”` is two bytes that happen to be one letter in UTF-8.
        if self._legacy_seen and not _USUAL.search(text):
            return self._legacy(raw, None)
        return text

    def decode_lossless(self, raw: bytes) -> str:
        """As `decode`, but bytes that have no meaning become lone surrogates, for the caller to find."""
        try:
            return self.decode(raw)
        except ValueError:
            return raw.decode("utf-8", "surrogateescape")

    def _legacy(self, raw: bytes, error: UnicodeDecodeError | None) -> str:
        if error and _is_damaged_utf8(raw):
            raise ValueError(f"is not valid UTF-8 (byte {error.start + 1} is 0x{raw[error.start]:02x})")
        try:
            text = raw.decode(LEGACY)
        except UnicodeDecodeError as failure:
            reason = f"is neither UTF-8 nor {LEGACY} (byte {failure.start + 1} is 0x{raw[failure.start]:02x})"
            raise ValueError(reason) from None
        self._legacy_seen = True
        return text


def _is_damaged_utf8(raw: bytes) -> bool:
    """Whether its Turkish letters are UTF-8: then a few bytes were lost, and cp1254 would make a mess of the rest."""
    characters = _UTF8_CHARACTER.findall(raw)
    usual = len(_USUAL.findall(b"".join(characters).decode("utf-8", "ignore")))
    return usual > 0 and usual >= len(_HIGH_BYTE.findall(_UTF8_CHARACTER.sub(b"", raw)))
