"""A larger archive from a smaller one: its analyzed documents mixed several times, so that nothing is analyzed again.

    python tests/bench/remix.py DATA OUT [--times 5]

DATA is a data directory with an archive; OUT gets an index without one, enough to search in. Each round gives every
body the title, date, source and category of another article, drawn by a seeded generator; the first leaves them as they
are. The documents go through the writer that `add` uses, with one commit for each round, so that nothing is merged on
the way: the writer holds a round in memory, 40,000 articles in 3 GB.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from index.archive import Archive
from index.building.indexing import lay_out, open_writer, put_aliases
from index.document import Document, to_document
from index.document.schema import TEXT_FIELDS, TextField
from index.engines.choice import WHOOSH, EngineChoice
from index.engines.registry import backend_of
from index.generations import Generations, expected_fingerprints
from index.observer import Observer
from index.turkish import open_analyzer
from index.version import VERSION

SEED = 5
BORROWED = ("published", "source", "category", "url", "title", "title_tokens")


def analyzed(data: Path, most: int | None = None) -> list[Document]:
    """The documents of an archive, the first ones or all."""
    with closing(open_analyzer(data)) as analyzer, closing(Archive.open_readonly(data)) as archive:
        return [to_document(s.article, s.entities, s.seq, analyzer) for s in islice(archive.current(), most)]


def mixed(documents: list[Document], times: int, seed: int = SEED) -> Iterator[Document]:
    """So many times as many documents as there are."""
    chance = random.Random(seed)
    seq = 0
    for turn in range(times):
        others = list(range(len(documents)))
        if turn:
            chance.shuffle(others)
        for document, other in zip(documents, others, strict=True):
            seq += 1
            yield mix(document, documents[other], f"{document.id}-{turn}", seq)


def mix(body: Document, head: Document, article_id: str, seq: int) -> Document:
    """The body of one document under the title, date, source and category of another."""
    terms = {
        field.name: head.terms[field.name] if field.part == "title" else _runs(field, body, head)
        for field in TEXT_FIELDS
    }
    facets = dict(body.facets) | {name: head.facets[name] for name in ("date", "source", "category")}
    stored: dict[str, Any] = dict(body.stored) | {name: head.stored[name] for name in BORROWED}
    mentions = [m for m in json.loads(head.stored["mentions"]) if m[0] == "title"]
    mentions += [m for m in json.loads(body.stored["mentions"]) if m[0] == "body"]
    stored["mentions"] = json.dumps(mentions, ensure_ascii=False)
    return replace(body, id=article_id, seq=seq, sort_key=head.sort_key, terms=terms, facets=facets, stored=stored)


def _runs(field: TextField, body: Document, head: Document) -> tuple[Sequence[str], ...]:
    """The runs of a field of the whole text: the title's come first."""
    titles, own = (len(document.terms["title_form"]) for document in (head, body))
    return (*head.terms[field.name][:titles], *body.terms[field.name][own:])


def write(data: Path, documents: Iterator[Document], part: int | None = None, engine: EngineChoice = WHOOSH) -> int:
    """Write documents as the live index of a data directory, with a commit after so many; says how many."""
    data.mkdir(parents=True, exist_ok=True)
    backend, generations = backend_of(engine), Generations(data)
    generation = generations.create()
    with closing(open_analyzer(data)) as analyzer:
        expected = expected_fingerprints(backend.name, analyzer)
    lay_out(generation, backend, expected, loading=True)
    put_aliases(data, generation, backend, Observer())
    count = 0
    with closing(open_writer(generation, backend)) as writer:
        for document in documents:
            count += 1
            writer.add(document)
            if count % part == 0 if part else writer.wants_commit:
                writer.commit()
                print(f"{count} documents", flush=True)
        writer.commit()
    backend.finish(generation.path)
    generations.complete(generation, expected, VERSION)
    generations.make_current(generation)
    backend.publish(generation.path)
    return count


def main() -> None:
    """Mix and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    began = time.perf_counter()
    documents = analyzed(options.data)
    print(f"{len(documents)} documents laid out in {time.perf_counter() - began:.0f} s", flush=True)
    options.out.mkdir(parents=True, exist_ok=True)
    for cache in options.data.glob("lemmas-*.db"):
        shutil.copy(cache, options.out)
    began = time.perf_counter()
    count = write(options.out, mixed(documents, options.times), len(documents))
    print(f"{count} documents written to {options.out} in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
