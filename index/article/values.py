"""The values that all layers pass around: an article, its publication date, the entities found in its text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

ISTANBUL = ZoneInfo("Europe/Istanbul")
"""News days are days in Istanbul; a time without a zone is Istanbul time."""

Field = Literal["title", "body"]


@dataclass(frozen=True, slots=True)
class Publication:
    """When an article was published: a day, and the moment too where it is known.

    `day` is the day in Istanbul; `at` is None or an aware datetime. A date without a time stays a date.
    """

    day: date
    at: datetime | None = None

    @classmethod
    def of_moment(cls, moment: datetime) -> Publication:
        """The publication at a moment; a naive datetime is taken as Istanbul time."""
        aware = moment if moment.tzinfo else moment.replace(tzinfo=ISTANBUL)
        return cls(aware.astimezone(ISTANBUL).date(), aware)

    @classmethod
    def from_iso(cls, text: str) -> Publication:
        """Parse what `iso` wrote. Raises ValueError."""
        if len(text) == 10:
            return cls(date.fromisoformat(text))
        return cls.of_moment(datetime.fromisoformat(text))

    @property
    def iso(self) -> str:
        """The date as ISO 8601: `2024-03-15` or, where the moment is known, `2024-03-15T14:30:00+03:00`."""
        return self.at.isoformat(timespec="seconds") if self.at else self.day.isoformat()

    @property
    def sort_key(self) -> int:
        """Seconds since 1970 in UTC, for sorting by date; a bare day counts from its first second in Istanbul."""
        moment = self.at or datetime.combine(self.day, time.min, tzinfo=ISTANBUL)
        return int(moment.timestamp())


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was read: plain text, mended by the reader before it is stored.

    At least one of `title` and `body` is not empty. All offsets into an article are code points of these strings.
    """

    id: str
    title: str
    body: str
    published: Publication | None = None
    source: str | None = None
    url: str | None = None
    category: str | None = None


class Kind(StrEnum):
    """The kind of thing that a mention names."""

    PERSON = "person"
    COUNTRY = "country"
    DEMONYM = "demonym"
    DATE = "date"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Mention:
    """An entity named at a place in the text: `surface == article.<field>[start:end]`.

    `value` is the canonical name, code or date; it is empty where the mention can't be resolved, such as a date
    without a year in an undated article.
    """

    field: Field
    start: int
    end: int
    kind: Kind
    surface: str
    value: str


@dataclass(frozen=True, slots=True)
class Entities:
    """The entities of one article. The tuples of values have no duplicates and keep the order of first appearance."""

    mentions: tuple[Mention, ...] = ()

    def _values(self, *kinds: Kind) -> tuple[str, ...]:
        return tuple(dict.fromkeys(m.value for m in self.mentions if m.kind in kinds and m.value))

    @property
    def people(self) -> tuple[str, ...]:
        """The canonical names of the people named."""
        return self._values(Kind.PERSON)

    @property
    def countries(self) -> tuple[str, ...]:
        """ISO 3166-1 alpha-2 codes of the countries named (`Almanya`, `ABD`)."""
        return self._values(Kind.COUNTRY)

    @property
    def countries_all(self) -> tuple[str, ...]:
        """ISO codes of the countries named, also of those named by a demonym only (`Alman`, `Amerikalı`)."""
        return self._values(Kind.COUNTRY, Kind.DEMONYM)

    @property
    def dates(self) -> tuple[str, ...]:
        """The dates named in the text: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`."""
        return self._values(Kind.DATE)

    @property
    def organisations(self) -> tuple[str, ...]:
        """The canonical names of the organisations named."""
        return self._values(Kind.ORGANISATION)


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that could not become an article: counted, reported, never silently dropped.

    `line` is 1-based where the source has lines; `field` is the offending field where there is one.
    """

    source: str
    reason: str
    line: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        place = self.source if self.line is None else f"{self.source}:{self.line}"
        return f"{place}: {self.field}: {self.reason}" if self.field else f"{place}: {self.reason}"
