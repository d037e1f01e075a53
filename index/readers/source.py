"""Reads the files of a source in order: a file, a folder, an archive of files, an address or stdin."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from index.article import Article, BadRecord
from index.errors import SourceError
from index.readers.containers import Member, members
from index.readers.fetch import fetched, is_address
from index.readers.file import read_file
from index.readers.kinds import container_of, is_container, kind_of, known_kinds, suffix_shown
from index.readers.mapping import with_mapping_beside
from index.readers.naming import origin_of, shown_name
from index.readers.options import Format, ReadOptions
from index.readers.streams import STDIN, Broken, opened, readable

_log = logging.getLogger(__name__)

_LEADS_OUT = "is a link that leads out of the folder; what it leads to can be added by its own name"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a source. `origin` names it in the archive (its absolute path as text); `records` can be read
    once."""

    origin: str
    records: Iterator[Article | BadRecord]


def read_source(source: Path | str, options: ReadOptions) -> Iterator[Article | BadRecord]:
    """All articles and rejections of a file, of a folder (everything below it, by name), an address or stdin (`-`).

    Raises:
        SourceError: the source is missing, can't be read, or has no readable file.
    """
    for file in read_files(source, options):
        yield from file.records


def read_files(source: Path | str, options: ReadOptions) -> Iterator[SourceFile]:
    """Like `read_source`, but file by file; the records of each file must be read before the next is asked for."""
    text = str(source)
    if text == STDIN:
        with opened(STDIN) as stream:
            options = with_mapping_beside(Path(), options)
            yield from _stream_files(stream, "<stdin>", "<stdin>", options.format, options)
        return
    if is_address(text):
        yield from _address(text, with_mapping_beside(Path(), options))
        return
    path = Path(source)
    if path.is_dir():
        yield from _folder(path, with_mapping_beside(path, options))
    elif path.exists():
        yield from _file(path, with_mapping_beside(path.parent, options))
    else:
        raise SourceError(shown_name(text), "does not exist")


def _file(path: Path, options: ReadOptions) -> Iterator[SourceFile]:
    with opened(path) as stream:
        yield from _stream_files(stream, shown_name(path), origin_of(path), kind_of(path, options.format), options)


def _address(url: str, options: ReadOptions) -> Iterator[SourceFile]:
    """The file that a server sends; none if it answers that nothing has changed."""
    answer = fetched(url, options.feeds)
    if answer is None:
        return
    stream = readable(io.BufferedReader(io.BytesIO(answer.content)), url)
    kind = kind_of(PurePosixPath(answer.path), options.format)
    # The suffix of an address, such as .xml or .json, is not to be relied on: the content decides.
    kind = kind if options.format != "auto" or kind in ("csv", "text") else "auto"
    yield from _stream_files(stream, url, answer.url, kind, replace(options, inner=answer.inner))


def _stream_files(
    stream: io.BufferedReader, name: str, origin: str, kind: Format, options: ReadOptions
) -> Iterator[SourceFile]:
    """The stream as one file or, if it is a ZIP or tar, its members."""
    try:
        container = container_of(stream)
    except Broken:
        container = None  # reading its first record will report the damage
    if container is None:
        yield SourceFile(origin, read_file(stream, name, kind, options))
        return
    read = 0
    unknown: dict[str, list[str]] = {}
    for member in members(stream, name, container):
        if isinstance(member, BadRecord):
            read += 1
            yield SourceFile(origin, iter([member]))
            continue
        path = PurePosixPath(member.name)
        member_kind = kind_of(path, options.format)
        if _is_chaff(path):
            _log.info("Left out because it is hidden: %s", member.name)
        elif member_kind == "auto" and not is_container(path):
            unknown.setdefault(suffix_shown(path), []).append(member.name)
        else:
            read += 1
            yield SourceFile(f"{origin}{member.name.removeprefix(name)}", _member(member, member_kind, options))
    left_out = list(_left_out(unknown))
    if not read and not left_out:
        left_out = [BadRecord(name, "holds no files")]
    if left_out:
        yield SourceFile(origin, iter(left_out))


def _is_chaff(path: PurePosixPath) -> bool:
    """Whether a member is a hidden file, or one that macOS adds beside each file of an archive."""
    return path.name.startswith(".") or "__MACOSX" in path.parts


def _member(member: Member, kind: Format, options: ReadOptions) -> Iterator[Article | BadRecord]:
    return _reported(_member_records(member, kind, options), member.name)


def _member_records(member: Member, kind: Format, options: ReadOptions) -> Iterator[Article | BadRecord]:
    stream = readable(member.stream, member.name)
    try:
        nested = container_of(stream)
    except Broken:
        nested = None
    if nested:
        raise SourceError(member.name, "is refused: it is an archive in an archive", "Unpack it first.")
    yield from read_file(stream, member.name, kind, options)


# -- folders


def _folder(folder: Path, options: ReadOptions) -> Iterator[SourceFile]:
    read = 0
    unreadable: list[BadRecord] = []
    unknown: dict[str, list[str]] = {}
    for path in files_below(folder, unreadable):
        if options.only is not None and path not in options.only:
            continue
        if kind_of(path, options.format) == "auto" and not is_container(path):
            unknown.setdefault(suffix_shown(path), []).append(shown_name(path))
        elif not path.is_file():
            unreadable.append(BadRecord(shown_name(path), "is not a regular file"))
        else:
            read += 1
            yield from _file_of_folder(path, options)
    left_out = [*unreadable, *_left_out(unknown)]
    if left_out:
        yield SourceFile(origin_of(folder), iter(left_out))
    if not read and options.only is None:
        raise SourceError(
            shown_name(folder),
            "holds no file that can be read",
            f"Known kinds: {known_kinds()}; or name the kind with --format.",
        )


def _file_of_folder(path: Path, options: ReadOptions) -> Iterator[SourceFile]:
    """A file of a folder. If it can't be read, that is one rejection, and the folder's other files are read."""
    try:
        for file in _file(path, options):
            yield replace(file, records=_reported(file.records, shown_name(path)))
    except SourceError as error:
        yield SourceFile(origin_of(path), iter([_rejection(error, shown_name(path))]))


def files_below(folder: Path, unreadable: list[BadRecord]) -> Iterator[Path]:
    """All files below a folder, ordered by name. Hidden ones are left out, links to folders are not followed.

    Folders that can't be listed and links that lead out of the folder are added to `unreadable`.
    """
    within = folder.resolve()

    def failed(error: OSError) -> None:
        unreadable.append(BadRecord(shown_name(error.filename), f"can't be read ({error.strerror})"))

    for directory, folders, names in os.walk(folder, onerror=failed):
        folders[:] = sorted(name for name in folders if not _is_hidden(directory, name))
        names = sorted(name for name in names if not _is_hidden(directory, name))
        outward = {name for name in (*folders, *names) if _leads_out(Path(directory, name), within)}
        unreadable.extend(BadRecord(shown_name(Path(directory, name)), _LEADS_OUT) for name in sorted(outward))
        yield from (Path(directory, name) for name in names if name not in outward)


def _leads_out(path: Path, folder: Path) -> bool:
    """Whether a path is a link to something that is not below the folder: whoever fills it may not read all of that."""
    try:
        return path.is_symlink() and not path.resolve().is_relative_to(folder)
    except (OSError, RuntimeError):  # a link to itself
        return True


def _is_hidden(directory: str, name: str) -> bool:
    if name.startswith("."):
        _log.info("Left out because it is hidden: %s", shown_name(Path(directory, name)))
        return True
    return name == "haberara.toml"


def _left_out(unknown: dict[str, list[str]]) -> Iterator[BadRecord]:
    """One rejection for each unknown suffix, not for each file: saved pages come with many pictures."""
    for suffix, paths in unknown.items():
        many = f"and {len(paths) - 1} more left out: " if len(paths) > 1 else "left out: "
        yield BadRecord(paths[0], f"{many}unknown kind of file ({suffix})")


def _reported(records: Iterator[Article | BadRecord], name: str) -> Iterator[Article | BadRecord]:
    try:
        yield from records
    except SourceError as error:
        yield _rejection(error, name)


def _rejection(error: SourceError, name: str) -> BadRecord:
    return BadRecord(name, f"{error.reason}. {error.remedy}".rstrip(". "))
