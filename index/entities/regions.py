"""The countries that there are: codes, labels and names. `countries` finds them in a text.

Codes are ISO 3166-1 alpha-2. Two are user-assigned: `XK` (Kosova, as in CLDR) and `XN` (KKTC, ours: CLDR has none).
As Turkish news does, Filistin (PS), Tayvan (TW), Hong Kong (HK) and Kosova stand as countries of their own, and
Kıbrıs, Güney Kıbrıs and GKRY are all `CY`.
"""

from __future__ import annotations

from functools import cache, lru_cache

from babel import Locale

from index.entities.lists import DATA, read_table
from index.turkish.folding import fold

TRNC = "XN"
_OWN_LABELS = {
    TRNC: {"tr": "KKTC", "en": "TRNC"},
    # CLDR's are longer than news uses, or carry a bracket.
    "PS": {"tr": "Filistin", "en": "Palestine"},
    "HK": {"tr": "Hong Kong", "en": "Hong Kong"},
    "MO": {"tr": "Makao", "en": "Macao"},
    "BA": {"tr": "Bosna Hersek", "en": "Bosnia and Herzegovina"},
    "MM": {"tr": "Myanmar", "en": "Myanmar"},
    "CD": {"tr": "Kongo Demokratik Cumhuriyeti", "en": "DR Congo"},
    "CG": {"tr": "Kongo", "en": "Congo"},
    "US": {"tr": "ABD", "en": "United States"},
}
# Codes of CLDR's territory list that are no country of today: groups, parts and withdrawn codes.
_NOT_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})


@cache
def _codes() -> frozenset[str]:
    territories = [str(code) for code in Locale.parse("en").territories]
    return frozenset(code for code in territories if len(code) == 2 and code not in _NOT_COUNTRIES) | {TRNC}


def is_country_code(code: str) -> bool:
    """Whether this is the code of a country, in capitals."""
    return code in _codes()


@lru_cache(maxsize=1024)
def country_label(code: str, locale: str) -> str:
    """The country's name in `tr` or `en` (or any language that CLDR knows); the code itself where there is none."""
    language = locale.replace("-", "_").split("_")[0]
    own = _OWN_LABELS.get(code)
    if own and language in own:
        return own[language]
    return str(Locale.parse(language).territories.get(code, code))


@lru_cache(maxsize=4096)
def country_code(text: str) -> str | None:
    """The code that `DE`, `de`, `Almanya`, `almanya`, `Germany` or `Alman` stands for; None where it is none."""
    given = text.strip()
    # `İN` typed with a Turkish keyboard is still IN.
    code = given.replace("İ", "I").replace("ı", "i").upper()
    if len(given) == 2 and is_country_code(code):
        return code
    return _names().get(fold(given))


@cache
def _names() -> dict[str, str]:
    """Folded names to codes; where two disagree the first wins: our table, then CLDR Turkish, then English."""
    names: dict[str, str] = {}
    for _, surface, code in read_table(DATA / "countries.tsv", 3):
        names.setdefault(fold(surface), code)
    for language in ("tr", "en"):
        for code in sorted(_codes()):
            names.setdefault(fold(country_label(code, language)), code)
            names.setdefault(fold(str(Locale.parse(language).territories.get(code, code))), code)
    names.update(_EXTRA)
    return names


_EXTRA = {
    "usa": "US", "america": "US", "united states of america": "US", "uk": "GB", "england": "GB", "britain": "GB",
    "uae": "AE", "trnc": TRNC, "northern cyprus": TRNC, "south korea": "KR", "north korea": "KP",
    "czech republic": "CZ",
    "turkey": "TR", "turkiye": "TR", "macedonia": "MK", "ivory coast": "CI", "palestine": "PS", "burma": "MM",
}  # fmt: skip
"""English names in daily use that CLDR does not have."""
