"""What the sample archive gives stands beside each version that is raised by hand; no change goes without a raise.

An index, a lemma cache or stored entities are stale when the version that made them is another one. A change of what is
made that leaves the version as it is would mix old with new, silently and for good.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from checkout import ROOT, trees
from conftest import SAMPLE, give_lemmas

from index.article import Article, Entities, Kind, Mention
from index.article.facets import BY_NAME, pack
from index.document import schema, to_document
from index.document import values as document_values
from index.engines.choice import Cluster
from index.engines.opensearch import mapping
from index.engines.opensearch.encoding import facet_key, term_of
from index.engines.whoosh.layout import whoosh_schema
from index.entities import extract
from index.readers import ReadOptions, read_source
from index.stories import Stories, band_keys, shingles
from index.turkish import Analysis, analyzer, encode_term, open_analyzer

# Packages give out functions of the same names as these modules.
extraction, shingling = import_module("index.entities.extract"), import_module("index.stories.shingles")

WORD = re.compile(r"\w+")


@cache
def articles() -> tuple[Article, ...]:
    """The sample archive."""
    found = [one for path in sorted(SAMPLE.glob("*.jsonl")) for one in read_source(path, ReadOptions())]
    assert len(found) == 180
    assert all(isinstance(one, Article) for one in found)
    return tuple(one for one in found if isinstance(one, Article))


def words(store: Path) -> Iterator[Any]:
    """Tokens and lemmas of all texts."""
    with closing(open_analyzer(store, keep=False)) as turkish:
        for article in articles():
            for text in (article.title, article.body):
                yield asdict(turkish.analyze(text))


def entities(_: Path) -> Iterator[Any]:
    """Who and what is named in each article."""
    for article in articles():
        found = extract(article.title, article.body, article.published.day if article.published else None)
        yield [[m.field, m.start, m.end, str(m.kind), m.value] for m in found.mentions]


def stories(_: Path) -> Iterator[Any]:
    """The keys of each text, and of which story each is, beside a copy that is cut and a bulletin that quotes two."""
    texts = [article.body for article in articles()]
    texts += [text[: len(text) * 7 // 10] for text in texts[::5]]
    texts += [
        one[len(one) // 2 :] + other[: len(other) // 2] for one, other in zip(texts[:9], texts[9:18], strict=True)
    ]
    runs = [shingles(text) for text in texts]
    for one in runs:
        yield [len(one), band_keys(one).tolist()]
    for known in Stories([], lambda seq: runs[seq]).place([(seq, seq % 40, one) for seq, one in enumerate(runs)]):
        yield [known.seq, known.story]


class PlainWords:
    """An analyzer that lowers ASCII letters: the layout of a document is looked at, not the language in it."""

    def analyze(self, text: str) -> Analysis:
        found = list(WORD.finditer(text))
        forms = [match.group() for match in found]
        return Analysis([m.start() for m in found], [m.end() for m in found], forms, [form.lower() for form in forms])


def documents(_: Path) -> Iterator[Any]:
    """What is written of each article by either engine, and the fields that it is written to."""
    kinds = list(Kind)
    values = {Kind.COUNTRY: "TR", Kind.DEMONYM: "DE", Kind.DATE: "1999-08-17"}
    for seq, article in enumerate(articles(), 1):
        named = [match for match in WORD.finditer(article.body) if match.group()[0].isupper()]
        mentions = [
            Mention("body", one.start(), one.end(), kind, one.group(), values.get(kind, f"{one.group()} A"))
            for one, kind in zip(named, kinds * len(named), strict=False)
        ]
        plain: Any = PlainWords()
        made = to_document(article, Entities(tuple(mentions)), seq, plain, story=1)
        yield [made.id, made.seq, made.story, made.sort_key]
        yield {name: [[[encode_term(t), term_of(t)] for t in run] for run in runs] for name, runs in made.terms.items()}
        yield {name: [pack(found).hex(), [facet_key(name, f) for f in found]] for name, found in made.facets.items()}
        yield {name: value.hex() if isinstance(value, bytes) else value for name, value in made.stored.items()}
    yield sorted(whoosh_schema().names())
    yield [facet.column for facet in BY_NAME.values()]
    meta, cluster = mapping.Meta("0", "0"), Cluster()
    for body in (mapping.index_body, mapping.words_body):
        yield body(cluster, meta, loading=False)["mappings"]["properties"]


VERSIONS: dict[str, tuple[ModuleType, Callable[[Path], Iterator[Any]]]] = {
    "VERSION": (analyzer, words),
    "RULES_VERSION": (extraction, entities),
    "METHOD": (shingling, stories),
    "SCHEMA_VERSION": (schema, documents),
}


def digest(given: Iterator[Any]) -> str:
    """The same on every machine, for the same values in the same order."""
    found = hashlib.sha256()
    for value in given:
        found.update(json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8") + b"\n")
    return found.hexdigest()[:12]


def complaint(name: str, store: Path) -> str:
    """What is wrong with a version; empty if nothing is."""
    module, given = VERSIONS[name]
    version, known, now = getattr(module, name), module.SAMPLE_GIVES, digest(given(store))
    place = f"{module.__name__.replace('.', '/')}.py"
    if version not in known:
        return f"{name} in {place} was raised. Write beside it: SAMPLE_GIVES = {{{version!r}: {now!r}}}"
    if known[version] == now:
        return ""
    return (
        f"What the sample archive gives has changed ({now!r}), and {name} in {place} is still {version!r}: raise it. "
        "If the change came from a list of words, which is part of the fingerprint itself, the digest alone changes."
    )


@pytest.fixture(scope="module")
def store(lemma_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lemmas of earlier runs: of this analyzer's source only."""
    path = tmp_path_factory.mktemp("versions")
    give_lemmas(lemma_store, path)
    return path


@pytest.mark.parametrize("name", VERSIONS)
def test_what_the_sample_gives_has_not_changed_without_a_raise(name: str, store: Path):
    assert complaint(name, store) == ""


def test_every_version_that_is_raised_by_hand_is_held():
    """Each constant whose docstring says that somebody raises it."""
    pattern = re.compile(r'^(\w+)(?:: Final)? = "?\d+"?\n"""[^"]*\bRaise it\b', re.MULTILINE)
    found = {(file, m[1]) for file in trees() for m in pattern.finditer((ROOT / file).read_text("utf-8"))}
    held = {(f"{module.__name__.replace('.', '/')}.py", name) for name, (module, _) in VERSIONS.items()}
    assert found == held


def changed_analysis(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = analyzer.TurkishAnalyzer
    before = kind.analyze
    monkeypatch.setattr(kind, "analyze", lambda self, text: before(self, text.replace("Hubble", "Habbıl")))


CHANGES: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "VERSION": changed_analysis,
    "RULES_VERSION": lambda patch: patch.setattr(extraction, "find_organisations", lambda *_: []),
    "METHOD": lambda patch: patch.setattr(shingling, "WIDTH", 2),
    "SCHEMA_VERSION": lambda patch: patch.setattr(document_values, "UNDATED", 0),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.heavy if name == "VERSION" else ()) for name in VERSIONS]
)
def test_a_change_without_a_raise_is_told(name: str, store: Path, monkeypatch: pytest.MonkeyPatch):
    CHANGES[name](monkeypatch)
    told = complaint(name, store)
    assert re.match(r"What the sample archive gives has changed \('[0-9a-f]{12}'\), and " + name + " in index/", told)


def test_a_raise_is_written_down(store: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shingling, "METHOD", 99)
    assert re.search(r"SAMPLE_GIVES = \{99: '[0-9a-f]{12}'\}", complaint("METHOD", store))


@pytest.mark.heavy
def test_the_digests_do_not_depend_on_the_order_of_sets(store: Path):
    """Another hash seed, another process: what is found in a set's order would differ."""
    script = "import sys; from test_versions import *; print(*(complaint(n, Path(sys.argv[1])) for n in VERSIONS))"
    environment = os.environ | {
        "PYTHONHASHSEED": "4711",
        "PYTHONUTF8": "1",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}",
    }
    ended = subprocess.run(
        [sys.executable, "-c", script, str(store)], env=environment, capture_output=True, encoding="utf-8"
    )
    assert (ended.returncode, ended.stdout.strip()) == (0, ""), ended.stderr
