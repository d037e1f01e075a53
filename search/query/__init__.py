"""What was typed, as a tree, and the tree resolved into the terms of an index.

    text --parse--> Node --resolve--> Plan

The tree knows nothing of any engine; the plan holds terms and is what engines run.
"""

from search.query.naming import field_query
from search.query.parse import parse
from search.query.plan import (
    AllOf,
    AnyOf,
    Everything,
    ExactTerm,
    FacetTerm,
    FuzzyTerm,
    NoneOf,
    Nothing,
    PhraseOf,
    Plan,
    PrefixTerm,
    PublishedIn,
    SomeOf,
    WordTerm,
)
from search.query.resolve import resolve
from search.query.tree import (
    And,
    FacetIs,
    Fuzzy,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Published,
    Some,
    Title,
    Word,
    opened,
    read_as,
    relaxed,
    wanted_words,
)

__all__ = [
    "AllOf",
    "And",
    "AnyOf",
    "Everything",
    "ExactTerm",
    "FacetIs",
    "FacetTerm",
    "Fuzzy",
    "FuzzyTerm",
    "Node",
    "NoneOf",
    "Not",
    "Nothing",
    "Or",
    "Phrase",
    "PhraseOf",
    "Plan",
    "Prefix",
    "PrefixTerm",
    "Published",
    "PublishedIn",
    "Some",
    "SomeOf",
    "Title",
    "Word",
    "WordTerm",
    "field_query",
    "opened",
    "parse",
    "read_as",
    "relaxed",
    "resolve",
    "wanted_words",
]
