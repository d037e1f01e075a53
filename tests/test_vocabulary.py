"""What stands behind suggestions and spelling, against brute force: term tables, distances, beginnings of words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.document.schema import TEXT_FIELDS
from search.engines.whoosh.vocabulary import WordStarts, near_columns
from search.offering.spelling import candidates, distance

WORDS = st.text("abcde", min_size=1, max_size=8)


def edits(one: str, other: str) -> int:
    """Optimal string alignment by the book."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            best = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, rows[i - 2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


@settings(max_examples=300, deadline=None)
@given(WORDS, st.lists(WORDS, min_size=1))
def test_near_columns(word, others):
    columns = np.array([list(other.encode().ljust(10, b"\0")) for other in others], np.uint8).T
    for most in (1, 2):
        found, apart = near_columns(np.frombuffer(word.encode(), np.uint8), columns, most)
        expected = {i: edits(word, other) for i, other in enumerate(others) if edits(word, other) <= most}
        assert dict(zip(found.tolist(), apart.tolist(), strict=True)) == expected


@pytest.mark.parametrize("field", [field.name for field in TEXT_FIELDS])
def test_a_term_table_has_what_the_segment_has(sample_engine, field):
    for leaf in sample_engine._live.view()._leaves:
        table = leaf.segment.terms(field)
        read = [(table.term(i), int(table.documents[i])) for i in range(len(table))]
        assert read == leaf.segment.terms_from(field, b"", 10**9)
        assert read


def test_a_field_without_terms_has_an_empty_table(sample_engine):
    (leaf, *_) = sample_engine._live.view()._leaves
    assert len(leaf.segment.terms("nothing")) == 0
    assert leaf.segment.terms("id").term(0)


def test_near_forms_are_those_of_brute_force(sample_engine):
    view = sample_engine._live.view()
    forms: dict[str, set[str]] = {}
    for leaf in view._leaves:
        for term, _ in leaf.segment.terms_from("text_form", b"", 10**9):
            folded, _, form = term.decode().partition("|")
            forms.setdefault(folded, set()).add(form or folded)
    for word in ("deprem", "secmi", "cumhurbaskani", "ecevt", "1999", "zzzzzz"):
        found = view.dictionary.forms_near(word, 2, 10_000)
        near = {form for folded, spelled in forms.items() if edits(word, folded) <= 2 for form in spelled}
        assert {form for form, _ in found} == {form for form in near if form.isascii() or forms}
        first = [form for form, _ in view.dictionary.forms_near(word, 2, 3)]
        assert first == [form for form, _ in found][:4]


NAMES = ["Recep Tayyip Erdoğan", "Erdal İnönü", "Ban Ki-mun", "İlhan Irmak", "Ad", "O'Neill"]


def test_beginnings_of_words():
    starts = WordStarts()

    def found(beginning: str, names=NAMES) -> list[str]:
        return [names[number] for number in starts.find(names, beginning)]

    assert found("erd") == ["Recep Tayyip Erdoğan", "Erdal İnönü"]
    assert found("recep tay") == ["Recep Tayyip Erdoğan"]
    assert found("recep ") == ["Recep Tayyip Erdoğan"]
    assert found("ad") == ["Ad"]
    assert found("ad ") == ["Ad"]
    assert found("ad b") == []
    assert found("mun") == found("KI-mu") == ["Ban Ki-mun"]
    assert found("neil") == ["O'Neill"]
    assert found("i") == ["Erdal İnönü", "İlhan Irmak"]
    assert found("rdal") == []
    assert found("") == NAMES
    more = [*NAMES, "Erden Kıral"]
    assert found("erd", more) == ["Recep Tayyip Erdoğan", "Erdal İnönü", "Erden Kıral"]
    assert found("o neill zzz", more) == []


@pytest.mark.parametrize(
    ("likelier", "less"),
    [
        (("secim", "seçim"), ("sepim", "seçim")),
        (("isik", "ışık"), ("islk", "ışık")),
        (("seçmi", "seçim"), ("seçik", "seçim")),
        (("erdoan", "erdoğan"), ("erdğan", "erdoğan")),
        (("dikat", "dikkat"), ("dikkt", "dikkat")),
        (("kitab", "kitap"), ("kital", "kitap")),
        (("gitdi", "gitti"), ("gitri", "gitti")),
        (("depren", "deprem"), ("teprem", "beprem")),
    ],
)
def test_slips_of_turkish_typists_cost_less(likelier, less):
    assert distance(*likelier) < distance(*less)


def test_a_distance_is_nothing_for_the_same_and_the_same_both_ways():
    assert distance("deprem", "deprem") == 0
    assert distance("cocuk", "çocuk", 0.0) == 0
    for one, other in (("seçmi", "seçim"), ("erdoan", "erdoğan"), ("abc", "xyz")):
        assert distance(one, other) == distance(other, one) > 0


def test_candidates_are_frequent_and_near(sample_engine):
    dictionary = sample_engine._live.view().dictionary
    assert candidates("depren", 0, dictionary)[0] == "deprem"
    assert candidates("depren", 100, dictionary) == []
    assert candidates("depren", 0, dictionary, 10_000) == []
