"""What stands after a field's name, read as values of the field: `ülke:(Almanya OR Fransa)`."""

from __future__ import annotations

from index.article.facets import BY_NAME, COUNTRY, DATE, UNKNOWN
from index.article.periods import Period
from index.entities import country_code
from index.turkish import fold
from search.query.days import parse_days
from search.query.tree import And, FacetIs, Fuzzy, Node, Not, Or, Phrase, Prefix, Published, Some, Title, Word

_UNDATED = {"tarihsiz", "undated"}
"""Folded, besides `unknown`."""


def valued(field: str, typed: str, node: Node) -> Node:
    """The part of a query below a facet's name, `typed` as it was, with its words as values of the facet."""
    match node:
        case Word(text) | Fuzzy(text):
            return _value(field, typed, text)
        case Phrase(words):
            value = _value(field, typed, " ".join(words))
            return Phrase((f"{typed}:{words[0]}", *words[1:])) if isinstance(value, Word) else value
        case Prefix(text):
            return Word(f"{typed}:{text}") if BY_NAME[field].hierarchical else FacetIs(field, text, begins=True)
        case Not(part):
            return Not(valued(field, typed, part))
        case And(parts):
            return And(tuple(dict.fromkeys(valued(field, typed, part) for part in parts)))
        case Or(parts):
            return Or(tuple(dict.fromkeys(valued(field, typed, part) for part in parts)))
        case Title() | FacetIs() | Published() | Some():  # a field of its own
            return node


def _value(field: str, typed: str, text: str) -> Node:
    if field == DATE.name and fold(text) in _UNDATED:
        return FacetIs(field, UNKNOWN)
    if text == UNKNOWN:
        return FacetIs(field, UNKNOWN)
    if field == DATE.name:
        days = parse_days(text)
        return Published(*days) if days else Word(f"{typed}:{text}")
    if BY_NAME[field].hierarchical:
        return FacetIs(field, text) if _is_date(text) else Word(f"{typed}:{text}")
    if field == COUNTRY.name:
        return FacetIs(field, country_code(text) or text)
    return FacetIs(field, text)


def _is_date(text: str) -> bool:
    try:
        Period.of(text)
    except ValueError:
        return False
    return True
