"""From a query tree to a plan: words become lemmas by the analyzer that built the index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from index.errors import RequestError
from index.turkish import Lexicon, TurkishAnalyzer, fold, has_turkish_letters, stem
from search.query.plan import (
    AllOf,
    AnyOf,
    Everything,
    ExactTerm,
    NoneOf,
    Nothing,
    Part,
    PhraseOf,
    Plan,
    PrefixTerm,
    SomeOf,
    WordTerm,
)
from search.query.tree import And, Node, Not, Or, Phrase, Prefix, Some, Title, Word

MIN_PREFIX = 2
MAX_EXPANSIONS = 2_000
EVERYWHERE: Part = "text"


class Dictionary(Lexicon, Protocol):
    """The terms of an index, as far as resolving a query needs them."""

    def forms_with_prefix(self, folded: str, limit: int) -> list[str]:
        """Surface forms whose folded spelling begins so, at most `limit` + 1 of them."""
        ...

    def forms_near(self, folded: str, edits: int, limit: int, least: int = 1) -> list[tuple[str, int]]:
        """Surface forms with their documents whose folded spelling is at most so many edits away.

        An edit puts a letter in, leaves one out, exchanges one or swaps two neighbours. Nearest first, then most
        frequent first, at most `limit` + 1 of them; only forms whose folded spelling is ASCII. Forms that fewer than
        `least` documents have may be left out.
        """
        ...

    def title_forms(self, beginning: str, limit: int) -> list[tuple[str, int]]:
        """Surface forms in titles that begin so, folded, most frequent first, with how many titles have each."""
        ...

    def values(self, facet: str, beginning: str, limit: int) -> list[tuple[str, int]]:
        """Values of a facet with a word that begins so, folded, most frequent first, with their articles.

        The beginning may be several words, the last of them perhaps unfinished. Equally frequent ones stand in
        Turkish alphabetical order.
        """
        ...

    def lemma_documents(self, lemmas: Sequence[str]) -> list[int]:
        """In how many documents each lemma is."""
        ...

    def value_documents(self, facet: str, values: Sequence[str]) -> list[int]:
        """How many articles have each value of a facet."""
        ...

    def canonical(self, facet: str, value: str) -> str:
        """The value of a facet that is meant, however it was typed; as it stands if there is none."""
        ...


def resolve(node: Node | None, analyzer: TurkishAnalyzer, dictionary: Dictionary) -> Plan:
    """The plan of a query tree; an empty query means all articles.

    Raises:
        RequestError: a prefix is too short or fits too many words.
    """
    if node is None:
        return Everything()
    return _Resolver(analyzer, dictionary, _types_turkish(node)).plan(node, EVERYWHERE)


class _Resolver:
    def __init__(self, analyzer: TurkishAnalyzer, dictionary: Dictionary, typed_turkish: bool) -> None:
        self._analyzer = analyzer
        self._dictionary = dictionary
        self._typed_turkish = typed_turkish

    def plan(self, node: Node, part: Part) -> Plan:
        match node:
            case Word(text, exact):
                return self._words((text,), exact, part)
            case Phrase(words, exact):
                return self._words(words, exact, part)
            case Prefix(text):
                return self._prefix(text, part)
            case Title(inner):
                return self.plan(inner, "title")
            case Not(inner):
                return NoneOf(self.plan(inner, part))
            case And(members):
                return AllOf(tuple(self.plan(member, part) for member in members))
            case Or(members):
                return AnyOf(tuple(self.plan(member, part) for member in members))
            case Some(members, least):
                return SomeOf(tuple(self.plan(member, part) for member in members), least)

    def _words(self, words: tuple[str, ...], exact: bool, part: Part) -> Plan:
        """One word may be several tokens (`Gine-Bissau`): then it is a phrase."""
        text = " ".join(words)
        terms = [
            self._term(text[token.start : token.end], token.form, exact, part)
            for token in self._analyzer.tokenize(text)
        ]
        if not terms:
            return Nothing()
        return terms[0] if len(terms) == 1 else PhraseOf(tuple(terms), part)

    def _term(self, typed: str, form: str, exact: bool, part: Part) -> WordTerm | ExactTerm:
        if exact:
            return ExactTerm(typed, form, part)
        readings = self._analyzer.readings(typed, self._dictionary, self._typed_turkish)
        lemmas = tuple((reading.lemma, reading.weight) for reading in readings)
        forms = dict.fromkeys(form for reading in readings for form in reading.forms)
        return WordTerm(typed, lemmas, tuple(forms) or (form,), part, stem(form))

    def _prefix(self, text: str, part: Part) -> Plan:
        tokens = self._analyzer.tokenize(text)
        if len(tokens) != 1:
            return self._words((text,), False, part)
        typed = tokens[0].form
        if len(typed) < MIN_PREFIX:
            raise RequestError(
                "q",
                f"{text}*",
                f"has fewer than {MIN_PREFIX} letters before *",
                "Type more of it.",
                code="prefix-too-short",
            )
        folded = fold(typed)
        found = self._dictionary.forms_with_prefix(folded, MAX_EXPANSIONS)
        if len(found) > MAX_EXPANSIONS:
            raise RequestError(
                "q", f"{text}*", f"fits more than {MAX_EXPANSIONS} words", "Type more of it.", code="prefix-too-wide"
            )
        strict = self._typed_turkish or typed != folded
        forms = tuple(form for form in found if form.startswith(typed) or not strict)
        return PrefixTerm(text, forms, part)


def _types_turkish(node: Node) -> bool:
    """Whether any word of the query has a letter that only a Turkish keyboard gives: then all are taken as typed."""
    return any(has_turkish_letters(text) for text in _texts(node))


def _texts(node: Node) -> list[str]:
    match node:
        case Word(text) | Prefix(text):
            return [text]
        case Phrase(words):
            return list(words)
        case Title(part) | Not(part):
            return _texts(part)
        case And(parts) | Or(parts) | Some(parts):
            return [text for part in parts for text in _texts(part)]
