"""Tells whether a directory lies on a network file system, where an archive can be lost.

SQLite's write-ahead log and the writer's lock need shared memory and file locks that work for all processes; network
file systems promise both and often provide neither.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "afpfs", "afs", "ceph", "glusterfs", "lustre", "beegfs", "gpfs"}
    | {"ocfs2", "gfs2", "9p", "webdav", "davfs", "fuse.sshfs", "fuse.rclone", "fuse.glusterfs", "fuse.cephfs"}
    | {"fuse.s3fs", "fuse.gcsfuse", "fuse.davfs2"}
)
"""Network file systems, by the names that Linux and macOS give them; 9p is a Windows disk seen from WSL."""

_REMOTE = 4
"""DRIVE_REMOTE of Windows."""


def network_filesystem(path: Path) -> str | None:
    """The name of the network file system that a path lies on; None if it lies on none, as far as can be told."""
    place = path.resolve()
    if sys.platform == "win32":
        return _on_windows(place)
    kind = kind_of_mount(place, _linux() if sys.platform.startswith("linux") else _other())
    return kind if kind in NETWORK else None


def share_warning(data: Path) -> str | None:
    """The warning for a data directory on a network file system; None if it lies on a local disk."""
    kind = network_filesystem(data)
    if kind is None:
        return None
    return (
        f"{data} lies on a network file system ({kind}), where locks and the archive's log may fail: articles can be"
        " lost. Keep the data directory on a disk of this machine, and backups on the share."
    )


def kind_of_mount(place: Path, mounts: Iterable[tuple[str, str]]) -> str | None:
    """The file system of a path: that of the deepest mount (mount point, file system) above it."""
    below = [(len(Path(point).parts), kind) for point, kind in mounts if place.is_relative_to(point)]
    # Of two mounts on the same mount point, the later one covers the earlier.
    return max(enumerate(below), key=lambda item: (item[1][0], item[0]))[1][1] if below else None


def parse_mountinfo(text: str) -> Iterator[tuple[str, str]]:
    """Mounts from Linux's /proc/self/mountinfo, whose fields proc_pid_mountinfo(5) describes."""
    for line in text.splitlines():
        before, dash, after = line.partition(" - ")
        fields = before.split(" ")
        if dash and len(fields) > 4:
            yield _unescaped(fields[4]), after.split(" ", 1)[0]


def parse_mount(text: str) -> Iterator[tuple[str, str]]:
    """Mounts from the output of mount(8) of macOS and the BSDs: `//host/share on /Volumes/x (smbfs, nodev)`."""
    for line in text.splitlines():
        _, on, rest = line.partition(" on ")
        point, bracket, options = rest.rpartition(" (")
        if on and bracket:
            yield point, options.split(",", 1)[0].rstrip(")")


def _unescaped(text: str) -> str:
    for code, letter in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, letter)
    return text


def _linux() -> list[tuple[str, str]]:
    try:
        return list(parse_mountinfo(Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape")))
    except OSError:
        return []


def _other() -> list[tuple[str, str]]:
    try:
        run = subprocess.run(["mount"], capture_output=True, text=True, timeout=5, check=False)
        return list(parse_mount(run.stdout))
    except (OSError, subprocess.SubprocessError):
        return []


if sys.platform == "win32":

    def _on_windows(place: Path) -> str | None:
        import ctypes

        if place.drive.startswith("\\\\"):
            return "a network share"
        remote = ctypes.windll.kernel32.GetDriveTypeW(place.anchor) == _REMOTE
        return "a network drive" if remote else None
