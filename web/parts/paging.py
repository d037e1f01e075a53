"""Links to the other pages of a search."""

from __future__ import annotations

from dataclasses import dataclass

from search.request import MAX_DEPTH
from search.results import SearchResults
from web import links

AROUND = 2


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page number with its address. The current page has no address; a gap between pages has no number."""

    number: int | None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Paging:
    """Links to pages of a search: the ones around the current page, the first, and the last that can be reached."""

    pages: tuple[PageLink, ...]
    previous: str | None
    following: str | None
    last: int


def paging(results: SearchResults) -> Paging:
    """The page links of an answer."""
    asked = results.request
    last = min(results.pages, MAX_DEPTH // asked.limit)

    def url(page: int) -> str:
        return links.search_url(asked.on_page(page))

    near = range(max(1, asked.page - AROUND), min(last, asked.page + AROUND) + 1)
    wanted = sorted({1, last, *near} - {0})
    shown: list[PageLink] = []
    for page in wanted:
        if shown and shown[-1].number != page - 1:
            shown.append(PageLink(None))
        shown.append(PageLink(page, None if page == asked.page else url(page)))
    return Paging(
        pages=tuple(shown),
        previous=url(min(asked.page - 1, last)) if asked.page > 1 and last else None,
        following=url(asked.page + 1) if asked.page < last else None,
        last=last,
    )
