"""Files and folders: kinds, encodings, compression, damage, and the bad input that archives are full of."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import os
import sys
import tracemalloc
from pathlib import Path

import pytest
from cli_support import process

from index.article import Article, BadRecord
from index.errors import SourceError
from index.readers import ReadOptions, jsonarray, read_files, read_source, streams
from index.readers.text import split_title

TURKISH = "Çığ düşen köyde “GENÇ” ağaçlar; şoför İğdır'a ulaştı"
TWO_LINES = '{"id": "1", "title": "Şişli"}\n{"id": "2", "title": "Iğdır"}\n'


def read(path: Path | str, **options) -> list[Article | BadRecord]:
    return list(read_source(path, ReadOptions(**options)))


def titles(records: list[Article | BadRecord]) -> list[str]:
    return [record.title for record in records if isinstance(record, Article)]


def rejections(records: list[Article | BadRecord]) -> list[BadRecord]:
    return [record for record in records if isinstance(record, BadRecord)]


@pytest.fixture
def write(tmp_path: Path):
    def writing(name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return writing


# -- JSON lines


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"id": "1", "title": ', "is not valid JSON"),
        ("Bu bir haber", "is not valid JSON (Expecting value at column 1)"),
        ('"metin"', "is not a JSON object"),
        ("[1]", "is not a JSON object"),
        ("null", "is not a JSON object"),
        ('{"title": NaN}', "NaN is not a JSON value"),
        ('{"title": "a"} {"title": "b"}', "is not valid JSON (Extra data"),
        ('{"a":' * 100_000, "is nested too deeply"),
        ('{"title": "a", "n": ' + "9" * 5000 + "}", "Exceeds the limit"),
    ],
)
def test_a_bad_line_is_a_rejection_and_the_rest_goes_on(write, line: str, words: str):
    path = write("a.jsonl", f'{{"title": "önce"}}\n\n{line}\n{{"title": "sonra"}}')
    records = read(path)
    assert titles(records) == ["önce", "sonra"]
    (bad,) = rejections(records)
    assert (bad.source, bad.line) == (str(path), 3)
    assert words in bad.reason


def test_control_characters_inside_strings_are_forgiven(write):
    assert titles(read(write("a.jsonl", '{"title": "a\tb\\u0000\x01c"}'))) == ["a bc"]


def test_a_line_that_is_too_long_is_skipped_without_holding_it(write, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(streams.lines, "__defaults__", (1000,))
    path = write("a.jsonl", '{"title": "önce"}\n{"title": "' + "x" * 3_000_000 + '"}\n{"title": "sonra"}\n')
    records = read(path)
    assert titles(records) == ["önce", "sonra"]
    assert [(bad.line, "longer than" in bad.reason) for bad in rejections(records)] == [(2, True)]


ARRAYS = {
    "array": '[\n{"title": "a"},\n{"title": "b"}\n]\n',
    "one line": '[{"title": "a"},{"title": "b"}]',
    "wrapped": '{"status": "ok", "totalResults": 2, "articles": [{"title": "a"}, {"title": "b"}]}',
    "spread": '{\n  "title": "a"\n}\n{\n  "title": "b"\n}\n',
    "spread array": '[\n  {\n    "title": "a"\n  },\n  {"title": "b"}]',
}


@pytest.mark.parametrize("text", ARRAYS.values(), ids=ARRAYS)
def test_json_over_several_lines(write, text: str):
    assert titles(read(write("a.json", text))) == ["a", "b"]
    assert titles(read(write("a", text))) == ["a", "b"]


def test_a_bad_element_of_an_array_is_a_rejection_and_the_rest_goes_on(write):
    path = write("a.json", '[{"title": "a"},\n{"title": b},\n{"title": "c"},\n7,\n{"title": "d"')
    records = read(path)
    assert titles(records) == ["a", "c"]
    said = [(bad.line, bad.reason) for bad in rejections(records)]
    assert said[0] == (2, "is not valid JSON (Expecting value at line 2, column 11)")
    assert said[1] == (4, "is not a JSON object")
    assert said[2][0] == 5
    assert said[-1][1].startswith("the array is not closed")


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1254", "utf-16"])
@pytest.mark.parametrize("step", [1, 7, 50, 1000])
def test_a_long_array_is_read_in_parts(write, monkeypatch: pytest.MonkeyPatch, step, encoding, indent):
    monkeypatch.setattr(jsonarray, "_STEP", step)
    values = [{"title": f"Şişli’de {n}", "body": "ğ" * n} for n in range(100)]
    path = write("a.json", json.dumps(values, indent=indent, ensure_ascii=False), encoding)
    assert titles(read(path)) == [value["title"] for value in values]


def test_an_element_that_is_too_long_is_skipped_in_bounded_memory(write, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(jsonarray, "_STEP", 1_000)
    monkeypatch.setattr(jsonarray, "MAX_LINE", 10_000)
    path = write("a.json", '[{"title": "a"},{"title": "' + "x" * 2_000_000 + '"},{"title": "c"}]')
    tracemalloc.start()
    records = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert titles(records) == ["a", "c"]
    assert ["an element is longer than" in bad.reason for bad in rejections(records)] == [True]
    assert peak < 1_000_000


def test_a_truncated_compressed_array_says_so(write):
    packed = gzip.compress(json.dumps([{"title": f"{n:x}" * 20} for n in range(50_000)]).encode())
    records = read(write("a.json.gz", packed[: len(packed) // 2]))
    assert titles(records)
    assert "ends too early" in rejections(records)[-1].reason


# -- encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1254", "utf-16"])
@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.txt"])
def test_encodings(write, name: str, encoding: str):
    content = {
        "a.jsonl": json.dumps({"title": TURKISH}, ensure_ascii=False),
        "a.csv": f'title\n"{TURKISH}"\n',
        "a.txt": f"{TURKISH}\n\nMetin.",
    }[name]
    assert titles(read(write(name, content, encoding))) == [TURKISH]


def test_iso_8859_9_is_read_as_cp1254(write):
    assert titles(read(write("a.jsonl", '{"title": "Iğdır\'ın ŞÖLENİ"}', "iso-8859-9"))) == ["Iğdır'ın ŞÖLENİ"]


def test_joined_files_of_two_encodings(write):
    line = '{"title": "%s"}\n'
    raw = (line % "Çiğdem").encode() + (line % "Şule").encode("cp1254") + (line % "Ömür").encode()
    # In cp1254 Ç and the closing quote are, by accident, one letter of UTF-8.
    raw += (line % "“GENÇ” Gül").encode("cp1254") + (line % "GENÇ”").encode("cp1254")
    assert titles(read(write("a.jsonl", raw))) == ["Çiğdem", "Şule", "Ömür", "“GENÇ” Gül", "GENÇ”"]


def test_damaged_utf8_is_a_rejection_not_a_mess(write):
    raw = '{"title": "önce"}\n{"title": "şi'.encode() + b"\xc5" + 'li çığ"}\n{"title": "sonra"}\n'.encode()
    records = read(write("a.jsonl", raw))
    assert titles(records) == ["önce", "sonra"]
    assert [(bad.line, bad.reason) for bad in rejections(records)] == [
        (2, "is not valid UTF-8 (byte 15 is 0xc5)"),
    ]


def test_bytes_that_no_encoding_has(write):
    records = read(write("a.jsonl", b'{"title": "\x81\x8d"}\n{"title": "b"}'))
    assert titles(records) == ["b"]
    assert "is neither UTF-8 nor cp1254" in rejections(records)[0].reason
    records = read(write("a.csv", b"title,body\na\x81,x\nb,y\n"))
    assert titles(records) == ["b"]
    assert (rejections(records)[0].line, rejections(records)[0].field) == (2, "title")


# -- compression and damage


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".xz", lzma.compress)])
def test_compressed_files(write, suffix: str, pack):
    assert titles(read(write("a.jsonl" + suffix, pack(TWO_LINES.encode())))) == ["Şişli", "Iğdır"]
    assert titles(read(write("a.csv" + suffix, pack(b"title\na\n")))) == ["a"]
    assert titles(read(write("a.txt" + suffix, pack(b"Title\n\nbody")))) == ["Title"]
    assert titles(read(write("named_plainly.jsonl", pack(TWO_LINES.encode())))) == ["Şişli", "Iğdır"]


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".xz", lzma.compress)])
def test_a_truncated_file_keeps_what_was_read(write, suffix: str, pack):
    many = "".join(json.dumps({"id": str(n), "title": f"haber {n * n}"}) + "\n" for n in range(20_000))
    packed = pack(many.encode())
    records = read(write("a.jsonl" + suffix, packed[: len(packed) // 2]))
    kept = titles(records)
    assert kept
    assert kept == [f"haber {n * n}" for n in range(len(kept))]
    (bad,) = rejections(records)
    assert "ends too early; what came before was kept" in bad.reason
    assert bad.line == len(kept) + 1


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".xz", lzma.compress)])
@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.txt", "a"])
def test_a_corrupt_file_is_a_rejection(write, name: str, suffix: str, pack):
    packed = bytearray(pack(TWO_LINES.encode() * 200))
    packed[len(packed) // 2 :] = b"\x00" * (len(packed) - len(packed) // 2)
    assert rejections(read(write(name + suffix, bytes(packed)), format="auto" if "." in name else "jsonl"))


def test_an_empty_file_is_not_passed_over(write):
    for name in ("a.jsonl", "a.txt"):
        (bad,) = rejections(read(write(name, "\n \n")))
        assert "empty" in bad.reason or "no records" in bad.reason
    with pytest.raises(SourceError, match="is empty"):
        read(write("a.csv", "\n\n"))


# -- CSV


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(write, delimiter: str):
    rows = [["Başlık", "Tarih", "Haber Metni"], ["Şiş", "05.03.2024", '"Evet, ama; şu\nvar | ki"']]
    path = write("a.csv", "\r\n".join(delimiter.join(row) for row in rows))
    (article,) = read(path)
    assert isinstance(article, Article)
    assert (article.title, article.body) == ("Şiş", "Evet, ama; şu\nvar | ki")
    assert article.published is not None
    assert article.published.iso == "2024-03-05"


def test_line_numbers_are_where_records_begin(write):
    path = write("a.csv", 'id,title,date\n1,"iki\nsatır",2024-01-01\n\n2,"üç\n\nsatır",boş\n3,bir,2024-01-01\n')
    records = read(path)
    assert titles(records) == ["iki satır", "bir"]
    assert [(bad.line, bad.field) for bad in rejections(records)] == [(5, "date")]


def test_an_open_quote_does_not_swallow_the_file(write):
    records = read(write("a.csv", 'id,title\n1,"açık tırnak\n2,iki\n3,"üç"\n4,dört\n'))
    assert titles(records) == ["iki", "üç", "dört"]
    (bad,) = rejections(records)
    assert bad.line == 2
    assert "can't be split" in bad.reason


def test_rows_that_do_not_fit_the_header(write):
    records = read(write("a.csv", "id,title\n1,a,b\n2\n3,c,,\n4,d\n"))
    assert titles(records) == ["c", "d"]
    assert [(bad.line, bad.reason) for bad in rejections(records)] == [
        (2, "the header names 2 columns, but the row has 3"),
        (3, "the header names 2 columns, but the row has 1"),
    ]


def test_a_header_that_says_nothing(write):
    path = write("a.csv", "a;b\n1;2\n")
    with pytest.raises(SourceError, match=r"first line is: a, b.*--map body=COLUMN.*headline.*icerik") as caught:
        read(path)
    assert caught.value.source == str(path)
    assert titles(read(path, mapping={"title": "b"})) == ["2"]


def test_two_columns_of_one_name(write):
    with pytest.raises(SourceError, match="has 2 columns named 'title'"):
        read(write("a.csv", "title,title,body\na,b,c\n"))
    assert titles(read(write("b.csv", "title,,\na,b,c\n"))) == ["a"], "unknown ones are nobody's loss"


def test_one_column_and_excels_first_line(write):
    assert titles(read(write("a.csv", "başlık\nBir, iki; üç\n"))) == ["Bir, iki; üç"]
    assert titles(read(write("b.csv", "sep=;\ntitle;body\na,b;c\n"))) == ["a,b"]
    assert titles(read(write("c.csv", "sep=\t\ntitle\tbody\na,b\tc\n"))) == ["a,b"]


def test_a_header_that_cant_be_split(write):
    with pytest.raises(SourceError, match="its first line can't be split"):
        read(write("a.csv", "title,body\ra,b\rc,d"))


def test_a_5_mb_cell(write):
    (article,) = read(write("a.csv", 'title,body\nbüyük,"' + ("metin " * 100 + "\n") * 9_000 + '"\n'))
    assert isinstance(article, Article)
    assert len(article.body) == 9_000 * 600 - 1


def test_a_record_without_end_is_given_up(write, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("index.readers.delimited.MAX_LINE", 10_000)
    records = read(write("a.csv", 'title,body\n"açık,x\n' + "bir,iki\n" * 3000))
    assert len(titles(records)) == 3000
    assert [bad.line for bad in rejections(records)] == [2]


# -- text files


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Isparta'da kar\n\nMetin burada.", "Isparta'da kar"),
        ("Kar yağdı mı?\nMetin burada.", "Kar yağdı mı?"),
        ("Bu bir cümle.\nMetin burada.", ""),
        ("ANKARA (AA),\nMetin", ""),
        ("tek satır", ""),
        ("a" * 151 + "\nMetin", ""),
    ],
)
def test_titles_of_text_files(text: str, title: str):
    found, body = split_title(text)
    assert found == title
    assert (found + body).replace("\n", "") == text.replace("\n", "")


def test_the_mission_article():
    path = Path(__file__).parents[2] / "shared/data/news/mission_article.txt"
    if not path.exists():
        pytest.skip("the article is not part of this checkout")
    (article,) = read(path)
    assert isinstance(article, Article)
    assert article.title == ""
    assert article.published is None
    assert article.body.startswith("Genelkurmay Başkanı Orgeneral Selçuk Bayraktaroğlu, Pakistan’da")
    assert "\n\nSavunma Bakanı Asif Tarafından Kabul Edildi\n" in article.body
    assert article.body.endswith("önemli bir adım olarak kayıtlara geçti.")


def test_text_files_that_are_none(write, monkeypatch: pytest.MonkeyPatch):
    assert "not a text file" in rejections(read(write("a.txt", b"PNG\x00\x01\x02")))[0].reason
    monkeypatch.setattr("index.readers.text.MAX_BODY", 10)
    assert "more than 10 characters" in rejections(read(write("b.txt", "a" * 50)))[0].reason


# -- sources


def test_a_missing_source():
    with pytest.raises(SourceError, match=r"yok\.jsonl: does not exist"):
        read("yok.jsonl")


def test_an_unreadable_file(write, monkeypatch: pytest.MonkeyPatch):
    # Permissions don't stop the superuser, who runs the tests in containers.
    path, other = write("d/a.jsonl", TWO_LINES), write("d/b.jsonl", TWO_LINES)
    really_open = Path.open

    def refuse(self: Path, *args, **kwargs):
        if self == path:
            raise PermissionError(13, "Permission denied")
        return really_open(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SourceError, match=r"a\.jsonl: can't be read .Permission denied"):
        read(path)
    records = read(other.parent)
    assert titles(records) == ["Şişli", "Iğdır"]
    assert [(bad.source, bad.reason) for bad in rejections(records)] == [
        (str(path), "can't be read (Permission denied)")
    ]


def test_an_unknown_kind_of_file(write):
    with pytest.raises(SourceError, match=r"unknown kind.*--format"):
        read(write("a.dat", "title\na"))
    assert titles(read(write("a.dat", "title\na"), format="csv")) == ["a"]
    assert titles(read(write("b.dat", TWO_LINES))) == ["Şişli", "Iğdır"], "JSON shows itself"


def test_a_folder(write, tmp_path: Path):
    write("k/b/2.txt", "İkinci\n\nmetin")
    write("k/a/1.TXT", "Birinci\n\nmetin")
    write("k/c.jsonl.gz", gzip.compress(TWO_LINES.encode()))
    write("k/bad.csv", "x,y\n1,2")
    write("k/foto1.jpg", b"\xff\xd8")
    write("k/foto2.jpg", b"\xff\xd8")
    write("k/.gizli.txt", "Gizli\n\nmetin")
    write("k/.git/x.txt", "Gizli\n\nmetin")
    records = read(tmp_path / "k")
    assert titles(records) == ["Şişli", "Iğdır", "Birinci", "İkinci"], "files of a folder before its folders, by name"
    bad = rejections(records)
    assert [Path(item.source).name for item in bad] == ["bad.csv", "foto1.jpg"]
    assert "--map" in bad[0].reason
    assert bad[1].reason == "and 1 more left out: unknown kind of file (.jpg)"


def test_each_file_is_an_origin(write, tmp_path: Path):
    write("k/1.txt", "Birinci\n\nmetin")
    write("k/2.txt", "İkinci\n\nmetin")
    origins = [(file.origin, titles(list(file.records))) for file in read_files(tmp_path / "k", ReadOptions())]
    root = (tmp_path / "k").resolve().as_posix()
    assert origins == [(f"{root}/1.txt", ["Birinci"]), (f"{root}/2.txt", ["İkinci"])]


def test_a_folder_without_a_readable_file(write, tmp_path: Path):
    (tmp_path / "boş").mkdir()
    with pytest.raises(SourceError, match=r"holds no file that can be read.*\.jsonl"):
        read(tmp_path / "boş")
    write("k/foto.jpg", b"\xff\xd8")
    with pytest.raises(SourceError, match=r"holds no file"):
        read(tmp_path / "k")


NAMES = {
    "cp1254": ("şölen ığİ".encode("cp1254"), "şölen ığİ"),
    "UTF-8": ("şölen".encode(), "şölen"),
    "damaged UTF-8": ("şölen çığ".encode() + b"\xff", "şölen çığ\\xff"),
    "neither": (b"\x81\xfe", "\\x81\\xfe"),
    "bell": (b"a\x07b", "a\\x07b"),
    "newline": (b"a\nb: rejected", "a\\nb: rejected"),
    "escape sequence": (b"a\x1b[31mb", "a\\x1b[31mb"),
    "direction": ("a\u202eb".encode(), "a\\u202eb"),
}


@pytest.fixture
def named(tmp_path: Path):
    """Writes a file into a folder whose name is made of the same bytes."""

    def writing(name: bytes, suffix: bytes, content: str) -> Path:
        folder = tmp_path / os.fsdecode(name)
        try:
            folder.mkdir(exist_ok=True)
        except OSError:
            pytest.skip("this disk takes no such names")
        path = folder / os.fsdecode(name + suffix)
        path.write_text(content, "utf-8")
        return path

    return writing


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("what", ["file", "folder"])
def test_any_bytes_may_name_a_file(named, kind: str, what: str):
    raw, shown = NAMES[kind]
    path = named(raw, b".jsonl", TWO_LINES + "x\n")
    source = path if what == "file" else path.parent
    ((origin, records),) = [(file.origin, list(file.records)) for file in read_files(source, ReadOptions())]
    assert titles(records) == ["Şişli", "Iğdır"]
    assert origin.endswith(f"/{shown}/{shown}.jsonl")
    (rejected,) = rejections(records)
    assert str(rejected).encode("utf-8").decode().endswith(f"/{shown}/{shown}.jsonl:3: {rejected.reason}")


@pytest.mark.parametrize("kind", NAMES)
def test_messages_about_files_of_any_name(named, kind: str):
    raw, shown = NAMES[kind]
    unknown = named(raw, b"." + raw[:4], "")
    named(raw, b".txt", "Başlık\n\nmetin")
    (rejected,) = rejections(read(unknown.parent))
    assert shown in rejected.source
    assert str(rejected).encode("utf-8").decode().isprintable()
    with pytest.raises(SourceError) as refused:
        read(unknown.parent / "yok")
    assert shown in str(refused.value)
    assert str(refused.value).encode("utf-8").decode().isprintable()


def test_add_takes_files_of_any_name(named, data: Path):
    """In a locale of ASCII even the letters of UTF-8 are strange bytes."""
    raw, shown = NAMES["cp1254"]
    path = named(raw, b".jsonl", TWO_LINES + "x\n")
    run = process("add", path, "--data", data, "--jobs", "1", "--max-rejects", "1")
    assert (run.status, "Traceback" in run.err) == (0, False), run.err
    assert "2 added" in run.out
    assert f"{shown}.jsonl:3: is not valid JSON" in run.err


def test_links_that_lead_out_of_a_folder_are_told_and_not_followed(write, tmp_path: Path):
    secret = write("gizli/parola.txt", "Parola\n\nçok gizli")
    write("k/1.txt", "Birinci\n\nmetin")
    write("k/alt/2.txt", "İkinci\n\nmetin")
    (tmp_path / "k" / "dosya.txt").symlink_to(secret)
    (tmp_path / "k" / "göreli.txt").symlink_to("../gizli/parola.txt")
    (tmp_path / "k" / "klasör").symlink_to(secret.parent)
    (tmp_path / "k" / "sistem.txt").symlink_to("/etc/passwd")
    (tmp_path / "k" / "kendisi.txt").symlink_to("kendisi.txt")
    (tmp_path / "k" / "zincir.txt").symlink_to("dosya.txt")
    (tmp_path / "k" / "içeri.txt").symlink_to("alt/2.txt")
    records = read(tmp_path / "k")
    assert titles(records) == ["Birinci", "İkinci", "İkinci"], "a link to what is in the folder is followed"
    told = {Path(item.source).name: item.reason for item in rejections(records)}
    assert told.keys() == {"dosya.txt", "göreli.txt", "klasör", "sistem.txt", "kendisi.txt", "zincir.txt"}
    assert all("leads out of the folder" in reason for reason in told.values())


def test_a_folder_or_file_that_is_named_by_a_link_is_read(write, tmp_path: Path):
    path = write("k/1.txt", "Birinci\n\nmetin")
    (tmp_path / "klasör").symlink_to(path.parent)
    (tmp_path / "dosya.txt").symlink_to(path)
    assert titles(read(tmp_path / "klasör")) == titles(read(tmp_path / "dosya.txt")) == ["Birinci"]


def test_stdin(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TWO_LINES.encode())))
    assert titles(read("-")) == ["Şişli", "Iğdır"]
