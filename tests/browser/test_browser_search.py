"""What a journalist does, in a real browser: with and without JavaScript, by keyboard, on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

PHONE = {"width": 390, "height": 844}


def total(page):
    return int(re.match(r"\d+", page.locator("h1").inner_text()).group())


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_search_tick_a_country_follow_a_person_open_an_article_and_go_back(open_page, javascript):
    page = open_page("/", javascript=javascript)
    page.get_by_role("combobox" if javascript else "searchbox", name="Arşivde ara").fill("deprem")
    page.get_by_role("button", name="Ara", exact=True).click()
    expect(page).to_have_url(re.compile(r"[?&]q=deprem"))
    expect(page.locator("mark").first).to_be_visible()
    everything = total(page)

    page.locator('input[name="country"][value="TR"]').check()
    if not javascript:
        page.get_by_role("button", name="Sonuçları göster").click()
    expect(page).to_have_url(re.compile("country=TR"))
    expect(page.locator('input[name="country"][value="TR"]')).to_be_checked()
    expect(page.locator(".chip")).to_contain_text("Türkiye")
    narrowed = total(page)
    assert 0 < narrowed < everything
    searched = page.url

    person = page.locator(".names.person a").first
    name = person.inner_text()
    person.click()
    expect(page.locator("h1")).to_contain_text(name)
    assert "/people/" in page.url
    page.go_back()
    assert page.url == searched
    expect(page.locator('input[name="country"][value="TR"]')).to_be_checked()

    title = page.locator(".hit h2 a").first.inner_text()
    page.locator(".hit h2 a").first.click()
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("main mark").first).to_be_visible()
    page.get_by_role("link", name="Sonuçlara dön").click()
    assert total(page) == narrowed
    expect(page.locator('input[name="country"][value="TR"]')).to_be_checked()

    page.locator(".chip").click()
    assert total(page) == everything


def test_a_ticked_value_keeps_its_place_and_the_focus(open_page):
    page = open_page("/?q=deprem")
    page.locator('input[name="country"][value="TR"]').check()
    page.wait_for_url(re.compile("country=TR"))
    expect(page.locator('input[name="country"][value="TR"]')).to_be_focused()
    page.keyboard.press("Space")
    page.wait_for_url(lambda url: "country" not in url)
    page.go_back()
    expect(page.locator('input[name="country"][value="TR"]')).to_be_checked()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_the_histogram_leads_down_to_one_day(open_page, javascript):
    page = open_page("/", javascript=javascript)
    page.get_by_role("link", name=re.compile(r"^1999: ")).click()
    page.wait_for_url(re.compile("date=1999$"))
    page.get_by_role("link", name=re.compile(r"^Ağustos 1999: ")).click()
    page.wait_for_url(re.compile("date=1999-08$"))
    page.get_by_role("link", name=re.compile(r"^17 Ağustos 1999: ")).click()
    page.wait_for_url(re.compile("date=1999-08-17$"))
    assert total(page) >= 1
    expect(page.locator(".hit time").first).to_contain_text("17 Ağustos 1999 Salı")
    page.get_by_role("link", name="Tüm yıllar").click()
    page.wait_for_url(lambda url: "date" not in url)


def test_by_keyboard_only(open_page):
    page = open_page("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("seçim")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=se"))
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".hit h2 a").nth(1)).to_be_focused()
    page.keyboard.press("k")
    title = page.locator(".hit h2 a").first.inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(title)
    page.keyboard.press("n")
    expect(page.locator("mark.now")).to_have_count(1)


def test_the_drawer_of_a_phone(open_page):
    page = open_page("/?q=deprem", viewport=PHONE)
    expect(page.locator("#filters")).to_be_hidden()
    page.get_by_role("link", name="Süzgeçler").click()
    expect(page.locator("#filters")).to_be_visible()
    page.locator('input[name="country"][value="TR"]').check()
    page.locator('input[name="source"]').first.check()
    expect(page).to_have_url(re.compile("#filters"))
    page.get_by_role("button", name="Sonuçları göster").click()
    page.wait_for_url(re.compile("country=TR"))
    expect(page.locator(".chip")).to_have_count(2)
    page.get_by_role("link", name="Süzgeçler").click()
    page.keyboard.press("Escape")
    expect(page.locator("#filters")).to_be_hidden()


@pytest.mark.parametrize(
    "path", ["/", "/?q=deprem&country=TR", "/articles/ornek-politika-001?q=parti", "/help", "/api"]
)
def test_a_phone_never_scrolls_sideways(open_page, path):
    page = open_page(path, viewport=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_language_switch(open_page):
    page = open_page("/?q=deprem")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="Search")).to_be_visible()
    page.locator(".wordmark").click()
    expect(page.locator("h1")).to_have_text("Newest articles")


def test_search_inside_a_facet(open_page):
    page = open_page("/")
    people = page.get_by_role("group", name="Kişiler")
    people.get_by_role("searchbox").fill("öza")
    expect(people.locator(".row")).to_have_count(1)
    people.get_by_role("checkbox", name=re.compile("Turgut Özal")).check()
    page.wait_for_url(re.compile("person=Turgut"))
    expect(page.locator(".chip")).to_contain_text("Turgut Özal")


def test_marks_can_be_switched_off(open_page):
    page = open_page("/articles/ornek-politika-001?q=parti")
    mark = page.locator(".story mark").first
    shown = mark.evaluate("e => getComputedStyle(e).backgroundColor")
    page.locator("#show-match").uncheck()
    assert mark.evaluate("e => getComputedStyle(e).backgroundColor") != shown


def test_a_page_is_light_and_still(open_page):
    """At most four requests and 60 KB compressed, and nothing jumps while it loads."""
    page = open_page("/?q=deprem")
    entries = page.evaluate(
        "performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource')).map(e => e.name)"
    )
    assert len(entries) <= 4
    shift = page.evaluate(
        """() => new Promise(done => {
            let sum = 0;
            new PerformanceObserver(list => { for (const e of list.getEntries()) sum += e.value; })
                .observe({type: "layout-shift", buffered: true});
            setTimeout(() => done(sum), 300);
        })"""
    )
    assert shift < 0.05
