"""Similar articles: those that share an article's key words and the people, places and organisations that it names.

The key words are those with the highest tf-idf, as in Lucene's MoreLikeThis; each scores by BM25, weighted by how much
the article is about it. Names score by how rare they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from math import log

from index.article import Kind
from index.article.facets import COUNTRY, OF_KIND, ORGANISATION, PERSON
from index.turkish import TurkishAnalyzer
from search.engines.base import View
from search.query.plan import FacetTerm, Nothing, Plan, SomeOf, WordTerm
from search.results import ArticleView

MAX_WORDS = 25
MAX_NAMES = 10
MAX_LETTERS = 8_000
"""Code points at the beginning of a body that are looked at: they say what the article is about."""

TITLE_COUNTS = 3
"""How many times a word of the title is counted."""

SHARE = 0.2
"""The share of the key words and names that a similar article must have."""

_NAME_WEIGHTS = {PERSON.name: 1.0, ORGANISATION.name: 0.7, COUNTRY.name: 0.3}
_COMMONEST = 0.2
"""Words in a larger share of the archive's articles than this are no key words."""


def similar_plan(article: ArticleView, view: View, analyzer: TurkishAnalyzer) -> Plan:
    """The plan that finds articles similar to one; that article itself matches it too."""
    parts: tuple[Plan, ...] = (*_words(article, view, analyzer), *_names(article, view))
    return SomeOf(parts, max(1, round(len(parts) * SHARE)), in_order=False) if parts else Nothing()


def _words(article: ArticleView, view: View, analyzer: TurkishAnalyzer) -> list[WordTerm]:
    counts: Counter[str] = Counter(_lemmas(article.body[:MAX_LETTERS], analyzer))
    for lemma in _lemmas(article.title, analyzer):
        counts[lemma] += TITLE_COUNTS
    lemmas, everything = list(counts), view.documents
    scored = []
    for lemma, documents in zip(lemmas, view.dictionary.lemma_documents(lemmas), strict=True):
        if 1 < documents <= max(10, _COMMONEST * everything):
            weight = counts[lemma] / (counts[lemma] + 1.2)
            scored.append((weight * log(everything / documents), lemma, weight))
    best = sorted(scored, reverse=True)[:MAX_WORDS]
    return [WordTerm(lemma, ((lemma, weight),), (), "text") for _, lemma, weight in best]


def _lemmas(text: str, analyzer: TurkishAnalyzer) -> Iterable[str]:
    return (lemma for lemma in analyzer.analyze(text).lemmas if len(lemma) > 1 and not lemma.isdigit())


def _names(article: ArticleView, view: View) -> Iterator[FacetTerm]:
    counted = Counter(
        (facet, mention.value)
        for mention in article.mentions
        if (facet := OF_KIND[mention.kind].name) in _NAME_WEIGHTS
        and mention.value
        and (mention.kind is not Kind.PERSON or " " in mention.value)
    )
    names = [name for name, _ in counted.most_common(MAX_NAMES)]
    found: dict[tuple[str, str], int] = {}
    for facet in _NAME_WEIGHTS:
        values = [value for of, value in names if of == facet]
        found |= zip(((facet, value) for value in values), view.dictionary.value_documents(facet, values), strict=True)
    for facet, value in names:
        documents = found[facet, value]
        if documents > 1:
            weight = _NAME_WEIGHTS[facet] * (1 + log(view.documents / documents))
            yield FacetTerm(facet, (value,), max(0.0, weight))
