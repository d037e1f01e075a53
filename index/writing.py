"""Writing into a data directory: the lock, what others left unfinished, then the archive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.archive import Archive
from index.disk import raising_disk_full
from index.engines.base import Backend
from index.errors import DataDirectoryError
from index.locks import writer_lock
from index.removal import finish_pending
from index.restored import finish_restore


@contextmanager
def _raising_data_directory_error(data: Path) -> Iterator[None]:
    """Tell in words of a file of the data directory that the system gives or takes no more; leave others' alone."""
    try:
        yield
    except OSError as error:
        if not isinstance(error.filename, str) or data.absolute() not in Path(error.filename).absolute().parents:
            raise
        reason = f"can't be used: {error.filename}: {error.strerror}"
        raise DataDirectoryError(data, reason, "Repair or move that file, or choose another with --data.") from error


@contextmanager
def writing(data: Path, purpose: str, backend: Backend, *, create: bool = True) -> Iterator[Archive]:
    """The archive, opened for the one writer. An interrupted restore or removal is finished first.

    Raises:
        LockedError: somebody else writes.
        DataDirectoryError, ArchiveError: see `Archive.open`.
        DiskFull: what was written inside found no space.
    """
    with writer_lock(data, purpose), _raising_data_directory_error(data), raising_disk_full(data):
        finish_restore(data)
        with Archive.open(data, create=create) as archive:
            finish_pending(archive, backend)
            yield archive
