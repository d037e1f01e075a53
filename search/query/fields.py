"""The fields of the query language: their names, Turkish and English, with and without Turkish letters."""

from __future__ import annotations

from index.turkish import fold

TITLE = "title"
DATE = "date"

_NAMES = {
    TITLE: ("title", "başlık"),
    "person": ("person", "kişi"),
    "country": ("country", "ülke"),
    "source": ("source", "kaynak"),
    "category": ("category", "kategori"),
    DATE: ("date", "tarih"),
    "mentioned": ("mentioned", "anılan"),
    "organisation": ("organisation", "organization", "kurum"),
}
TURKISH = {field: names[-1] for field, names in _NAMES.items()}
"""The fields by their Turkish names."""

_BY_NAME = {fold(name): field for field, names in _NAMES.items() for name in names}


def field_named(name: str) -> str | None:
    """The field that is meant: `title` or the name of a facet; None if there is none of this name.

    >>> field_named("KİŞİ"), field_named("kisi"), field_named("http")
    ('person', 'person', None)
    """
    return _BY_NAME.get(fold(name))
