"""A hundred hostile texts before a real browser, with the content security policy out of force: the escaping alone
has to hold. None may run, load, or become an element."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

import pytest
from hostile import HOSTILE, hostile_engine

from web.app import create_app

RUNS = "window.ran = []; window.alert = what => { window.ran.push(String(what)); };"
TOUCH_EVERYTHING = """() => {
    const FOREIGN = /^(X-EVIL|IMG|IFRAME|OBJECT|EMBED|VIDEO|AUDIO|MATH|BASE|STYLE|MARQUEE|TEMPLATE|PLAINTEXT|XMP)$/i;
    for (const element of document.querySelectorAll("*")) {
        for (const kind of ["mouseover", "mouseenter", "focus", "blur", "toggle", "error", "load"])
            element.dispatchEvent(new Event(kind));
    }
    const odd = [...document.querySelectorAll("*")].filter(e =>
        [...e.attributes].some(a => a.name.startsWith("on") || a.name === "style")
        || FOREIGN.test(e.tagName)
        || (e.tagName === "SCRIPT" && !new URL(e.src).pathname.startsWith("/static/"))
        || (e.tagName === "A" && e.protocol && !/^https?:/.test(e.protocol)));
    return [window.ran, odd.map(e => e.outerHTML.slice(0, 200))];
}"""


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory, serve):
    """The address of a server over an archive of hostile articles."""
    return serve(create_app(tmp_path_factory.mktemp("hostile"), engine=hostile_engine()))


@pytest.fixture(scope="module")
def visit(chromium, hostile_site):
    """Opens an address in a browser without a policy, touches every element, and tells what ran or left."""
    context = chromium.new_context(base_url=hostile_site, bypass_csp=True, viewport={"width": 1280, "height": 900})
    context.add_init_script(RUNS)
    page = context.new_page()
    left = []
    page.on("request", lambda r: r.url.startswith((hostile_site, "data:image/svg")) or left.append(r.url))
    page.on("dialog", lambda dialog: left.append("dialog"))

    def visit_(path):
        left.clear()
        page.goto(path, wait_until="domcontentloaded")
        ran, odd = page.evaluate(TOUCH_EVERYTHING)
        assert (ran, odd, left) == ([], [], []), path
        return page

    yield visit_
    context.close()


@pytest.mark.parametrize(
    "path", ["/?limit=100", "/people", "/facets/person", "/facets/organisation", "/facets/source", "/facets/category"]
)
def test_lists_of_hostile_texts(visit, path):
    page = visit(path)
    assert page.locator(".hit, .columns li").count() == len(HOSTILE)


def test_what_runs_would_be_seen(chromium):
    page = chromium.new_page()
    page.add_init_script(RUNS)
    page.goto("data:text/html,<p id=p>x")
    page.evaluate("document.getElementById('p').innerHTML = '<img src=x onerror=alert(1)><x-evil>'")
    ran, odd = page.evaluate(TOUCH_EVERYTHING)
    page.close()
    assert ran
    assert set(ran) == {"1"}
    assert len(odd) == 2


def test_chips_of_hostile_texts(visit):
    visit("/?" + urlencode([("person", text) for text in HOSTILE]))
    visit("/?" + urlencode([("not_source", text) for text in HOSTILE]))


def one_in(count):
    """The numbers of all texts, of which most are left to the heavy tests: `tests/test_web_hostile.py` reads all."""
    return [pytest.param(n, marks=[pytest.mark.heavy] if n % count else []) for n in range(len(HOSTILE))]


@pytest.mark.parametrize("number", one_in(5))
def test_a_hostile_article_query_and_error(visit, number):
    text = HOSTILE[number]
    visit(f"/articles/{quote(f'{number}{text}', safe='/')}?" + urlencode({"q": text, "person": text}))
    visit("/?" + urlencode({"q": text, "country": text, text: text}))


def test_search_inside_a_facet_of_hostile_texts(visit):
    page = visit("/")
    find = page.locator('fieldset[data-values*="/person"] .find')
    for start in ("<", '"', "j", "'"):
        find.fill(start)
        page.wait_for_timeout(400)
        ran, odd = page.evaluate(TOUCH_EVERYTHING)
        assert (ran, odd) == ([], [])
        assert page.locator('fieldset[data-values*="/person"] .row').count() > 0


def test_suggestions_of_hostile_texts(visit):
    page = visit("/")
    for typed in ("<s", '">', "ja", "x "):
        page.locator("#q").fill(typed)
        page.wait_for_timeout(600)
        ran, odd = page.evaluate(TOUCH_EVERYTHING)
        assert (ran, odd) == ([], [])
    page.locator("#q").fill("<script>")
    page.locator(".suggestions [role=option]").first.click()
    page.wait_for_url(re.compile("/people/"))
    assert page.evaluate(TOUCH_EVERYTHING) == [[], []]
