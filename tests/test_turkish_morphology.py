"""Each bug of zeyrek 0.1.3 that we mend has a test here that fails on plain zeyrek; one test makes sure of that."""

from __future__ import annotations

import contextlib
import io
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.turkish import lemma
from index.turkish.morphology import Morphology
from index.turkish.parses import Parse

Roots = Callable[[str], set[str]]


@pytest.fixture(scope="module")
def morphology(lemma_store: Path) -> Morphology:
    return lemma.Lemmatizer()._morphology


@pytest.fixture(scope="module")
def plain() -> Iterator[Roots]:
    """zeyrek as it comes, with the apostrophe left in and its warnings kept from the screen."""
    import zeyrek

    logger = logging.getLogger("zeyrek")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            analyzer = zeyrek.MorphAnalyzer()
        yield lambda word: {parse.dict_item.lemma for parse in analyzer._parse(word)}
    finally:
        logger.setLevel(before)


def roots(parses: list[Parse]) -> set[str]:
    return {parse.root for parse in parses}


TEMPLATE = ["tüfekle", "sebeple", "sıklıkla", "sahipti", "gelmekti"]


@pytest.mark.parametrize("word", TEMPLATE)
def test_suffixes_with_a_buffer_letter_follow_voicing_roots(morphology: Morphology, word: str) -> None:
    assert morphology.parses(word)


def test_plain_zeyrek_has_no_reading_of_them(plain: Roots) -> None:
    assert [plain(word) for word in TEMPLATE] == [set()] * len(TEMPLATE)


def test_a_word_is_read_the_same_whatever_was_asked_before(morphology: Morphology) -> None:
    before = morphology.parses("gelebilir")
    for word in ("gelecek", "geleceğe", "küçücük", "küçücüğüm", "okuyacak", "edecek"):
        morphology.parses(word)
    assert morphology.parses("gelebilir") == before
    assert roots(before) == {"gel"}


def test_plain_zeyrek_forgets_a_word_after_another(plain: Roots) -> None:
    plain("gelecek")
    assert plain("gelebilir") == set()


@pytest.mark.parametrize("word", ["adında", "adı", "gözlerine", "kitabı", "reddi", "hakkı"])
def test_words_that_plain_zeyrek_loses_by_hash_seed(morphology: Morphology, word: str) -> None:
    assert morphology.parses(word)


def test_the_root_of_a_compound_answers_with_the_compound(morphology: Morphology) -> None:
    assert roots(morphology.parses("zeytinyağını")) == {"zeytinyağı"}
    assert roots(morphology.parses("cumhurbaşkanlarının")) == {"cumhurbaşkanı"}


def test_plain_zeyrek_answers_with_a_word_that_does_not_exist(plain: Roots) -> None:
    assert "cumhurbaşkanı" not in plain("cumhurbaşkanlarının")


def test_nothing_is_written_or_logged(morphology: Morphology, capfd: pytest.CaptureFixture[str]) -> None:
    morphology.parses("yapılanlardan")
    assert capfd.readouterr() == ("", "")


def test_voicing_comes_before_doubling(morphology: Morphology) -> None:
    assert "ret" in roots(morphology.parses("reddi"))


def test_a_derived_word_is_a_word_and_an_inflected_one_is_not(morphology: Morphology) -> None:
    lemmas = {parse.lemma for parse in morphology.parses("yatırımcılarımızdan")}
    assert "yatırımcı" in lemmas
    assert "güzellik" in {parse.lemma for parse in morphology.parses("güzelliğini")}


def test_tolerant_analysis_restores_the_turkish_letters(morphology: Morphology) -> None:
    assert {(p.form, p.lemma) for p in morphology.tolerant_parses("cocugumuzdan")} == {("çocuğumuzdan", "çocuk")}
    assert {p.form for p in morphology.tolerant_parses("oldu")} == {"oldu", "öldü"}


@pytest.mark.parametrize("word", ["epizodda", "washingtonda"])
def test_an_unknown_noun_loses_its_case(morphology: Morphology, word: str) -> None:
    assert [parse.lemma for parse in morphology.guesses(word)][:1] == [word[:-2]]


def test_no_word_takes_long(morphology: Morphology) -> None:
    words = [
        "Avustralyalılaştıramadıklarımızdanmışsınızcasına".lower(),
        "kırmızılaştırılamayabileceklerimizdenmişsinizcesi"[:50],
        "evlerindekilerdekilerdekilerdekilerdekilerdekiler"[:50],
        "lalalalalalalalalalalalalalalalalalalalalalalalala",
        "x" * 500,
    ]
    for word in words:
        start = time.process_time()
        morphology.parses(word)
        morphology.parses(word)
        # 50 ms is the promise; twice the work and a slow machine get ten times as much.
        assert time.process_time() - start < 0.5
