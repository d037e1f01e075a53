"""A reindex leaves no lemma cache of another analyzer behind."""

from __future__ import annotations

from pathlib import Path

from conftest import give_lemmas

from index.building import AddOptions, add, reindex


def test_reindex_removes_the_caches_of_other_analyzers(tmp_path: Path, lemma_store: Path):
    data, source = tmp_path / "data", tmp_path / "one.jsonl"
    source.write_text('{"id": "1", "title": "Ankara", "body": "Ankara güzel."}\n', encoding="utf-8")
    give_lemmas(lemma_store, data)
    add(data, [str(source)], AddOptions(jobs=1))
    for name in ("lemmas-000000000000.db", "lemmas-000000000000.db-wal"):
        (data / name).write_bytes(b"")
    reindex(data, jobs=1)
    assert len({path.name.partition(".")[0] for path in data.glob("lemmas-*")}) == 1
    assert not list(data.glob("lemmas-000000000000*"))
