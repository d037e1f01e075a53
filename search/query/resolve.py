"""Resolves a query tree into a plan: words become lemmas, by the same analyzer that built the index."""

from __future__ import annotations

from index.article.facets import BY_NAME, COUNTRY, UNKNOWN
from index.errors import RequestError
from index.turkish import TurkishAnalyzer, fold, has_turkish_letters, stem, words_of
from search.labels import facet_label
from search.query.dictionary import TermDictionary
from search.query.plan import (
    AllOf,
    AnyOf,
    Everything,
    ExactTerm,
    FacetTerm,
    FuzzyTerm,
    NoneOf,
    Nothing,
    Part,
    PhraseOf,
    Plan,
    PrefixTerm,
    PublishedIn,
    SomeOf,
    WordTerm,
)
from search.query.tree import And, FacetIs, Fuzzy, Node, Not, Or, Phrase, Prefix, Published, Some, Title, Word

MIN_PREFIX = 2
MIN_FUZZY = 3
MAX_FUZZY = 8
"""The most words with `~` in a query: each is compared with all surface forms of the archive."""

MAX_EXPANSIONS = 2_000
MAX_NEAR = 200
"""The most forms that a word with `~` is expanded to: the nearest ones, the most frequent of those first."""

TWO_EDITS_FROM = 6
"""The fewest letters of a word that may be two edits away; shorter words have too many neighbours."""

EVERYWHERE: Part = "text"


def resolve(node: Node | None, analyzer: TurkishAnalyzer, dictionary: TermDictionary) -> Plan:
    """The plan of a query tree; an empty query means all articles.

    Raises:
        RequestError: a prefix is too short or matches too many words or values, or a fuzzy word is too short.
    """
    if node is None:
        return Everything()
    return _Resolver(analyzer, dictionary, _types_turkish(node)).plan(node, EVERYWHERE)


class _Resolver:
    def __init__(self, analyzer: TurkishAnalyzer, dictionary: TermDictionary, typed_turkish: bool) -> None:
        self._analyzer = analyzer
        self._dictionary = dictionary
        self._typed_turkish = typed_turkish
        self._expansions = 0
        self._fuzzy_words = 0

    def plan(self, node: Node, part: Part) -> Plan:
        match node:
            case Word(text, exact):
                return self._words((text,), exact, part)
            case Phrase(words, exact, slop):
                return self._words(words, exact, part, slop)
            case Prefix(text):
                return self._prefix(text, part)
            case Fuzzy(text, edits):
                return self._fuzzy(text, edits, part)
            case FacetIs():
                return self._facet(node)
            case Published(first, last):
                return PublishedIn(first, last)
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

    def _words(self, words: tuple[str, ...], exact: bool, part: Part, slop: int = 0) -> Plan:
        """The term of a word, or a phrase of several terms: one word may be several tokens (`Gine-Bissau`)."""
        text = " ".join(words)
        terms = [
            self._term(text[token.start : token.end], token.form, exact, part)
            for token in self._analyzer.tokenize(text)
        ]
        if not terms:
            return Nothing()
        return terms[0] if len(terms) == 1 else PhraseOf(tuple(terms), part, slop)

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
        self._expansions += len(found)
        # Counted over all prefixes of the query: sixty of them must not take sixty times as long as one.
        if self._expansions > MAX_EXPANSIONS:
            raise RequestError(
                "q", f"{text}*", f"matches more than {MAX_EXPANSIONS} words", "Type more of it.", code="prefix-too-wide"
            )
        strict = self._typed_turkish or typed != folded
        forms = tuple(form for form in found if form.startswith(typed) or not strict)
        return PrefixTerm(text, forms, part)

    def _fuzzy(self, text: str, edits: int, part: Part) -> Plan:
        """The word itself by its lemmas, or any form that is spelled almost like it."""
        tokens = self._analyzer.tokenize(text)
        if len(tokens) != 1:
            return self._words((text,), False, part)
        typed = tokens[0].form
        if len(typed) < MIN_FUZZY:
            raise RequestError(
                "q",
                f"{text}~",
                f"has fewer than {MIN_FUZZY} letters before ~",
                "Leave the ~ out.",
                code="fuzzy-too-short",
            )
        self._fuzzy_words += 1
        if self._fuzzy_words > MAX_FUZZY:
            raise RequestError(
                "q",
                f"{text}~",
                f"is one more word with ~ than the {MAX_FUZZY} allowed",
                "Leave some ~ out.",
                code="too-complex",
            )
        allowed = edits or edits_of(typed)
        near = self._dictionary.forms_near(fold(typed), allowed, MAX_NEAR)[:MAX_NEAR]
        return AnyOf((self._words((text,), False, part), FuzzyTerm(text, tuple(form for form, _ in near), part)))

    def _facet(self, node: FacetIs) -> Plan:
        if node.value == UNKNOWN and not node.begins:
            return FacetTerm(node.facet, (UNKNOWN,))
        found = self._codes(node) if node.facet == COUNTRY.name else self._values(node)
        return FacetTerm(node.facet, found) if found else Nothing()

    def _codes(self, node: FacetIs) -> tuple[str, ...]:
        """The codes of the countries meant: the code itself or, for a prefix, those with a name that begins like it."""
        if not node.begins:
            return (node.value,)
        codes = self._dictionary.values(COUNTRY.name, "", MAX_EXPANSIONS)
        wanted = words_of(node.value)
        return tuple(code for code, _ in codes if any(wanted in name for name in _country_names(code)))

    def _values(self, node: FacetIs) -> tuple[str, ...]:
        """The values meant: the one that was typed or, if there is none, those that have its words (`kişi:Erdoğan`)."""
        meant = self._dictionary.canonical(node.facet, node.value)
        if BY_NAME[node.facet].hierarchical:
            return (node.value,)
        if not node.begins and self._dictionary.value_documents(node.facet, [meant])[0]:
            return (meant,)
        found = [value for value, _ in self._dictionary.values(node.facet, node.value, MAX_EXPANSIONS + 1)]
        if not node.begins:
            typed = words_of(node.value) + " "
            found = [value for value in found if typed in words_of(value) + " "]
            found = [value for value in found if typed == words_of(value) + " "] or found
        if len(found) > MAX_EXPANSIONS:
            raise RequestError(
                "q",
                f"{node.facet}:{node.value}",
                f"matches more than {MAX_EXPANSIONS} values",
                "Type more of it.",
                code="value-too-wide",
            )
        return tuple(found)


def edits_of(word: str) -> int:
    """How many edits away a form may be to count as spelled almost like the word."""
    return 2 if len(word) >= TWO_EDITS_FROM else 1


def _country_names(code: str) -> list[str]:
    return [words_of(facet_label(COUNTRY.name, code, language)) for language in ("tr", "en")]


def _types_turkish(node: Node) -> bool:
    """Whether any word of the query has a Turkish letter: then the user has them, and all words are taken as typed."""
    return any(has_turkish_letters(text) for text in _texts(node))


def _texts(node: Node) -> list[str]:
    match node:
        case Word(text) | Prefix(text) | Fuzzy(text):
            return [text]
        case FacetIs() | Published():
            return []
        case Phrase(words):
            return list(words)
        case Title(part) | Not(part):
            return _texts(part)
        case And(parts) | Or(parts) | Some(parts):
            return [text for part in parts for text in _texts(part)]
