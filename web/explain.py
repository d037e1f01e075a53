"""Explains errors in the visitor's language: what is wrong and what to do about it.

The errors of `index` and `search` carry English messages for logs and programs. Pages choose their own words by the
error's class, code and parameter; the command that remedies an error is the same in every language.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from index.article.facets import COUNTRY
from index.errors import (
    BrokenIndex,
    HaberaraError,
    IndexUnusable,
    NoIndex,
    NotFoundError,
    RequestError,
    StaleIndex,
    UnknownValue,
)
from search.reading.trends import MAX_QUERIES
from search.request import DEFAULT_LIMIT, MAX_DEPTH, MAX_EXPLAINED, MAX_LIMIT, MAX_TEXT
from web.locale import gettext as _
from web.locale import number


@dataclass(frozen=True, slots=True)
class Meant:
    """A value of a facet that may be meant."""

    facet: str
    value: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """An error for a page: a heading, what happened, what to do, the command for it if any, and what may be meant."""

    title: str
    message: str
    remedy: str = ""
    command: str = ""
    meant: tuple[Meant, ...] = ()


def explain(error: HaberaraError) -> Explanation:
    """The explanation of any of our errors, for a page."""
    if isinstance(error, RequestError):
        return Explanation(_("This search can't be done as asked"), *_bad_value(error))
    if isinstance(error, NotFoundError):
        return Explanation(
            _("No such article"),
            _("The archive holds no article with the id “%(id)s”.", id=error.article_id[:200]),
            _("It may have been removed, or the link is incomplete. You can search for it above."),
        )
    if isinstance(error, UnknownValue):
        return _unknown_value(error)
    if isinstance(error, IndexUnusable):
        return _unusable(error)
    return Explanation(_("Something went wrong"), error.message, error.remedy)


def _unknown_value(error: UnknownValue) -> Explanation:
    meant = tuple(Meant(error.facet, value) for value in error.nearest)
    if error.facet == COUNTRY.name:
        title, message = _("No article names this country"), _("The archive has nothing about “%(value)s”.")
    else:
        title, message = _("No article names this person"), _("The archive knows nobody called “%(value)s”.")
    remedy = _("Perhaps you meant one of these:") if meant else _("You can search for it above.")
    return Explanation(title, message % {"value": error.value}, remedy, meant=meant)


def _unusable(error: IndexUnusable) -> Explanation:
    if isinstance(error, NoIndex):
        return Explanation(
            _("The archive has no index yet"),
            _("Whoever runs this archive adds articles to it with a command; searching works as soon as it is done."),
            _("To add a file or a folder of articles:"),
            "haberara add KAYNAK",
        )
    if isinstance(error, StaleIndex):
        return Explanation(
            _("The index has to be built again"),
            _("It was built by another version of the program or with other settings. The articles are safe."),
            _("To build it:"),
            "haberara reindex",
        )
    if isinstance(error, BrokenIndex):
        return Explanation(
            _("The index can't be read"),
            _("Some of its files are damaged or missing. The articles are safe."),
            _("To build it again:"),
            "haberara reindex",
        )
    return Explanation(_("The index can't answer"), error.message, error.remedy)


def _bad_value(error: RequestError) -> tuple[str, str]:
    """The message and the remedy, chosen by the error's code and, where a code covers several faults, its parameter."""
    if error.parameter == "q":
        return _bad_query(error)
    if error.code == "not-a-date":
        return _not_a_date(error)
    name, value = error.parameter, error.value
    made: dict[str, Callable[[], tuple[str, str]]] = {
        "unknown-country": lambda: (
            _("“%(value)s” is not a country that we know.", value=value),
            _("Use the name of the country or its two-letter code, such as TR or DE."),
        ),
        "days-swapped": lambda: (_("The first day is after the last day."), _("Swap the two dates.")),
        "beyond-depth": lambda: (
            _("Only the first %(most)s results can be paged through.", most=number(MAX_DEPTH)),
            _("Narrow the search with filters, or export all results with the command `haberara export`."),
        ),
        "too-many-periods": lambda: (
            _("This time span has too many days or months for one chart."),
            _("Choose a longer step, or fewer days."),
        ),
        "not-a-number": lambda: _not_a_number(error),
        "too-many-values": lambda: (
            _("Too many values are chosen in one filter (%(name)s).", name=name),
            _("Choose fewer."),
        ),
        "too-many-filters": lambda: (
            _("The filters are too many, or too long together."),
            _("Choose fewer."),
        ),
        "too-many-explained": lambda: (
            _("Reasons are given for at most %(most)d results per page.", most=MAX_EXPLAINED),
            _("Show fewer results per page."),
        ),
        "too-long": lambda: (
            _("A value of the filter %(name)s is too long.", name=name),
            _("Use a shorter one."),
        ),
    }
    if error.code in made:
        return made[error.code]()
    return _no_such_value(error)


def _no_such_value(error: RequestError) -> tuple[str, str]:
    return (
        _("The parameter %(name)s can't have the value “%(value)s”.", name=error.parameter, value=error.value),
        _("Leave it out, or choose from the lists on the page."),
    )


def _not_a_date(error: RequestError) -> tuple[str, str]:
    if error.parameter in ("day", "month"):
        return _("The calendar has no such day."), _("Pick a day and a month.")
    if error.parameter in ("from", "to"):
        return _("“%(value)s” is not a day.", value=error.value), _("Write a day like 2024-03-05.")
    return (
        _("“%(value)s” is not a date.", value=error.value),
        _("Write a year, a month or a day: 2024, 2024-03 or 2024-03-05."),
    )


def _not_a_number(error: RequestError) -> tuple[str, str]:
    if error.parameter == "page":
        return _("“%(value)s” is not a page number.", value=error.value), _("Pages are counted from 1.")
    if not error.parameter.endswith("limit"):
        return _no_such_value(error)
    return (
        _("“%(value)s” is not a number of results per page.", value=error.value),
        _("Use a number from 1 to %(most)d; the default is %(usual)d.", most=MAX_LIMIT, usual=DEFAULT_LIMIT),
    )


def _bad_query(error: RequestError) -> tuple[str, str]:
    if error.code == "prefix-too-short":
        return (
            _("“%(value)s” gives too few letters of the word’s beginning.", value=error.value),
            _("Write more letters before the asterisk."),
        )
    if error.code == "prefix-too-wide":
        return (
            _("Too many words begin like “%(value)s”.", value=error.value),
            _("Write more letters before the asterisk."),
        )
    if error.code == "leading-wildcard":
        return (
            _("“%(value)s” leaves the beginning of a word open.", value=error.value),
            _("An asterisk may stand at the end of a word only."),
        )
    if error.code == "fuzzy-too-short":
        return (
            _("“%(value)s” is too short to be looked for by its spelling.", value=error.value),
            _("Leave out the tilde, or write at least three letters before it."),
        )
    if error.code == "too-far-apart":
        return (
            _("“%(value)s” allows too many words in between.", value=error.value),
            _("Write ~15 or less, or leave out the quotation marks."),
        )
    if error.code == "value-too-wide":
        return _("Too many values contain “%(value)s”.", value=error.value), _("Write more of the name.")
    if error.code == "too-many-values":
        return _("At most %(most)d queries can be compared.", most=MAX_QUERIES), _("Leave some out.")
    shorten = _("Shorten it; people, countries and dates can be chosen as filters instead.")
    if error.code == "too-long":
        return _("The query is too long: more than %(most)d characters.", most=MAX_TEXT), shorten
    if error.code == "too-complex":
        return _("The query has too many words or too many parentheses within one another."), shorten
    return _("The query “%(value)s” can't be understood.", value=error.value), _("Write it more simply.")
