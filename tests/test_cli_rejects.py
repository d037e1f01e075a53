"""Past --max-rejects the status is 1, and what was kept is told all the same."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner
from conftest import give_lemmas

from web.cli.main import cli


def test_the_report_comes_even_when_too_many_records_were_rejected(tmp_path: Path, lemma_store: Path):
    data, source = tmp_path / "data", tmp_path / "half.jsonl"
    source.write_text('{"id": "1", "title": "Ankara", "body": "Ankara güzel."}\n{"id": "2"}\n', encoding="utf-8")
    give_lemmas(lemma_store, data)
    arguments = ["add", "--data", str(data), "--max-rejects", "0", "--json", "--jobs", "1", str(source)]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 1
    assert json.loads(result.stdout.splitlines()[-1])["added"] == 1
    assert "half.jsonl:2" in result.stderr
    assert "1 records were rejected" in result.stderr
