"""Settings: option, then environment, then haberara.toml, then the default; a bad one is named with its remedy."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from index.errors import SettingsError
from index.settings import CONFIG_FILE, Settings, _warn_of, load_settings, unknown_variables
from web.cli.main import cli


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Neither a file nor a variable of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"HABERARA_{name.upper()}", raising=False)
    return tmp_path


def test_defaults():
    settings = load_settings()
    assert (settings.data, settings.port, settings.host) == (Path("haberara-data"), 8000, "127.0.0.1")


def test_each_place_goes_before_the_next(empty_folder: Path, monkeypatch: pytest.MonkeyPatch):
    (empty_folder / CONFIG_FILE).write_text('port = 1001\nthreads = 2\ndata = "arşiv"\n', "utf-8")
    assert load_settings().port == 1001
    monkeypatch.setenv("HABERARA_PORT", "1002")
    assert load_settings().port == 1002
    assert load_settings(port=1003).port == 1003
    assert load_settings(port=None).port == 1002, "None is an option that was not given"
    assert (load_settings().threads, load_settings().data) == (2, Path("arşiv"))


OTHERS = {
    "data": "x",
    "engine": "opensearch",
    "host": "localhost",
    "basic_auth": "a:b",
    "prefix": "/arsiv",
    "log_queries": "True",
    "opensearch_url": "https://search.example:9200",
    "opensearch_index": "arsiv",
    "opensearch_auth": "a:b",
    "opensearch_ca": "ca.pem",
    "opensearch_verify": "False",
    "opensearch_yearly": "True",
}
"""Values for settings that are no numbers."""


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_read_from_the_environment_and_the_file(
    name: str, empty_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    value = OTHERS.get(name, "7")
    line = f"{name} = {value}" if value == "7" else f'{name} = "{value}"'
    (empty_folder / CONFIG_FILE).write_text(line + "\n", "utf-8")
    from_file = getattr(load_settings(), name)
    (empty_folder / CONFIG_FILE).unlink()
    monkeypatch.setenv(f"HABERARA_{name.upper()}", value)
    assert str(getattr(load_settings(), name)) == str(from_file) == value


def test_settings_are_frozen():
    with pytest.raises(ValidationError):
        load_settings().port = 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "eighty"),
        ("port", "70000"),
        ("jobs", "-1"),
        ("threads", "0"),
        ("engine", "lucene"),
        ("opensearch_index", "Büyük"),
        ("opensearch_shards", "0"),
        ("max_rejects", ""),
        ("rate_limit", "-1"),
        ("proxies", "9"),
        ("prefix", "arsiv"),
        ("prefix", "/arsiv/"),
        ("prefix", "//elsewhere.example"),
        ("log_queries", "perhaps"),
    ],
)
def test_a_bad_value_is_named_with_the_places_to_mend(name: str, value: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(f"HABERARA_{name.upper()}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value).startswith(f"Setting {name}: {value!r} ")
    assert f"HABERARA_{name.upper()}" in caught.value.remedy


@pytest.mark.parametrize("value", ["nocolon", ":password", "user:"])
def test_a_bad_password_is_named_but_not_repeated(value: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HABERARA_BASIC_AUTH", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value).startswith("Setting basic_auth: '(hidden)' ")
    assert value not in "".join(traceback.format_exception(caught.value))


def test_a_password_is_in_no_description_of_the_settings():
    assert "secret" not in repr(load_settings(basic_auth="user:secret"))


@pytest.mark.parametrize(
    ("text", "names"),
    [("port = ", CONFIG_FILE), ("prot = 8000\n", "prot"), ('port = "x"\n', "port"), ("[data]\nx = 1\n", "data")],
)
def test_a_bad_file_is_named(text: str, names: str, empty_folder: Path):
    (empty_folder / CONFIG_FILE).write_text(text, "utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value).startswith(f"Setting {names}: ")
    assert CONFIG_FILE in str(caught.value)


def test_a_file_that_is_not_utf8_is_named(empty_folder: Path):
    (empty_folder / CONFIG_FILE).write_bytes('data = "arşiv"\n'.encode("cp1254"))
    with pytest.raises(SettingsError, match=CONFIG_FILE):
        load_settings()


def test_the_command_line_says_it_in_a_line_and_exits_2(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HABERARA_PORT", "eighty")
    result = CliRunner().invoke(cli, ["search", "deprem"])
    assert result.exit_code == 2
    assert result.stderr.startswith("haberara: Setting port: 'eighty' is not usable")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "told"),
    [("HABERARA_PROT", "Did you mean HABERARA_PORT?"), ("HABERARA_ZZZZ", "is ignored."), ("HABERARA_", "is ignored.")],
)
def test_a_variable_that_is_no_setting_is_told_once(
    name: str, told: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    _warn_of.cache_clear()
    monkeypatch.setenv(name, "9000")
    load_settings()
    load_settings()
    assert caplog.text.count(f"The variable {name} is not a setting") == 1
    assert told in caplog.text
    assert "9000" not in caplog.text


def test_variables_of_others_and_of_the_tests_are_nobodys_typing_errors():
    known = [f"HABERARA_{name.upper()}" for name in Settings.model_fields]
    assert len(known) > len(OTHERS)
    assert set(OTHERS) < set(Settings.model_fields), "a setting is gone: strike it from the list"
    assert unknown_variables([*known, "HABERARA_TEST_NO_SKIP", "PATH", "haberara_port"]) == []
    assert unknown_variables(["haberara_prot"]) == ["haberara_prot"]
