"""Turns an article into a document: everything that is indexed and stored of it, independent of the engine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from index.article import Article, Entities, Kind, Mention
from index.article.facets import CATEGORY, COUNTRY, DATE, MENTIONED, ORGANISATION, PERSON, SOURCE, UNKNOWN
from index.document.schema import TEXT_FIELDS, TextField
from index.document.tokenmap import pack_tokens
from index.entities import country_value
from index.turkish import Analysis, TurkishAnalyzer, stem

UNDATED = -(2**62)
"""The sort key of an article without a date: older than every date, so that it comes last under `newest`."""


@dataclass(frozen=True, slots=True)
class Document:
    """One article, ready for an engine to write.

    `terms` are the lemmas, surface forms or stems of each field of `schema`, in runs: title before body, in the
    order of the text, with `BODY_GAP` positions between two runs. `facets` are the values of each facet by its name.
    `stored` is what a search gives back: the text and the entities of exactly this version. `seq` is the archive's
    number of the version, `story` the `seq` that its story began with: articles of one story are copies.
    """

    id: str
    seq: int
    story: int
    sort_key: int
    terms: Mapping[str, Sequence[Sequence[str]]]
    facets: Mapping[str, tuple[str, ...]]
    stored: Mapping[str, Any]


def to_document(
    article: Article, entities: Entities, seq: int, analyzer: TurkishAnalyzer, *, story: int | None = None
) -> Document:
    """Analyze the text and lay out its terms, facets and stored fields. Pure but for the analyzer's cache."""
    parts = {"title": analyzer.analyze(article.title), "body": analyzer.analyze(article.body)}
    return Document(
        id=article.id,
        seq=seq,
        story=seq if story is None else story,
        sort_key=article.published.sort_key if article.published else UNDATED,
        terms={field.name: _runs(field, parts) for field in TEXT_FIELDS},
        facets=facet_values(article, entities),
        stored=_stored(article, entities, parts),
    )


def facet_values(article: Article, entities: Entities) -> dict[str, tuple[str, ...]]:
    """The values under which each facet counts the article. A value spelled `unknown` is dropped: it means a missing
    value at query time."""
    day = (article.published.day.isoformat(),) if article.published else ()
    # The facet shows multi-word names; a surname that no full name explains stays searchable as text.
    people = tuple(name for name in entities.people if " " in name)
    values = {
        PERSON.name: people,
        COUNTRY.name: tuple(dict.fromkeys(_countries(article, entities))),
        SOURCE.name: (article.source,) if article.source else (),
        CATEGORY.name: (article.category,) if article.category else (),
        DATE.name: day,
        MENTIONED.name: entities.dates,
        ORGANISATION.name: entities.organisations,
    }
    return {name: tuple(v for v in found if v != UNKNOWN) for name, found in values.items()}


def _countries(article: Article, entities: Entities) -> Iterator[str]:
    """Each mention's code with its words and the word after it, so that users' corrections need no reindexing."""
    texts = {"title": article.title, "body": article.body}
    for mention in entities.mentions:
        if mention.kind in COUNTRY.kinds and mention.value:
            yield country_value(mention.value, texts[mention.field], mention.start, mention.end)


def _runs(field: TextField, parts: Mapping[str, Analysis]) -> tuple[Sequence[str], ...]:
    wanted = ("title",) if field.part == "title" else ("title", "body")
    runs = (_run(field, parts[part]) for part in wanted)
    return tuple(run for run in runs if run)


def _run(field: TextField, analysis: Analysis) -> Sequence[str]:
    match field.kind:
        case "lemma":
            return analysis.lemmas
        case "stem":
            return [_stem(form) for form in analysis.forms]
        case _:
            return analysis.forms


_stem = lru_cache(200_000)(stem)


def _stored(article: Article, entities: Entities, parts: Mapping[str, Analysis]) -> dict[str, Any]:
    return {
        "title": article.title,
        "body": article.body,
        "published": article.published.iso if article.published else None,
        "source": article.source,
        "url": article.url,
        "category": article.category,
        "mentions": pack_mentions(entities.mentions),
        **{
            f"{part}_tokens": pack_tokens(analysis.starts, analysis.ends, analysis.lemmas)
            for part, analysis in parts.items()
        },
    }


def pack_mentions(mentions: tuple[Mention, ...]) -> str:
    """Mentions as JSON, without their surface forms, which can be cut from the stored text."""
    return json.dumps([[m.field, m.start, m.end, str(m.kind), m.value] for m in mentions], ensure_ascii=False)


def unpack_mentions(packed: str, title: str, body: str) -> tuple[Mention, ...]:
    """Read back what `pack_mentions` wrote; the surface forms are cut from the stored text."""
    texts = {"title": title, "body": body}
    return tuple(
        Mention(field, start, end, _KINDS[kind], texts[field][start:end], value)
        for field, start, end, kind, value in json.loads(packed)
    )


_KINDS = {str(kind): kind for kind in Kind}
