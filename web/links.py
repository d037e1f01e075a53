"""Makes all links: every state of the search page has an address, and every link on a page is made here.

Links are relative to the host. They keep `lang=` where the visitor's address has it, so that the language switch works
without cookies and a permalink shows what its sender saw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from urllib.parse import quote, quote_plus, urlsplit

from flask import request
from werkzeug.urls import iri_to_uri

from index.article.facets import COUNTRY, FACETS, PERSON
from search.query import field_query
from search.reading.onthisday import CalendarDay
from search.reading.trends import TrendsRequest
from search.request import DEFAULT_LIMIT, FILTERS, MAX_EXPLAINED, NOT, SearchRequest, Selection, toggled
from web.locale import facet_title, language, visitor
from web.locale import gettext as _
from web.params import LANGUAGE

Pairs = Iterable[tuple[str, str]]

_OF_ADDRESSES = "%:/?#[]@!$&'()*+,;=~"

ARTICLE_KEEPS_NOT = ("explain",)


def address(path: str, pairs: Pairs = (), *, lang: bool = True) -> str:
    """The address of a path of this application with parameters, of which empty ones are left out."""
    chosen = [f"{_quoted(name)}={_quoted(value)}" for name, value in pairs if value]
    visit = visitor()
    kept = visit.explicit if lang else None
    if kept:
        chosen.append(f"lang={kept}")
    return visit.root + path + ("?" + "&".join(chosen) if chosen else "")


@lru_cache(4096)
def _quoted(value: str) -> str:
    """A name or a value, quoted. Cached, since the links of one page repeat the same few a hundred times."""
    return quote_plus(value)


def search_url(asked: SearchRequest) -> str:
    """The permalink of a search."""
    return address("/", asked.to_params())


def explained_url(asked: SearchRequest) -> str:
    """The address that switches the explanations of the hits on or off; on, with as few hits as are explained."""
    if not asked.explain and asked.limit > MAX_EXPLAINED:
        asked = replace(asked, page=1, limit=MAX_EXPLAINED)
    return search_url(replace(asked, explain=not asked.explain))


def collapsed_url(asked: SearchRequest) -> str:
    """The address that switches between one hit per story and one per copy, on page 1 of the search."""
    return search_url(replace(asked, collapse="all" if asked.collapse == "none" else "none", page=1))


def respelled_url(asked: SearchRequest, text: str) -> str:
    """The same search with another text, on its page 1."""
    return search_url(replace(asked, text=text, page=1))


def strict_url(asked: SearchRequest) -> str:
    """The same search with all of its words required (`match=all`)."""
    return search_url(replace(asked, match="all", page=1))


PORTRAITS = {PERSON.name: "/people", COUNTRY.name: "/countries"}
"""The facets whose values have a page of their own, with the path above those pages."""


def value_url(facet: str, value: str) -> str:
    """The address for one facet value: the page of a person or country, else a new search for it."""
    if facet == PERSON.name and " " not in value:
        # A single name is not a value of the facet: it finds everybody of that name.
        named = field_query(facet, value, turkish=language() == "tr")
        return address("/", [("q", named)]) if named else portrait_url(facet, value)
    return portrait_url(facet, value) if facet in PORTRAITS else address("/", ((facet, value),))


def portrait_url(facet: str, value: str) -> str:
    """The page of a person or a country."""
    return address(f"{PORTRAITS[facet]}/{quote(value, safe='/')}")


class Neighbours:
    """The addresses of all searches that differ from one in a single filter, each equal to what `search_url` gives.

    A page links to some two hundred of them, so what they share is quoted only once: the parameters before and after
    each filter.
    """

    def __init__(self, asked: SearchRequest) -> None:
        self._asked = asked
        pairs = replace(asked, page=1).to_params()
        own: dict[str, list[str]] = {name: [] for name in FILTERS}
        before: list[str] = []
        after: list[str] = []
        for name, value in pairs:
            if name in own:
                own[name].append(f"{name}={_quoted(value)}")
            else:
                (before if name == "q" else after).append(f"{name}={_quoted(value)}")
        visit = visitor()
        if visit.explicit:
            after.append(f"lang={visit.explicit}")
        self._before, self._own, self._after = before, own, after
        self._start = visit.root + "/"
        self._around: dict[str, tuple[str, str]] = {}

    def only(self, facet: str, *values: str) -> str:
        """With exactly these values chosen in a facet."""
        return self._with(facet, values)

    def toggled(self, facet: str, value: str) -> str:
        """With this value added to the filter, or removed if it is chosen already."""
        return self._with(facet, toggled(self._asked.values(facet), value))

    def toggled_exclusion(self, facet: str, value: str) -> str:
        """With this value added to the excluded ones, or removed if it is excluded already."""
        return self._with(NOT + facet, toggled(self._asked.excluded_values(facet), value))

    def _with(self, name: str, values: tuple[str, ...]) -> str:
        before, after = self._around.get(name) or self._surround(name)
        query = before + "".join([f"{name}={_quoted(value)}&" for value in values]) + after
        return f"{self._start}?{query[:-1]}" if query else self._start

    def _surround(self, name: str) -> tuple[str, str]:
        """The parameters before and after those of a filter, each followed by an ampersand."""
        names = list(FILTERS)
        at = names.index(name)
        before = [*self._before, *(part for other in names[:at] for part in self._own[other])]
        after = [*(part for other in names[at + 1 :] for part in self._own[other]), *self._after]
        made = "".join(part + "&" for part in before), "".join(part + "&" for part in after)
        self._around[name] = made
        return made


def article_url(article_id: str, asked: SearchRequest) -> str:
    """The page of an article, with the parameters of the search that led to it, so that the way back restores it."""
    pairs = (pair for pair in asked.to_params() if pair[0] not in ARTICLE_KEEPS_NOT)
    return address(article_path(article_id), pairs)


def bare_article_url(article_id: str) -> str:
    """The page of an article without search and language: its one stable address, for feeds and citations."""
    return visitor().root + article_path(article_id)


def article_urls(article_ids: Iterable[str], asked: SearchRequest) -> dict[str, str]:
    """The addresses of the articles of all hits of a page, by id."""
    empty = article_url("", asked)
    path = visitor().root + article_path("")
    return {article_id: path + quote(article_id, safe="/") + empty[len(path) :] for article_id in article_ids}


def permalinks(site: str, asked: SearchRequest) -> Callable[[str], str]:
    """Gives the absolute address of an article by its id, with the search that found it; `site` is its beginning."""
    query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in _as_a_whole(asked))
    return lambda article_id: site + article_path(article_id) + (f"?{query}" if query else "")


def export_url(asked: SearchRequest, kind: str) -> str:
    """The export of this search as `csv`, `jsonl`, or `excel`, which is CSV as Excel expects it.

    Excel separates columns by semicolons in languages with a decimal comma, such as Turkish.
    """
    excel = [("bom", "1"), ("separator", "semicolon" if language() == "tr" else "comma")]
    chosen = [("format", "csv"), *excel] if kind == "excel" else [("format", kind)]
    return address("/api/v1/export", [*_as_a_whole(asked), *chosen])


def whole(url: str) -> str:
    """An address with scheme and host added, as feeds and files that leave the site need it."""
    return iri_to_uri(request.host_url).rstrip("/") + url


def whole_here() -> str:
    """The address of this request, with scheme and host."""
    query = request.query_string.decode("latin-1")
    return whole(request.script_root + quoted_address(request.path) + ("?" + quoted_address(query) if query else ""))


def quoted_address(url: str) -> str:
    """An address in the form of RFC 3986: non-ASCII letters are escaped, existing escapes are kept."""
    return quote(url, safe=_OF_ADDRESSES)


def feed_url(asked: SearchRequest, kind: str) -> str:
    """The address of this search's feed, `atom` or `json`, in the language of this page."""
    pairs = [*replace(asked, sort="relevance", page=1, limit=DEFAULT_LIMIT, explain=False).to_params()]
    return address(f"/feed.{kind}", [*pairs, ("lang", language())], lang=False)


def description_url() -> str:
    """The OpenSearch description for browsers, in the language of this page."""
    return address("/opensearch.xml", [("lang", language())], lang=False)


def _as_a_whole(asked: SearchRequest) -> list[tuple[str, str]]:
    """The parameters of a search without those that only choose what is shown of it, such as the page."""
    return replace(asked, page=1, limit=DEFAULT_LIMIT, explain=False).to_params()


def article_path(article_id: str) -> str:
    """The path of an article; ids may hold any character."""
    return "/articles/" + quote(article_id, safe="/")


def facet_url(facet: str, asked: SearchRequest, listing: Iterable[tuple[str, str]] = ()) -> str:
    """The page that lists a facet's values under this search; `listing` chooses which of them."""
    return address(f"/facets/{facet}", [*replace(asked, page=1).to_params(), *listing])


def api_facet_url(facet: str, asked: SearchRequest) -> str:
    """The list of a facet's values in the endpoint, which this page's script shows in the page's language."""
    pairs = [*replace(asked, page=1).to_params(), ("lang", language())]
    return address(f"/api/v1/facets/{facet}", pairs, lang=False)


def api_search_url(asked: SearchRequest) -> str:
    """The same search in the endpoint."""
    return address("/api/v1/search", asked.to_params())


def suggest_url() -> str:
    """The suggestions in the endpoint, which this page's script asks for in the page's language."""
    return address("/api/v1/suggest", [("lang", language())], lang=False)


def api_article_url(article_id: str) -> str:
    """The same article in the endpoint."""
    return address("/api/v1" + article_path(article_id))


def here_in(language: str) -> str:
    """The current page in another language."""
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name != "lang" and value]
    return address(quote(request.path, safe="/"), [*pairs, ("lang", language)], lang=False)


def only(asked: SearchRequest, facet: str, *values: str) -> SearchRequest:
    """The same search with exactly these values chosen in a facet, on its page 1."""
    chosen = dict(asked.selected) | {facet: values}
    selected: Selection = tuple((f.name, chosen[f.name]) for f in FACETS if chosen.get(f.name))
    return replace(asked, selected=selected, page=1)


def unfiltered(asked: SearchRequest) -> SearchRequest:
    """The same query text without any filter, on page 1."""
    return SearchRequest(
        text=asked.text, match=asked.match, sort=asked.sort, limit=asked.limit, collapse=asked.collapse
    )


def external(url: str | None) -> str | None:
    """The address of an article's source if it may become a link (http or https with a host), else None.

    Archives hold whatever their sources held; a `javascript:` or `data:` address is shown as text only.
    """
    if not url or any(ord(character) <= 32 for character in url):
        return None
    try:
        parts = urlsplit(url)
        return url if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def sections() -> tuple[tuple[str, str], ...]:
    """The main pages, to which every page links, with their paths and titles."""
    return (
        (_("Newest articles"), "/"),
        *((facet_title(facet), path) for facet, path in PORTRAITS.items()),
        (_("Trends"), "/trends"),
        (_("On this day"), "/on-this-day"),
    )


def section() -> str:
    """The path of this page, by which it is found among `sections`; empty for a search."""
    searching = request.path == "/" and any(name != LANGUAGE for name in request.args)
    return "" if searching else request.path


def day_url(day: CalendarDay, path: str = "/on-this-day", *, csv: bool = False) -> str:
    """The address of a day of the calendar, as a page or in the endpoint."""
    pairs = [("month", str(day.month)), ("day", str(day.day))]
    return address(path, pairs) if path == "/on-this-day" else data_url(path, pairs, csv=csv)


def portrait_data_url(facet: str, value: str, *, csv: bool = False) -> str:
    """The portrait of a person or country in the endpoint."""
    return data_url(f"/api/v1{PORTRAITS[facet]}/{quote(value, safe='/')}", csv=csv)


def trends_url(asked: TrendsRequest) -> str:
    """The page that compares queries over time."""
    return address("/trends", asked.to_params())


def compared_url(text: str) -> str:
    """The page that shows one query over time, for comparing others with it."""
    return trends_url(TrendsRequest((text,)))


def trends_data_url(asked: TrendsRequest, *, csv: bool = False) -> str:
    """The comparison of queries over time in the endpoint."""
    return data_url("/api/v1/trends", asked.to_params(), csv=csv)


def data_url(path: str, pairs: Pairs = (), *, csv: bool = False) -> str:
    """The endpoint's answer to what a page shows, in the page's language: as JSON, or its table as CSV."""
    return address(path, [*pairs, *([("format", "csv")] if csv else []), ("lang", language())], lang=False)


def excel_url(csv_url: str) -> str:
    """The address of a table as CSV for Excel, with a byte order mark and, in Turkish, semicolons."""
    return csv_url + "&bom=1" + ("&separator=semicolon" if language() == "tr" else "")
