"""`add`, `reindex` and `status`: what they print, and a clear word with the documented status for every bad input."""

from __future__ import annotations

import gzip
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from cli_support import haberara, process, write
from processes import wait_until

from index.locks import writer_lock

REPORT = {
    *("read", "added", "changed", "unchanged", "rejected", "blocked", "left_out"),
    *("indexed", "resumed", "seconds", "languages"),
}


def article(article_id, body="Ankara'da deprem oldu.", **more):
    return {"id": article_id, "title": f"Haber {article_id}", "body": body, **more}


@pytest.fixture
def add(data):
    return lambda *arguments, **more: haberara("add", "--data", data, "--jobs", "1", *arguments, **more)


@pytest.fixture
def found(data):
    return lambda *arguments: haberara("search", "--data", data, "--json", *arguments).json


def test_add_says_what_it_did(add, tmp_path):
    ran = add(write(tmp_path / "a.jsonl", article("1"), article("2"), {"id": "3"}))
    assert ran.status == 0
    assert ran.out.startswith("3 records read: 2 added, 0 changed, 0 unchanged, 1 rejected; 2 indexed in ")
    assert "a.jsonl:3" in ran.err


def test_json_acknowledges_each_batch_with_its_snapshot(add, tmp_path, found):
    first, last = add(write(tmp_path / "a.jsonl", article("1"), article("2")), "--json").lines
    assert first == {"committed": 2, "snapshot": found()["snapshot"]}
    assert set(last) == REPORT
    assert (last["read"], last["added"], last["indexed"]) == (2, 2, 2)


def test_a_dry_run_makes_nothing(add, data, tmp_path):
    ran = add(write(tmp_path / "a.jsonl", article("1")), "--dry-run")
    assert ran.status == 0
    assert "1 would be added" in ran.out
    assert not (data / "archive.db").exists()
    assert not (data / "index").exists()


def test_fields_are_mapped_and_ids_prefixed(add, tmp_path, found):
    source = write(tmp_path / "a.jsonl", {"kimlik": "1", "Manset": "Deprem", "Metin_": "Sel oldu"})
    ran = add(source, "--map", "id=kimlik", "--map", "title=Manset", "--map", "body=Metin_", "--id-prefix", "aa-")
    assert ran.status == 0
    (hit,) = found("deprem sel")["hits"]
    assert (hit["id"], hit["title"]) == ("aa-1", "Deprem")


def test_collisions_name_the_two_ways_out(add, tmp_path, found):
    add(write(tmp_path / "a.jsonl", article("1")))
    other = write(tmp_path / "b.jsonl", {"id": "1", "title": "Başka", "body": "sel"})
    ran = add(other)
    assert "1 rejected" in ran.out
    assert "--id-prefix" in ran.err
    assert "--update" in ran.err
    assert "1 changed" in add(other, "--update").out
    assert found("sel")["total"] == 1


def test_stdin_and_several_sources(add, tmp_path, found):
    text = json.dumps(article("9", "Boruda sel")) + "\n"
    assert add("-", "--format", "jsonl", stdin=text).status == 0
    packed = tmp_path / "b.jsonl.gz"
    packed.write_bytes(gzip.compress(json.dumps(article("8", "Pakette sel")).encode()))
    (tmp_path / "metin.txt").write_text("Dosyada sel\n\nGövde.", "utf-8")
    assert add(packed, tmp_path / "metin.txt").status == 0
    assert found("sel")["total"] == 3


def test_each_format_can_be_forced(add, tmp_path, found):
    (tmp_path / "x.dat").write_text("baslik;icerik\nSel;Su bastı\n", "utf-8")
    assert add(tmp_path / "x.dat", "--format", "csv").status == 0
    assert found("sel")["total"] == 1


def bad_encoding(path):
    path.write_bytes(b'{"id": "1", "title": "\xff\xfe\xfa", "body": "\xff"}\n' + json.dumps(article("2")).encode())
    return path


def lines_of(path, *lines):
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


GOOD = json.dumps(article("iyi"))
RECORDS = {
    "invalid JSON": ("{broken", ":1"),
    "a number": ("12", ":1"),
    "nothing in it": ('{"id": "x"}', ":1"),
    "empty texts": ('{"id": "x", "title": " ", "body": ""}', ":1"),
    "a body that is no text": ('{"id": "x", "title": "a", "body": {"a": 1}}', ":1"),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_bad_record_is_named_and_the_rest_goes_on(add, tmp_path, found, name):
    line, place = RECORDS[name]
    ran = add(lines_of(tmp_path / "a.jsonl", line, GOOD), "--json")
    assert ran.status == 0
    assert f"a.jsonl{place}" in ran.err
    assert ran.lines[-1]["rejected"] == 1
    assert found()["total"] == 1


def test_an_absurd_date_is_told_and_never_indexed(add, tmp_path, found):
    ran = add(
        write(tmp_path / "a.jsonl", article("1", date="31.02.2024"), article("2", date="9999-01-01"), article("3"))
    )
    assert ran.status == 0
    assert "a.jsonl:1" in ran.err
    assert "date" in ran.err
    values = {v["value"] for f in found()["facets"] if f["name"] == "date" for v in f["values"]}
    assert values <= {"unknown"}


def test_an_empty_body_is_an_article_with_a_title(add, tmp_path, found):
    assert add(write(tmp_path / "a.jsonl", {"id": "1", "title": "Deprem", "body": ""})).status == 0
    assert found("deprem")["total"] == 1


def test_duplicate_ids_in_one_file_are_told_or_one(add, tmp_path, found):
    ran = add(write(tmp_path / "a.jsonl", article("1"), article("1"), article("1", "sel")), "--json")
    report = ran.lines[-1]
    assert report["read"] == 3 == sum(report[n] for n in ("added", "changed", "unchanged", "rejected"))
    assert found()["total"] == 1


def test_past_max_rejects_the_status_is_1_and_the_rest_is_kept(add, tmp_path, found):
    source = lines_of(tmp_path / "a.jsonl", "{", "{", GOOD)
    ran = add(source, "--max-rejects", "1")
    assert ran.status == 1
    assert "2 records were rejected, more than the 1 allowed" in ran.err
    assert found()["total"] == 1
    assert add(source, "--max-rejects", "2").status == 0


def test_many_rejections_are_counted_not_shown(add, tmp_path):
    ran = add(lines_of(tmp_path / "a.jsonl", *["{"] * 300, GOOD))
    assert ran.err.count("rejected: ") == 200
    assert "only counted" in ran.err


UNREADABLE = ["missing.jsonl", "empty-folder", "program.exe", "cut.jsonl.gz", "array.jsonl"]


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_source_that_can_t_be_read_is_named(add, tmp_path, name):
    (tmp_path / "empty-folder").mkdir()
    (tmp_path / "program.exe").write_bytes(b"MZ\x90\x00\x03" * 50)
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(GOOD.encode() * 50)[:60])
    (tmp_path / "array.jsonl").write_text("[" + GOOD[:-3], "utf-8")
    ran = add(tmp_path / name, "--max-rejects", "0")
    assert ran.status == 1
    assert name in ran.err
    assert "Traceback" not in ran.err


def test_wrong_encoding_is_told_or_mended(add, tmp_path, found):
    (tmp_path / "a.jsonl").write_bytes(json.dumps(article("1", "şehir ışığı"), ensure_ascii=False).encode("cp1254"))
    ran = add(tmp_path / "a.jsonl", "--json")
    report = ran.lines[-1]
    if report["rejected"]:
        assert "a.jsonl:1" in ran.err
    else:
        assert found("şehir")["total"] == 1


def test_a_five_megabyte_line_is_taken(add, tmp_path, found):
    body = "uzunbirkelimeuzunbirkelimeuzunbirkelime " * 125_000 + "sonunda sel"
    assert add(write(tmp_path / "a.jsonl", article("1", body))).status == 0
    assert found('"sonunda sel"')["hits"][0]["snippet"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Missing argument"),
        (("x", "--format", "docx"), "'docx' is not one of"),
        (("x", "--map", "title"), "is not FIELD=NAME"),
        (("x", "--map", "=y"), "is not FIELD=NAME"),
        (("x", "--map", "nofield=y"), "nofield"),
        (("x", "--max-rejects", "-1"), "not in the range"),
        (("x", "--jobs", "65"), "not in the range"),
    ],
)
def test_bad_usage_has_status_2(add, arguments, said):
    ran = add(*arguments)
    assert (ran.status, said in ran.err) == (2, True), ran.err


@pytest.mark.parametrize("where", ["file/data", "/proc/haberara-data", "/dev/null/data"])
def test_a_data_directory_that_can_t_be_written(tmp_path, where):
    if where.startswith("/") and not Path("/proc/self").is_dir():
        pytest.skip("no /proc: whoever may write everywhere is refused in it alone")
    (tmp_path / "file").write_text("x")
    ran = haberara("add", write(tmp_path / "a.jsonl", article("1")), "--data", tmp_path / where)
    assert ran.status == 1
    assert "Data directory" in ran.err
    assert "--data" in ran.err


@pytest.mark.parametrize("command", [("add", "SOURCE"), ("reindex",), ("reindex", "--if-needed"), ("status",)])
def test_a_newer_archive_is_refused(add, data, tmp_path, command):
    source = write(tmp_path / "a.jsonl", article("1"))
    add(source)
    with closing(sqlite3.connect(data / "archive.db")) as archive:
        archive.execute("PRAGMA user_version = 999")
    ran = haberara(*(source if part == "SOURCE" else part for part in command), "--data", data)
    assert ran.status == 1
    assert "schema version 999" in ran.err
    assert "Upgrade Haberara" in ran.err


@pytest.mark.parametrize("command", [("add", "SOURCE"), ("reindex",), ("reindex", "--facets")])
def test_a_second_writer_is_told_who_writes(add, data, tmp_path, command):
    source = write(tmp_path / "a.jsonl", article("1"))
    add(source)
    with writer_lock(data, "haberara watch"):
        ran = haberara(*(source if part == "SOURCE" else part for part in command), "--data", data)
    assert ran.status == 1
    assert "`haberara watch` (process" in ran.err


# -- reindex and status


def test_reindex_says_how_many(add, data, tmp_path):
    add(write(tmp_path / "a.jsonl", article("1"), article("2")))
    assert haberara("reindex", "--data", data, "--jobs", "1").out.startswith("2 articles indexed in ")
    assert haberara("reindex", "--data", data, "--json", "--full").json["indexed"] == 2
    assert haberara("reindex", "--data", data, "--if-needed").out == "The index is current.\n"
    assert haberara("reindex", "--data", data, "--if-needed", "--json").json == {"indexed": 0}
    assert "aliases" in haberara("reindex", "--data", data, "--facets", "--json").json


@pytest.mark.parametrize("mode", ["--full", "--if-needed", "--facets"])
def test_reindex_without_an_archive(tmp_path, mode):
    ran = haberara("reindex", mode, "--data", tmp_path / "none")
    assert ran.status == 1
    assert "haberara add" in ran.err


def test_reindex_of_an_unknown_engine(data):
    assert haberara("reindex", "--engine", "lucene", "--data", data).status == 2


def test_status_counts_what_there_is(add, data, tmp_path, found):
    records = [article("1", date="2024-01-02", source="A"), article("2", source="A"), article("3", date="2020-05-06")]
    add(write(tmp_path / "a.jsonl", *records))
    said = haberara("status", "--data", data, "--json").json
    assert said["archive"] == {
        "articles": 3, "versions": 3, "undated": 1, "first": "2020-05-06", "last": "2024-01-02",
        "sources": {"A": 2, "": 1},
    }  # fmt: skip
    index = said["index"]
    assert (index["usable"], index["documents"], index["stale"]) == (True, 3, None)
    assert index["snapshot"] == found()["snapshot"]
    plain = haberara("status", "--data", data).out
    assert "3 articles, 1 undated" in plain


def test_status_of_an_unusable_index_names_the_command(add, data, tmp_path):
    add(write(tmp_path / "a.jsonl", article("1")))
    (data / "index" / "CURRENT").unlink()
    ran = haberara("status", "--data", data)
    assert ran.status == 0
    assert "haberara reindex" in ran.out
    assert haberara("status", "--data", data, "--json").json["index"]["usable"] is False


def test_status_without_an_archive(tmp_path):
    ran = haberara("status", "--data", tmp_path / "none")
    assert (ran.status, "There is no archive" in ran.err) == (1, True)
    assert not (tmp_path / "none").exists()


# -- the command itself


def test_the_data_directory_comes_from_option_then_environment_then_file(sample_data, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HABERARA_DATA", raising=False)
    assert haberara("status").status == 1
    (tmp_path / "haberara.toml").write_text(f"data = '{sample_data}'\n", "utf-8")
    assert haberara("status", "--json").json["archive"]["articles"] == 180
    monkeypatch.setenv("HABERARA_DATA", str(tmp_path / "elsewhere"))
    assert "elsewhere" in haberara("status").err
    assert haberara("status", "--data", sample_data).status == 0


@pytest.mark.parametrize(
    ("name", "value"), [("HABERARA_JOBS", "many"), ("HABERARA_PORT", "99999"), ("HABERARA_ENGINE", "x")]
)
def test_a_bad_setting_is_named(tmp_path, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    ran = haberara("search", "x", "--data", tmp_path)
    assert ran.status == 2
    assert name in ran.err


def test_progress_and_messages_stay_off_stdout(data, tmp_path):
    source = write(tmp_path / "a.jsonl", *(article(str(i), "şehirde sel") for i in range(250)), {"id": "x"})
    ran = process("add", source, "--data", data, "--jobs", "1", "--json")
    assert ran.status == 0, ran.err
    assert [set(line) for line in ran.lines] == [{"committed", "snapshot"}, REPORT]
    assert "rejected: " in ran.err
    assert "%|" not in ran.err


COMMANDS = (
    "add",
    "reindex",
    "search",
    "export",
    "analyze",
    "entities",
    "serve",
    "demo",
    "status",
    "remove",
    "backup",
    "restore",
    "doctor",
    "watch",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command):
    ran = haberara(command, "--help")
    assert ran.status == 0
    assert ran.out.startswith(f"Usage: haberara {command} ")


def test_unknown_commands_and_the_version():
    assert haberara("finde").status == 2
    assert haberara("--version").out.startswith("haberara, version ")


def test_demo_indexes_the_sample_and_shows_a_search():
    ran = haberara("demo", "--no-serve")
    assert ran.status == 0
    assert "The sample archive: 180 articles indexed" in ran.out
    assert "country" in ran.out
    assert "Türkiye" in ran.out


@pytest.mark.skipif(sys.platform == "win32", reason="processes are not ended by a signal there")
@pytest.mark.parametrize(("name", "moment"), [("SIGTERM", "archive.db"), ("SIGTERM", "ready"), ("SIGHUP", "index")])
def test_a_demo_that_is_ended_leaves_no_folder(tmp_path, name, moment):
    """As soon as it has an archive, as it writes the index, and while it serves."""
    command = [sys.executable, "-m", "web.cli", "demo", "--port", "0"]
    # Whoever runs these tests may have them run by `nohup`, which processes inherit.
    before = signal.signal(getattr(signal, name), signal.SIG_DFL)
    log = tmp_path / "said"
    folders = tmp_path / "folders"
    folders.mkdir()
    with (
        log.open("wb") as said,
        subprocess.Popen(command, env={**os.environ, "TMPDIR": str(folders)}, stdout=said) as demo,
    ):
        signal.signal(getattr(signal, name), before)
        try:
            if moment == "ready":
                wait_until(lambda: b" is ready on " in log.read_bytes(), demo)
            else:
                wait_until(lambda: list(folders.glob(f"haberara-demo-*/{moment}")), demo)
            demo.send_signal(getattr(signal, name))
            demo.wait(60)
        finally:
            demo.kill()
    assert demo.returncode == 0
    assert list(folders.iterdir()) == []


def test_a_port_in_use_is_told(sample_data):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = process("serve", "--data", sample_data, "--port", taken.getsockname()[1], warnings="default")
    assert ran.status == 2
    assert "can't be listened on" in ran.err
