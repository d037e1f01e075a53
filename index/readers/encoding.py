"""Bytes -> text: UTF-8, else the Turkish code page of Windows.

Turkish files are UTF-8 or cp1254 (ISO-8859-9 has the same letters; cp1254 adds the curly quotes). No other encoding is
guessed: with a wrong guess the Turkish letters would come out wrong without anybody noticing. The decision is made line
by line, since archives are made by joining files; where a line is ambiguous, the lines before it decide.
"""

from __future__ import annotations

import re

LEGACY = "cp1254"

_UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")

# The non-ASCII letters and signs of Turkish text: a line that was rightly read as UTF-8 has some of them.
_USUAL = re.compile("[çğıöşüÇĞİÖŞÜâîûÂÎÛ\u2010-\u2026]")


class TextDecoder:
    """Decodes one file, line by line or as a whole. It remembers which encoding the lines so far had."""

    def __init__(self) -> None:
        """For one file."""
        self._legacy_seen = False

    def decode(self, raw: bytes) -> str:
        """The text of a line. Raises ValueError, with a reason for users, for bytes of neither encoding."""
        if raw.isascii():
            return raw.decode("ascii")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            return self._legacy(raw, error)
        # The two bytes of `Ç”` in cp1254 happen to be one letter in UTF-8.
        if self._legacy_seen and not _USUAL.search(text):
            return self._legacy(raw, None)
        return text

    def decode_lossless(self, raw: bytes) -> str:
        """Decode as `decode` does, but turn undecodable bytes into lone surrogates, which the caller finds."""
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
    """Whether its Turkish letters are UTF-8: then a few bytes are damaged, and reading it as cp1254 would garble it."""
    characters = _UTF8_CHARACTER.findall(raw)
    usual = len(_USUAL.findall(b"".join(characters).decode("utf-8", "ignore")))
    return usual > 0 and usual >= len(_HIGH_BYTE.findall(_UTF8_CHARACTER.sub(b"", raw)))
