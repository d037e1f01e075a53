"""Active filters as chips, each with the address of the same search without that filter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from search.request import SearchRequest
from search.results import FacetCounts
from web import links, locale
from web.locale import gettext as _


@dataclass(frozen=True, slots=True)
class Chip:
    """One active filter; `url` is the search without it."""

    kind: str
    label: str
    url: str
    excluded: bool = False


def chips(asked: SearchRequest, facets: tuple[FacetCounts, ...] = ()) -> tuple[Chip, ...]:
    """The chips of a search, in the order of the facets. Labels are those of the facet counts, where given."""
    labels = {(facet.name, value.value): value.label for facet in facets for value in facet.values}
    return (*_chosen(asked, labels), *_days(asked))


def _chosen(asked: SearchRequest, labels: Mapping[tuple[str, str], str]) -> Iterator[Chip]:
    for excluded, selection in ((False, asked.selected), (True, asked.excluded)):
        for facet, values in selection:
            for value in values:
                label = labels.get((facet, value)) or locale.value_label(facet, value)
                without = asked.toggled_exclusion(facet, value) if excluded else asked.toggled(facet, value)
                yield Chip(locale.facet_singular(facet), label, links.search_url(without), excluded)


def _days(asked: SearchRequest) -> Iterator[Chip]:
    first, last = asked.date_from, asked.date_to
    if first and first == last:
        yield Chip(_("Day"), locale.day_label(first), links.search_url(asked.without_dates()))
        return
    if first:
        url = links.search_url(replace(asked, date_from=None, page=1))
        yield Chip(_("From"), locale.day_label(first), url)
    if last:
        url = links.search_url(replace(asked, date_to=None, page=1))
        yield Chip(_("Until"), locale.day_label(last), url)


def title_of(asked: SearchRequest) -> str:
    """What a search is called: its text and filters."""
    named = [f"{chip.kind}{' ' + _('not') if chip.excluded else ''}: {chip.label}" for chip in chips(asked)]
    return "Haberara: " + (" · ".join(part for part in (asked.text, *named) if part) or _("Newest articles"))
