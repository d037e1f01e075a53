"""Named rules of entities: each decides its example, and every mention of a person says which rule took it."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import index.entities
import index.turkish
from index.article import Kind
from index.entities import explain, extract
from index.entities.extent import GOES_ON, NextWord
from index.entities.names import find_names
from index.entities.rules import Criterion, deciding
from index.entities.runs import Piece, find_pieces
from index.entities.scan import CapitalisedToken, scan
from index.entities.sureness import SEVERAL, SINGLE, Candidate

TABLES = {"several": SEVERAL, "single": SINGLE, "goes on": GOES_ON}


def rows(*tables: str) -> pytest.MarkDecorator:
    cases = [(rule, TABLES[table]) for table in tables for rule in TABLES[table]]
    return pytest.mark.parametrize(("rule", "table"), cases, ids=[rule.name for rule, _ in cases])


def marked(example: str) -> tuple[list[CapitalisedToken], list[Piece], int, int]:
    """The tokens and pieces of an example without its brackets, and the tokens [first:last] within them."""
    begin, end = example.index("["), example.index("]") - 1
    text = example.replace("[", "").replace("]", "")
    tokens = scan(text)
    places = [place for place, token in enumerate(tokens) if begin <= token.start and token.end <= end]
    return tokens, list(find_pieces(text, tokens, bytearray(len(tokens)))), places[0], places[-1] + 1


def candidates(tokens: list[CapitalisedToken], pieces: list[Piece]) -> Iterator[Candidate]:
    for piece in pieces:
        yield from find_names(tokens, piece)


@rows("several", "single")
def test_a_row_decides_about_the_candidate_of_its_example(rule, table):
    tokens, pieces, first, last = marked(rule.example)
    (candidate,) = [c for c in candidates(tokens, pieces) if (c.first, c.last) == (first, last)]
    assert deciding(table, candidate) is rule
    assert candidate.rule is (rule if rule.takes else None)


@rows("goes on")
def test_a_row_decides_whether_the_name_of_its_example_goes_on(rule, table):
    tokens, pieces, first, last = marked(rule.example)
    (piece,) = [piece for piece in pieces if piece.first <= first and last <= piece.last]
    assert deciding(table, NextWord(tokens, piece, first, last - 1)) is rule
    found = [c for c in candidates(tokens, pieces) if c.first == first]
    assert all((c.last >= last) is rule.takes for c in found)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_names_of_rules_are_one_each_and_reasons_whole_sentences(table):
    assert len({rule.name for rule in table}) == len(table)
    assert all(rule.reason[0].isupper() and rule.reason.endswith(".") for rule in table)


def test_the_first_row_that_holds_decides_and_later_ones_are_not_asked():
    asked = []

    def row(name, answer):
        return Criterion(name, "", "", True, lambda case: asked.append((name, case)) or answer)

    table = (row("one", False), row("two", True), row("three", True))
    assert deciding(table, "case") is table[1]
    assert asked == [("one", "case"), ("two", "case")]
    assert deciding(table[:1], "case") is None


# -- what took a mention

TAKEN = {
    "known person": ("Devlet Bahçeli geldi.", "Devlet Bahçeli"),
    "given name and name": ("Dün Hakan Fidan geldi.", "Hakan Fidan"),
    "well known": ("Dün Putin geldi.", "Putin"),
    "name with a person's suffix": ("Dün Narin'in ailesi geldi.", "Narin"),
    "age": ("Kazada Zubil Gökmeç (23) yaralandı.", "Zubil Gökmeç"),
    "again with a suffix": ("Dün Zubil Gökmeç geldi. Sonra Zubil Gökmeç'in babası geldi.", "Zubil Gökmeç"),
    "in a list with a person": ("Dün Hakan Fidan ve Zubil Gökmeç geldi.", "Zubil Gökmeç"),
    "last word comes back": ("Dün Zubil Gökmeç geldi. Sonra ise Gökmeç konuştu.", "Zubil Gökmeç"),
    "full name elsewhere": ("Bakan Zubil Gökmeç geldi. Gece uyuyan Zubil Gökmeç idi.", "Zubil Gökmeç"),
    "last word of a person": ("Bakan Zubil Gökmeç geldi. Sonra ise Gökmeç konuştu.", "Gökmeç"),
    "first word of a person": ("Bakan Zubil Gökmeç geldi. Sonra ise Zubil konuştu.", "Zubil"),
    "same word elsewhere": ("Bakan Gökmeç geldi. Sonra ise Gökmeç konuştu.", "Gökmeç"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_mention_says_which_rule_took_it(name):
    text, surface = TAKEN[name]
    explained = explain("", text, None)
    people = zip(explained.entities.mentions, explained.rules, strict=True)
    assert (surface, name) in {(m.surface, rule.name) for m, rule in people if rule}


def test_only_people_have_rules_and_the_entities_are_those_of_extract():
    title, text = "Fidan Almanya'da", "Dışişleri Bakanı Hakan Fidan dün Almanya'da NATO'yu anlattı."
    explained = explain(title, text, None)
    assert explained.entities == extract(title, text, None)
    people = [m.kind == Kind.PERSON for m in explained.entities.mentions]
    assert set(people) == {True, False}
    assert [rule is not None for rule in explained.rules] == people
    assert pickle.loads(pickle.dumps(explained)) == explained


@pytest.mark.parametrize("room", [index.entities, index.turkish], ids=lambda room: room.__name__)
def test_the_map_of_a_room_names_every_module(room):
    folder = Path(room.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    told = re.findall(r"^ *((?:[a-z_]+, )*[a-z_]+) {2,}\S", room.__doc__, re.MULTILINE)
    assert {name for names in told for name in names.split(", ")} == modules
