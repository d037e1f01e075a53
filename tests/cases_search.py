"""What searches of the sample archive must give, by brute force over the archive.

Nothing of the engine, the query parser or the facets is used: a case says its query both as text and as a tree, and
plain sets of words and values, one per article, say what matches. The endpoint and the command line are compared with
the same table.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import index
from index.archive import Archive
from index.entities import load_corrections
from index.turkish import TurkishAnalyzer, fold, lower, sort_key

SAMPLE = Path(index.__file__).parent / "sample"
FACETS = ("person", "country", "source", "category", "date", "mentioned", "organisation")
DATES = ("date", "mentioned")
LISTED = 10
YEARS_LISTED = 200

Tree = tuple[Any, ...]
ALL: Tree = ("all",)


@dataclass(frozen=True)
class Case:
    """A search: its URL parameters, and its query as a tree.

    Trees: ("word", w), ("exact", w), ("prefix", w), ("phrase", w, w, ...), ("title", t), ("and", t, ...), ("or", t,
    ...), ("not", t), ALL.
    """

    params: tuple[tuple[str, str], ...]
    tree: Tree = ALL

    def __str__(self) -> str:
        return "&".join(f"{name}={value}" for name, value in self.params) or "everything"

    def values(self, name: str) -> tuple[str, ...]:
        return tuple(value for given, value in self.params if given == name)

    @property
    def as_lists(self) -> dict[str, list[str]]:
        return {name: list(self.values(name)) for name, _ in self.params}

    @property
    def as_arguments(self) -> list[str]:
        """The arguments of `haberara search`."""
        options = [a for name, v in self.params if name != "q" for a in ("--" + name.replace("_", "-"), v)]
        return [*options, "--", *self.values("q")] if self.values("q") else options


def case(tree: Tree = ALL, q: str = "", **filters: str | tuple[str, ...]) -> Case:
    pairs = [("q", q)] if q else []
    if " " in q and "match" not in filters:  # what `auto` makes of few matches is tested by itself
        pairs.append(("match", "all"))
    for name, values in filters.items():
        pairs += [(name.rstrip("_"), v) for v in ((values,) if isinstance(values, str) else values)]
    return Case(tuple(pairs), tree)


def word(text: str) -> Tree:
    return ("word", text)


def all_of(*texts: str) -> Tree:
    return ("and", *map(word, texts))


PICKED: tuple[Case, ...] = (
    case(),
    case(word("deprem"), "deprem"),
    case(word("depremde"), "DEPREMDE"),
    case(word("secim"), "secim"),
    case(word("ulkeler"), "ulkeler"),
    case(word("hicyokboylebirsoz"), "hicyokboylebirsoz"),
    case(all_of("seçim", "parti"), "seçim parti"),
    case(all_of("seçim", "parti"), "seçim AND parti"),
    case(("or", word("deprem"), word("sel")), "deprem OR sel"),
    case(("or", word("deprem"), word("sel"), word("yangın")), "deprem VEYA sel | yangın"),
    case(("and", word("deprem"), ("not", word("bina"))), "deprem -bina"),
    case(("and", word("deprem"), ("not", word("bina"))), "deprem DEĞİL bina"),
    case(("not", word("türkiye")), "-Türkiye"),
    case(("and", ("or", word("maç"), word("şampiyon")), ("not", word("kupa"))), "(maç OR şampiyon) -kupa"),
    case(("phrase", "birinci", "parti"), '"birinci parti"'),
    case(("phrase", "dünya", "kupası"), '"dünya kupası"'),
    case(("phrase", "cumhurbaşkanı", "seçildi"), '"cumhurbaşkanı seçildi"'),
    case(("phrase", "kupası", "dünya"), '"kupası dünya"'),
    case(("exact", "depremde"), "=depremde"),
    case(("exact", "başbakanı"), "=başbakanı"),
    case(("prefix", "cumhur"), "cumhur*"),
    case(("prefix", "secim"), "secim*"),
    case(("title", word("deprem")), "title:deprem"),
    case(("and", ("title", word("parti")), word("meclis")), "başlık:parti meclis"),
    case(all_of("deprem", "seçim"), "deprem seçim", match="any"),
    case(("and", word("deprem"), word("seçim"), ("not", word("parti"))), "deprem seçim -parti", match="any"),
    case(word("deprem"), "deprem", country="TR"),
    case(word("deprem"), "deprem", country=("TR", "GR")),
    case(word("deprem"), "deprem", country="türkiye", source="Örnek Ajansı"),
    case(word("başkan"), "başkan", country=("US", "RU"), category="Dünya"),
    case(country="TR", not_country="US"),
    case(not_country=("TR", "US", "DE")),
    case(word("seçim"), "seçim", not_person="Süleyman Demirel"),
    case(person="Süleyman Demirel"),
    case(person=("Süleyman Demirel", "Bülent Ecevit")),
    case(person="Bülent Ecevit", country="TR", category="Politika"),
    case(person="Hiç Kimse"),
    case(person="unknown"),
    case(person="unknown", country="unknown"),
    case(not_person="unknown", not_mentioned="unknown"),
    case(source="unknown"),
    case(category=("Spor", "Kültür"), source=("Örnek Ajansı", "Numune Haber")),
    case(not_category="Spor", not_source="Örnek Ajansı"),
    case(date="1999"),
    case(date="1999-08"),
    case(date=("1999-08-18", "2023")),
    case(date=("2023-02", "1999")),
    case(date="unknown"),
    case(date=("unknown", "1999")),
    case(not_date="unknown"),
    case(not_date=("1999", "2023-02")),
    case(date="1980"),
    case(from_="1999-08-17", to="1999-11-12"),
    case(word("deprem"), "deprem", from_="1999", to="2003-05"),
    case(from_="2020"),
    case(to="1990"),
    case(date="1999", from_="1999-09"),
    case(mentioned="1999"),
    case(mentioned="1999-08-17"),
    case(mentioned=("1999", "1994"), country="TR"),
    case(mentioned="unknown"),
    case(not_mentioned="1999"),
    case(word("türkiye"), "türkiye", organisation="unknown"),
    case(word("maç"), "maç", category="Spor", country=("TR", "DE"), not_source="Taslak Postası", from_="1996"),
)


def generated(count: int = 40, seed: int = 20_240_305) -> tuple[Case, ...]:
    """Searches from a seed: words of the sample with filters that occur in it."""
    dice = random.Random(seed)
    records = [
        json.loads(line) for path in sorted(SAMPLE.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()
    ]
    words = [w for r in records for w in re.findall(r"\b[a-zçğıöşü]{4,}\b", r["title"] + " " + r["body"])]
    days = [r["date"][:10] for r in records if r.get("date")]
    pools = {
        "person": ["Süleyman Demirel", "Recep Tayyip Erdoğan", "Bill Clinton", "Fatih Terim", "unknown"],
        "country": ["TR", "US", "RU", "DE", "GR", "FR", "unknown"],
        "source": sorted({r["source"] for r in records}),
        "category": sorted({r["category"] for r in records}),
        "date": [day[:length] for day in days for length in (4, 7, 10)] + ["unknown"],
        "mentioned": [day[:length] for day in days for length in (4, 7)] + ["unknown"],
    }
    return tuple(_generated_case(dice, words, pools, days) for _ in range(count))


def _generated_case(dice: random.Random, words: list[str], pools: Mapping[str, list[str]], days: list[str]) -> Case:
    text, tree = dice.choice((_none, _one, _two, _either, _without))(dice, words)
    pairs = [("q", text)] if text else []
    pairs += [("match", "all")] if " " in text else []
    for name in dice.sample(sorted(pools), dice.choice((0, 1, 1, 2, 3))):
        prefix = "not_" if dice.random() < 0.25 else ""
        pairs += [
            (prefix + name, value) for value in dict.fromkeys(dice.choices(pools[name], k=dice.choice((1, 1, 2))))
        ]
    if dice.random() < 0.3:
        first, last = sorted(dice.choices(days, k=2))
        pairs += [("from", first), ("to", last)]
    return Case(tuple(pairs), tree)


def _none(dice: random.Random, words: list[str]) -> tuple[str, Tree]:
    return "", ALL


def _one(dice: random.Random, words: list[str]) -> tuple[str, Tree]:
    one = dice.choice(words)
    return one, word(one)


def _two(dice: random.Random, words: list[str]) -> tuple[str, Tree]:
    one, two = dice.sample(words, 2)
    return f"{one} {two}", all_of(one, two)


def _either(dice: random.Random, words: list[str]) -> tuple[str, Tree]:
    one, two = dice.sample(words, 2)
    return f"{one} OR {two}", ("or", word(one), word(two))


def _without(dice: random.Random, words: list[str]) -> tuple[str, Tree]:
    one, two = dice.sample(words, 2)
    return f"{one} -{two}", ("and", word(one), ("not", word(two)))


CASES: tuple[Case, ...] = PICKED + generated()


@dataclass(frozen=True)
class ExpectedFacet:
    documents: int
    values: list[tuple[str, int]]
    """As they are to be listed: in this order, selected values always among them."""
    truncated: bool


@dataclass(frozen=True)
class Expected:
    ids: frozenset[str]
    facets: Mapping[str, ExpectedFacet]

    @property
    def total(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class _Seen:
    """One article as sets and lists of plain values."""

    id: str
    day: date | None
    parts: Mapping[str, list[tuple[str, str]]]
    """The (form, lemma) of each word of title and body."""
    facets: Mapping[str, frozenset[str]]


class BruteForce:
    """All articles of an archive in memory, gone through one by one for every question."""

    def __init__(self, data: Path, analyzer: TurkishAnalyzer) -> None:
        self._analyzer = analyzer
        corrections, _ = load_corrections(data / "people_aliases.tsv", data / "countries_aliases.tsv")
        with Archive.open_readonly(data) as archive:
            self.articles = [_seen(stored, analyzer, corrections.people) for stored in archive.current()]
        self._expected: dict[Case, Expected] = {}
        self._read: dict[tuple[str, bool], set[str]] = {}
        self._forms: dict[str, Counter[str]] = {}
        self._lemmas: dict[str, Counter[str]] = {}
        for one in self.articles:
            pairs = [pair for part in one.parts.values() for pair in part]
            for form in {form for form, _ in pairs}:
                self._forms.setdefault(fold(form), Counter())[form] += 1
            for lemma in {lemma for _, lemma in pairs}:
                self._lemmas.setdefault(fold(lemma), Counter())[lemma] += 1

    # -- the dictionary, as the analyzer asks for it

    def forms(self, folded: str) -> Mapping[str, int]:
        return self._forms.get(folded, {})

    def lemmas(self, folded: str) -> Mapping[str, int]:
        return self._lemmas.get(folded, {})

    # -- answers

    def expect(self, one: Case) -> Expected:
        if one not in self._expected:
            self._expected[one] = self._expect(one)
        return self._expected[one]

    def _expect(self, one: Case) -> Expected:
        relaxed = one.values("match") == ("any",)
        found = [a for a in self.articles if self._matches(one.tree, a, relaxed) and _within(one, a)]
        ids = frozenset(a.id for a in found if _selected(one, a))
        return Expected(ids, {name: self._facet(name, one, found) for name in FACETS})

    def _facet(self, name: str, one: Case, found: Iterable[_Seen]) -> ExpectedFacet:
        counted = [a for a in found if _selected(one, a, but=name)]
        counts = Counter(value for a in counted for value in a.facets[name])
        documents = sum(bool(a.facets[name]) for a in counted)
        unknown = len(counted) - documents
        chosen = list(dict.fromkeys(_canonical(name, value) for value in one.values(name)))
        listed, truncated = (_dates if name in DATES else _frequent)(name, counts, chosen)
        if unknown and name == "date":
            listed.append("unknown")
        listed += [value for value in chosen if value not in listed]
        count_of = counts | {"unknown": unknown}
        return ExpectedFacet(documents, [(value, count_of.get(value, 0)) for value in listed], truncated)

    def _matches(self, tree: Tree, a: _Seen, relaxed: bool = False) -> bool:
        if relaxed and tree[0] == "and":
            barred = [part for part in tree[1:] if part[0] == "not"]
            wanted = [part for part in tree[1:] if part[0] != "not"]
            return any(self._in(part, a, tree) for part in wanted) and all(self._in(part, a, tree) for part in barred)
        return self._in(tree, a, tree)

    def _in(self, tree: Tree, a: _Seen, whole: Tree, parts: tuple[str, ...] = ("title", "body")) -> bool:
        kind, *inner = tree
        if kind == "all":
            return True
        if kind in ("and", "or"):
            return (all if kind == "and" else any)(self._in(part, a, whole, parts) for part in inner)
        if kind == "not":
            return not self._in(inner[0], a, whole, parts)
        if kind == "title":
            return self._in(inner[0], a, whole, ("title",))
        return any(self._stands(kind, inner, a.parts[part], _typed_turkish(whole)) for part in parts)

    def _lemmas_of(self, typed: str, turkish: bool) -> set[str]:
        if (typed, turkish) not in self._read:
            self._read[typed, turkish] = {r.lemma for r in self._analyzer.readings(typed, self, turkish)}
        return self._read[typed, turkish]

    def _stands(self, kind: str, words: list[str], text: list[tuple[str, str]], turkish: bool) -> bool:
        if kind == "exact":
            return words[0] in {form for form, _ in text}
        if kind == "prefix":
            strict = turkish or fold(words[0]) != words[0]
            return any(form.startswith(words[0]) if strict else fold(form).startswith(words[0]) for form, _ in text)
        wanted = [self._lemmas_of(w, turkish) for w in words]
        starts = range(len(text) - len(wanted) + 1)
        return any(all(text[at + i][1] in lemmas for i, lemmas in enumerate(wanted)) for at in starts)


def _seen(stored: Any, analyzer: TurkishAnalyzer, aliases: Any) -> _Seen:
    article, entities = stored.article, stored.entities
    day = article.published.day if article.published else None
    parts = {}
    for name, text in (("title", article.title), ("body", article.body)):
        analysis = analyzer.analyze(text)
        parts[name] = list(zip(analysis.forms, analysis.lemmas, strict=True))
    people = {n if (known := aliases.resolve(n)) is None else known for n in entities.people if " " in n} - {""}
    facets = {
        "person": people,
        "country": entities.countries_all,
        "source": {article.source} - {None},
        "category": {article.category} - {None},
        "date": _spans([day.isoformat()] if day else []),
        "mentioned": _spans(entities.dates),
        "organisation": entities.organisations,
    }
    return _Seen(article.id, day, parts, {name: frozenset(values) for name, values in facets.items()})


def _spans(days: Iterable[str]) -> set[str]:
    """Each date with the month and the year that hold it."""
    return {day[:length] for day in days for length in (4, 7, 10) if len(day) >= length}


def _within(one: Case, a: _Seen) -> bool:
    """Whether an article is between the days, and is not excluded."""
    for name, wanted in (("from", lambda day, edge: day >= edge), ("to", lambda day, edge: day <= edge)):
        for value in one.values(name):
            if a.day is None or not wanted(a.day.isoformat()[: len(value)], value):
                return False
    return not any(_has(name, one.values("not_" + name), a) for name in FACETS)


def _selected(one: Case, a: _Seen, but: str = "") -> bool:
    return all(_has(name, one.values(name), a) for name in FACETS if one.values(name) and name != but)


def _has(name: str, values: Iterable[str], a: _Seen) -> bool:
    return any(
        not a.facets[name] if value == "unknown" else _canonical(name, value) in a.facets[name] for value in values
    )


def _canonical(name: str, value: str) -> str:
    return "TR" if name == "country" and lower(value) == "türkiye" else value


def _typed_turkish(tree: Tree) -> bool:
    return any(_typed_turkish(t) if isinstance(t, tuple) else lower(t) != fold(t) for t in tree[1:])


def _frequent(name: str, counts: Counter[str], chosen: list[str]) -> tuple[list[str], bool]:
    order = sorted(counts, key=lambda value: (-counts[value], sort_key(value), value))
    return order[:LISTED], len(order) > LISTED


def _dates(name: str, counts: Counter[str], chosen: list[str]) -> tuple[list[str], bool]:
    """The years, the months of opened years and the days of opened months; newest first, each under what holds it."""
    limit = YEARS_LISTED if name == "date" else LISTED
    years = [value for value in counts if len(value) == 4]
    kept = sorted(years, key=lambda year: (-counts[year], year))[:limit]
    opened = _spans(value for value in chosen if value != "unknown")
    listed = {*kept, *(v for v in counts if v in opened), *(v for v in counts if len(v) > 4 and v[:-3] in opened)}
    return sorted(listed, key=_newest_first), len(years) > limit


def _newest_first(value: str) -> list[int]:
    parts = [-int(part) for part in value.split("-")]
    return parts + [-99] * (3 - len(parts))


def differences(expected: Expected, answer: Mapping[str, Any]) -> list[str]:
    """How an answer as JSON (of the command line or the endpoint) differs from what is expected."""
    found = [] if answer["total"] == expected.total else [f"total {answer['total']}, expected {expected.total}"]
    if not {hit["id"] for hit in answer["hits"]} <= expected.ids:
        found.append("a hit that does not match")
    for facet in answer["facets"]:
        wanted = expected.facets[facet["name"]]
        values = [(value["value"], value["count"]) for value in facet["values"]]
        if values != wanted.values:
            found.append(f"{facet['name']}: {values}, expected {wanted.values}")
        if (facet["documents"], facet["truncated"]) != (wanted.documents, wanted.truncated):
            found.append(f"{facet['name']}: {facet['documents']} documents, expected {wanted.documents}, or truncated")
    return found
