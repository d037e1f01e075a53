"""Which files a source has, what kind each is, and one stream of articles and rejections from them."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.article import Article, BadRecord
from index.errors import SourceError
from index.readers.delimited import read_delimited
from index.readers.jsonl import read_jsonl
from index.readers.options import Format, ReadOptions
from index.readers.record import RawRecord, RecordReader
from index.readers.streams import DAMAGE, STDIN, Broken, damage_reason, opened
from index.readers.text import read_text

_KINDS: dict[str, Format] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "text",
}
_COMPRESSED = (".gz", ".xz")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a source. `origin` names it in the archive (its absolute path); `records` can be read once."""

    origin: str
    records: Iterator[Article | BadRecord]


def read_source(source: Path | str, options: ReadOptions) -> Iterator[Article | BadRecord]:
    """Everything in a file, a folder (all below it, in the order of the names) or stdin (`-`).

    Raises:
        SourceError: the source is missing, can't be read, or has no file that can be.
    """
    for file in read_files(source, options):
        yield from file.records


def read_files(source: Path | str, options: ReadOptions) -> Iterator[SourceFile]:
    """As `read_source`, file by file: read the records of each before going on to the next."""
    if source == STDIN:
        yield SourceFile("<stdin>", _articles(STDIN, "<stdin>", options.format, options))
        return
    path = Path(source)
    if path.is_dir():
        yield from _folder(path, options)
    elif path.exists():
        yield SourceFile(_origin(path), _articles(path, str(path), kind_of(path, options.format), options))
    else:
        raise SourceError(str(source), "does not exist")


def kind_of(path: Path, wanted: Format = "auto") -> Format:
    """The kind of file by its name, unless the user says; `auto` if the name says nothing."""
    if wanted != "auto":
        return wanted
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in _COMPRESSED:
        suffixes.pop()
    return _KINDS.get(suffixes[-1], "auto") if suffixes else "auto"


def _origin(path: Path) -> str:
    return path.resolve().as_posix()


# -- folders


def _folder(folder: Path, options: ReadOptions) -> Iterator[SourceFile]:
    read = 0
    unreadable: list[BadRecord] = []
    unknown: dict[str, list[Path]] = {}
    for path in _files_below(folder, unreadable):
        kind = kind_of(path, options.format)
        if kind == "auto":
            unknown.setdefault(path.suffix.lower(), []).append(path)
        elif not path.is_file():
            unreadable.append(BadRecord(str(path), "is not a regular file"))
        else:
            read += 1
            yield SourceFile(_origin(path), _reported(_articles(path, str(path), kind, options), str(path)))
    left_out = [*unreadable, *_left_out(unknown)]
    if left_out:
        yield SourceFile(_origin(folder), iter(left_out))
    if not read:
        raise SourceError(
            str(folder),
            "holds no file that can be read",
            f"Known kinds: {' '.join(_KINDS)}, each also with {' or '.join(_COMPRESSED)}; or say --format.",
        )


def _files_below(folder: Path, unreadable: list[BadRecord]) -> Iterator[Path]:
    """All files, in the order of their names. Hidden ones are left out, links to folders are not followed."""

    def failed(error: OSError) -> None:
        unreadable.append(BadRecord(str(error.filename), f"can't be read ({error.strerror})"))

    for directory, folders, names in os.walk(folder, onerror=failed):
        folders[:] = sorted(name for name in folders if not _is_hidden(directory, name))
        for name in sorted(names):
            if not _is_hidden(directory, name):
                yield Path(directory, name)


def _is_hidden(directory: str, name: str) -> bool:
    if name.startswith("."):
        _log.info("Left out, since hidden: %s", Path(directory, name))
        return True
    return False


def _left_out(unknown: dict[str, list[Path]]) -> Iterator[BadRecord]:
    """One rejection for each unknown kind, not for each file: a folder of pages comes with its pictures."""
    for suffix, paths in unknown.items():
        many = f"and {len(paths) - 1} more left out: " if len(paths) > 1 else "left out: "
        yield BadRecord(str(paths[0]), f"{many}unknown kind of file ({suffix or 'no suffix'})")


def _reported(records: Iterator[Article | BadRecord], name: str) -> Iterator[Article | BadRecord]:
    """In a folder, a file that can't be read is one rejection; the others go on."""
    try:
        yield from records
    except SourceError as error:
        yield BadRecord(name, f"{error.reason}. {error.remedy}".rstrip(". "))


# -- files


def _articles(path: Path | str, name: str, kind: Format, options: ReadOptions) -> Iterator[Article | BadRecord]:
    reader = RecordReader(name, options)
    seen = _Seen(name)
    empty = True
    with opened(path) as stream:
        for record in _until_broken(_raw_records(stream, name, kind, options), name):
            empty = False
            article = reader.read(record)
            if isinstance(article, Article) and isinstance(record, RawRecord) and not options.update:
                article = seen.check(article, record.line)
            yield article
    if empty:
        yield BadRecord(name, "holds no records")


def _raw_records(
    stream: io.BufferedReader, name: str, kind: Format, options: ReadOptions
) -> Iterator[RawRecord | BadRecord]:
    if kind == "auto":
        kind = _sniffed(stream, name)
    if kind == "jsonl":
        yield from read_jsonl(stream, name)
    elif kind == "csv":
        yield from read_delimited(stream, name, options)
    else:
        yield read_text(stream, name)


def _sniffed(stream: io.BufferedReader, name: str) -> Format:
    """The kind of a named file (or stdin) whose name says nothing: only JSON shows itself surely."""
    try:
        head = stream.peek(64)
    except DAMAGE as error:
        raise Broken(0, damage_reason(error)) from error
    if head.lstrip()[:1] in (b"{", b"["):
        return "jsonl"
    raise SourceError(name, "is of an unknown kind", "Say what it is with --format jsonl, csv or text.")


def _until_broken(records: Iterator[RawRecord | BadRecord], name: str) -> Iterator[RawRecord | BadRecord]:
    """What was read before damage is kept; the damage is a rejection."""
    try:
        yield from records
    except Broken as broken:
        yield BadRecord(name, f"{broken.reason}; what came before was kept", broken.line + 1)


class _Seen:
    """The ids of one file. About 220 bytes of memory for each."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._first: dict[str, tuple[int | None, int]] = {}

    def check(self, article: Article, line: int | None) -> Article | BadRecord:
        """The article, unless its id came before with other content."""
        content = hash(article)
        first_line, first_content = self._first.setdefault(article.id, (line, content))
        if first_content == content:
            return article
        reason = f"line {first_line} has the same id {article.id!r} with other content (--update would take this one)"
        return BadRecord(self._name, reason, line, "id")
