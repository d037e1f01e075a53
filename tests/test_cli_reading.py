"""`analyze` and `entities`: what they print, with offsets into the very input."""

from __future__ import annotations

import json

import pytest
from cli_support import haberara, process, write

from index.building.workers import WORTH_WORKERS

TEXT = "Türkiye’nin başkenti Ankara'da 5,9 büyüklüğünde deprem oldu."


def test_analyze_json_has_one_line_with_every_token(lemma_store):
    said = haberara("analyze", TEXT, "--json", "--data", lemma_store).json
    assert set(said) == {"text", "tokens"}
    assert said["text"] == TEXT
    assert {"surface", "start", "end", "lemma", "candidates"} <= set(said["tokens"][0])
    assert [TEXT[t["start"] : t["end"]] for t in said["tokens"]] == [t["surface"] for t in said["tokens"]]
    assert [t["lemma"] for t in said["tokens"]][-2:] == ["deprem", "ol"]


def test_analyze_stdin_has_a_line_for_each_line():
    text = "Deprem oldu.\n\n  Evlerde.\r\nson"
    said = haberara("analyze", "--stdin", "--json", stdin=text).lines
    assert [line["text"] for line in said] == ["Deprem oldu.", "", "  Evlerde.", "son"]
    assert said[1]["tokens"] == []
    assert said[2]["tokens"][0] | {"surface": "Evlerde", "start": 2, "end": 9} == said[2]["tokens"][0]


def test_analyze_plain_names_the_lemma():
    assert "ev" in haberara("analyze", "evlerde").out.split()


@pytest.mark.parametrize("arguments", [(), ("x", "--stdin"), ("x", "y")])
def test_analyze_wants_a_text_or_stdin(arguments):
    assert haberara("analyze", *arguments, stdin="").status == 2


def test_analyze_makes_no_data_directory(tmp_path):
    assert haberara("analyze", "ev", "--data", tmp_path / "none").status == 0
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("text", ["\u2028", "\x00", "e\u0301", "💥", "ﬁ", "İIıi", "a" * 5000])
def test_analyze_gives_offsets_into_any_text(text):
    said = haberara("analyze", "--json", "--", text).json
    assert said["text"] == text
    assert all(text[t["start"] : t["end"]] == t["surface"] for t in said["tokens"])


def test_streams_are_utf8_in_any_locale():
    ran = process("entities", stdin='{"id": "şehir", "body": "Türkiye’de"}\n'.encode())
    assert ran.lines[0]["id"] == "şehir"
    assert "şehir" in ran.out
    assert ran.lines[0]["countries"] == ["TR"]


@pytest.mark.parametrize("command", [("analyze", "--stdin", "--json"), ("entities",)])
def test_stdin_in_another_encoding_is_told(command):
    ran = process(*command, stdin="şehir\n".encode("cp1254"))
    assert ran.status == 1
    assert "stdin: is not UTF-8" in ran.err
    assert "Traceback" not in ran.err


ARTICLE = {
    "id": "1",
    "title": "Demirel Almanya'da",
    "body": "Cumhurbaşkanı Süleyman Demirel, 17 Ağustos 1999'da Alman yetkililerle Türkiye'de görüştü.",
    "date": "1999-08-20",
}


def test_entities_have_the_documented_shape(tmp_path):
    (said,) = haberara("entities", write(tmp_path / "a.jsonl", ARTICLE)).lines
    assert {"id", "people", "countries", "countries_all", "dates", "mentions"} <= set(said)
    assert said["people"] == ["Süleyman Demirel"]
    assert set(said["countries"]) == {"DE", "TR"}
    assert "1999-08-17" in said["dates"]
    assert {m["kind"] for m in said["mentions"]} >= {"person", "country", "demonym", "date"}


def test_mentions_point_into_the_input(tmp_path):
    (said,) = haberara("entities", "--json", write(tmp_path / "a.jsonl", ARTICLE)).lines
    for mention in said["mentions"]:
        assert set(mention) == {"field", "start", "end", "kind", "surface", "value"}
        assert ARTICLE[mention["field"]][mention["start"] : mention["end"]] == mention["surface"]


def test_explained_entities_name_the_rule_of_each_person(tmp_path):
    path = write(tmp_path / "a.jsonl", ARTICLE)
    (plain,) = haberara("entities", path).lines
    (said,) = haberara("entities", "--explain", "--json", path).lines
    rules = [mention.pop("rule", None) for mention in said["mentions"]]
    assert said == plain
    assert [rule is not None for rule in rules] == [mention["kind"] == "person" for mention in said["mentions"]]
    assert {rule["name"] for rule in rules if rule} == {"well known", "given name and name"}
    assert all(set(rule) == {"name", "reason"} for rule in rules if rule)


def test_explained_entities_are_a_line_for_each_person_without_json(tmp_path):
    said = haberara("entities", "--explain", write(tmp_path / "a.jsonl", ARTICLE)).out.splitlines()
    assert [line.split()[1:3] for line in said] == [["title:0", "Demirel"], ["body:14", "Süleyman"]]
    assert said[1].endswith("given name and name: A listed given name stands before a listed name.")


def test_explained_entities_come_from_several_processes_too(tmp_path):
    articles = [{**ARTICLE, "id": str(number)} for number in range(WORTH_WORKERS + 10)]
    path = write(tmp_path / "many.jsonl", *articles)
    one, two = (process("entities", path, "--explain", "--jobs", jobs) for jobs in (1, 2))
    assert (one.status, two.status) == (0, 0), two.err
    assert two.out == one.out
    assert len(two.out.splitlines()) == 2 * len(articles)


def test_entities_read_stdin_and_text_for_body():
    line = json.dumps({"id": 7, "title": "", "text": "Fransa kazandı."}) + "\n\n"
    for arguments in ((), ("-",)):
        (said,) = haberara("entities", *arguments, stdin=line).lines
        assert (said["id"], said["countries"]) == ("7", ["FR"])


def test_many_articles_go_to_several_processes_and_come_back_in_order(tmp_path):
    """More than what makes workers worth it, and the same bytes as from one process."""
    articles = [{**ARTICLE, "id": str(number)} for number in range(WORTH_WORKERS + 10)]
    path = write(tmp_path / "many.jsonl", *articles)
    one, two = (process("entities", path, "--jobs", jobs) for jobs in (1, 2))
    assert (one.status, two.status) == (0, 0), two.err
    assert two.out == one.out
    assert [said["id"] for said in two.lines] == [article["id"] for article in articles]


BAD = ["{", "[]", "1", '{"body": 5}', '{"body": "x", "date": "31.02.2024"}', '{"body": "x", "date": {}}']


@pytest.mark.parametrize("line", BAD)
def test_a_bad_line_is_named_and_the_rest_goes_on(tmp_path, line):
    path = tmp_path / "a.jsonl"
    path.write_text(line + "\n" + json.dumps(ARTICLE) + "\n", "utf-8")
    ran = haberara("entities", path)
    assert ran.status == 1
    assert f"rejected: {path}:1: " in ran.err
    assert [said["id"] for said in ran.lines] == ["1"]


def test_half_a_surrogate_pair_comes_back_as_it_came():
    ran = process("entities", stdin=b'{"id": "a\\ud800", "body": "Fransa \\udfff Almanya"}\n')
    assert ran.status == 0, ran.err
    assert ran.lines[0]["id"] == "a\ud800"
    assert ran.lines[0]["countries"] == ["FR", "DE"]


@pytest.mark.parametrize(
    ("name", "said"), [("missing", "can't be read"), ("folder", "can't be read"), ("cp", "is not UTF-8")]
)
def test_a_file_that_can_t_be_read_is_named(tmp_path, name, said):
    (tmp_path / "folder").mkdir()
    (tmp_path / "cp").write_bytes('{"body": "şehir"}'.encode("cp1254"))
    ran = haberara("entities", tmp_path / name)
    assert ran.status == 1
    assert name in ran.err
    assert said in ran.err
