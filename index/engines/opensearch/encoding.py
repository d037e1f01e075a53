"""How terms and facet values are spelled in the cluster.

Terms are those of every engine (`folded|form`), sent with blanks between them for an analyzer that splits at blanks. A
facet value stands behind its place in the Turkish alphabet and its folded words, so that the cluster's own order of
equal counts is that of the alphabet, and values are found by how any of their words begins.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from index.article.facets import BY_NAME
from index.turkish import encode_term, sort_key, words_of

SEPARATOR = "\x1f"
MOST_BYTES = 480
"""Bytes of an id; OpenSearch takes 512."""

MOST_LETTERS = 250
"""The analyzer cuts longer tokens in two at 255 UTF-16 units."""

_RESERVED = re.compile(r"([.?+*|{}\[\]()\"\\#@&<>~^-])")


@lru_cache(300_000)
def term_of(form: str) -> str:
    """A form, lemma or stem as it stands in the cluster; a digest of what can't stand there as one token."""
    term = encode_term(form)
    return term if is_token(term) else "~" + hashlib.sha256(term.encode()).hexdigest()


def is_token(term: str) -> bool:
    """Whether a term comes through the analyzer as it is."""
    if len(term) * 4 <= MOST_LETTERS and term.isascii() and " " not in term:
        return True
    return (
        len(term.encode("utf-16-le")) <= 2 * MOST_LETTERS
        and len(term.encode()) <= MOST_BYTES - 2
        and len(term.split()) == 1
    )


def id_of(text: str) -> str:
    """An id for any text: itself, or a digest if it is too long for one."""
    return text if len(text.encode()) <= MOST_BYTES else "~" + hashlib.sha256(text.encode()).hexdigest()


@lru_cache(100_000)
def facet_key(facet: str, value: str) -> str:
    """How a value of a facet stands in the cluster. Dates stand as they are."""
    if BY_NAME[facet].hierarchical:
        return value
    return SEPARATOR.join((sort_key(value), words_of(value) + " ", value))


def value_of(facet_key: str) -> str:
    """Back from `facet_key`."""
    return facet_key.rpartition(SEPARATOR)[2]


def beginning_pattern(beginning: str) -> str:
    """The regular expression (Lucene's) of the keys of values with a word that begins so."""
    inner = f"[^{SEPARATOR}]*"
    return f"{inner}{SEPARATOR}{inner}{escaped(words_of(beginning))}{inner}{SEPARATOR}.*"


def escaped(text: str) -> str:
    """A text with the operators of Lucene's regular expressions taken literally."""
    return _RESERVED.sub(r"\\\1", text)
