"""The facets: which values of an article can be counted and filtered by, each declared once.

Query fields, options of commands, parameters of addresses, their descriptions, headings and index columns all derive
from these declarations. A new facet takes a declaration here, the line of `index.document.facet_values` that gives an
article's values, and the Turkish of its heading in `web/translations`.

Facet values in an index column are strings joined by `SEPARATOR`; a document without a value has an empty column.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from index.article.values import Kind

SEPARATOR = "\x1f"
"""The unit separator: readers drop control characters, so that no value can hold it."""

UNKNOWN = "unknown"
"""The value of an article that has none: undated, without a source, naming nobody."""


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet.

    `name` is its parameter and its query field in English, `turkish` the same field in Turkish, `also` are further
    names of the field. `heading` stands above its values and `singular` before one of them, in English; the
    translations have their Turkish. `noun` says what a value is and `form` how it is written, for the descriptions of
    options and parameters. `kinds` are the kinds of mention that its values come from. Values of a facet that is
    `suggested` are offered while a query is typed. `hierarchical` values are dates: `2024` holds `2024-03`, which holds
    `2024-03-05`.
    """

    name: str
    turkish: str
    heading: str
    singular: str
    noun: str
    form: str = ""
    also: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    suggested: bool = False
    hierarchical: bool = False

    @property
    def described(self) -> str:
        """What a value is and how it is written."""
        return f"{self.noun} ({self.form})" if self.form else self.noun

    @property
    def column(self) -> str:
        """The index column that holds its values."""
        return f"facet_{self.name}"


PERSON = Facet("person", "kişi", "People", "Person", "person", kinds=(Kind.PERSON,), suggested=True)
COUNTRY = Facet(
    *("country", "ülke", "Countries", "Country", "country", "ISO 3166-1 alpha-2 code or name of a country"),
    kinds=(Kind.COUNTRY, Kind.DEMONYM),
    suggested=True,
)
SOURCE = Facet("source", "kaynak", "Sources", "Source", "source", suggested=True)
CATEGORY = Facet("category", "kategori", "Categories", "Category", "category")
DATE = Facet(
    *("date", "tarih", "Publication date", "Date", "day, month or year"),
    "2024, 2024-03, 2024-03-05 or unknown: day of publication in Istanbul",
    hierarchical=True,
)
MENTIONED = Facet(
    *("mentioned", "anılan", "Dates in the text", "Date in the text", "named date"),
    "2024, 2024-03, 2024-03-05 or unknown: a date that the text names",
    kinds=(Kind.DATE,),
    hierarchical=True,
)
ORGANISATION = Facet(
    *("organisation", "kurum", "Organisations", "Organisation", "organisation"),
    also=("organization",),
    kinds=(Kind.ORGANISATION,),
)

FACETS = (PERSON, COUNTRY, SOURCE, CATEGORY, DATE, MENTIONED, ORGANISATION)
"""In the order of pages, answers and permalinks."""

BY_NAME: dict[str, Facet] = {facet.name: facet for facet in FACETS}
OF_KIND: dict[Kind, Facet] = {kind: facet for facet in FACETS for kind in facet.kinds}
"""The facet that counts the mentions of a kind."""


def pack(values: Iterable[str]) -> bytes:
    """The column bytes of one document's values."""
    return SEPARATOR.join(values).encode("utf-8")


def unpack(column: bytes) -> list[str]:
    """Back from `pack`."""
    return column.decode("utf-8").split(SEPARATOR) if column else []
