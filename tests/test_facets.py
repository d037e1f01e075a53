"""A facet is declared once, in `index/article/facets.py`; everything else derives from it."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from datetime import date
from pathlib import Path

from index.article import Article, Kind, Publication
from index.article.facets import BY_NAME, FACETS, OF_KIND
from index.document import facet_values
from index.entities import extract

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("index", "search", "web")

NAMED = {
    "index/article/facets.py": "the declaration",
    "index/article/values.py": "kinds of mention, which values come from",
    "web/openapi/parts.py": "names of operations: what it means that one finds nothing",
    "web/openapi/reading.py": "names of operations: the pages of a person and of a country",
    "web/templates/_filters.html": "the date, chosen in the timeline, has no block of its own",
    "web/templates/article.html": "the page of an article: each kind of mention has its place and its colour",
    "web/templates/portrait.html": "who else is named has a heading of its own",
    "web/templates/search.html": "the names below a hit, and the date, chosen in the timeline",
}
"""Where the name of a facet may stand as a text, and why."""

FIELDS = {"source", "category", "date"}
"""Facets that are called as a field of an article is. Where that field is read, stored or told they mean no facet."""

OF_ARTICLES = {
    *("index/document/values.py", "index/readers/page.py", "index/readers/record.py", "index/readers/feed.py"),
    *("index/readers/fields.py", "index/readers/pagedata.py", "search/showing/rendering.py"),
    *("search/exporting.py", "web/feeds/atom.py", "web/cli/analyze.py"),
    *("web/cli/remove.py", "web/templates/_parts.html", "web/templates/trends.html"),
}


def texts(path: Path) -> set[str]:
    """The texts between quotation marks in a file; of Python its string constants."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        return {node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)}
    return {found[1] for found in re.finditer(r"""["'`]([^"'`]*)["'`]""", text)}


def test_its_name_stands_where_it_is_declared_and_where_it_means_something_of_its_own():
    names = {prefix + facet.name: facet.name for facet in FACETS for prefix in ("", "not_", "--", "--not-")}
    found = defaultdict(set)
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*")):
        if path.suffix in (".py", ".html", ".js"):
            for text in texts(path) & set(names):
                found[path.relative_to(ROOT).as_posix()].add(names[text])
    of_fields = {file for file in found if file not in NAMED and found[file] <= FIELDS}
    assert of_fields == OF_ARTICLES
    assert set(found) - of_fields == set(NAMED)
    assert found["index/article/facets.py"] == set(BY_NAME)


def test_every_kind_of_mention_belongs_to_a_facet():
    assert set(OF_KIND) == set(Kind)


def test_every_facet_has_values():
    body = "Cumhurbaşkanı Süleyman Demirel 5 Mart 1999'da Almanya'da konuştu. Merkez Bankası faizi artırdı."
    day = Publication(date(1999, 3, 6))
    article = Article("a", "Demirel Almanya'da", body, day, source="Bir Gazete", category="Siyaset")
    found = facet_values(article, extract(article.title, body, day))
    assert list(found) == list(BY_NAME)
    assert all(found.values()), found
