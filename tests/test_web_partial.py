"""An answer that lacks something says so, on the page and in JSON, and is kept by nobody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from web_support import FakeEngine, sample_articles

from search.engines.opensearch.view import _partial
from search.results import Partial
from web.app import create_app

LACKS = Partial(timed_out=False, failed=1, shards=3)
UNSURE = Partial(shards=3, facets=(("person", 4),))


class PartEngine(FakeEngine):
    partial: Partial | None = None

    def search(self, *args: Any, **options: Any) -> Any:
        return replace(super().search(*args, **options), partial=self.partial)


@pytest.fixture
def engine() -> PartEngine:
    return PartEngine(sample_articles())


@pytest.fixture
def client(tmp_path: Path, engine: PartEngine) -> Any:
    return create_app(tmp_path, engine=engine).test_client()


@pytest.mark.parametrize(
    ("partial", "tr", "en"),
    [
        (LACKS, "Arşivin bir bölümü yanıt vermedi", "A part of the archive did not answer"),
        (replace(UNSURE, timed_out=True), "Arşivin bir bölümü yanıt vermedi", "A part of the archive did not answer"),
        (UNSURE, "bazı sayılar yaklaşıktır", "counts beside the results are approximate"),
    ],
)
def test_the_page_says_it_and_is_not_kept(client: Any, engine: PartEngine, partial: Partial, tr: str, en: str):
    for text, lang in ((tr, "tr"), (en, "en")):
        engine.partial = None
        assert text not in client.get(f"/?q=deprem&lang={lang}").text
        engine.partial = partial
        answer = client.get(f"/?q=deprem&lang={lang}")
        assert text in answer.text
        assert (answer.headers["Cache-Control"], answer.headers.get("ETag")) == ("no-store", None)


def test_the_endpoint_says_it_and_is_not_kept(client: Any, engine: PartEngine):
    whole = client.get("/api/v1/search?q=deprem")
    assert whole.json["partial"] is None
    assert "ETag" in whole.headers
    engine.partial = replace(UNSURE, failed=1)
    answer = client.get("/api/v1/search?q=deprem")
    assert answer.json["partial"] == {
        "timed_out": False,
        "shards": {"total": 3, "failed": 1},
        "facets": {"person": 4},
    }
    assert "ETag" not in answer.headers


@pytest.mark.parametrize(
    ("timed_out", "failed", "errors", "partial"),
    [
        (False, 0, (), None),
        (True, 0, (), Partial(timed_out=True, shards=3)),
        (False, 2, (), Partial(failed=2, shards=3)),
        (False, 0, (("person", 4),), UNSURE),
    ],
)
def test_what_a_cluster_says_is_read(timed_out: bool, failed: int, errors: Any, partial: Partial | None):
    shards = {"total": 3, "successful": 3 - failed, "skipped": 0, "failed": 0}
    assert _partial({"timed_out": timed_out, "_shards": shards}, errors) == partial
