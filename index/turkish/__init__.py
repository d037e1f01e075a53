"""What a Turkish word is: case, folding, words of a text, their lemmas, and the readings of a typed word.

Everything outside this room imports from here. Index and query share one `TurkishAnalyzer`.
"""

from index.turkish.analyzer import Analysis, ExplainedToken, TurkishAnalyzer, fingerprint, open_analyzer
from index.turkish.cache import cache_damage, drop_damaged_caches
from index.turkish.casing import lower, title_case, upper
from index.turkish.folding import decode_term, encode_term, fold, folded_prefix, has_turkish_letters, sort_key, stem
from index.turkish.readings import Lexicon, Reading
from index.turkish.tokens import APOSTROPHES, Token, form_of

__all__ = [
    "APOSTROPHES",
    "Analysis",
    "ExplainedToken",
    "Lexicon",
    "Reading",
    "Token",
    "TurkishAnalyzer",
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
]
