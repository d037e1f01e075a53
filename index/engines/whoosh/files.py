"""The files of a Whoosh index: which belong to its latest commit, and whether they are as they were written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from whoosh.reading import SegmentReader

from index.disk import checksum
from index.engines.whoosh.layout import SUMS, told_as_damage
from index.engines.whoosh.terms import TermTable
from index.engines.whoosh.writer import open_index
from index.errors import BrokenIndex

_NAME = "MAIN"


def committed_files(path: Path) -> list[Path]:
    """The table of contents of the latest commit, the files of its segments, and whatever lies beside them.

    Left out are files of other segments, which a commit under way writes or has just replaced.

    Raises:
        BrokenIndex: the index can't be read.
    """
    with told_as_damage(path), closing(open_index(path, readonly=True)) as index:
        contents = index._read_toc()
        segments = {str(segment.segment_id()) for segment in contents.segments}
        table = f"_{_NAME}_{contents.generation}.toc"
        return [file for file in sorted(path.iterdir()) if _belongs(file, segments, table)]


def _belongs(file: Path, segments: set[str], table: str) -> bool:
    if file.name.partition(".")[0] in segments or file.name == table:
        return True
    return file.is_file() and file.suffix != ".new" and not file.name.startswith((f"{_NAME}_", f"_{_NAME}_"))


def damaged_files(path: Path) -> Iterator[tuple[str, str]]:
    """Files of the segments that are not as they were written, each with what is wrong. Reads every byte.

    Of a segment without checksums it can only be told whether its texts and its terms can be read.

    Raises:
        BrokenIndex: the table of contents can't be read.
    """
    with told_as_damage(path), closing(open_index(path, readonly=True)) as index:
        segments = [str(segment.segment_id()) for segment in index._read_toc().segments]
    for segment in segments:
        sums = path / f"{segment}{SUMS}"
        try:
            expected: dict[str, Any] = json.loads(sums.read_text(encoding="utf-8"))
            items = sorted((str(name), int(value)) for name, value in expected.items())
        except FileNotFoundError:
            yield from _unreadable(path, segment)  # written before checksums were kept
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


def _unreadable(path: Path, segment_id: str) -> Iterator[tuple[str, str]]:
    try:
        with told_as_damage(path), closing(open_index(path, readonly=True)) as index:
            for segment in index._read_toc().segments:
                if str(segment.segment_id()) == segment_id:
                    with closing(SegmentReader(index.storage, index.schema, segment)) as reader:
                        for _ in reader.iter_docs():
                            pass
                        table = TermTable(reader)
                        for field in table.fields:
                            table.columns(field)
    except BrokenIndex as error:
        yield segment_id, error.message
