"""The files of a Whoosh index: which belong to its latest commit, and whether they are as they were written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.disk import checksum
from index.engines.whoosh.container import (
    SegmentEntry,
    SegmentFiles,
    is_index_file,
    read_commit,
    segment_of,
    toc_name,
)
from index.engines.whoosh.layout import SUMS, raising_broken_index
from index.engines.whoosh.terms import TermTable
from index.errors import BrokenIndex


def committed_files(path: Path) -> list[Path]:
    """The table of contents of the latest commit, the files of its segments, and whatever lies beside them.

    Left out are files of other segments, which a commit under way writes or has just replaced.

    Raises:
        BrokenIndex: the index can't be read.
    """
    with raising_broken_index(path):
        commit = read_commit(path)
        segments = {str(entry.segment_id()) for entry in commit.segments}
        toc = toc_name(commit.number)
        return [file for file in sorted(path.iterdir()) if _belongs(file, segments, toc)]


def _belongs(file: Path, segments: set[str], toc: str) -> bool:
    if segment_of(file) in segments or file.name == toc:
        return True
    return file.is_file() and file.suffix != ".new" and not is_index_file(file)


def damaged_files(path: Path) -> Iterator[tuple[str, str]]:
    """Files of segments that are no longer as they were written, each with what is wrong. Reads every byte.

    A segment without checksums is only examined for whether its stored texts and its terms can be read.

    Raises:
        BrokenIndex: the table of contents can't be read.
    """
    for entry in read_commit(path).segments:
        sums = path / f"{entry.segment_id()}{SUMS}"
        try:
            expected: dict[str, Any] = json.loads(sums.read_text(encoding="utf-8"))
            items = sorted((str(name), int(value)) for name, value in expected.items())
        except FileNotFoundError:
            yield from _unreadable(path, entry)  # written before checksums were kept
            continue
        except (OSError, ValueError, TypeError, AttributeError):
            yield sums.name, "can't be read"
            continue
        for name, value in items:
            try:
                if checksum(path / name) != value:
                    yield name, "is not as it was written"
            except FileNotFoundError:
                yield name, "is missing"
            except OSError as error:
                yield name, f"can't be read ({error.strerror})"


def _unreadable(path: Path, entry: SegmentEntry) -> Iterator[tuple[str, str]]:
    try:
        with raising_broken_index(path), SegmentFiles(path, entry) as segment:
            for doc in range(segment.doc_count):
                if not entry.is_deleted(doc):
                    segment.stored_values(doc)
            table = TermTable(segment)
            for field in table.fields:
                table.columns(field)
    except BrokenIndex as error:
        yield str(entry.segment_id()), error.message
