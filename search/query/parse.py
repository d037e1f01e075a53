"""Parses what was typed into a query tree. It is forgiving: every text has a reading, and only limits raise.

    words            all of them, in any form              seçim sonuçları
    "phrase"         next to one another, in any form      "ikili ilişkiler"
    "words"~5        near one another, in any order        "deprem yardım"~5
    OR VEYA |        either                                deprem OR sel
    NOT DEĞİL -      without                               seçim -yerel
    ( )              grouping                              (deprem OR sel) Adana
    =                only this surface form                =Bakanı  ="Bakanı"
    *                words that begin like this            cumhur*
    ~                words with almost this spelling       Kılıçdaroglu~
    title: başlık:   in the title                          title:seçim
    person: kişi: ...  with this value of a facet          ülke:Almanya  kişi:"Turgut Özal"
    date: tarih:     published at this time                tarih:2024-03..2024-05  tarih:>2024

Words are operators only in capitals; AND and VE between words change nothing. A quote that is never closed runs to the
end; a parenthesis without its partner is ignored; `tarih:` before anything but a date is a word like others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.document.schema import BODY_GAP
from index.errors import RequestError
from search.query.fields import TITLE, field_named
from search.query.tree import And, Fuzzy, Node, Not, Or, Phrase, Prefix, Title, Word
from search.query.values import valued

MAX_CLAUSES = 64
MAX_NESTING = 20
MAX_SLOP = BODY_GAP - 1
"""The most words that `"a b"~15` may allow in between; with more, a match could reach from the title into the body."""

NEAR = 5
"""How many words `"a b"~`, without a number, allows in between."""

MAX_EDITS = 2

_OR = {"OR", "VEYA", "|"}
_NOT = {"NOT", "DEĞİL", "DEĞIL"}
_AND = {"AND", "VE", "&"}
_QUOTES = {'"': '"', "“": "”", "„": "”", "«": "»", "»": "«", "”": "”"}
_FIELD = re.compile(r"([^\W\d_]+):")
_SLOP = re.compile(r"~(\d*)")
_FUZZY = re.compile(r"(.*?)~+(\d?)~*$", re.DOTALL)
_WORD = re.compile(r"[^\s()|\"“”„«»]+")
_HAS_LETTER = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # word, phrase, open, close, or, not, field, exact
    text: str = ""
    slop: int = 0


def parse(text: str) -> Node | None:
    """The tree of a query text; None if nothing in it can be searched for.

    Raises:
        RequestError: more than `MAX_CLAUSES` words, anything nested deeper than `MAX_NESTING`, more than `MAX_SLOP`
            words between those of a phrase, or a word that begins with `*`.
    """
    tokens = _lex(text)
    words = sum(len(token.text.split()) for token in tokens if token.kind in ("word", "phrase"))
    if words > MAX_CLAUSES:
        raise RequestError(
            "q", text, f"has {words} words, more than {MAX_CLAUSES}", "Shorten the query.", code="too-complex"
        )
    parser = _Parser(tokens, text)
    parts: list[Node] = []
    while not parser.done:
        node = parser.either(0)
        parts += [node] if node else []
        parser.skip("close")  # a closing parenthesis that nothing opened
    return _all(parts)


def _lex(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char.isspace():
            at += 1
        elif char in _QUOTES:
            at = _lex_phrase(text, at, tokens)
        elif char in "()|":
            tokens.append(_Token({"(": "open", ")": "close", "|": "or"}[char]))
            at += 1
        else:
            at = _lex_word(text, at, tokens)
    return tokens


def _closing(text: str, at: int) -> int:
    ends = [text.find(mark, at + 1) for mark in {_QUOTES[text[at]], '"'}]
    return min((end for end in ends if end >= 0), default=len(text))


def _lex_phrase(text: str, at: int, tokens: list[_Token]) -> int:
    end = _closing(text, at)
    phrase = text[at + 1 : end]
    near = _SLOP.match(text, end + 1)
    slop = int(near.group(1)[:9] or NEAR) if near else 0
    if slop > MAX_SLOP:
        raise RequestError(
            "q",
            f'"{phrase}"~{slop}',
            f"allows more than {MAX_SLOP} words in between",
            f"Use ~{MAX_SLOP} or less, or leave the quotation marks out.",
            code="too-far-apart",
        )
    tokens.append(_Token("phrase", phrase, slop))
    return near.end() if near else end + 1


def _lex_word(text: str, at: int, tokens: list[_Token]) -> int:
    """Read one operator, field name or word; returns the offset behind it."""
    if text[at] == "-":
        tokens.append(_Token("not"))
        return at + 1
    if text[at] == "=":
        tokens.append(_Token("exact"))
        return at + 1
    field = _FIELD.match(text, at)
    if field and field_named(field.group(1)):
        tokens.append(_Token("field", field.group(1)))
        return field.end()
    match = _WORD.match(text, at)
    assert match, "every other character was handled before"
    word = match.group()
    if word[0] == "*" and _HAS_LETTER.search(word):
        raise RequestError(
            "q", word, "begins with *", "Only the end of a word can be left open.", code="leading-wildcard"
        )
    if word in _OR:
        tokens.append(_Token("or"))
    elif word in _NOT:
        tokens.append(_Token("not"))
    elif word not in _AND:
        tokens.append(_Token("word", word))
    return match.end()


class _Parser:
    """A recursive descent parser. Every method returns None where there is nothing to search for."""

    def __init__(self, tokens: list[_Token], text: str) -> None:
        self._tokens = tokens
        self._text = text
        self._at = 0

    @property
    def done(self) -> bool:
        return self._at >= len(self._tokens)

    def _peek(self) -> str:
        return "end" if self.done else self._tokens[self._at].kind

    def skip(self, kind: str) -> bool:
        if self._peek() == kind:
            self._at += 1
            return True
        return False

    def _check(self, depth: int) -> None:
        if depth > MAX_NESTING:
            raise RequestError(
                "q", self._text, f"nests deeper than {MAX_NESTING} levels", "Simplify it.", code="too-complex"
            )

    def either(self, depth: int) -> Node | None:
        """Alternatives. OR binds weaker than words side by side: `a b OR c` is `(a b) OR c`."""
        self._check(depth)
        found = [self._every(depth)]
        while self.skip("or"):
            found.append(self._every(depth))
        parts = list(dict.fromkeys(part for part in found if part))
        return Or(tuple(parts)) if len(parts) > 1 else (parts[0] if parts else None)

    def _every(self, depth: int) -> Node | None:
        parts: list[Node] = []
        while self._peek() not in ("or", "close", "end"):
            node = self._one(depth)
            parts += [node] if node else []
        return _all(parts)

    def _one(self, depth: int) -> Node | None:
        if self.skip("not"):
            return self._negated(depth)
        if self._peek() == "field":
            return self._in_field(depth)
        if self.skip("open"):
            node = self.either(depth + 1)
            self.skip("close")
            return node
        return self._leaf()

    def _negated(self, depth: int) -> Node | None:
        negative = True
        while self.skip("not"):  # two negations cancel out: --a is a
            negative = not negative
        part = self._operand(depth)
        if part is None or not negative:
            return part
        return part.part if isinstance(part, Not) else Not(part)

    def _in_field(self, depth: int) -> Node | None:
        name = self._tokens[self._at].text
        self._at += 1
        part = self._operand(depth)
        field = field_named(name)
        if part is None or field is None:
            return part
        if field == TITLE:
            return part if isinstance(part, Title) else Title(part)
        return valued(field, name, part)

    def _operand(self, depth: int) -> Node | None:
        self._check(depth + 1)
        return None if self._peek() in ("or", "close", "end") else self._one(depth + 1)

    def _leaf(self) -> Node | None:
        exact = False
        while self.skip("exact"):
            exact = True
        if self._peek() not in ("word", "phrase"):
            if not exact and not self.done:
                self._at += 1  # a closing parenthesis that nothing opened
            return None
        token = self._tokens[self._at]
        self._at += 1
        if not _HAS_LETTER.search(token.text):
            return None
        if token.kind == "phrase":
            words = tuple(word for word in token.text.split() if _HAS_LETTER.search(word))
            return Phrase(words, exact, token.slop) if len(words) > 1 else Word(words[0], exact)
        return _word(token.text, exact)


def _word(text: str, exact: bool) -> Node:
    bare = text.rstrip("*")
    fuzzy = _FUZZY.match(bare)
    if fuzzy and _HAS_LETTER.search(fuzzy.group(1)):
        word = fuzzy.group(1).rstrip("*")
        return Word(word, exact) if exact or fuzzy.group(2) == "0" else Fuzzy(word, _edits(fuzzy.group(2)))
    if bare != text and not exact:
        return Prefix(bare)
    return Word(bare, exact)


def _edits(typed: str) -> int:
    return min(int(typed), MAX_EDITS) if typed else 0


def _all(parts: list[Node]) -> Node | None:
    flat: list[Node] = []
    for part in parts:
        flat += part.parts if isinstance(part, And) else (part,)
    unique = tuple(dict.fromkeys(flat))
    if len(unique) > 1:
        return And(unique)
    return unique[0] if unique else None
