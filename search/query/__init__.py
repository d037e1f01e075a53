"""What was typed, as a tree, and the tree resolved into the terms of an index.

    text --parse--> Node --resolve--> Plan

The tree knows nothing of any engine; the plan holds terms and is what engines run.
"""

from search.query.parse import parse
from search.query.plan import (
    AllOf,
    AnyOf,
    Everything,
    ExactTerm,
    FacetTerm,
    NoneOf,
    Nothing,
    PhraseOf,
    Plan,
    PrefixTerm,
    SomeOf,
    WordTerm,
)
from search.query.resolve import resolve
from search.query.tree import (
    And,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
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
    "FacetTerm",
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
    "Some",
    "SomeOf",
    "Title",
    "Word",
    "WordTerm",
    "opened",
    "parse",
    "read_as",
    "relaxed",
    "resolve",
    "wanted_words",
]
