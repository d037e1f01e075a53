"""Entities: the people, countries, dates and organisations that a text names, and when it was published.

An article becomes entities in this order; what one step took, the next leaves alone:

extract           title and body go through all steps; one list of mentions comes out
scan              the capitalised words of a text, the tokens of all that follows
lists, traits     what the word lists say about a surface form; the kinds of things that they tell apart
forms             what a surface form with suffixes is of which the lists have the stem only
countries         countries and peoples: names of several words before people, single words after
dates, calendar   dates by named rules; months, weekdays and the days that a text leaves unsaid
people            persons, over title and body together:
  called_after    what bears a person's name and is none: streets, venues, works
  runs            runs of capitalised words, cut into pieces by titles, places and closing words
  names           the candidates of a piece
  known           full names that need no evidence
  extent          how far a candidate goes from its first word: a table of rules
  sureness        whether a candidate is a person by itself: a table of rules
  found           candidates with their places in the text
  evidence        what the rest of the article says about a candidate
  propagation     persons wherever the article says their names again, in full or in part
  canonical       one name for each person, and the key that all ways of typing it share
organisations     organisations, between all of these
rules             what a named rule is; `explain` tells for each person which one took the mention

Beside the steps:

regions           country codes, their labels, and the code that a typed name stands for
aliases           other names of one person, across articles: the shipped table and the user's
corrections       the user's tables of people and countries, applied when an index is built
publication       publication dates in any format that feeds and pages have
"""

from index.entities.aliases import PEOPLE_FILE, Aliases, aliases_of, shipped_aliases, table_text
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
    "shipped_aliases",
    "table_text",
]
