"""Entities: the people, countries, dates and organisations that a text names, and when it was published."""

from index.entities.aliases import PEOPLE_FILE, Aliases, aliases_of, read_table, shipped_aliases
from index.entities.canonical import canonical_key
from index.entities.corrections import COUNTRIES_FILE, Corrections, corrections_of, country_value, load_corrections
from index.entities.extract import ExplainedEntities, explain, extract, fingerprint
from index.entities.publication import parse_publication
from index.entities.regions import country_code, country_label, is_country_code
from index.entities.rules import Rule

__all__ = [
    "COUNTRIES_FILE",
    "PEOPLE_FILE",
    "Aliases",
    "Corrections",
    "ExplainedEntities",
    "Rule",
    "aliases_of",
    "canonical_key",
    "corrections_of",
    "country_code",
    "country_label",
    "country_value",
    "explain",
    "extract",
    "fingerprint",
    "is_country_code",
    "load_corrections",
    "parse_publication",
    "read_table",
    "shipped_aliases",
]
