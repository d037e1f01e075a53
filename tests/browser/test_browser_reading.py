"""The pages that read an archive, used as people use them: with and without JavaScript, by keyboard, on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

PHONE = {"width": 390, "height": 844}
PAGES = [
    "/trends?q=deprem&q=se%C3%A7im&by=month&from=1999&to=2001",
    "/people/B%C3%BClent%20Ecevit",
    "/countries/TR",
    "/people",
    "/on-this-day?month=8&day=17",
    "/people/Nobody%20Known",
]


@pytest.mark.parametrize("javascript", [True, False])
def test_queries_are_compared(open_page, javascript):
    page = open_page("/trends", javascript=javascript)
    page.locator("#query-1").fill("deprem")
    page.locator("#query-2").fill("seçim")
    page.get_by_role("button", name="Karşılaştır").click()
    page.wait_for_url(re.compile("q=deprem"))
    expect(page.get_by_role("img", name="Haber sayısı")).to_be_visible()
    expect(page.locator("polyline")).not_to_have_count(0)
    total = page.locator(".sum td").nth(1).locator("a")
    number = total.inner_text()
    total.click()
    expect(page.locator("h1")).to_have_text(re.compile(rf"^{number} haber"))


@pytest.mark.parametrize("javascript", [True, False])
def test_a_day_is_picked(open_page, javascript):
    page = open_page("/on-this-day", javascript=javascript)
    page.get_by_label("Gün", exact=True).select_option("17")
    page.get_by_label("Ay", exact=True).select_option("8")
    page.get_by_role("button", name="Göster").click()
    page.wait_for_url(re.compile("month=8"))
    expect(page.locator("h1")).to_have_text("17 Ağustos")
    page.get_by_role("link", name="18 Ağustos").click()
    expect(page.locator("h1")).to_have_text("18 Ağustos")


def test_from_a_hit_to_a_person_and_back_to_the_articles(open_page):
    page = open_page("/?q=ecevit")
    page.locator(".names.person a", has_text="Bülent Ecevit").first.click()
    expect(page.locator("h1")).to_have_text("Bülent Ecevit")
    beside = page.locator("section", has=page.get_by_role("heading", name="Birlikte anılan kişiler"))
    count = beside.locator(".count").first
    number = re.match(r"\d+", count.inner_text()).group()
    count.click()
    expect(page.locator("h1")).to_have_text(re.compile(rf"^{number} haber"))
    page.go_back()
    beside.locator(".label").first.click()
    page.wait_for_url(re.compile("/people/"))


def test_the_bars_of_a_portrait_are_walked_by_keyboard(open_page):
    page = open_page("/people/B%C3%BClent%20Ecevit")
    bar = page.locator(".plot a").first
    bar.focus()
    name = bar.get_attribute("aria-label")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"person=.*date=\d{4}"))
    expect(page.locator("h1")).to_have_text(re.compile(rf"^{name.rpartition(': ')[2].split()[0]} haber"))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_phone(open_page, path, scheme):
    page = open_page(path, viewport=PHONE, scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_chart_is_printed_with_its_numbers(open_page):
    page = open_page("/people/B%C3%BClent%20Ecevit")
    page.emulate_media(media="print")
    expect(page.locator(".timeline svg").first).to_be_visible()
    expect(page.locator(".masthead .box")).to_be_hidden()
    page = open_page(PAGES[0])
    page.emulate_media(media="print")
    expect(page.locator(".drawing").first).to_be_visible()
    expect(page.locator("table.numbers")).to_be_visible()
    expect(page.locator(".compare")).to_be_hidden()
