"""The analyzer: parallel lists, cache, threads, worker processes; the same words whichever way they are asked for."""

from __future__ import annotations

import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.turkish import TurkishAnalyzer, open_analyzer
from index.turkish import analyzer as module
from index.turkish.cache import LemmaCache
from index.turkish.lemma import load_overrides

TEXT = (
    "Genelkurmay Başkanı Orgeneral Selçuk Bayraktaroğlu, Pakistan’da temaslarda bulundu. Çiller'in kârı arttı; "
    "TBMM'nin kararı %25 ve 1.500 kişiyi ilgilendiriyor. \"Geldiler\" dedi Salı günü Türkiye 'nin sesi."
)


@pytest.fixture(scope="module")
def analyzer(lemma_store: Path) -> TurkishAnalyzer:
    return open_analyzer(None)


def test_analyze_tokenize_and_explain_agree(analyzer: TurkishAnalyzer) -> None:
    analysis, explained = analyzer.analyze(TEXT), analyzer.explain(TEXT)
    assert analysis.forms == [token.form for token in analyzer.tokenize(TEXT)] == [token.form for token in explained]
    assert analysis.lemmas == [token.lemma for token in explained]
    assert [TEXT[s:e] for s, e in zip(analysis.starts, analysis.ends, strict=True)] == [t.surface for t in explained]
    assert all(token.candidates[0] == token.lemma and token.reason for token in explained)
    assert analyzer.analyze(TEXT) == analysis


def test_a_name_and_a_word_with_one_form_may_differ(analyzer: TurkishAnalyzer) -> None:
    assert analyzer.lemma("çiller", name=True) == "çiller"
    assert analyzer.lemma("üniversitesi", name=True) == "üniversite"
    assert analyzer.lemma("gelmek") == "gel"
    assert analyzer.lemma("yemek") == "yemek"
    assert analyzer.lemma("ıstanbul") == "istanbul"


def test_an_apostrophe_and_no_apostrophe_come_to_the_same(analyzer: TurkishAnalyzer) -> None:
    assert analyzer.analyze("Pakistan'da").lemmas == analyzer.analyze("pakistanda").lemmas == ["pakistan"]


def test_lemmas_are_kept_on_disk_and_zeyrek_is_not_loaded_again(tmp_path: Path) -> None:
    first = open_analyzer(tmp_path)
    assert first.prepare([TEXT]) > 10
    assert first.prepare([TEXT]) == 0
    expected = first.analyze(TEXT)
    first.close()
    again = open_analyzer(tmp_path)
    assert again.analyze(TEXT) == expected
    assert again._lemmatizer is None
    again.close()
    assert [path.name for path in tmp_path.glob("lemmas-*.db")] == [f"lemmas-{first.fingerprint}.db"]


def test_importing_the_room_loads_neither_zeyrek_nor_simplemma() -> None:
    code = "import sys, index.turkish; print([m for m in ('zeyrek', 'nltk', 'simplemma') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_two_writers_of_one_cache(tmp_path: Path) -> None:
    one, two = LemmaCache(tmp_path / "c.db"), LemmaCache(tmp_path / "c.db")
    one.put({"evler": ("ev", "ev")})
    two.put({"evler": ("ev", "ev"), "çiller": ("çil", "çiller")})
    assert one.get(["evler", "çiller", "yok"]) == {"evler": ("ev", "ev"), "çiller": ("çil", "çiller")}
    one.close()
    two.close()


def test_a_cache_that_cannot_be_opened_is_done_without(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "c.db").mkdir()
    with caplog.at_level(logging.WARNING):
        cache = LemmaCache(tmp_path / "c.db")
    assert "lemma cache" in caplog.text
    cache.put({"evler": ("ev", "ev")})
    assert cache.get(["evler"]) == {"evler": ("ev", "ev")}


def test_who_only_asks_leaves_no_trace(tmp_path: Path) -> None:
    asking = LemmaCache(tmp_path / "c.db", keep=False)
    asking.put({"gizli": ("giz", "gizli")})
    assert asking.get(["gizli"]) == {"gizli": ("giz", "gizli")}
    assert list(tmp_path.iterdir()) == []
    LemmaCache(tmp_path / "c.db").put({"evler": ("ev", "ev")})
    asking = LemmaCache(tmp_path / "c.db", keep=False)
    asking.put({"gizli": ("giz", "gizli")})
    assert asking.get(["gizli", "evler"]) == {"gizli": ("giz", "gizli"), "evler": ("ev", "ev")}
    assert LemmaCache(tmp_path / "c.db").get(["gizli"]) == {}


def test_a_damaged_cache_is_done_without(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "c.db").write_bytes(b"not a database, however long it may be" * 100)
    with caplog.at_level(logging.WARNING):
        cache = LemmaCache(tmp_path / "c.db")
    assert "lemma cache" in caplog.text
    assert cache.get(["evler"]) == {}


def test_a_directory_that_cannot_be_made_is_done_without(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        analyzer = open_analyzer(tmp_path / "file" / "data")
    assert "lemma cache" in caplog.text
    assert analyzer.analyze("evler").lemmas == ["ev"]


def test_memory_is_bounded() -> None:
    cache = LemmaCache(None)
    for start in range(0, 120_000, 10_000):
        cache.put({str(number): ("x", "x") for number in range(start, start + 10_000)})
    assert len(cache._memory) <= 60_000
    assert cache.get(["119999"]) == {"119999": ("x", "x")}


def test_threads_share_an_analyzer(lemma_store: Path, tmp_path: Path) -> None:
    analyzer = open_analyzer(tmp_path)
    texts = [f"{TEXT} {word} {i}" for i, word in enumerate(TEXT.split() * 2)]
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(analyzer.analyze, texts))
    assert results == [analyzer.analyze(text) for text in texts]
    analyzer.close()


def test_the_fingerprint_follows_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    before = module.fingerprint()
    monkeypatch.setattr(module, "VERSION", 999)
    module.fingerprint.cache_clear()
    try:
        assert module.fingerprint() != before
    finally:
        module.fingerprint.cache_clear()


def test_every_override_has_a_reason_and_still_changes_something(analyzer: TurkishAnalyzer) -> None:
    lemmatizer = analyzer._loaded()
    overrides = load_overrides()
    for form, lemma in overrides.items():
        by_rule = lemmatizer._by_rule(form, lemmatizer._parses(form))[0]
        assert by_rule != lemma, f"{form}: the rules say {lemma} themselves now; take the line out"
