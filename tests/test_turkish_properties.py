"""What holds for every text: offsets, totality, idempotence, the same answers in every process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.turkish import decode_term, encode_term, fold, folded_prefix, lemma, lower, open_analyzer
from index.turkish.tokens import tokens

LETTERS = st.text(alphabet="abcçdefgğhıijklmnoöprsştuüvyzâîûIİÇŞĞ’'\u0307\u00ad .,-12\n", max_size=60)
TEXTS = st.one_of(LETTERS, st.text(max_size=40))

ANALYZER = open_analyzer(None)


pytestmark = pytest.mark.usefixtures("lemma_store")


@given(TEXTS)
def test_offsets_slice_the_text_and_never_go_back(text: str) -> None:
    at = 0
    for token in tokens(text):
        assert at <= token.start < token.end <= len(text)
        assert token.form
        assert not any(character.isspace() for character in token.form)
        at = token.end


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_analysis_is_total_and_parallel(text: str) -> None:
    analysis = ANALYZER.analyze(text)
    assert len(analysis.starts) == len(analysis.ends) == len(analysis.forms) == len(analysis.lemmas)
    assert all(analysis.lemmas)
    assert [token.form for token in ANALYZER.tokenize(text)] == analysis.forms


@given(TEXTS)
def test_lower_and_fold_are_idempotent(text: str) -> None:
    assert lower(lower(text)) == lower(text)
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="abcçğıiöşüâxyz019", min_size=1, max_size=20))
def test_terms_decode_and_stand_by_their_fold(form: str) -> None:
    term = encode_term(form)
    assert decode_term(term) == form
    assert term.startswith(folded_prefix(fold(form)))


_WORDS = (
    "adında adı gözlerine gelecek gelebilir tüfekle sahipti çiller kitabı reddi yapılan görüşmelerin altında anda "
    "bunu içişleri cumhurbaşkanlığına milletvekillerinden zeytinyağını küçücüğüm güzelliğini bayraktaroğlu epizodda "
    "pakistanda okuyacaklarından söylediğine oldu öldü karı kârı yıllardır değişikliklerin başlıyorlarmış"
)

CHILD = """
import json, random, sys
from index.turkish.lemma import Lemmatizer
forms = json.loads(sys.argv[1])
random.shuffle(forms)
lemmatizer = Lemmatizer()
print(json.dumps({form: lemmatizer.lemmas(form) for form in forms}))
"""


def test_answers_do_not_depend_on_hash_seed_or_order() -> None:
    """A seed on which plain zeyrek loses `adında`; `measure_turkish.py --seeds` compares 8 over many forms."""
    lemmatizer = lemma.Lemmatizer()
    expected = {form: list(lemmatizer.lemmas(form)) for form in _WORDS.split()}
    run = subprocess.run(
        [sys.executable, "-c", CHILD, json.dumps(_WORDS.split())],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONHASHSEED": "2", "PYTHONUTF8": "1"},
        cwd=Path(__file__).parents[1],
    )
    assert json.loads(run.stdout) == expected
    assert run.stderr == ""
