"""A plan as a query of the cluster.

Scores are the cluster's BM25 with the weights of every engine. They differ from those of other engines a little: its
inverse document frequency has another form, field lengths are kept in a byte, words side by side weigh by the sum of
their frequencies instead of that of the pair, and of many words with one beginning all weigh the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from index.document.schema import TEXT_STEM
from index.engines.opensearch.encoding import term_of
from search.engines.opensearch.filters import EVERYTHING, NOTHING, Query, all_of, any_of, having, none_of, published
from search.engines.opensearch.phrases import lemmas_of, phrase
from search.engines.weights import COMPLETE, FORM_WEIGHT, K1, LEMMA_WEIGHT, PAIR_WEIGHT, STEM_WEIGHT
from search.query.plan import (
    AllOf,
    AnyOf,
    Everything,
    ExactTerm,
    FacetTerm,
    FuzzyTerm,
    NoneOf,
    Nothing,
    PhraseOf,
    Plan,
    PrefixTerm,
    PublishedIn,
    SomeOf,
    WordTerm,
    neighbours,
)

SCALE = K1 + 1
"""The factor of BM25 that Lucene leaves out, so that scores are of the size that they have on other engines."""

PAIR_SHARE = 0.5
"""The cluster weighs two words side by side by the sum of what each weighs, about twice what the pair does."""

MOST_CLAUSES = 1_000
"""The most terms in a query; the cluster accepts 1,024."""

SCORED_FORMS = 64
"""Up to so many forms of a prefix are scored one by one."""


def compiled(plan: Plan) -> Query:
    """The scored query of a plan. If it would be too long, the clauses that matter least for ranking are left out."""
    for detail in (3, 2, 1):
        compiler = Compiler(detail)
        query = compiler.scored(plan)
        if compiler.clauses <= MOST_CLAUSES:
            return query
    return all_of([filtered(plan)])


def named(plan: Plan) -> Query:
    """The scored query with each of its terms named, for explanations."""
    return Compiler(3, naming=True).scored(plan)


def filtered(plan: Plan) -> Query:
    """The query of a plan, unscored."""
    match plan:
        case AllOf(parts):
            return all_of(list(map(filtered, parts)))
        case AnyOf(parts):
            return any_of(list(map(filtered, parts)))
        case SomeOf(parts, least):
            return {"bool": {"should": list(map(filtered, parts)), "minimum_should_match": least}}
        case NoneOf(part):
            return none_of([filtered(part)])
        case Everything():
            return EVERYTHING
        case Nothing():
            return NOTHING
        case _:
            return _filtered_leaf(plan)


def _filtered_leaf(plan: WordTerm | ExactTerm | PrefixTerm | FuzzyTerm | PhraseOf | PublishedIn | FacetTerm) -> Query:
    match plan:
        case WordTerm(part=part):
            return _terms(f"{part}_lemma", [lemma for lemma, _ in lemmas_of(plan)])
        case ExactTerm(_, form, part):
            return _terms(f"{part}_form", [form])
        case PrefixTerm(_, forms, part) | FuzzyTerm(_, forms, part):
            return _terms(f"{part}_form", forms)
        case PhraseOf():
            return phrase(plan)
        case PublishedIn(first, last):
            return all_of(published(first, last))
        case FacetTerm(facet, values):
            return having(facet, values)


class Compiler:
    """Compiles one plan. `detail` 3 is everything; 2 leaves out words side by side, 1 forms and families too.

    With `naming` each term is named by the index of its leaf among the plan's, its field and itself.
    """

    def __init__(self, detail: int, *, naming: bool = False) -> None:
        self.clauses = 0
        self._detail = detail
        self._naming = naming
        self._leaf = 0

    def scored(self, plan: Plan) -> Query:
        """The query of a plan."""
        match plan:
            case WordTerm() | ExactTerm() | PrefixTerm() | FuzzyTerm():
                query = self._term(plan)
                self._leaf += 1
                return query
            case PhraseOf():
                return self._phrase(plan)
            case FacetTerm(facet, values, weight) if weight:
                self.clauses += 1
                return {"constant_score": {"filter": having(facet, values), "boost": weight}}
            case AllOf(parts):
                must = [self.scored(part) for part in parts]
                return {"bool": {"must": must, **self._pairs(plan)}}
            case AnyOf(parts):
                return any_of([self.scored(part) for part in parts])
            case SomeOf():
                return self._some(plan)
            case _:
                self.clauses += 1
                return all_of([filtered(plan)])

    def _phrase(self, plan: PhraseOf) -> Query:
        self.clauses += len(plan.words)
        where = all_of([phrase(plan)])
        if self._naming:
            where["bool"]["_name"] = f"{self._leaf}\t\t"
        query = {"bool": {"filter": [where], "must": [self._term(word) for word in plan.words]}}
        self._leaf += 1
        return query

    def _some(self, plan: SomeOf) -> Query:
        parts = [self.scored(part) for part in plan.parts]
        some: Query = {"bool": {"should": parts, "minimum_should_match": plan.least}}
        if pairs := self._pairs(plan):
            some = {"bool": {"must": [some], **pairs}}
        if self._detail < 2:
            return some
        self.clauses += 2 * len(plan.parts)
        functions = [{"filter": all_of([filtered(part) for part in plan.parts]), "weight": COMPLETE}]
        return {"function_score": {"query": some, "functions": functions, "boost_mode": "multiply"}}

    def _term(self, term: WordTerm | ExactTerm | PrefixTerm | FuzzyTerm) -> Query:
        match term:
            case WordTerm():
                return self._word(term)
            case ExactTerm(_, form, part):
                return self._forms([form], part)
            case PrefixTerm(_, forms, part) if len(forms) > SCORED_FORMS:
                self.clauses += 1
                return {"constant_score": {"filter": _terms(f"{part}_form", forms), "boost": FORM_WEIGHT * SCALE}}
            case PrefixTerm(_, forms, part) | FuzzyTerm(_, forms, part):
                return self._forms(forms, part)

    def _word(self, word: WordTerm) -> Query:
        """The best reading counts, so that a word with many readings does not count more than one with few."""
        field = f"{word.part}_lemma"
        readings = [self._weighed(field, lemma, weight * LEMMA_WEIGHT) for lemma, weight in lemmas_of(word)]
        best: Query = {"dis_max": {"queries": readings}}
        if self._detail < 2:
            return best
        lifts = [self._weighed(f"{word.part}_form", form, FORM_WEIGHT) for form in word.forms]
        if word.stem and word.part == TEXT_STEM.part:
            lifts.append(self._weighed(TEXT_STEM.name, word.stem, STEM_WEIGHT))
        return {"bool": {"must": [best], "should": lifts}}

    def _forms(self, forms: Iterable[str], part: str) -> Query:
        return any_of([self._weighed(f"{part}_form", form, FORM_WEIGHT) for form in dict.fromkeys(forms)])

    def _weighed(self, field: str, name: str, weight: float) -> Query:
        self.clauses += 1
        inner: Query = {"value": term_of(name), "boost": weight * SCALE}
        if self._naming:
            inner["_name"] = f"{self._leaf}\t{field}\t{name}"
        return {"term": {field: inner}}

    def _pairs(self, plan: AllOf | SomeOf) -> Query:
        found = neighbours(plan) if self._detail > 2 else []
        return {"should": [self._pair(one, other) for one, other in found]} if found else {}

    def _pair(self, one: WordTerm, other: WordTerm) -> Query:
        self.clauses += len(one.lemmas) + len(other.lemmas)
        clauses = [_spans(f"{one.part}_lemma", word) for word in (one, other)]
        inner: Query = {"clauses": clauses, "slop": 0, "in_order": True, "boost": PAIR_WEIGHT * PAIR_SHARE * SCALE}
        if self._naming:
            inner["_name"] = f"\t{one.part}_pair\t{one.typed} {other.typed}"
        return {"span_near": inner}


def _terms(field: str, names: Iterable[str]) -> Query:
    found = [term_of(name) for name in names]
    return {"terms": {field: found}} if found else NOTHING


def _spans(field: str, word: WordTerm) -> Query:
    clauses: list[Query] = [{"span_term": {field: term_of(lemma)}} for lemma, _ in lemmas_of(word)]
    return clauses[0] if len(clauses) == 1 else {"span_or": {"clauses": clauses}}
