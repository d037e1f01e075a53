"""The help: a page in both languages with the same parts, whose examples are links that work."""

from __future__ import annotations

import shlex
from html import unescape
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner
from web_support import sample_app

import web
from web.cli.main import cli
from web.parts.helptext import examples, help_blocks, help_text

CATALOG = Path(web.__file__).parent / "translations" / "tr" / "LC_MESSAGES"


@pytest.fixture
def client(tmp_path):
    return sample_app(tmp_path).test_client()


@pytest.mark.parametrize("lang", ["tr", "en"])
def test_every_example_is_a_link_to_a_search_that_answers(client, lang):
    html = unescape(client.get(f"/help?lang={lang}").text)
    assert len(examples(lang)) >= 10
    for query in examples(lang):
        assert f"<code>{query}</code></a>" in html
        assert client.get("/", query_string={"q": query}).status_code == 200


def test_both_languages_have_the_same_parts():
    assert [b.name for b in help_blocks("tr")] == [b.name for b in help_blocks("en")]
    assert len(examples("tr")) == len(examples("en"))


@pytest.mark.parametrize("lang", ["tr", "en"])
def test_nothing_of_the_text_is_lost_on_the_way_to_the_page(client, lang):
    html = unescape(client.get(f"/help?lang={lang}").text)
    for block in help_blocks(lang):
        for line in block.lines:
            for span in line:
                assert span.text.strip() in html
    assert "`" not in html
    assert "**" not in html
    assert help_text(lang).startswith("# ")


@pytest.mark.parametrize("lang", ["tr", "en"])
def test_what_is_called_by_its_label_has_this_label(lang):
    with (CATALOG / "messages.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    labels = {message.string if lang == "tr" else message.id for message in messages}
    spans = (span.text for block in help_blocks(lang) for line in block.lines for span in line if span.kind == "strong")
    told = {text for text in spans if text[0].isupper()}
    assert len(told) > 10
    assert told <= labels


@pytest.mark.parametrize("lang", ["tr", "en"])
def test_the_commands_that_are_shown_exist(lang):
    lines = [span.text for b in help_blocks(lang) if b.name == "pre" for line in b.lines for span in line]
    commands = [shlex.split(line) for line in lines if line.startswith("haberara ")]
    assert len(commands) >= 10
    for _, name, *arguments in commands:
        known = {option for parameter in cli.commands[name].params for option in parameter.opts}
        assert {argument for argument in arguments if argument.startswith("-")} <= known, name


@pytest.mark.parametrize("arguments", [[], ["--lang", "tr"], ["--lang", "en"]])
def test_the_command_tells_the_same(arguments):
    result = CliRunner().invoke(cli, ["help", *arguments])
    assert result.exit_code == 0
    assert result.stdout == help_text("en" if "en" in arguments else "tr")
    assert CliRunner().invoke(cli, ["help", "--lang", "de"]).exit_code == 2
