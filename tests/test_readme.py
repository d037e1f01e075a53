"""The papers: every command in them runs, every link leads somewhere, and everything there is to set, to type or to
ask for is in them.

A block of ```sh is a story that is run line by line, in order, in a folder of its own that has the sample archive and
the files which the examples name.
"""

from __future__ import annotations

import ast
import json
import re
import shlex
import shutil
import zipfile
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
from checkout import ROOMS, ROOT, trees
from click.testing import CliRunner

from index.article.facets import FACETS
from index.readers.fields import ALIASES
from index.settings import Settings
from index.turkish import lower
from web.app import create_app
from web.cli.main import cli

MOST_LINES = 250
"""Of the README at the top: who meets the project reads it to its end."""


def _papers() -> dict[str, str]:
    paths = [
        ROOT / "README.md",
        *(p for room in ("index", "search", "web", "tests") for p in (ROOT / room).rglob("*.md")),
    ]
    readmes = (path for path in paths if path.name == "README.md")
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in sorted(readmes)}


PAPERS = _papers()
README = PAPERS["README.md"]
COMMAND_LINE = PAPERS["web/cli/README.md"]
READERS = PAPERS["index/readers/README.md"]
LANGUAGE = PAPERS["search/query/README.md"]
CHANGING = PAPERS["tests/README.md"]
FIGURES = PAPERS["tests/bench/README.md"]

SHIPPED = re.findall(r"^<!-- (\w+) -->\n```sh\n(.*)\n```$", README, re.MULTILINE)
BLOCKS = [
    (paper, block)
    for paper, text in PAPERS.items()
    for block in re.findall(r"^```sh\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL)
    if block not in dict(SHIPPED).values()
]
EXAMPLES = [line for _, block in BLOCKS for line in block.splitlines()]
NEWS = [
    {"id": "1", "title": "Kandilli: Depremler sürüyor", "body": "Uzmanlar depremi anlattı.", "date": "2024-03-05"},
    {
        "id": "2",
        "baslik": "Bakan Almanya'da",
        "metin": "Görüşmelerde ikili ilişkiler ele alındı.",
        "tarih": "05.03.2024",
    },
]


def test_all_papers_are_seen():
    rooms = {"", "index/", "search/", "web/", "tests/"}
    assert {room + "README.md" for room in rooms} <= set(PAPERS)
    assert len(PAPERS) >= 12


# -- the examples


@pytest.fixture
def folder(sample_data: Path, tmp_path: Path) -> Path:
    """A working directory with the files that the examples name, and the sample archive in the default place."""
    shutil.copytree(sample_data, tmp_path / "haberara-data")
    (tmp_path / "news.jsonl").write_text("".join(json.dumps(n, ensure_ascii=False) + "\n" for n in NEWS), "utf-8")
    for table in ("export.csv", "haberler.csv"):
        (tmp_path / table).write_text("Ana başlık;Yazı\nSel suları çekildi;Ekipler kente ulaştı.\n", "utf-8")
    for texts in ("texts", "haber-klasoru"):
        (tmp_path / texts).mkdir()
        (tmp_path / texts / "a.txt").write_text("Köprü açıldı\n\nTörene binlerce kişi katıldı.\n", "utf-8")
    with zipfile.ZipFile(tmp_path / "pages.zip", "w") as archive:
        for page in sorted((ROOT / "tests" / "pages").glob("*.html"))[:2]:
            archive.write(page, page.name)
    return tmp_path


@pytest.mark.parametrize("block", [pytest.param(b, id=f"{paper}: {b.splitlines()[0]}") for paper, b in BLOCKS])
def test_examples_run(block: str, folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HABERARA_JOBS", "1")
    for line in block.splitlines():
        run_example(line)


def run_example(line: str) -> None:
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
    assert result.exit_code == 0, f"{line}: {result.output}"
    if arguments[0] != "export":
        assert result.stdout.strip(), line
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


def test_whoever_meets_the_project_reads_it_to_the_end():
    assert README.count("\n") <= MOST_LINES


# -- links


def headings(text: str) -> set[str]:
    """The anchors of a paper's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", lower(title)).replace(" ", "-") for title in titles}


def links() -> list[tuple[str, str]]:
    found = [(p, to) for p, text in PAPERS.items() for to in re.findall(r"\]\(([^)\s]+)\)", text)]
    return [(paper, to) for paper, to in found if "://" not in to]


@pytest.mark.parametrize(("paper", "to"), links())
def test_a_link_leads_somewhere(paper: str, to: str):
    path, _, anchor = to.partition("#")
    target = ((ROOT / paper).parent / path).resolve() if path else ROOT / paper
    assert target.exists()
    assert not anchor or anchor in headings(target.read_text("utf-8"))


def test_every_paper_is_reached_from_the_first():
    targets = {(from_, ((ROOT / from_).parent / to.partition("#")[0]).resolve()) for from_, to in links()}
    reached, before = {"README.md"}, set()
    while reached != before:
        before = set(reached)
        reached |= {to.relative_to(ROOT).as_posix() for from_, to in targets if from_ in before}
    assert set(PAPERS) <= reached


# -- completeness


def code(text: str) -> set[str]:
    """What stands in backticks."""
    return set(re.findall(r"`([^`\n]+)`", text))


def rows(heading: str) -> dict[str, str]:
    """The table rows of a section of the command line's paper by what their first cell has in backticks first."""
    section = COMMAND_LINE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return {m.group(1): m.group(0) for m in re.finditer(r"^\| `([\w-]+)[^|]*\|.*$", section, re.MULTILINE)}


def rows_starting(text: str, start: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(start)]


def test_every_command_and_option_is_documented():
    table = rows("Commands")
    filters = code("\n".join(rows_starting(LANGUAGE, "| `--")))
    everywhere = code(COMMAND_LINE)
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


def test_nothing_documented_is_gone():
    for name, row in rows("Commands").items():
        if name.isdigit():
            continue
        known = {o for parameter in cli.commands[name].params for o in (*parameter.opts, *parameter.secondary_opts)}
        told = {span.split()[0] for span in code(row.split("|", 2)[2]) if span.startswith("-") and span != "-"}
        assert told <= known, name
    filters = rows_starting(LANGUAGE, "| `--")
    assert filters
    for row in filters:
        for option in (span for span in code(row) if span.startswith("--")):
            assert any(option in p.opts for c in cli.commands.values() for p in c.params), option


def test_every_setting_is_documented_with_its_default():
    lines = COMMAND_LINE.splitlines()
    told = {cells[3]: cells for line in lines if len(cells := [c.strip() for c in line.split("|")]) == 7}
    for name, field in Settings.model_fields.items():
        cells = told[f"`{name}`"]
        assert cells[2] == f"`HABERARA_{name.upper()}`"
        assert cells[4] == f"`{field.default}`"
    assert {span.strip("`") for span in told} - {"haberara.toml", "---"} == set(Settings.model_fields)


def test_every_field_name_that_is_recognised_is_documented():
    for field, names in ALIASES.items():
        row = next(line for line in READERS.splitlines() if line.startswith(f"| `{field}` |"))
        assert set(names) == code(row), field


def test_every_facet_is_documented():
    for facet in FACETS:
        assert rows_starting(LANGUAGE, f"| `--{facet.name}` | `--not-{facet.name}` |"), facet.name


def test_every_address_for_programs_is_documented():
    told = PAPERS["web/openapi/README.md"] + PAPERS["web/serving/README.md"]
    addresses = {str(rule) for rule in create_app(Path("none")).url_map.iter_rules()}
    for address in addresses - {"/", "/help", "/static/<path:filename>"}:
        assert address.split("<")[0] in told, address


def test_every_benchmark_is_listed():
    scripts = {path.name for path in (ROOT / "tests" / "bench").glob("bench_*.py")}
    listed = set(re.findall(r"^\| `(bench_\w+\.py)`", FIGURES, re.MULTILINE))
    assert listed == scripts


def test_the_maps_name_every_module_and_no_other():
    for room in ROOMS:
        named = set(re.findall(r"`([\w/]+\.py)`", PAPERS[f"{room}/README.md"]))
        inside = (Path(file).relative_to(room) for file in trees() if file.startswith(f"{room}/"))
        modules = {path.as_posix() for path in inside if not path.name.startswith("_")}
        assert modules
        assert (modules - named, named - modules) == (set(), set()), f"{room}: not on the map, or gone"


def test_the_maps_in_packages_name_every_module_and_no_other():
    """A docstring of more than five rows, each of names and what they are, is the map of its folder."""
    maps = 0
    for file, tree in trees().items():
        rows = re.findall(r"^ *(\w+(?:, \w+)*)  +\S", ast.get_docstring(tree) or "", re.MULTILINE)
        if file.endswith("/__init__.py") and len(rows) > 5:
            maps += 1
            beside = {Path(other).stem for other in trees() if Path(other).parent == Path(file).parent}
            assert {name for row in rows for name in row.split(", ")} == beside - {"__init__"}, file
    assert maps > 5


def test_the_tests_that_are_told_of_exist():
    first_cells = (line.split("|")[1] for line in rows_starting(CHANGING, "| `"))
    told = {name for cell in first_cells for name in code(cell) if re.fullmatch(r"\w+\.py", name)}
    told |= {name for name in code(CHANGING) if re.fullmatch(r"test_\w+\.py", name)}
    assert len(told) > 20
    for name in told:
        assert (ROOT / "tests" / name).is_file(), name


def test_the_classes_that_are_told_of_exist():
    sources = "".join(path.read_text("utf-8") for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    defined = set(re.findall(r"^(?:class )?([A-Z]\w*)(?: =|[(:])", sources, re.MULTILINE))
    papers = ("index/README.md", "search/README.md", "web/README.md", "tests/README.md")
    told = {name for paper in papers for name in code(PAPERS[paper]) if re.fullmatch(r"[A-Z][a-z]+[A-Za-z]*", name)}
    assert len(told) > 10
    assert told <= defined


def test_the_versions_that_are_told_of_exist():
    told = re.findall(r"^\| `([A-Z_]+)`, `([\w/]+)\.py` \|", CHANGING, re.MULTILINE)
    assert len(told) == 4
    for name, module in told:
        assert hasattr(import_module(module.replace("/", ".")), name), name


def test_the_folders_of_the_picture_exist():
    told = re.findall(r"^\| (`[\w/]+`(?:, `[\w/]+`)*) \| .+\?", README, re.MULTILINE)
    assert told
    for folder in told:
        for name in re.findall(r"`([\w/]+)`", folder):
            assert (ROOT / name).is_dir(), name


def test_the_changelog_tells_of_every_command():
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert all(f"`{name}`" in text or f"`haberara {name}`" in text for name in cli.commands)
    assert lower("[Unreleased]") in lower(text)
