"""The language of a text, counted and, on request, left out; the mapping beside the sources."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from index.article import Article
from index.building import AddOptions, add
from index.errors import SettingsError
from index.readers import ReadOptions, language, language_of, read_source
from web.cli.main import cli

TEXTS = {
    "tr": "Belediye ekipleri sabah saatlerinde köprüyü trafiğe açtı ve sürücüler bu kez beklemeden karşıya geçti. ",
    "en": "The government announced on Tuesday that the new bridge over the river would be opened next month. ",
    "de": "Die Regierung hat am Dienstag angekündigt, dass die neue Brücke im nächsten Monat eröffnet wird. ",
    "fr": "Le gouvernement a annoncé mardi que le nouveau pont de la ville sera ouvert le mois prochain. ",
    "es": "El gobierno de la ciudad anunció el martes que el nuevo puente de la región se abrirá en julio. ",
    "az": "Azərbaycan Prezidenti bu gün Bakıda keçirilən tədbirdə iştirak edib və bir çox məsələdən danışıb. ",
    "ku": "Serokê herêmê duh li bajarê Amedê bi rojnamevanan re axivî û got ku ew ê ji bo aştiyê bixebitin. ",
}


@pytest.mark.parametrize("code", TEXTS)
def test_a_language_is_told(code: str):
    assert language_of(TEXTS[code] * 3) == code


@pytest.mark.parametrize("text", ["", TEXTS["en"], "1 2 3 " * 100, "- Phoenix Suns 101 - 90 Sacramento Kings\n" * 2])
def test_a_short_text_is_none_of_them(text: str):
    assert language_of(text) is None or len(text) >= 200


def test_doubt_is_said_to_be_doubt(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(language, "_SURE", 1.1)
    assert language_of(TEXTS["en"] * 3) is None


def write(path: Path, *codes: str) -> Path:
    records = [{"id": code, "title": code, "body": TEXTS[code] * 3} for code in codes]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return path


def test_other_languages_are_counted(data: Path, tmp_path: Path):
    source = write(tmp_path / "a.jsonl", "tr", "en", "de")
    report = add(data, [str(source)], AddOptions(jobs=1))
    assert (report.added, report.left_out, report.languages) == (3, 0, {"en": 1, "de": 1})


def test_other_languages_are_left_out(data: Path, tmp_path: Path):
    source = write(tmp_path / "a.jsonl", "tr", "en", "de")
    arguments = ["add", str(source), "--data", str(data), "--jobs", "1"]
    run = CliRunner().invoke(cli, [*arguments, "--language", "tr", "--language", "de"])
    assert run.exit_code == 0, run.output
    assert "2 added" in run.stdout
    assert "1 left out for their language (1 in de, 1 in en)" in run.stdout
    run = CliRunner().invoke(cli, [*arguments, "--language", "tr", "--json"])
    report = json.loads(run.stdout.splitlines()[-1])
    assert (report["read"], report["unchanged"], report["left_out"]) == (3, 2, 1)
    assert report["languages"] == {"en": 1}, "what the archive has already is not asked again"


# -- the mapping beside the sources

MAP = 'port = 1234\n[map]\ntitle = "Ana Satır"\nbody = "Gövde Yazısı"\n'
RECORD = '{"Ana Satır": "Köprü açıldı", "Gövde Yazısı": "Bugün", "Alt": "x"}\n'


def read(path: Path, **mapping: str) -> list:
    return list(read_source(path, ReadOptions(mapping=mapping)))


def test_names_are_mapped_by_a_file_beside_the_source(tmp_path: Path):
    (tmp_path / "haberara.toml").write_text(MAP, "utf-8")
    (tmp_path / "a.jsonl").write_text(RECORD, "utf-8")
    for source in (tmp_path, tmp_path / "a.jsonl"):
        (article,) = read(source)
        assert isinstance(article, Article)
        assert (article.title, article.body) == ("Köprü açıldı", "Bugün")
    (article,) = read(tmp_path, title="Alt")
    assert (article.title, article.body) == ("x", "Bugün"), "the option goes before the file"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[map]\ntitel = 'x'\n", "titel"),
        ("[map\n", "can't be parsed"),
        ("map = 7\n", "not a table of names"),
        ("[map]\ntitle = 7\n", "not a table of names"),
    ],
)
def test_a_bad_mapping_is_named(tmp_path: Path, text: str, words: str):
    (tmp_path / "haberara.toml").write_text(text, "utf-8")
    (tmp_path / "a.jsonl").write_text(RECORD, "utf-8")
    with pytest.raises(SettingsError, match=words):
        read(tmp_path)


def test_the_mapping_is_no_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: Path):
    (tmp_path / "haberara.toml").write_text(MAP, "utf-8")
    (tmp_path / "a.jsonl").write_text(RECORD, "utf-8")
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke(cli, ["add", "a.jsonl", "--data", str(data), "--jobs", "1"])
    assert run.exit_code == 0, run.output
    assert "1 added" in run.stdout
