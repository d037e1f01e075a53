"""The user's corrections of countries: a word that is none in their archive, or another one than the rules say.

The table is `countries_aliases.tsv` in the data directory, in rows of `text<TAB>-` (no country) or `text<TAB>country`
(its code or name). The text is a mention as it stands, without suffix (`Mısır`, `Mısırlı`), or with the word after it
(`Mısır Çarşısı`, in which case only mentions before this word are meant).

So that a correction needs no text to be read again, the index counts an article not under a code but under what
`country_value` makes of each mention; `CountryAliases.resolve` gives the code.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.article import BadRecord
from index.article.facets import COUNTRY, PERSON
from index.entities.aliases import HIDDEN, Aliases, aliases_of, read_pairs, table_text
from index.entities.lists import key, name_words
from index.entities.regions import country_code

COUNTRIES_FILE = "countries_aliases.tsv"
"""The user's table in the data directory."""

_NEXT_WORD = re.compile(r" ([^\W\d_]{1,30})")
_APART = "\t"


def country_value(code: str, text: str, start: int, end: int) -> str:
    """What an index counts a mention under: its code, its words and the word after it."""
    after = _NEXT_WORD.match(text, end)
    # The pieces of "Bosna-Hersek" and "Bosna Hersek" are the same to a user.
    said = " ".join(name_words(text[start:end]))
    return f"{code}{_APART}{said}{_APART}{key(after[1]) if after else ''}"


@dataclass(frozen=True, slots=True)
class CountryAliases:
    """Codes by text; an empty code means no country."""

    codes: dict[str, str] = field(default_factory=dict)

    def resolve(self, value: str) -> str | None:
        """The code that a `country_value` counts under, empty if it is hidden; None for what is no such value."""
        code, _, rest = value.partition(_APART)
        said, _, after = rest.partition(_APART)
        if not said:
            return None
        if self.codes:
            for length in range(len(after), 0, -1):
                found = self.codes.get(f"{said} {after[:length]}")
                if found is not None:
                    return found
            return self.codes.get(said, code)
        return code


@dataclass(frozen=True, slots=True)
class Corrections:
    """Everything that users corrected, over what is shipped."""

    people: Aliases
    countries: CountryAliases

    @property
    def hash(self) -> str:
        """Changes with any row of either table."""
        if not self.countries.codes:
            return self.people.hash
        rows = "\n".join(f"{text}\t{code}" for text, code in sorted(self.countries.codes.items()))
        return hashlib.sha256(f"{self.people.hash}\n{rows}".encode()).hexdigest()[:12]

    def applied(self, values: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
        """The people and countries that an article counts under, from its `facet_values`; each once, none hidden."""
        return {facet: _applied(values[facet], known) for facet, known in self.resolvers.items()}

    @property
    def resolvers(self) -> dict[str, Callable[[str], str | None]]:
        """What gives the name that a value counts under, by facet; see `Aliases.resolve`."""
        return {PERSON.name: self.people.resolve, COUNTRY.name: self.countries.resolve}


def _applied(values: Sequence[str], resolve: Callable[[str], str | None]) -> tuple[str, ...]:
    found = ((value, resolve(value)) for value in values)
    return tuple(dict.fromkeys(shown for value, name in found if (shown := value if name is None else name)))


def load_corrections(people: Path, countries: Path) -> tuple[Corrections, list[BadRecord]]:
    """Both tables and their malformed lines; a file that is not there corrects nothing.

    Raises OSError if one can't be read.
    """
    return corrections_of(table_text(people), table_text(countries))


def corrections_of(people: str, countries: str) -> tuple[Corrections, list[BadRecord]]:
    """Both tables, given as texts, and their malformed lines."""
    aliases, bad = aliases_of(people)
    codes: dict[str, str] = {}
    for number, text, country, problem in read_pairs(countries):
        code = "" if country == HIDDEN else country_code(country)
        if problem or code is None:
            bad.append(BadRecord(COUNTRIES_FILE, problem or f"{country!r} is not a country", number))
        else:
            codes[" ".join(name_words(text))] = code
    return Corrections(aliases, CountryAliases(codes)), bad
