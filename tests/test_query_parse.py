"""What was typed as a tree: forgiving on every text, and said back so that it means the same."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.errors import RequestError
from search.query import (
    And,
    FacetIs,
    Fuzzy,
    Not,
    Or,
    Phrase,
    Prefix,
    Published,
    Some,
    Title,
    Word,
    parse,
    read_as,
    relaxed,
    wanted_words,
)
from search.query.days import parse_days, say_days

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
    '"a b"~3': Phrase(("a", "b"), slop=3),
    '"a b"~': Phrase(("a", "b"), slop=5),
    '"a b"~0': Phrase(("a", "b")),
    '="a b"~2': Phrase(("a", "b"), exact=True, slop=2),
    "kelime~": Fuzzy("kelime"),
    "kelime~1": Fuzzy("kelime", 1),
    "kelime~9": Fuzzy("kelime", 2),
    "kelime~0": Word("kelime"),
    "kelime~~": Fuzzy("kelime"),
    "kelime*~": Fuzzy("kelime"),
    "kelime~*": Fuzzy("kelime"),
    "=kelime~": Word("kelime", exact=True),
    "a~b": Word("a~b"),
    '"kelime~"': Word("kelime~"),
    '"*kelime"': Word("*kelime"),
    "kişi:a": FacetIs("person", "a"),
    "kişi:a*": FacetIs("person", "a", begins=True),
    "kişi:a~": FacetIs("person", "a"),
    "kişi:=a": FacetIs("person", "a"),
    'kişi:"a b"': FacetIs("person", "a b"),
    'kişi:"tarih:x"': FacetIs("person", "tarih:x"),
    "kişi:unknown": FacetIs("person", "unknown"),
    "kişi:-a": Not(FacetIs("person", "a")),
    "-kişi:a": Not(FacetIs("person", "a")),
    "kişi:(a b)": And((FacetIs("person", "a"), FacetIs("person", "b"))),
    "kişi:(a OR -b)": Or((FacetIs("person", "a"), Not(FacetIs("person", "b")))),
    "kişi:ülke:TR": FacetIs("country", "TR"),
    "title:kişi:a": Title(FacetIs("person", "a")),
    "tarih:2024": Published(date(2024, 1, 1), date(2024, 12, 31)),
    "tarih:>2024-02-28": Published(date(2024, 2, 29), None),
    "tarih:unknown": FacetIs("date", "unknown"),
    'tarih:"dün akşam"': Phrase(("tarih:dün", "akşam")),
    "tarih:dün*": Word("tarih:dün"),
    "tarih:-dün": Not(Word("tarih:dün")),
    "mentioned:2024-03-05": FacetIs("mentioned", "2024-03-05"),
    "mentioned:2024..2025": Word("mentioned:2024..2025"),
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
        "kişi:",
        "ÜLKE:",
        "tarih:",
        "2024-03",
        "..",
        ">",
        "~",
        "~2",
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
    try:
        tree = parse(text)
    except RequestError:
        return
    assert (tree is None) == (read_as(tree) == "")


def test_too_many_words_are_refused():
    assert parse(" ".join(f"w{i}" for i in range(64))) is not None
    with pytest.raises(RequestError, match="65 words, more than 64"):
        parse(" ".join(f"w{i}" for i in range(65)))


def test_the_words_of_phrases_count():
    assert parse('"' + "w " * 64 + '"') is not None
    with pytest.raises(RequestError, match="65 words, more than 64"):
        parse('a "' + "w " * 64 + '"')


def test_too_deep_nesting_is_refused():
    assert parse("(" * 20 + "a" + ")" * 20) == A
    with pytest.raises(RequestError, match="nests deeper than 20"):
        parse("(" * 21 + "a" + ")" * 21)


@pytest.mark.parametrize("piece", ["title:", "title:-", "-title:", "(", "-(", "NOT title:", "kişi:", "-tarih:"])
def test_no_repetition_exhausts_the_stack(piece):
    text = piece * 5_000 + "a"
    with pytest.raises(RequestError, match="nests deeper than 20"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("*kelime", "begins with \\*"),
        ("a OR (b -*c)", "begins with \\*"),
        ("kişi:*a", "begins with \\*"),
        ('"a b"~16', "allows more than 15 words"),
        ('"a b"~' + "9" * 500, "allows more than 15 words"),
    ],
)
def test_a_limit_names_what_is_beyond_it_and_the_remedy(text, reason):
    with pytest.raises(RequestError, match=reason) as caught:
        parse(text)
    assert caught.value.remedy
    assert caught.value.code in ("leading-wildcard", "too-far-apart")
    assert len(str(caught.value)) < 300


DAYS = st.dates() | st.none()


@given(DAYS, DAYS)
def test_days_are_said_so_that_they_are_read_the_same(first, last):
    if first is None and last is None:
        return
    if first and last and first > last:
        first, last = last, first
    assert parse_days(say_days(first, last)) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["", "..", ">", "<=", ">..", "2024..x", "x..2024", "20240301", "2024-02-30", ">9999", "<0001", "0000", "1.13.2024"],
)
def test_what_is_no_day(text):
    assert parse_days(text) is None


def test_a_long_text_is_read_in_linear_time():
    assert parse('"' + "kelime" * 100_000) is not None
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


def test_relaxing_keeps_filters():
    tree = parse("a b kişi:c tarih:2024 (ülke:TR OR ülke:DE)")
    assert wanted_words(tree) == 2
    some, *filters = relaxed(tree).parts
    assert some == Some((A, B), 1)
    assert len(filters) == 3


@pytest.mark.parametrize("text", ["a", "a OR b", '"a b"', "a -b", "-a", "title:(a b)", "a kişi:b", "kişi:a kişi:b"])
def test_nothing_to_relax(text):
    assert relaxed(parse(text)) == parse(text)


def test_how_a_relaxed_query_is_said():
    assert read_as(Some((A, B, C), 2)) == "a OR b OR c (≥ 2)"
