"""The README: every command in it runs, and everything there is to set, to type or to ask for is in it."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
from click.testing import CliRunner

from index.facets import FACETS
from index.readers.fields import ALIASES
from index.settings import Settings
from index.turkish import lower
from web.app import create_app
from web.cli.main import cli

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
SHIPPED = re.findall(r"^<!-- (\w+) -->\n```sh\n(.*)\n```$", README, re.MULTILINE)
EXAMPLES = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
    if line not in dict(SHIPPED).values()
]
NEWS = [
    {"id": "1", "title": "Kandilli: Depremler sürüyor", "body": "Uzmanlar depremi anlattı.", "date": "2024-03-05"},
    {
        "id": "2",
        "baslik": "Bakan Almanya'da",
        "metin": "Görüşmelerde ikili ilişkiler ele alındı.",
        "tarih": "05.03.2024",
    },
]


@pytest.fixture(scope="module")
def folder(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory with the files that the examples name, and the sample archive in the default place."""
    path = tmp_path_factory.mktemp("readme")
    shutil.copytree(sample_data, path / "haberara-data")
    (path / "news.jsonl").write_text("".join(json.dumps(n, ensure_ascii=False) + "\n" for n in NEWS), "utf-8")
    (path / "export.csv").write_text("Manşet;Haber metni\nSel suları çekildi;Ekipler kente ulaştı.\n", "utf-8")
    (path / "texts").mkdir()
    (path / "texts" / "a.txt").write_text("Köprü açıldı\n\nTörene binlerce kişi katıldı.\n", "utf-8")
    with zipfile.ZipFile(path / "pages.zip", "w") as archive:
        for page in sorted((ROOT / "tests" / "pages").glob("*.html"))[:2]:
            archive.write(page, page.name)
    return path


@pytest.mark.parametrize("line", EXAMPLES)
def test_examples_run(line: str, folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HABERARA_JOBS", "1")
    program, *arguments = shlex.split(line)
    if program == "curl":
        address = urlsplit(arguments[0])
        answer = create_app().test_client().get(f"{address.path}?{address.query}")
        assert answer.status_code == 200, answer.text
        assert answer.json.get("total", 1) if answer.is_json else answer.text.count("\n") > 1
        return
    assert program == "haberara", line
    if arguments == ["serve"]:
        return  # the options are checked below; tests/installed.py starts one
    result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    if arguments[0] != "export":
        assert result.stdout.strip()
    assert not result.stdout.startswith(("0 ", '{"total": 0')), result.stdout


def test_there_are_examples_of_most_commands():
    used = {shlex.split(line)[1] for line in EXAMPLES if line.startswith("haberara")}
    assert used >= set(cli.commands) - {"demo", "help"}


# -- the two commands of a fresh machine; .ci/run runs them as they are written


def test_the_two_commands_are_there_for_ci():
    commands = dict(SHIPPED)
    assert list(commands) == ["try", "test"]
    assert commands["try"].endswith("/haberara demo")
    assert commands["test"].endswith(" -m pytest")


def test_windows_has_the_same_two():
    block = re.search(r"^```powershell\n(.*?)\n```$", README, re.MULTILINE | re.DOTALL).group(1)
    changes = {"py -m venv": "python3 -m venv", ".venv\\Scripts\\": ".venv/bin/", "; ": " && ", '"': "'"}
    for ours, theirs in changes.items():
        block = block.replace(ours, theirs)
    assert block.splitlines() == [command for _, command in SHIPPED]


# -- completeness


def code(text: str) -> set[str]:
    """What stands in backticks."""
    return set(re.findall(r"`([^`\n]+)`", text))


def rows(heading: str) -> dict[str, str]:
    """The table rows of a section by what their first cell has in backticks first."""
    section = README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return {m.group(1): m.group(0) for m in re.finditer(r"^\| `([\w-]+)[^|]*\|.*$", section, re.MULTILINE)}


def test_every_command_and_option_is_documented():
    table = rows("Commands")
    filters = code("\n".join(rows_starting("| `--")))
    everywhere = code(README)
    for name, command in cli.commands.items():
        assert name in table, f"`{name}` is missing from the table of commands"
        known = {span.split(",")[0].split()[0] for span in code(table[name])} | {"--help"}
        for option in command.params:
            if not isinstance(option, click.Option):
                continue
            long = max(option.opts, key=len)
            is_filter = "the filters" in table[name] and long in filters
            assert long in known or is_filter, f"{name} {long}"
    for option in (o for parameter in cli.params for o in parameter.opts):
        assert any(option in span.split() for span in everywhere), option


def rows_starting(start: str) -> list[str]:
    return [line for line in README.splitlines() if line.startswith(start)]


def test_nothing_documented_is_gone():
    for name, row in rows("Commands").items():
        if name.isdigit():
            continue
        known = {o for parameter in cli.commands[name].params for o in (*parameter.opts, *parameter.secondary_opts)}
        told = {span.split()[0] for span in code(row.split("|", 2)[2]) if span.startswith("-") and span != "-"}
        assert told <= known, name
    for row in rows_starting("| `--"):
        for option in (span for span in code(row) if span.startswith("--")):
            assert any(option in p.opts for c in cli.commands.values() for p in c.params), option


def test_every_setting_is_documented_with_its_default():
    told = {cells[3]: cells for line in README.splitlines() if len(cells := [c.strip() for c in line.split("|")]) == 7}
    for name, field in Settings.model_fields.items():
        cells = told[f"`{name}`"]
        assert cells[2] == f"`HABERARA_{name.upper()}`"
        assert cells[4] == f"`{field.default}`"
    assert {span.strip("`") for span in told} - {"`haberara.toml`".strip("`"), "---"} == set(Settings.model_fields)


def test_every_field_name_that_is_recognised_is_documented():
    for field, names in ALIASES.items():
        row = next(line for line in README.splitlines() if line.startswith(f"| `{field}` |"))
        assert set(names) == code(row), field


def test_every_facet_is_documented():
    for facet in FACETS:
        assert any(line.startswith(f"| `--{facet.name}` | `--not-{facet.name}` |") for line in README.splitlines())


def test_every_address_for_programs_is_documented():
    addresses = {str(rule) for rule in create_app(Path("none")).url_map.iter_rules()}
    for address in addresses - {"/", "/help", "/static/<path:filename>"}:
        assert address.split("<")[0] in README, address


def test_every_benchmark_is_listed():
    for path in (ROOT / "tests" / "bench").glob("bench_*.py"):
        assert f"| `{path.name}`" in README


def test_the_folders_of_the_picture_exist():
    for folder in re.findall(r"^\| (`[\w/]+`(?:, `[\w/]+`)*) \| .+\?", README, re.MULTILINE):
        for name in re.findall(r"`([\w/]+)`", folder):
            assert (ROOT / name).is_dir(), name


def test_the_changelog_tells_of_every_command():
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert all(f"`{name}`" in text or f"`haberara {name}`" in text for name in cli.commands)
    assert lower("[Unreleased]") in lower(text)
