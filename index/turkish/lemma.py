"""One lemma for each word: which of a word's readings an index should count.

A word form has one lemma, whatever the sentence: a choice by context gains little (a context-free choice can reach
.98 on gold text) and would tear a query from the text, because a query has no context. Two things about a word are
known without its sentence and used: how it is spelled, and whether it is written as a name.

Verbs stand as stems (`gel`, as in the gold treebanks, not `gelmek`), so that a noun and a verb with one stem (`yaz`
summer, write) have one lemma: they share most of their forms, and a wrong guess between them would lose texts.

The chain, first answer wins, and why in this order:

    foreign     digits or letters that Turkish words don't have: nothing to analyze, and zeyrek guesses wildly
    override    a short table with a reason per line
    name        written as a name: a bare proper name of the lexicon, else no verb (Sezer is not sez-er)
    hybrid      simplemma's answer where it is among zeyrek's candidates, else the candidate with fewest morphemes
    simplemma   zeyrek has no reading (a word that its lexicon lacks)
    stemmer     unknown to both, in lower case: snowball's stem
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Protocol

from index.turkish.morphology import MAX_WORD, Morphology
from index.turkish.parses import Name, Parse

_TURKISH_WORD = re.compile(r"[a-zçğıöşüâîûqwx]+").fullmatch
_NO_CIRCUMFLEX = str.maketrans("âîû", "aiu")


_NO_NAME = frozenset(
    {"Past", "Narr", "Prog1", "Prog2", "Fut", "Neces", "PastPart", "FutPart", "Inf1", "Inf2", "ByDoingSo", "Loc", "Abl"}
)


_OWNED = frozenset({"P1sg", "P2sg"})


@dataclass(frozen=True, slots=True)
class Choice:
    """The lemma chosen for a word, all candidates (best first) and the rule that chose."""

    lemma: str
    candidates: tuple[str, ...]
    reason: str


class LemmaDictionary(Protocol):
    """A dictionary of lemmas, simplemma or a stand-in: it answers None for a surface form that it does not know."""

    def get_lemma(self, token: str, lang: str) -> str | None: ...


class Lemmatizer:
    """Chooses lemmas. Loads zeyrek and simplemma when made: make it only when a word is in no cache."""

    def __init__(self) -> None:
        from simplemma.strategies import DefaultStrategy, DictionaryLookupStrategy
        from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY

        self._dictionary: LemmaDictionary = DefaultStrategy(low_memory=True)
        self._lookup = DictionaryLookupStrategy(LOW_MEMORY_DICTIONARY_FACTORY)
        # A form is asked for twice in a row, as a word and as a name; an answer takes 70 µs.
        self._answer = lru_cache(maxsize=64)(self._ask)
        self._morphology = Morphology()
        self._overrides = load_overrides()

    def lemmas(self, form: str) -> tuple[str, str]:
        """The lemma of a form written as a common word, and as a name."""
        parses = self._parses(form)
        return self._choose(form, False, parses).lemma, self._choose(form, True, parses).lemma

    def choose(self, form: str, name: bool) -> Choice:
        """The lemma of a form with candidates and reason."""
        return self._choose(form, name, self._parses(form))

    def tolerant(self, folded: str) -> list[tuple[str, str]]:
        """Spellings of a folded word and their lemmas: `cocugumuzdan` -> (çocuğumuzdan, çocuk)."""
        if not _TURKISH_WORD(folded):
            return []
        forms = dict.fromkeys(parse.form for parse in self._morphology.tolerant_parses(folded))
        return [(form, self.lemmas(form)[0]) for form in forms]

    def _parses(self, form: str) -> list[Parse]:
        return self._morphology.parses(form) if _TURKISH_WORD(form) else []

    def _choose(self, form: str, name: bool, parses: Sequence[Parse]) -> Choice:
        if len(form) > MAX_WORD or not _TURKISH_WORD(form):
            return Choice(form, (form,), "foreign")
        if (override := self._overrides.get(form)) is not None and not name:
            return Choice(override, _candidates(parses, override), "override")
        if (dotted := self._dotted(form, parses)) is not None:
            return self._choose(dotted, name, self._parses(dotted))
        lemma, reason = self._by_name(form, parses) if name else self._by_rule(form, parses)
        return Choice(lemma, _candidates(parses, lemma), reason)

    def _dotted(self, form: str, parses: Sequence[Parse]) -> str | None:
        """The word with i for ı, where the lexicon has only that: I typed for İ (`Istanbul`), or English (`Internet`).

        What a machine gathered as a name doesn't count: it gathered `Istanbul` too.
        """
        if "ı" not in form or any(parse.name != Name.GATHERED for parse in parses):
            return None
        dotted = form.replace("ı", "i")
        return dotted if any(parse.name != Name.GATHERED for parse in self._parses(dotted)) else None

    def _by_name(self, form: str, parses: Sequence[Parse]) -> tuple[str, str]:
        """The lemma of a form that is written as a name.

        Capitals also mark institutions (`Ankara Üniversitesi`) and headlines, so that a common word stays one unless
        it is a listed name, or a reading that names have (Sezer, Çiller) of a word that no dictionary lists.
        """
        if any(parse.name == Name.LISTED and parse.bare for parse in parses):
            return form, "name: in a list of names"
        parses = _without_my_and_your(parses)
        common = [parse for parse in parses if not parse.name]
        if possessives := [parse for parse in common if _has_possessive(parse)]:
            return self._by_rule(form, possessives)
        if self._is_common_word(form, common):
            return self._by_rule(form, common)
        if len(common) == len(parses) or _is_known_name(parses):
            return form, "name: as it is written"
        return self._by_rule(form, parses)

    def _is_common_word(self, form: str, common: Sequence[Parse]) -> bool:
        """Whether the readings as a common word count: simplemma has another lemma, or one of them no name has."""
        if not common:
            return False
        return self._lookup.exact_lemma(form, "tr") not in (None, form) or any(_no_name(parse) for parse in common)

    def _by_rule(self, form: str, parses: Sequence[Parse]) -> tuple[str, str]:
        if not parses:
            return self._by_guess(form)
        return _by_table(parses) or _by_circumflex(form, parses) or self._by_agreement(form, parses)

    def _by_agreement(self, form: str, parses: Sequence[Parse]) -> tuple[str, str]:
        """The lemma that simplemma and zeyrek agree on, else zeyrek's candidate with the fewest morphemes."""
        answer = self._answer(form)
        for parse in parses:
            if _plain(parse.lemma, form) == answer:
                return answer, "simplemma among zeyrek's candidates"
        if answer == form and any(_is_verbal_noun(parse) for parse in parses):
            return form, "simplemma: a noun from a verb"
        formed = [parse for parse in parses if parse.root == answer] or parses
        best = min(formed, key=_markedness)
        return _plain(best.lemma, form), "fewest morphemes"

    def _by_guess(self, form: str) -> tuple[str, str]:
        listed = self._lookup.exact_lemma(form, "tr")
        if listed is not None:
            return listed.translate(_NO_CIRCUMFLEX), "simplemma: unknown to zeyrek"
        guesses = self._morphology.guesses(form)
        if guesses:
            return guesses[0].lemma, "guess: an unknown noun with endings"
        return _stem(form), "stemmer: unknown to all"

    def _ask(self, form: str) -> str | None:
        answer = self._dictionary.get_lemma(form, "tr")
        return None if answer is None else answer.translate(_NO_CIRCUMFLEX)


def _by_table(parses: Sequence[Parse]) -> tuple[str, str] | None:
    """The first reading whose lemma `words.tsv` makes a word."""
    return next(((parse.lemma, "listed as a word of its own") for parse in parses if parse.listed), None)


def _by_circumflex(form: str, parses: Sequence[Parse]) -> tuple[str, str] | None:
    """The least marked reading with the form's own â: `kârı` is of kâr, not of kar."""
    marked = [parse for parse in parses if "â" in parse.lemma] if "â" in form else []
    return (min(marked, key=_markedness).lemma, "written with a telling circumflex") if marked else None


def _is_known_name(parses: Sequence[Parse]) -> bool:
    """Whether the whole word is a proper name of the lexicon."""
    return any(parse.name and parse.bare for parse in parses)


def _no_name(parse: Parse) -> bool:
    """Whether the reading is one that no name has: a tense but the aorist (Sezer), a case, a verbal noun in -mA."""
    return not _NO_NAME.isdisjoint(parse.tags)


def _without_my_and_your(parses: Sequence[Parse]) -> list[Parse]:
    """The readings of a name: Obama is not my tent's (oba-m-a), Biden and Selman are not yours (bide-n, selma-n).

    Where the whole word is a known name, no possessive of mine or yours is meant; elsewhere yours alone is so rare in
    the news that a foreign name in -n is likelier, while mine is a way to address people (`Başkanım`).
    """
    known = _is_known_name(parses)

    def meant(parse: Parse) -> bool:
        if known:
            return _OWNED.isdisjoint(parse.tags)
        return parse.tags[-2:] != ("A3sg", "P2sg")

    return [parse for parse in parses if meant(parse)]


def _is_verbal_noun(parse: Parse) -> bool:
    """Whether the form is a bare noun made from a verb: `uygulama`, `artış`."""
    return parse.tags[-3:] in {("Inf2", "Noun", "A3sg"), ("Inf3", "Noun", "A3sg")}


def _has_possessive(parse: Parse) -> bool:
    """Whether the form is a noun with a possessive, of four letters or with a case: `Bakanlığı`, not `Hakkı`."""
    tags = set(parse.tags)
    return bool(tags & {"P3sg", "P3pl"}) and (len(parse.lemma) > 3 or bool(tags & {"Acc", "Gen"}))


def _markedness(parse: Parse) -> tuple[int, int]:
    """Few morphemes first; among equals the longer lemma."""
    return len(parse.tags), -len(parse.lemma)


def _candidates(parses: Sequence[Parse], first: str) -> tuple[str, ...]:
    lemmas = [lemma for parse in parses for lemma in (parse.lemma, parse.root)]
    return tuple(dict.fromkeys([first, *(_plain(lemma, first) for lemma in lemmas)]))


def _plain(lemma: str, form: str) -> str:
    return lemma if "â" in form and "â" in lemma else lemma.translate(_NO_CIRCUMFLEX)


@lru_cache(maxsize=1)
def load_overrides() -> dict[str, str]:
    """The overrides table: form -> lemma."""
    text = resources.files("index.turkish").joinpath("overrides.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {form: lemma for form, lemma, _reason in rows}


@lru_cache(maxsize=1)
def _stemmer() -> object:
    import snowballstemmer

    return snowballstemmer.stemmer("turkish")


def _stem(form: str) -> str:
    """Snowball's stem where it takes off a suffix of three letters or more; less it takes off foreign words too."""
    stemmed: str = _stemmer().stemWord(form)  # type: ignore[attr-defined]
    return stemmed if len(form) - len(stemmed) > 2 and form.startswith(stemmed) and len(stemmed) > 2 else form
