"""Which articles are one story: by their words, as they come in, after changes and removals, on page and endpoint."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from test_engine_copies import BRIDGE, CUT, HARVEST, LEAD

from index.archive import Archive
from index.building import AddOptions, add, reindex
from index.readers import ReadOptions
from index.stories import Known, Stories, band_keys, grouping, shingles
from index.stories.shingles import BANDS, LEAST, are_one_story, containment
from search.service import SearchEngine
from web.app import create_app
from web.cli.main import cli

# -- words


def test_case_and_punctuation_do_not_count():
    one, other = shingles("Iğdır'da İLK kar, yağdı!"), shingles("ığdır da ilk kar yağdı")
    assert np.array_equal(one, other)
    assert len(one) == 3


@given(st.text(max_size=400))
def test_shingles_ascend_and_are_no_more_than_words(text: str):
    runs = shingles(text)
    assert np.all(np.diff(runs.astype(object)) > 0)
    assert len(runs) <= max(0, len(text.split()) * 3 + len(text))
    assert len(band_keys(runs)) == (BANDS if len(runs) >= LEAST else 0)


def test_containment_is_of_the_shorter():
    whole, part = shingles(BRIDGE), shingles(CUT)
    assert containment(whole, part) == containment(part, whole) == 1.0
    assert containment(whole, shingles(HARVEST)) == 0.0
    assert containment(whole, shingles("")) == 0.0


def test_a_digest_of_many_stories_is_none_of_them():
    rng = random.Random(1)
    other = " ".join(f"söz{rng.randrange(10_000)}" for _ in range(200))
    assert are_one_story(shingles(BRIDGE), shingles(BRIDGE + other)) == 0.0
    assert are_one_story(shingles(BRIDGE), shingles(LEAD + CUT)) > 0.8


# -- placing


def placed(*texts: tuple[int | None, str], known: list[Known] | None = None) -> list[int]:
    runs = {number: shingles(text) for number, (_, text) in enumerate(texts, 1)}
    stories = Stories(known or [], runs.__getitem__)
    return [one.story for one in stories.place([(n, day, runs[n]) for n, (day, _) in enumerate(texts, 1)])]


def test_copies_are_one_story_within_a_month():
    assert placed((1, BRIDGE), (1, HARVEST), (3, LEAD + CUT), (31, BRIDGE)) == [1, 2, 1, 1]
    assert placed((1, BRIDGE), (32, BRIDGE)) == [1, 2]
    assert placed((1, BRIDGE), (None, BRIDGE)) == [1, 1], "an undated article may be of any day"


def test_short_texts_are_their_own_stories():
    assert placed((1, "Kısa bir haber."), (1, "Kısa bir haber."), (1, "")) == [1, 2, 3]


def test_who_is_known_is_not_moved():
    runs = {1: shingles(CUT), 2: shingles(BRIDGE)}
    known = [Known(1, 77, 5, band_keys(runs[1]))]
    assert [one.story for one in Stories(known, runs.__getitem__).place([(2, 5, runs[2])])] == [77]


def test_many_copies_under_one_key_are_one_story(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(grouping, "_MOST_MET", 3)
    assert set(placed(*[(1, BRIDGE)] * 100)) == {1}


# -- archive, index, page


def write(path: Path, *articles: tuple[str, str, str, str]) -> str:
    names = ("id", "body", "date", "source")
    lines = [json.dumps(dict(zip(names, one, strict=True)) | {"title": f"Başlık {one[0]}"}) for one in articles]
    path.write_text("\n".join(lines), "utf-8")
    return str(path)


def stories(data: Path) -> dict[str, int]:
    with Archive.open_readonly(data) as archive:
        return {stored.article.id: stored.story for stored in archive.current()}


A = ("a", BRIDGE, "2024-03-05", "Ajans")
B = ("b", LEAD + CUT, "2024-03-06", "Sabah")
C = ("c", HARVEST, "2024-03-06", "Sabah")
OPTIONS = AddOptions(jobs=1)


def test_copies_find_one_another_whenever_they_come(data: Path, tmp_path: Path):
    add(data, [write(tmp_path / "1.jsonl", B)], OPTIONS)
    add(data, [write(tmp_path / "2.jsonl", A, C)], OPTIONS)
    found = stories(data)
    assert found["a"] == found["b"] != found["c"]
    with closing(SearchEngine.open(data)) as engine:
        assert [copy.id for copy in engine.article("b").copies] == ["a"]
    reindex(data, jobs=1)
    again = stories(data)
    assert again["a"] == again["b"] != again["c"]


def test_a_new_version_is_placed_anew(data: Path, tmp_path: Path):
    add(data, [write(tmp_path / "1.jsonl", A, B)], OPTIONS)
    changed = AddOptions(read=ReadOptions(update=True), jobs=1)
    add(data, [write(tmp_path / "1.jsonl", A, ("b", HARVEST, "2024-03-06", "Sabah"))], changed)
    found = stories(data)
    assert found["a"] != found["b"]
    with closing(SearchEngine.open(data)) as engine:
        assert engine.article("a").copies == ()


def test_what_is_removed_leaves_no_keys(data: Path, tmp_path: Path):
    add(data, [write(tmp_path / "1.jsonl", A, B)], OPTIONS)
    run = CliRunner().invoke(cli, ["remove", "a", "--yes", "--data", str(data)])
    assert run.exit_code == 0, run.output
    with closing(sqlite3.connect(data / "archive.db")) as connection:
        assert connection.execute("SELECT count(*) FROM story").fetchone() == (1,)
    with closing(SearchEngine.open(data)) as engine:
        assert engine.article("b").copies == ()


def test_the_page_shows_how_often_it_was_published_and_where(data: Path, tmp_path: Path, monkeypatch):
    add(data, [write(tmp_path / "1.jsonl", A, B, C)], OPTIONS)
    monkeypatch.setenv("HABERARA_DATA", str(data))
    client = create_app().test_client()
    plain = client.get("/?q=köprü").text
    assert "yayında" not in plain
    assert "Kopyaları birleştir" in plain
    together = client.get("/?q=köprü&collapse=all").text
    assert "2 yayında" in together
    assert "Her kopyayı göster" in together
    assert client.get("/?q=köprü&collapse=all&lang=en").text.count("Published 2 times") == 1
    article = client.get("/articles/a?lang=tr").text
    assert "Haberin çıktığı öteki yayınlar" in article
    assert "Başlık b" in article
    answer = client.get("/api/v1/search?q=köprü&collapse=hits").json
    assert [(hit["id"], hit["copies"]) for hit in answer["hits"]] == [("a", 2)]
    assert [copy["id"] for copy in client.get("/api/v1/articles/b").json["copies"]] == ["a"]
    assert client.get("/api/v1/search?collapse=yes").status_code == 400
