"""How a document lies in a Whoosh index: the schema, the encoding of positions, the files made durable."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from whoosh import columns, fields, formats
from whoosh.filedb.filestore import FileStorage

from index.article.facets import FACETS
from index.disk import FULL, checksum, sync_directory, sync_files
from index.document.schema import TEXT_FIELDS
from index.errors import BrokenIndex, HaberaraError

ID = "id"
ID_COLUMN = "id_column"
STORED = "stored"
SEQ = "seq"
STORY = "story"
SORT_KEY = "sort_key"

SUMS = ".crc"
"""The extension of the file with the checksums of a segment's files."""

BLOCK_LIMIT = 1024
"""Postings in a block. Whoosh's own 128 suits skipping within a list; whole lists are cheaper in large blocks."""


_NO_DAMAGE = FULL | {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EACCES}


@contextmanager
def raising_broken_index(path: Path) -> Iterator[None]:
    """Raise BrokenIndex for whatever Whoosh raises when it reads files that are missing, cut short or scrambled.

    Errors that say nothing of the files, such as too many open files or a full disk, are raised as they are.
    """
    try:
        yield
    except (HaberaraError, MemoryError):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _NO_DAMAGE:
            raise
        raise BrokenIndex(path, str(error) or type(error).__name__) from error


class PackedPositions(formats.Format):
    """The format of our text fields: weights are frequencies, values are positions as `blocks` packs them.

    Only `blocks` reads the values; to Whoosh itself a posting is a document and a weight.
    """

    def decode_frequency(self, value: bytes) -> int:  # noqa: ARG002 -- the signature is Whoosh's
        """Raise TypeError: positions are not decoded posting by posting."""
        raise TypeError("positions are read by index.engines.whoosh.blocks")


class TermsField(fields.FieldType):
    """An indexed and scored field that takes its terms from our own analyzer. Nothing is stored in it."""

    indexed = True
    stored = False
    scorable = True
    unique = False
    vector = None
    column_type = None
    analyzer = None
    multitoken_query = "default"

    def __init__(self) -> None:
        self.format = PackedPositions()

    def to_bytes(self, value: str | bytes) -> bytes:
        """The term as it stands in the term dictionary, in UTF-8."""
        return value if isinstance(value, bytes) else value.encode("utf-8")

    def from_bytes(self, value: Any) -> str:
        """The term whose bytes these are."""
        return str(value, "utf-8")


def whoosh_schema() -> fields.Schema:
    """The schema. It is always passed when an index is opened: the pickled copy in the index is never loaded."""
    schema: dict[str, Any] = {field.name: TermsField() for field in TEXT_FIELDS}
    # One term per article, to find it by; the id itself comes back from the stored fields.
    schema[ID] = fields.ID(stored=True, unique=True)
    # Everything that a reader gets back, in one value: pickled and compressed by Whoosh.
    schema[STORED] = fields.STORED()
    # The id once more by doc id, for breaking ties.
    schema[ID_COLUMN] = fields.COLUMN(columns.VarBytesColumn())
    schema[SEQ] = fields.COLUMN(columns.NumericColumn("q", default=0))
    schema[STORY] = fields.COLUMN(columns.NumericColumn("q", default=0))
    schema[SORT_KEY] = fields.COLUMN(columns.NumericColumn("q", default=0))
    # Strings rather than ordinals: they stay right when segments merge, and a commit can't tear them from their
    # documents. Ordinals are made when a segment is opened.
    for facet in FACETS:
        schema[facet.column] = fields.COLUMN(columns.VarBytesColumn())
    return fields.Schema(**schema)


class SyncedStorage(FileStorage):
    """File storage that makes a commit durable: Whoosh itself never calls fsync.

    A commit's last step renames the table of contents into place; before that, every file written since is synced,
    after that the directory is.
    """

    def __init__(self, path: Path, *, readonly: bool = False) -> None:
        # Memory-mapped files are copied whole into each reader by Whoosh: 168 MB where plain reads take 2.
        super().__init__(str(path), supports_mmap=False, readonly=readonly)
        self._written: set[str] = set()

    def create_file(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Create a file, and remember to sync it."""
        self._written.add(name)
        return super().create_file(name, *args, **kwargs)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Sync all files written since the last rename, then rename this one and sync the directory."""
        sync_files(Path(self.folder) / name for name in self._written)
        self._written.clear()
        super().rename_file(oldname, newname, safe=safe)
        sync_directory(Path(self.folder))

    def write_sums(self, segment: str) -> None:
        """Write a file with the checksums of a segment's files. Whoosh removes it together with the segment."""
        files = sorted(Path(self.folder).glob(f"{segment}.*"))
        sums = {path.name: checksum(path) for path in files if path.suffix != SUMS}
        with self.create_file(segment + SUMS) as file:
            file.write(json.dumps(sums, indent=1).encode("utf-8"))
