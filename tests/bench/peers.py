"""SQLite FTS5 and tantivy over the same lemmas, to know the distance: total and the first ten by BM25, nothing else.

Neither counts facets nor marks matches here, and a beginning is one of lemmas rather than of forms.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from typing import Any

import numpy as np

from index.turkish import decode_term
from search.engines.whoosh.view import WhooshView
from search.query.plan import AllOf, AnyOf, FacetTerm, PhraseOf, Plan, PrefixTerm, SomeOf, WordTerm

TOP = 10


def lemma_texts(view: WhooshView) -> Iterator[str]:
    """The lemmas of each document in order, from the index's own postings."""
    for leaf in view._leaves:
        table = leaf.segment._table
        names: list[str] = []
        parts = []
        for number, entry in enumerate(table.span("text_lemma")):
            names.append(decode_term(entry.term.decode("utf-8")))
            found = table.postings(entry, positions=True)
            assert found.positions is not None
            owners = np.repeat(found.ids.astype(np.int64), found.freqs.astype(np.int64))
            parts.append(np.stack([owners, found.positions.astype(np.int64), np.full(len(owners), number)]))
        owners, places, numbers = np.concatenate(parts, axis=1)
        order = np.lexsort((places, owners))
        bounds = np.searchsorted(owners[order], np.arange(leaf.segment.doc_count + 1)).tolist()
        ordered = numbers[order].tolist()
        for first, last in itertools.pairwise(bounds):
            yield " ".join(names[number] for number in ordered[first:last])


class Fts5:
    """SQLite's full-text table, in memory."""

    name = "SQLite FTS5"

    def __init__(self, texts: Iterator[str]) -> None:
        self._database = sqlite3.connect(":memory:")
        self._database.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize='unicode61 remove_diacritics 0')")
        self._database.executemany("INSERT INTO t(x) VALUES (?)", ((text,) for text in texts))
        self._database.commit()

    def search(self, plan: Plan) -> int:
        """The total, with the first ten read."""
        asked = fts_query(plan)
        self._database.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT 10", (asked,)).fetchall()
        return int(self._database.execute("SELECT count(*) FROM t WHERE t MATCH ?", (asked,)).fetchone()[0])


def fts_query(plan: Plan) -> str:
    """A plan in FTS5's language; filters are left out."""
    match plan:
        case WordTerm(typed, lemmas):
            return "(" + " OR ".join(f'"{lemma}"' for lemma in [name for name, _ in lemmas] or [typed]) + ")"
        case PrefixTerm(typed):
            return f'"{typed}"*'
        case PhraseOf(words):
            return '"' + " ".join(_first_lemma(word) for word in words) + '"'
        case AllOf(parts):
            return "(" + " AND ".join(fts_query(part) for part in parts if not isinstance(part, FacetTerm)) + ")"
        case AnyOf(parts) | SomeOf(parts):
            return "(" + " OR ".join(fts_query(part) for part in parts) + ")"
    raise TypeError(f"no such query is generated: {plan}")


class Tantivy:
    """tantivy's index, in memory."""

    name = "tantivy"

    def __init__(self, texts: Iterator[str]) -> None:
        import tantivy

        self._tantivy = tantivy
        schema = tantivy.SchemaBuilder().add_text_field("x", tokenizer_name="whitespace").build()
        self._schema = schema
        index = tantivy.Index(schema)
        writer = index.writer()
        for text in texts:
            writer.add_document(tantivy.Document(x=text))
        writer.commit()
        index.reload()
        self._searcher = index.searcher()

    def search(self, plan: Plan) -> int:
        """The total, with the first ten read."""
        found: Any = self._searcher.search(self._query(plan), TOP)  # its types lack `count`
        return int(found.count or 0)

    def _query(self, plan: Plan) -> Any:
        query, occur = self._tantivy.Query, self._tantivy.Occur
        match plan:
            case WordTerm(typed, lemmas):
                names = [name for name, _ in lemmas] or [typed]
                return query.boolean_query([(occur.Should, query.term_query(self._schema, "x", n)) for n in names])
            case PrefixTerm(typed):
                return query.regex_query(self._schema, "x", f"{typed}.*")
            case PhraseOf(words):
                return query.phrase_query(self._schema, "x", [_first_lemma(word) for word in words])
            case AllOf(parts):
                kept = [part for part in parts if not isinstance(part, FacetTerm)]
                return query.boolean_query([(occur.Must, self._query(part)) for part in kept])
            case AnyOf(parts) | SomeOf(parts):
                return query.boolean_query([(occur.Should, self._query(part)) for part in parts])
        raise TypeError(f"no such query is generated: {plan}")


def _first_lemma(word: Any) -> str:
    return str(word.lemmas[0][0]) if isinstance(word, WordTerm) and word.lemmas else str(word.typed)
