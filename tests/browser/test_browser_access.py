"""Accessibility by axe: every kind of page, light and dark, both languages, wide and narrow, without a violation."""

from __future__ import annotations

import pytest

axe_playwright = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="no axe: pip install 'haberara[test]'"
)

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
PAGES = {
    "home": "/",
    "results": "/?q=deprem&country=TR&not_source=Numune+Haber",
    "month": "/?date=1999-08",
    "nothing": "/?q=zzzzqq&country=TR",
    "article": "/articles/ornek-politika-001?q=parti",
    "facet": "/facets/person?q=deprem",
    "bad": "/?q=deprem&country=XX",
    "missing": "/yok",
    "person": "/people/S%C3%BCleyman%20Demirel",
    "country": "/countries/TR",
    "no-person": "/people/S%C3%BCleyman%20Demirol",
    "people": "/people",
    "trends": "/trends?q=deprem&q=se%C3%A7im&q=spor&q=T%C3%BCrkiye&q=ekonomi",
    "trends-empty": "/trends",
    "on-this-day": "/on-this-day?month=8&day=17",
    "help": "/help",
    "endpoint": "/api",
}
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


# Each language and each scheme of each page always, all their pairs in the heavy tests.
PAIRS = [("tr", "light"), ("en", "dark")]
MORE_PAIRS = [("tr", "dark"), ("en", "light")]


@pytest.mark.parametrize(
    ("lang", "scheme"), [*PAIRS, *(pytest.param(*pair, marks=pytest.mark.heavy) for pair in MORE_PAIRS)]
)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(open_page, name, lang, scheme):
    path = PAGES[name]
    page = open_page(path + ("&" if "?" in path else "?") + "lang=" + lang, scheme=scheme, viewport=WIDE)
    check(page)


@pytest.mark.parametrize("name", ["results", "article", "person", "people", "trends", "on-this-day"])
def test_axe_finds_nothing_on_a_phone(open_page, name):
    check(open_page(PAGES[name], viewport=PHONE))


def test_axe_finds_nothing_in_the_drawer(open_page):
    check(open_page("/?q=deprem#filters", viewport=PHONE))


def check(page):
    found = axe_playwright.Axe().run(page, options={"runOnly": RULES, "rules": {"target-size": {"enabled": True}}})
    violations = found.response["violations"]
    assert not [(v["id"], v["help"], [node["html"][:160] for node in v["nodes"][:3]]) for v in violations]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_suggestions_are_shown(open_page, scheme):
    page = open_page("/", scheme=scheme)
    page.locator("#q").press_sequentially("dep")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    check(page)


def test_axe_finds_nothing_in_an_open_citation(open_page):
    page = open_page("/articles/ornek-politika-001?q=parti")
    page.locator(".cite summary").click()
    check(page)
