"""What visitors search for is nobody's business: it is in no log, no metric and no file."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from urllib.parse import quote

import pytest
from web_support import FakeEngine, sample_articles

from index.errors import NoIndex
from search.service import SearchEngine
from web.app import create_app

WORD = "zırtapozluk"
ADDRESSES = (
    f"/?q={WORD}",
    f"/?q={WORD}&country=XX",
    f"/api/v1/search?q={WORD}",
    f"/api/v1/search?q={WORD}&page={WORD}",
    f"/api/v1/suggest?q={WORD}",
    f"/api/v1/facets/person?q={WORD}",
    f"/api/v1/articles/{WORD}",
    f"/api/v1/export?format=csv&q={WORD}",
    f"/{WORD}",
)


class Failing(FakeEngine):
    """Raises an error that repeats the query, as a bug may, from another one that does."""

    def search(self, request, **more):
        try:
            raise KeyError(request.text)
        except KeyError as error:
            raise ValueError(f"can't do {request.text}") from error

    facet = export = search

    def article(self, article_id, text="", **more):
        raise ValueError(f"can't do {article_id}")

    suggest = similar = article


class Absent(FakeEngine):
    def search(self, request, **more):
        raise NoIndex(Path("data"))


def asked(tmp_path: Path, engine: FakeEngine) -> None:
    client = create_app(tmp_path, engine=engine).test_client()
    for address in ADDRESSES:
        client.get(address)
    assert WORD not in client.get("/metrics").text


@pytest.mark.parametrize("kind", [FakeEngine, Failing, Absent])
def test_no_log_holds_a_query(tmp_path, caplog, kind):
    caplog.set_level(logging.DEBUG)
    asked(tmp_path, kind(sample_articles()))
    assert WORD not in caplog.text
    assert quote(WORD) not in caplog.text
    if kind is Failing:
        assert "test_privacy.py" in caplog.text, "where it happened is told"
        assert "builtins.ValueError" in caplog.text
    if kind is Absent:
        assert "haberara add" in caplog.text


def test_a_setting_lets_the_log_tell(tmp_path, caplog, monkeypatch):
    monkeypatch.setenv("HABERARA_LOG_QUERIES", "true")
    asked(tmp_path, Failing(sample_articles()))
    assert f"can't do {WORD}" in caplog.text
    assert f"GET '/api/v1/search?q={WORD}'" in caplog.text


def test_no_file_of_the_data_directory_holds_a_query(sample_data, tmp_path):
    data = Path(shutil.copytree(sample_data, tmp_path / "data"))
    SearchEngine.open(data).close()  # what another test has open in the original was copied half: settle it
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    engine = SearchEngine.open(data)
    client = create_app(data, engine=engine).test_client()
    for address in ADDRESSES:
        client.get(address)
    engine.close()
    assert {path: path.read_bytes() for path in data.rglob("*") if path.is_file()} == before
