"""How well and how fast copies of one story are found, on a set made of 42bin.

    python tests/bench/bench_stories.py [ARTICLES] [--corpus NAME] [--batch N] [--seed N]

A quarter of the articles of 60 words or more is printed by 1 to 11 other papers: each cuts it to 50 to 90 % of its
sentences (the beginning, a run, or any), changes 3 % of the words (leaves out, replaces, adds), half of the papers put
a lead of their own on top, and it appears up to 6 days later. They go into an archive in the order of publication, so
many at a time. Printed are precision and recall over pairs of articles of one story, and the time for each article,
storing included. Texts of 42bin that are copies by themselves, which they are not said to be, count as mistakes.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator
from datetime import date, timedelta
from itertools import combinations, islice
from pathlib import Path

from corpus import read_news, seeded

from index.archive import Archive
from index.article import Article, Entities, Publication
from index.building.stories import place

PRINTED_ELSEWHERE = 0.25
LEAST_WORDS = 60
EDITED = 0.03
OWN_LEAD = 0.5


class Papers:
    """Prints other papers' versions of a text."""

    def __init__(self, texts: list[str], rng: random.Random) -> None:
        self._rng = rng
        words = Counter(word for text in texts[:2_000] for word in text.split())
        self._words = [word for word, _ in words.most_common(5_000)]
        self._leads = [text.split("\n")[0][:300] for text in texts]

    def printed(self, text: str) -> str:
        text = self._edited(self._cut(text))
        return f"{self._rng.choice(self._leads)}\n{text}" if self._rng.random() < OWN_LEAD else text

    def _cut(self, text: str) -> str:
        sentences = re.split(r"(?<=[.!?])\s+", text)
        kept = max(1, round(len(sentences) * self._rng.uniform(0.5, 0.9)))
        how = self._rng.choice(["beginning", "run", "any"])
        if how == "any":
            chosen = sorted(self._rng.sample(range(len(sentences)), kept))
            return " ".join(sentences[number] for number in chosen)
        first = 0 if how == "beginning" else self._rng.randrange(len(sentences) - kept + 1)
        return " ".join(sentences[first : first + kept])

    def _edited(self, text: str) -> str:
        out = []
        for word in text.split(" "):
            if self._rng.random() >= EDITED:
                out.append(word)
                continue
            how = self._rng.choice(["left out", "replaced", "added"])
            if how != "left out":
                out.append(self._rng.choice(self._words))
            if how == "added":
                out.append(word)
        return " ".join(out)


def made(corpus: str, count: int, seed: int) -> Iterator[tuple[int, date | None, str]]:
    """Story, day and text of each article."""
    rng = random.Random(seed)
    records = list(seeded(read_news(corpus), seed))
    rng.shuffle(records)
    papers = Papers([record["body"] for record in records[count : count + 5_000]], rng)
    for story, record in enumerate(records[:count]):
        day = date.fromisoformat(record["date"]) if record["date"] else None
        yield story, day, record["body"]
        if len(record["body"].split()) < LEAST_WORDS or rng.random() >= PRINTED_ELSEWHERE:
            continue
        for _ in range(rng.randint(1, 11)):
            later = day + timedelta(days=rng.randint(0, 6)) if day else None
            yield story, later, papers.printed(record["body"])


def pairs(groups: Iterable[tuple[Hashable, int]]) -> set[tuple[int, int]]:
    """The pairs of members of one group."""
    members: dict[Hashable, list[int]] = defaultdict(list)
    for group, member in groups:
        members[group].append(member)
    return {pair for found in members.values() for pair in combinations(sorted(found), 2)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("articles", nargs="?", type=int, default=6_000)
    parser.add_argument("--corpus", default="42bin")
    parser.add_argument("--batch", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=5)
    asked = parser.parse_args()
    articles = list(made(asked.corpus, asked.articles, asked.seed))
    articles.sort(key=lambda one: (one[1] is None, one[1] or date.min))
    told: dict[int, int] = {}
    seconds = 0.0
    with tempfile.TemporaryDirectory() as folder, Archive.open(Path(folder)) as archive:
        numbered = iter(enumerate(articles))
        while batch := list(islice(numbered, asked.batch)):
            with archive.transaction():
                stored = []
                for number, (story, day, body) in batch:
                    article = Article(str(number), "", body, Publication(day) if day else None)
                    seq = archive.store(article, Entities(), origin="bench", entities_fingerprint="")
                    told[seq] = story
                    stored.append((seq, article))
                began = time.perf_counter()
                place(archive, stored)
                seconds += time.perf_counter() - began
        found = dict(archive.rows("SELECT seq, story FROM story"))
    right, ours = (
        pairs((story, seq) for seq, story in told.items()),
        pairs((story, seq) for seq, story in found.items()),
    )
    print(f"{len(told)} articles, {len(right)} pairs of copies; {len(ours)} found")
    print(f"precision {len(right & ours) / len(ours):.3f}  recall {len(right & ours) / len(right):.3f}")
    print(f"{seconds / len(told) * 1000:.2f} ms for each article")


if __name__ == "__main__":
    main()
