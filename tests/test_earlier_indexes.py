"""Data directories as earlier versions left them: refused with the command that mends them, and mended by it.

`earlier/schema-N.b64` is a data directory with two articles, made by the last version with index schema N: a tar file,
compressed with xz, in base64.
"""

from __future__ import annotations

import base64
import gc
import io
import tarfile
from pathlib import Path

import pytest
from cli_support import haberara

from index.document import schema
from index.errors import StaleIndex
from index.removal import remove
from search.request import SearchRequest
from search.service import SearchEngine

EARLIER = Path(__file__).parent / "earlier"
VERSIONS = range(1, schema.SCHEMA_VERSION)

# Whoosh leaves a file open when it can't read it.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(autouse=True)
def no_file_left_to_other_tests():
    yield
    gc.collect()


@pytest.fixture(params=VERSIONS)
def old(request: pytest.FixtureRequest, data: Path) -> Path:
    packed = base64.b64decode((EARLIER / f"schema-{request.param}.b64").read_text("ascii"))
    data.mkdir(exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:xz") as files:
        for member in files:
            path = data / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files.extractfile(member).read())
    return data


def search(data: Path, text: str) -> list[str]:
    engine = SearchEngine.open(data)
    try:
        return [hit.id for hit in engine.search(SearchRequest(text=text, match="all")).hits]
    finally:
        engine.close()


def test_there_is_one_of_every_earlier_schema():
    assert {path.name for path in EARLIER.iterdir()} == {f"schema-{version}.b64" for version in VERSIONS}


def test_it_is_refused_with_the_command_that_mends_it_and_that_mends_it(old):
    with pytest.raises(StaleIndex, match=r"another schema .*`haberara reindex`"):
        search(old, "deprem")
    for command in (("search", "deprem"), ("export", "", "--format", "jsonl")):
        ran = haberara(*command, "--data", old)
        assert ran.status == 1
        assert "`haberara reindex`" in ran.err
    ran = haberara("doctor", "--data", old)
    assert ran.status == 1
    assert "another schema" in ran.out
    assert "`haberara reindex`" in ran.out
    assert haberara("reindex", "--data", old, "--jobs", 1).status == 0
    assert search(old, "depremler") == ["a"]
    assert search(old, "kişi:Ecevit") == ["a"]
    assert haberara("doctor", "--data", old).status == 0


def test_if_needed_mends_it_too(old):
    assert haberara("reindex", "--if-needed", "--data", old, "--jobs", 1).status == 0
    assert search(old, "sandık") == ["b"]


def test_articles_can_be_added_and_removed_before_that(old, tmp_path):
    source = tmp_path / "c.jsonl"
    source.write_text('{"id": "c", "title": "Köprü açıldı"}\n', "utf-8")
    ran = haberara("add", source, "--data", old, "--jobs", 1)
    assert (ran.status, "`haberara reindex`" in ran.err) == (1, True)
    report = remove(old, ["a"])
    assert (report.articles, len(report.dropped)) == (1, 1), "what can't be searched through is removed as a whole"
    assert haberara("reindex", "--data", old, "--jobs", 1).status == 0
    assert sorted(search(old, "")) == ["b", "c"]
