"""What a backup says of itself: which files, of which content. A backup without it is none."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from index.errors import BackupError

NAME = "backup.json"
FORMAT = 1
_CHUNK = 1 << 20
_GENERATION = re.compile(r"\d{6}-[0-9A-Za-z-]{1,57}")
_FILE = re.compile(rf"[a-z_]+\.(?:db|jsonl|tsv)|index/CURRENT|index/(?P<generation>{_GENERATION.pattern})/\w[\w.+-]*")
"""What `backup` writes: nothing that leads out of a directory, on any platform."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of a backup: its size in bytes and its BLAKE2b."""

    bytes: int
    digest: str


@dataclass(frozen=True, slots=True)
class BackupManifest:
    """`schema` is the archive's; `generation` is None where there was no index that could be copied.

    `files` go by their path in the backup, with slashes.
    """

    created: str
    haberara: str
    schema: int
    articles: int
    generation: str | None
    files: Mapping[str, FileEntry]

    @property
    def bytes(self) -> int:
        """Of all files."""
        return sum(entry.bytes for entry in self.files.values())

    def text(self) -> str:
        """As it is written: JSON with a digest of itself."""
        content = {"format": FORMAT, **asdict(self)}
        return json.dumps({**content, "digest": _digest(content)}, indent=1, sort_keys=True) + "\n"


def read_manifest(folder: Path) -> BackupManifest:
    """The manifest of a backup.

    Raises:
        BackupError: there is none, it is damaged, or a newer Haberara wrote it.
    """
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
        digest = found.pop("digest")
    except FileNotFoundError:
        raise BackupError(
            f"{folder} is not a backup: it has no {NAME}.", "Name a directory that `backup` made."
        ) from None
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise _damaged(folder) from error
    if isinstance(found.get("format"), int) and found["format"] > FORMAT:
        raise BackupError(f"{folder} was made by a newer Haberara.", "Upgrade Haberara.")
    if digest != _digest(found):
        raise _damaged(folder)
    try:
        files = {name: FileEntry(**entry) for name, entry in found.pop("files").items()}
        found.pop("format")
        manifest = BackupManifest(files=files, **found)
    except (TypeError, AttributeError, KeyError) as error:
        raise _damaged(folder) from error
    _check_names(folder, manifest)
    return manifest


def _check_names(folder: Path, manifest: BackupManifest) -> None:
    """Refuse names that a backup never has: a copy from hand to hand may have been given others, or links."""
    for name in manifest.files:
        known = _FILE.fullmatch(name)
        inside = known and known["generation"] in (None, manifest.generation)
        if not inside or (folder / name).resolve() != folder.resolve() / name:
            raise BackupError(f"The backup {folder} names {name[:80]!r}, which is not its own.", "Use another backup.")
    if manifest.generation is not None and not _GENERATION.fullmatch(manifest.generation):
        raise _damaged(folder)


def copy_file(source: Path, target: Path) -> FileEntry:
    """Copy a file and say what was copied. Folders above the copy are made."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = blake2b(digest_size=32), 0
    with source.open("rb") as read, target.open("wb") as write:
        while chunk := read.read(_CHUNK):
            write.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return FileEntry(size, digest.hexdigest())


def describe(path: Path) -> FileEntry:
    """What a file is now."""
    digest, size = blake2b(digest_size=32), 0
    with path.open("rb") as read:
        while chunk := read.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return FileEntry(size, digest.hexdigest())


def _digest(content: Mapping[str, Any]) -> str:
    return blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=32).hexdigest()


def _damaged(folder: Path) -> BackupError:
    return BackupError(f"{folder / NAME} is damaged.", "Use another backup.")
