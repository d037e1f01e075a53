"""Whatever is damaged, the doctor names it, and the command that it names mends it."""

from __future__ import annotations

import gc
import json
import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest
from cli_support import haberara, write

from index import shares as mounts
from index.archive import Archive, schema
from index.archive.tombstones import FILE_NAME as TOMBSTONES
from index.backup import backup
from index.building import AddOptions, add, reindex
from index.doctor import Severity, examine
from index.errors import DataDirectoryError
from index.generations import Generations
from index.locks import Holder, writer_lock
from index.observer import Observer
from index.removal import remove

ONE = AddOptions(jobs=1)

# Whoosh leaves a file open when it can't read it.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(autouse=True)
def no_file_left_to_other_tests():
    yield
    gc.collect()


@pytest.fixture(scope="module")
def template(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample in two generations, with a backup beside it."""
    folder = tmp_path_factory.mktemp("doctor")
    shutil.copytree(sample_data, folder / "data")
    reindex(folder / "data", jobs=1)
    backup(folder / "data", folder / "backup")
    return folder


@pytest.fixture
def data(template: Path, tmp_path: Path) -> Path:
    shutil.copytree(template / "backup", tmp_path / "backup")
    return Path(shutil.copytree(template / "data", tmp_path / "data"))


def live(data: Path) -> Path:
    return Generations(data).current().path


def earlier(data: Path) -> Path:
    return next(iter(Generations(data).all())).path


def sql(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for statement in statements:
            database.execute(statement)


def flip(path: Path, at: float = 0.5) -> None:
    raw = bytearray(path.read_bytes())
    raw[int(len(raw) * at)] ^= 0x41
    path.write_bytes(raw)


def only(folder: Path, pattern: str) -> Path:
    return max(folder.glob(pattern), key=lambda path: path.stat().st_size)


def lemmas(data: Path) -> Path:
    return next(data.glob("lemmas-*.db"))


def scramble_pages(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw = bytearray(path.read_bytes())
    for page in range(4096, len(raw), 4096):
        raw[page : page + 64] = b"\xff" * 64
    path.write_bytes(raw)


def interrupt_removal(data: Path) -> None:
    class Interrupting(Observer):
        def began(self, step: str) -> None:
            if step == "index":
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        remove(data, ["ornek-afet-001"], observer=Interrupting())


def put_older_archive_back(data: Path) -> None:
    shutil.copy(data / "archive.db", data.parent / "old.db")
    remove(data, ["ornek-afet-001"])
    shutil.move(data.parent / "old.db", data / "archive.db")


def leave_note(data: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    note = {
        "pid": process.pid,
        "host": Holder.ourselves("x").host,
        "purpose": "add",
        "since": "2026-01-01T00:00:00+00:00",
    }
    (data / "writer.json").write_text(json.dumps(note), "utf-8")


TABLES_SINCE = {2: ("tombstone", "source"), 3: ("story",)}
"""The tables that each schema of the archive brought."""


def make_older(path: Path, version: int = 1) -> None:
    """The archive as an earlier schema had it."""
    later = [table for since, tables in TABLES_SINCE.items() if since > version for table in tables]
    sql(path, *(f"DROP TABLE {table}" for table in later), f"PRAGMA user_version = {version}")


def change_fingerprint(what: str) -> Callable[[Path], None]:
    def change(data: Path) -> None:
        manifest = live(data) / "manifest.json"
        said = json.loads(manifest.read_text("utf-8"))
        said["fingerprints"][what] = "older"
        manifest.write_text(json.dumps(said), "utf-8")

    return change


def index_behind(data: Path) -> None:
    """Articles that are stored and not indexed."""
    source = write(data.parent / "late.jsonl", {"id": "late", "title": "Geç kalan haber"})
    manifest = live(data) / "manifest.json"
    before = manifest.read_text("utf-8")
    change_fingerprint("schema")(data)
    assert haberara("add", source, "--data", data, "--jobs", 1).status == 1
    manifest.write_text(before, "utf-8")


def grow_log(data: Path) -> None:
    # A writer that was killed while somebody was reading: the log stays as it is.
    code = (
        "import sqlite3, sys, os; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('PRAGMA wal_autocheckpoint = 0'); c.execute('CREATE TABLE big (x)');"
        "c.execute('INSERT INTO big VALUES (zeroblob(70000000))'); c.execute('DROP TABLE big'); os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", code, str(data / "archive.db")], check=False)


@dataclass(frozen=True)
class Damage:
    check: str
    severity: str
    words: str
    remedy: str
    do: Callable[[Path], object]


RESTORE = "haberara restore DIR --replace"
DAMAGES = {
    "archive gone": Damage("archive", "problem", "no archive", RESTORE, lambda d: (d / "archive.db").unlink()),
    "archive scrambled": Damage("archive", "problem", "damaged", RESTORE, lambda d: scramble_pages(d / "archive.db")),
    "archive cut": Damage(
        "archive", "problem", "damaged", RESTORE,
        lambda d: (d / "archive.db").write_bytes((d / "archive.db").read_bytes()[:200_000]),
    ),
    "no database": Damage(
        "archive", "problem", "not a", RESTORE, lambda d: (d / "archive.db").write_bytes(b"haber " * 900)
    ),
    "a letter changed": Damage(
        "contents", "problem", "'ornek-afet-001'", RESTORE,
        lambda d: sql(d / "archive.db", "UPDATE text SET body = 'x' || body WHERE seq ="
                      " (SELECT seq FROM article WHERE id = 'ornek-afet-001')"),
    ),
    "orphans": Damage(
        "archive", "problem", "belong to no version", RESTORE,
        lambda d: sql(d / "archive.db", "PRAGMA foreign_keys = OFF", "DELETE FROM version WHERE seq = 3"),
    ),
    "older schema": Damage(
        "archive", "warning", "older schema", "haberara reindex --if-needed", lambda d: make_older(d / "archive.db")
    ),
    "log": Damage("log", "warning", "log has grown to ", "haberara remove --finish", grow_log),
    "no index": Damage("index", "problem", "no index", "haberara reindex", lambda d: shutil.rmtree(d / "index")),
    "CURRENT": Damage(
        "index", "problem", "CURRENT names", "haberara reindex",
        lambda d: (d / "index" / "CURRENT").write_text("000009-x", "utf-8"),
    ),
    "stale": Damage("index", "problem", "another schema", "haberara reindex", change_fingerprint("schema")),
    "analyzer": Damage("index", "problem", "another analyzer", "haberara reindex", change_fingerprint("analyzer")),
    "entities": Damage("index", "warning", "older rules", "haberara reindex", change_fingerprint("entities")),
    "a column decays": Damage(
        "index", "problem", "facet_person.col of the index is not as it was written", "haberara reindex",
        lambda d: flip(only(live(d), "*.facet_person.col")),
    ),
    "texts decay": Damage(
        "index", "problem", "is not as it was written", "haberara reindex", lambda d: flip(only(live(d), "*.trm"))
    ),
    "postings gone": Damage(
        "index", "problem", "is missing", "haberara reindex", lambda d: only(live(d), "*.pst").unlink()
    ),
    "checksums decay": Damage(
        "index", "problem", "can't be read", "haberara reindex", lambda d: only(live(d), "*.crc").write_bytes(b"{")
    ),
    "no checksums and decay": Damage(
        "index", "problem", "", "haberara reindex",
        lambda d: (only(live(d), "*.crc").unlink(), only(live(d), "*.trm").write_bytes(b"x" * 1000)),
    ),
    "table of contents": Damage(
        "index", "problem", "can't be read", "haberara reindex", lambda d: only(live(d), "*.toc").write_bytes(b"\0")
    ),
    "behind": Damage("agreement", "problem", "is behind: it lacks 1 ", "haberara reindex --if-needed", index_behind),
    "only in the index": Damage(
        "agreement", "problem", "1 are only there", "haberara reindex",
        lambda d: sql(d / "archive.db", "PRAGMA foreign_keys = ON", "DELETE FROM version WHERE id = 'ornek-afet-001'"),
    ),
    "unfinished index": Damage(
        "generations", "warning", "was not finished", "haberara reindex", lambda d: Generations(d).create()
    ),
    "earlier index": Damage(
        "generations", "warning", "is of no use", "haberara reindex", lambda d: flip(only(earlier(d), "*.trm"))
    ),
    "lemmas": Damage("lemmas", "problem", "is damaged", "haberara reindex", lambda d: scramble_pages(lemmas(d))),
    "lemmas of another version": Damage(
        "lemmas", "note", "another version", "haberara reindex",
        lambda d: shutil.copy(lemmas(d), d / "lemmas-000000000000.db"),
    ),
    "lock": Damage("lock", "warning", "did not end properly", "haberara remove --finish", leave_note),
    "removal": Damage("unfinished", "problem", "removal was interr", "haberara remove --finish", interrupt_removal),
    "older archive": Damage(
        "tombstones", "problem", "does not know of all", "haberara remove --finish", put_older_archive_back
    ),
    "restore": Damage(
        "unfinished", "problem", "restore was interrupted", "haberara remove --finish",
        lambda d: ((d / "restored").mkdir(), shutil.copy(d / "archive.db", d / "restored"),
                   shutil.copytree(live(d), d / "restored" / "index" / "000007-x"),
                   (d / "restored" / "index" / "CURRENT").write_text("000007-x\n", "utf-8")),
    ),
    "half a restore": Damage(
        "unfinished", "warning", "its copy takes space", "haberara remove --finish", lambda d: (d / "restoring").mkdir()
    ),
    "corrections": Damage(
        "tables", "warning", "people_aliases.tsv", "haberara reindex --facets",
        lambda d: (d / "people_aliases.tsv").write_text("yalnız bir sütun\n", "utf-8"),
    ),
}  # fmt: skip


def asked(data: Path) -> dict[str, object]:
    ran = haberara("doctor", "--data", data, "--json")
    said = ran.json
    assert ran.status == (1 if said["problems"] else 0)
    assert said["problems"] == sum(f["severity"] == "problem" for f in said["findings"])
    return said


def test_a_sound_directory(data):
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file() and path.suffix not in (".db",)}
    said = asked(data)
    assert {f["severity"] for f in said["findings"]} == {"ok"}
    assert {f["check"] for f in said["findings"]} >= {
        "place", "space", "lock", "archive", "tombstones", "contents", "log", "index", "agreement", "generations",
        "lemmas", "search",
    }  # fmt: skip
    after = {path: path.read_bytes() for path in before}
    assert after == before
    assert "ok      The index holds all 180 articles of the archive." in haberara("doctor", "--data", data).out


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_named_and_the_command_named_mends_it(data, name):
    damage = DAMAGES[name]
    damage.do(data)
    found = [f for f in asked(data)["findings"] if f["check"] == damage.check and f["severity"] == damage.severity]
    assert found, asked(data)
    assert damage.words in found[0]["message"]
    assert damage.remedy + "`" in found[0]["remedy"]
    if name == "corrections":
        (data / "people_aliases.tsv").write_text("RTE\tRecep Tayyip Erdoğan\n", "utf-8")
    command = shlex.split(damage.remedy.replace("DIR", shlex.quote(str(data.parent / "backup"))))[1:]
    ran = haberara(*command, "--data", data)
    assert ran.status == 0, ran.err
    after = asked(data)
    assert after["problems"] == 0, after
    mended = [f for f in after["findings"] if f["check"] == damage.check]
    assert all(f["severity"] == "ok" for f in mended), mended


@pytest.mark.parametrize("what", ["entities SET packed = '[1,'", "version SET published = 'x003-04-05'"])
def test_an_article_that_cant_be_understood_is_named(data, what):
    with Archive.open_readonly(data) as archive:
        article_id, seq = archive.required("SELECT id, seq FROM article JOIN version USING (seq, id) LIMIT 1")
    sql(data / "archive.db", f"UPDATE {what} WHERE seq = {seq}")
    found = next(f for f in asked(data)["findings"] if f["check"] == "contents")
    assert found["severity"] == "problem"
    assert f"1 articles are not as they were stored, the first is {article_id!r}" in found["message"]
    ran = haberara("reindex", "--jobs", 1, "--data", data)
    assert ran.status == 1
    assert f"The article {article_id!r} in" in ran.err
    assert "backup" in ran.err


def test_a_file_that_goes_while_an_index_is_measured(data, monkeypatch):
    generation = Generations(data).current()
    size = generation.size()
    gone = generation.path / "gone"
    seen = [*generation.path.rglob("*"), gone]
    is_file = Path.is_file
    monkeypatch.setattr(Path, "rglob", lambda self, pattern: iter(seen))
    monkeypatch.setattr(Path, "is_file", lambda self: self == gone or is_file(self))
    assert generation.size() == size


def test_an_index_that_is_a_file_is_told(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "index").write_text("", "utf-8")
    source = tmp_path / "a.jsonl"
    source.write_text('{"id": "1", "title": "Bir"}\n', "utf-8")
    ran = haberara("add", source, "--data", tmp_path / "data", "--jobs", 1)
    assert ran.status == 1
    assert str(tmp_path / "data" / "index") in ran.err
    assert "Traceback" not in ran.err


def test_a_newer_archive_is_for_a_newer_program(data):
    sql(data / "archive.db", "PRAGMA user_version = 99")
    found = next(f for f in asked(data)["findings"] if f["check"] == "archive")
    assert found["severity"] == "problem"
    assert "Upgrade Haberara" in found["remedy"]


def test_hashes_that_cant_be_read(data):
    (data / TOMBSTONES).write_text("{\n", "utf-8")
    found = [f for f in asked(data)["findings"] if "tombstones.jsonl" in f["message"]]
    assert found[0]["severity"] == "problem"
    (data / TOMBSTONES).unlink()  # moved away, as the remedy says
    assert haberara("remove", "--finish", "--data", data).status == 0
    assert asked(data)["problems"] == 0


def test_a_full_disk(data, monkeypatch):
    monkeypatch.setattr("index.doctor.place.shutil.disk_usage", lambda path: shutil._ntuple_diskusage(100, 99, 1))
    found = next(f for f in examine(data) if f.check == "space")
    assert found.severity is Severity.WARNING
    assert "nearly full: 0 MB are free" in found.message


def test_somebody_is_writing(data):
    with writer_lock(data, "add"):
        finding = next(f for f in examine(data) if f.check == "lock")
    assert finding.severity is Severity.NOTE
    assert f"`add` (process {os.getpid()} " in finding.message


def test_the_articles_that_were_compared_are_told(data):
    class Told(Observer):
        stages: ClassVar[list[tuple[str, int, int | None]]] = []

        def progress(self, stage: str, done: int, total: int | None) -> None:
            self.stages.append((stage, done, total))

    examine(data, observer=Told())
    assert [told[:2] for told in Told.stages] == [("contents", 100)]


def test_no_directory(tmp_path):
    with pytest.raises(DataDirectoryError, match="does not exist"):
        examine(tmp_path / "none")
    ran = haberara("doctor", "--data", tmp_path / "none")
    assert (ran.status, "does not exist" in ran.err) == (1, True)


def test_every_earlier_schema_of_the_archive_is_mended(data):
    for version in range(1, schema.known_version()):
        make_older(data / "archive.db", version)
        assert haberara("status", "--data", data).status == 1
        assert haberara("reindex", "--if-needed", "--jobs", 1, "--data", data).status == 0
        assert asked(data)["problems"] == 0
        with Archive.open_readonly(data) as archive:
            assert archive.count() == 180


# -- network shares

MOUNTINFO = r"""22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
30 22 0:40 / /srv rw,relatime shared:2 - nfs4 server:/export rw,vers=4.2
31 30 0:41 / /srv/own rw,relatime - ext4 /dev/vdb1 rw
32 22 0:42 / /mnt/haber\040ar\305\237ivi rw - cifs //server/haber rw
33 22 0:43 / /mnt/twice rw - ext4 /dev/vdc1 rw
34 22 0:44 / /mnt/twice rw - fuse.sshfs me@server: rw
broken line
"""
MOUNT = """/dev/disk1s1 on / (apfs, local, journaled)
//me@server/haber on /Volumes/Haber Dosyaları (smbfs, nodev, nosuid)
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/data/a", "ext4"), ("/srv/a", "nfs4"), ("/srv", "nfs4"), ("/srv/own/a", "ext4"), ("/srvown", "ext4"),
     ("/mnt/twice/a", "fuse.sshfs")],
)  # fmt: skip
def test_the_deepest_mount_counts(path, kind):
    assert mounts.kind_of_mount(Path(path), mounts.parse_mountinfo(MOUNTINFO)) == kind


def test_mounts_of_other_systems():
    known = list(mounts.parse_mount(MOUNT))
    assert mounts.kind_of_mount(Path("/Volumes/Haber Dosyaları/a"), known) == "smbfs"
    assert mounts.kind_of_mount(Path("/data/a"), known) == "apfs"
    assert mounts.kind_of_mount(Path("/a"), []) is None


def test_a_share_is_warned_about_by_doctor_add_and_serve(data, tmp_path, monkeypatch):
    assert mounts.share_warning(data) is None
    monkeypatch.setattr("index.shares.network_filesystem", lambda path: "nfs4")
    finding = examine(data)[0]
    assert (finding.check, finding.severity) == ("place", Severity.WARNING)
    assert "network file system (nfs4)" in finding.message
    source = write(tmp_path / "b.jsonl", {"id": "b", "title": "Haber"})
    ran = haberara("add", source, "--data", data, "--jobs", 1)
    assert ran.status == 0
    assert "warning: " in ran.err
    assert "network file system (nfs4)" in ran.err


def test_add_is_what_it_was_without_a_share(data, tmp_path):
    assert add(data, [str(write(tmp_path / "b.jsonl", {"id": "b", "title": "Haber"}))], ONE).added == 1
    assert asked(data)["problems"] == 0
