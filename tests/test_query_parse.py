"""What was typed as a tree: forgiving on every text, and said back so that it means the same."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.errors import RequestError
from search.query import And, Not, Or, Phrase, Prefix, Some, Title, Word, parse, read_as, relaxed, wanted_words

A, B, C = Word("a"), Word("b"), Word("c")

READINGS = {
    "": None,
    "   ": None,
    "seçim": Word("seçim"),
    "  seçim\t\nsonuçları ": And((Word("seçim"), Word("sonuçları"))),
    "a a": A,
    "a OR a": A,
    '"ikili ilişkiler"': Phrase(("ikili", "ilişkiler")),
    "“ikili ilişkiler”": Phrase(("ikili", "ilişkiler")),
    "«ikili ilişkiler»": Phrase(("ikili", "ilişkiler")),
    "»ikili ilişkiler«": Phrase(("ikili", "ilişkiler")),
    "»": None,
    "a ”": A,
    "„ikili ilişkiler”": Phrase(("ikili", "ilişkiler")),
    '“ikili ilişkiler"': Phrase(("ikili", "ilişkiler")),
    '"seçim"': Word("seçim"),
    '"a b': Phrase(("a", "b")),
    'a "': A,
    '""': None,
    '"..."': None,
    "a OR b": Or((A, B)),
    "a VEYA b": Or((A, B)),
    "a | b": Or((A, B)),
    "a|b": Or((A, B)),
    "a or b": And((A, Word("or"), B)),
    "a veya b": And((A, Word("veya"), B)),
    "a Veya b": And((A, Word("Veya"), B)),
    "a AND b": And((A, B)),
    "a VE b": And((A, B)),
    "a & b": And((A, B)),
    "a ve b": And((A, Word("ve"), B)),
    "a NOT b": And((A, Not(B))),
    "a DEĞİL b": And((A, Not(B))),
    "a DEĞIL b": And((A, Not(B))),
    "a değil b": And((A, Word("değil"), B)),
    "a not b": And((A, Word("not"), B)),
    "a -b": And((A, Not(B))),
    "a - b": And((A, Not(B))),
    "a-b": Word("a-b"),
    "-a": Not(A),
    "--a": A,
    "---a": Not(A),
    "NOT NOT a": A,
    "-(-a)": A,
    "a OR": A,
    "OR a": A,
    "OR": None,
    "a OR OR b": Or((A, B)),
    "NOT": None,
    "a NOT": A,
    "a -": A,
    "a b OR c": Or((And((A, B)), C)),
    "a (b OR c)": And((A, Or((B, C)))),
    "(a b) c": And((A, B, C)),
    "(a": A,
    "a)": A,
    "a) b": And((A, B)),
    "a OR b) c": And((Or((A, B)), C)),
    "()": None,
    "a () b": And((A, B)),
    ")(": None,
    "-()": None,
    "-(a b)": Not(And((A, B))),
    "=Bakanı": Word("Bakanı", exact=True),
    '="Adalet Bakanı"': Phrase(("Adalet", "Bakanı"), exact=True),
    "==a": Word("a", exact=True),
    "=": None,
    "a =": A,
    "-=a": Not(Word("a", exact=True)),
    "cumhur*": Prefix("cumhur"),
    "cumhur**": Prefix("cumhur"),
    "*": None,
    "=cumhur*": Word("cumhur", exact=True),
    "cum*hur": Word("cum*hur"),
    "title:seçim": Title(Word("seçim")),
    "başlık:seçim": Title(Word("seçim")),
    "BASLIK:seçim": Title(Word("seçim")),
    "title: seçim": Title(Word("seçim")),
    'title:"a b"': Title(Phrase(("a", "b"))),
    "title:(a OR b)": Title(Or((A, B))),
    "title:-a": Title(Not(A)),
    "-title:a": Not(Title(A)),
    "title:": None,
    "a title:": A,
    "title:title:a": Title(A),
    "subtitle:a": Word("subtitle:a"),
    "Türkiye'nin": Word("Türkiye'nin"),
    "...": None,
    "5,9": Word("5,9"),
}


@pytest.mark.parametrize(("text", "tree"), READINGS.items(), ids=READINGS)
def test_reading(text, tree):
    assert parse(text) == tree


QUOTED_OPERATORS = ('"OR"', '"VEYA"', '"DEĞİL"', '"VE"', '"-a"', '"=a"', '"a*"', '"title:a"', '"(a)"', '"a|b"', '="OR"')


@pytest.mark.parametrize("text", [*READINGS, *QUOTED_OPERATORS], ids=str)
def test_what_is_said_back_means_the_same(text):
    tree = parse(text)
    assert parse(read_as(tree)) == tree


def test_a_quoted_operator_is_a_word():
    assert parse('a "OR" b') == And((A, Word("OR"), B))
    assert read_as(parse('a "OR" b')) == 'a "OR" b'


PIECES = st.sampled_from(
    [
        *"()\"“”„«»|=-*&.,:'’ \t\n",
        "OR",
        "VEYA",
        "NOT",
        "DEĞİL",
        "AND",
        "VE",
        "title:",
        "başlık:",
        " ",
        " ",
        "a",
        "İl",
        "ev",
    ]
)
TYPED = st.lists(PIECES | st.text(max_size=3), max_size=25).map("".join)


@settings(max_examples=400, deadline=None)
@given(TYPED)
@example('"a“b"')
@example("(a OR b) OR (c -(d -e))")
def test_every_text_has_a_reading_that_is_said_back(text):
    try:
        tree = parse(text)
    except RequestError:  # beyond a limit
        return
    said = read_as(tree)
    assert parse(said) == tree
    assert read_as(parse(said)) == said


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_no_text_is_refused_but_for_limits(text):
    tree = parse(text)
    assert (tree is None) == (read_as(tree) == "")


def test_too_many_words_are_refused():
    assert parse(" ".join(f"w{i}" for i in range(64))) is not None
    with pytest.raises(RequestError, match="65 words, more than 64"):
        parse(" ".join(f"w{i}" for i in range(65)))


def test_too_deep_nesting_is_refused():
    assert parse("(" * 20 + "a" + ")" * 20) == A
    with pytest.raises(RequestError, match="nests deeper than 20"):
        parse("(" * 21 + "a" + ")" * 21)


@pytest.mark.parametrize("piece", ["title:", "title:-", "-title:", "(", "-(", "NOT title:"])
def test_no_repetition_exhausts_the_stack(piece):
    text = piece * 5_000 + "a"
    with pytest.raises(RequestError, match="nests deeper than 20"):
        parse(text)


def test_a_long_text_is_read_in_linear_time():
    assert parse('"' + "kelime " * 100_000) is not None
    assert parse("-" * 200_000 + "a") == A


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a OR b c", "a OR (b c)"),
        ("a (b VEYA c) DEĞİL d", "a (b OR c) -d"),
        ("başlık:(a b)", "title:(a b)"),
        ("“a b", '"a b"'),
        ("=a =“b c”", '=a ="b c"'),
        ("cumhur**", "cumhur*"),
        ("", ""),
    ],
)
def test_how_it_was_read_is_said_in_one_way(text, said):
    assert read_as(parse(text)) == said


def test_relaxing_keeps_what_is_excluded():
    tree = parse("a b -c")
    assert wanted_words(tree) == 2
    assert relaxed(tree) == And((Some((A, B), 1), Not(C)))


@pytest.mark.parametrize("text", ["a", "a OR b", '"a b"', "a -b", "-a", "title:(a b)"])
def test_nothing_to_relax(text):
    assert relaxed(parse(text)) == parse(text)


def test_how_a_relaxed_query_is_said():
    assert read_as(Some((A, B, C), 2)) == "a OR b OR c (≥ 2)"
