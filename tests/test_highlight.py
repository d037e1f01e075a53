"""Marks: the inflected form, phrases where they stand, the best passage; the pieces always join to the text."""

from __future__ import annotations

import re
import time
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.document.tokenmap import pack_tokens, unpack_tokens
from index.turkish import fold, open_analyzer
from search.query import parse, resolve
from search.showing.highlight import PASSAGE, mark, passage
from search.showing.marking import Marker, Marks, StoredText


class Words:
    """A dictionary of one text, for resolving queries."""

    def __init__(self, analyzer, text):
        analysis = analyzer.analyze(text)
        self._forms, self._lemmas = set(analysis.forms), set(analysis.lemmas)

    def forms(self, folded):
        return {form: 1 for form in self._forms if fold(form) == folded}

    def lemmas(self, folded):
        return {lemma: 1 for lemma in self._lemmas if fold(lemma) == folded}

    def forms_with_prefix(self, folded, limit):
        return sorted(form for form in self._forms if fold(form).startswith(folded))


@pytest.fixture(scope="module")
def analyzer(lemma_store):
    with closing(open_analyzer(lemma_store)) as made:
        yield made


@pytest.fixture
def marks_of(analyzer):
    def marks(text: str, query: str, part: str = "body") -> Marks:
        analysis = analyzer.analyze(text)
        tokens = unpack_tokens(pack_tokens(analysis.starts, analysis.ends, analysis.lemmas))
        plan = resolve(parse(query), analyzer, Words(analyzer, text))
        return Marker(plan).marks(StoredText(part, text, tokens))

    return marks


@pytest.fixture
def marked(marks_of):
    return lambda text, query, part="body": [s.text for s in mark(text, marks_of(text, query, part)) if s.marked]


CASES = [
    ("Depremde evler yıkıldı, depremler sürüyor.", "deprem", ["Depremde", "depremler"]),
    ("Türkiye'nin kitabı ve Türkiye’de kitaplar", "türkiye kitap", ["Türkiye'nin", "kitabı", "Türkiye’de", "kitaplar"]),
    ("İstanbul'da ISPARTA'da", "istanbul ısparta", ["İstanbul'da", "ISPARTA'da"]),
    ("Kar yağdı, kâr arttı.", "kâr", ["kâr"]),
    ("ikili ilişkiler, ikili görüşme, ilişkiler", '"ikili ilişkiler"', ["ikili", "ilişkiler"]),
    ("ilişkiler ikili", '"ikili ilişkiler"', []),
    ("ev ev ev", '"ev ev"', ["ev", "ev", "ev"]),
    ("Bakanı geldi, bakanlar gitti", "=bakanlar", ["bakanlar"]),
    ("Bakanı geldi, bakanlar gitti", "bakan*", ["Bakanı", "bakanlar"]),
    ("Bakanı geldi", "=bakan", []),
    ("Deprem oldu", "deprem -oldu", ["Deprem"]),
    ("Deprem oldu", "-deprem", []),
    ("Deprem oldu", "deprem OR sel", ["Deprem"]),
    ("Deprem oldu", "", []),
    ("Gine-Bissau'da darbe, Gine ayrı", "Gine-Bissau", ["Gine", "Bissau'da"]),
    ("5,9 büyüklüğünde, 59 kişi", "5,9", ["5,9"]),
    ("", "deprem", []),
    ("…—!?", "deprem", []),
    ("e\u0301v ve ev", "ev", ["e\u0301v", "ev"]),
    ("💥 deprem 💥 deprem", "deprem", ["deprem", "deprem"]),
]


@pytest.mark.parametrize(("text", "query", "wanted"), CASES, ids=lambda v: str(v)[:30])
def test_marked(marked, text, query, wanted):
    assert marked(text, query) == wanted


def test_title_words_are_marked_in_titles_only(marked):
    assert marked("Deprem oldu", "title:deprem", "body") == []
    assert marked("Deprem oldu", "title:deprem", "title") == ["Deprem"]


@pytest.mark.parametrize(("text", "query", "wanted"), CASES, ids=lambda v: str(v)[:30])
def test_pieces_join_to_the_text(marks_of, text, query, wanted):
    pieces = mark(text, marks_of(text, query))
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)


FILL = "Bu cümlede aranan hiçbir söz yoktur ve öyle de kalacaktır. "


def test_the_passage_is_the_one_with_most_different_words(marks_of):
    text = FILL * 3 + "Deprem. " + FILL * 6 + "Deprem oldu, yardım geldi. " + FILL * 6 + "Deprem deprem deprem. " + FILL
    pieces = passage(text, marks_of(text, "deprem yardım"))
    assert [piece.text for piece in pieces if piece.marked] == ["Deprem", "yardım"]
    assert pieces[0].text == "… "
    assert pieces[-1].text == " …"


def test_of_equal_passages_the_first_is_taken(marks_of):
    text = "Önce deprem. " + FILL * 10 + "Sonra deprem."
    assert "".join(p.text for p in passage(text, marks_of(text, "deprem"))).startswith("Önce deprem.")


def test_without_a_match_it_is_the_beginning():
    text = FILL * 10
    pieces = passage(text, Marks())
    assert [p.marked for p in pieces] == [False, False]
    assert text.startswith(pieces[0].text)
    assert len(pieces[0].text) <= PASSAGE


def test_a_short_text_is_its_own_passage():
    assert [p.text for p in passage("Kısa haber.", Marks())] == ["Kısa haber."]
    assert passage("", Marks()) == ()


def test_a_text_that_fits_is_shown_whole(marks_of):
    text = "İlk cümle burada. İkincisi de. Sonunda deprem oldu."
    assert "".join(p.text for p in passage(text, marks_of(text, "deprem"))) == text


def test_a_match_at_the_end_keeps_what_leads_up_to_it(marks_of):
    text = FILL * 10 + "Sonunda deprem oldu."
    pieces = passage(text, marks_of(text, "deprem"))
    assert [p.text for p in pieces if p.marked] == ["deprem"]
    assert PASSAGE - 60 < sum(len(p.text) for p in pieces) <= PASSAGE + 2


def test_a_passage_begins_with_a_sentence_or_a_word(marks_of):
    text = FILL * 5 + "Gece deprem oldu. " + FILL * 5
    assert passage(text, marks_of(text, "deprem"))[1].text == "Gece "
    words = "uzun " * 100 + "deprem " + "uzun " * 100
    assert passage(words, marks_of(words, "deprem"))[1].text.startswith("uzun ")


def test_a_passage_is_one_line(marks_of):
    text = "Deprem\noldu.\n\n" + FILL
    assert "\n" not in "".join(p.text for p in passage(text, marks_of(text, "deprem oldu")))


@settings(max_examples=150, deadline=None)
@given(st.text("aab. \n", max_size=900), st.integers(1, 9), st.integers(61, 300))
def test_any_passage_is_a_piece_of_the_text(text, every, length):
    words = list(re.finditer("[ab]+", text))[::every]
    owners = tuple(i % 3 for i in range(len(words)))
    marks = Marks(tuple(w.start() for w in words), tuple(w.end() for w in words), owners)
    said = "".join(p.text for p in passage(text, marks, length))
    inner = said.removeprefix("… ").removesuffix(" …") if len(text) > length else said
    assert inner in text.replace("\n", " ")
    assert len(inner) <= length
    assert "".join(p.text for p in mark(text, marks)) == text


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 70_000), st.integers(1, 300), st.text(max_size=5)), max_size=40))
def test_token_maps_come_back(words):
    starts, ends, at = [], [], 0
    for gap, size, _ in words:
        starts.append(at + gap)
        at += gap + size
        ends.append(at)
    found = unpack_tokens(pack_tokens(starts, ends, [lemma for _, _, lemma in words]))
    assert (found.starts.tolist(), found.ends.tolist(), len(found)) == (starts, ends, len(words))


def test_a_huge_text_is_marked_quickly(analyzer, marks_of):
    text = (FILL * 40 + "Deprem oldu. ") * 2_000
    assert len(text) > 4_700_000
    analysis = analyzer.analyze(text)
    tokens = unpack_tokens(pack_tokens(analysis.starts, analysis.ends, analysis.lemmas))
    plan = resolve(parse("deprem"), analyzer, Words(analyzer, "Deprem oldu. " + FILL))
    stored = StoredText("body", text, tokens)
    began = time.process_time()
    marks = Marker(plan).marks(stored)
    pieces = passage(text, marks)
    assert time.process_time() - began < 1.0
    assert len(marks) == 2_000
    assert [p.text for p in pieces if p.marked] == ["Deprem"]
