"""The pages that read an archive: how long a person, a country, five queries compared, a day and a feed take.

    python tests/bench/bench_reading.py DATA [--pages 200]

DATA is a data directory with an index. Pages are asked for as browsers do, compressed, each address once, so that no
answer is known from before. People and countries are drawn by how often they are named, as links to them are: half
from the hundred most frequent, half from all. Trends compare four queries of `queries.py` (rare and common words, two
words, alternatives, phrases, beginnings) and a person, over the whole archive by the step that fits it, and its last
20 years by months.
Prints p50 and p95, wall and CPU.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlencode

from flask.testing import FlaskClient
from quantiles import columns
from queries import generate

from search.facets import FacetListing
from search.query import field_query
from search.request import SearchRequest
from search.service import SearchEngine
from web import links
from web.app import create_app

MOST = 100_000
FREQUENT = 100
KINDS = ("rare", "common", "and", "or", "phrase", "prefix")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--pages", type=int, default=200)
    options = parser.parse_args()
    engine = SearchEngine.open(options.data)
    engine.warm()
    app = create_app(options.data, engine=engine)
    client = app.test_client()
    dice = random.Random(7)
    with app.test_request_context():
        people = [links.portrait_url("person", name) for name in _names(engine, "person", dice, options.pages)]
        countries = [links.portrait_url("country", code) for code in _names(engine, "country", dice, options.pages)]
    texts = [query.request.text for query in generate(engine, options.pages) if query.kind in KINDS]
    compared = list(_compared(engine, dice, texts, options.pages))
    print(f"{engine.status().documents} articles, {options.pages} pages of each kind")
    print(f"{'':<18}{'p50 ms':>9}{'p95 ms':>9}{'CPU p50':>9}{'CPU p95':>9}{'KB p50':>9}{'KB p95':>9}")
    _measure(client, "person", people)
    _measure(client, "country", countries)
    _measure(client, "trends", [f"/trends?{pairs}" for pairs in compared])
    since = urlencode({"by": "month", "from": f"{_last_year(engine) - 19}-01-01"})
    _measure(client, "trends by month", [f"/trends?{pairs}&{since}" for pairs in compared])
    _measure(client, "on this day", [f"/on-this-day?month={n % 12 + 1}&day={n % 28 + 1}" for n in range(options.pages)])
    _measure(client, "feed", [f"/feed.atom?{urlencode({'q': text})}" for text in dice.sample(texts, options.pages)])
    engine.close()


def _names(engine: SearchEngine, facet: str, dice: random.Random, count: int) -> list[str]:
    values = [value.value for value in engine.facet(SearchRequest(), facet, FacetListing(limit=MOST)).values]
    return [dice.choice(values[:FREQUENT]) if n % 2 else dice.choice(values) for n in range(count)]


def _last_year(engine: SearchEngine) -> int:
    years = engine.facet(SearchRequest(), "date", FacetListing(limit=MOST)).values
    return max(int(year.value) for year in years if year.value.isdigit())


def _compared(engine: SearchEngine, dice: random.Random, texts: Sequence[str], count: int) -> Iterator[str]:
    for name in _names(engine, "person", dice, count):
        queries = [*dice.sample(texts, 4), field_query("person", name) or name]
        yield urlencode([("q", query) for query in queries])


def _measure(client: FlaskClient, name: str, addresses: Sequence[str]) -> None:
    walls, busy, sizes = [], [], []
    for address in addresses:
        began, cpu = time.perf_counter(), time.process_time()
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        walls.append((time.perf_counter() - began) * 1000)
        busy.append((time.process_time() - cpu) * 1000)
        assert answer.status_code == 200, (address, answer.status_code)
        sizes.append(len(answer.data) / 1024)
    print(f"{name:<18}{columns(walls)}{columns(busy)}{columns(sizes)}")


if __name__ == "__main__":
    main()
