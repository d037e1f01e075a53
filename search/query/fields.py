"""The fields of the query language: their names, Turkish and English, with and without Turkish letters."""

from __future__ import annotations

from index.article.facets import FACETS
from index.turkish import fold

TITLE = "title"

TURKISH = {TITLE: "başlık"} | {facet.name: facet.turkish for facet in FACETS}
"""The Turkish names of the fields."""

_NAMES = [pair for field, turkish in TURKISH.items() for pair in ((field, field), (turkish, field))]
_NAMES += [(name, facet.name) for facet in FACETS for name in facet.also]
_BY_NAME = {fold(name): field for name, field in _NAMES}


def field_named(name: str) -> str | None:
    """The field that is meant: `title` or the name of a facet; None if there is none of this name.

    >>> field_named("KİŞİ"), field_named("kisi"), field_named("http")
    ('person', 'person', None)
    """
    return _BY_NAME.get(fold(name))
