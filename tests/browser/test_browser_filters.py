"""Every way to narrow a search, with and without JavaScript: presets, days, undated, more, leaving out, clearing."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from playwright.sync_api import expect

from index.article import ISTANBUL

BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])


def total(page):
    return int(re.match(r"[\d.]+", page.locator("h1").inner_text()).group().replace(".", ""))


@BOTH
@pytest.mark.parametrize("name", ["Bugün", "Son 7 gün", "Son 30 gün", "Bu yıl"])
def test_presets(open_page, javascript, name):
    page = open_page("/?country=TR", javascript=javascript)
    page.get_by_role("link", name=name, exact=True).click()
    page.wait_for_url(re.compile(r"country=TR&from=\d{4}-\d\d-\d\d&to="))
    expect(page.get_by_role("link", name=name, exact=True)).to_have_attribute("aria-current", "true")
    year = str(datetime.now(ISTANBUL).year)
    assert page.locator("#to").input_value()[:4] == year
    expect(page.locator(".chip").last).to_contain_text(year)


@BOTH
def test_two_days_are_typed(open_page, javascript):
    page = open_page("/", javascript=javascript)
    page.locator("#from").fill("1999-08-17")
    page.locator("#to").fill("1999-09-30")
    page.get_by_role("group", name="Yayın tarihi").get_by_role("button", name="Uygula").click()
    page.wait_for_url(re.compile("from=1999-08-17&to=1999-09-30"))
    assert 0 < total(page) < 20
    expect(page.locator(".hit time").first).to_contain_text("1999")
    page.locator(".chip").first.click()
    page.wait_for_url(lambda url: "from=" not in url and "to=1999-09-30" in url)


@BOTH
def test_the_undated(open_page, javascript):
    page = open_page("/", javascript=javascript)
    page.get_by_role("link", name=re.compile(r"^\d+ tarihsiz$")).click()
    page.wait_for_url(re.compile("date=unknown"))
    assert total(page) > 0
    expect(page.locator(".hit .byline").first).to_contain_text("Tarihsiz")
    expect(page.locator(".chip")).to_contain_text("Tarihsiz")


@BOTH
def test_more_values_are_listed_and_looked_through(open_page, javascript):
    page = open_page("/?country=TR", javascript=javascript)
    page.get_by_role("link", name=re.compile(r"^Tümünü göster\s*: Kişiler")).click()
    page.wait_for_url(re.compile("/facets/person"))
    everybody = page.locator(".columns li").count()
    assert everybody > 10
    page.get_by_label("Şununla başlayanlar").fill("yılm")
    page.get_by_role("button", name="Bul", exact=True).click()
    page.wait_for_url(re.compile("prefix="))
    assert 0 < page.locator(".columns li").count() < everybody
    page.locator(".columns a:not(.more)", has_text="Mesut Yılmaz").click()
    page.wait_for_url(re.compile("country=TR"))
    expect(page.locator(".chip")).to_have_count(2)
    expect(page.locator('input[name="person"][value="Mesut Yılmaz"]')).to_be_checked()


@BOTH
def test_a_value_is_left_out_and_all_is_cleared(open_page, javascript):
    page = open_page("/?q=deprem&country=TR", javascript=javascript)
    before = total(page)
    page.get_by_role("link", name=re.compile("^Hariç tut: ")).first.click()
    page.wait_for_url(re.compile("not_"))
    assert total(page) < before
    expect(page.locator(".chip.without")).to_have_count(1)
    page.get_by_role("link", name="Tümünü kaldır").click()
    page.wait_for_url(re.compile(r"/\?q=deprem$"))
    expect(page.locator(".chip")).to_have_count(0)


@BOTH
def test_the_order_is_changed(open_page, javascript):
    page = open_page("/?q=seçim", javascript=javascript)
    page.get_by_label("Sıralama").select_option("oldest")
    if not javascript:
        page.locator(".sort").get_by_role("button").click()
    page.wait_for_url(re.compile("sort=oldest"))
    years = [int(re.search(r"\b(?:19|20)\d\d\b", text).group()) for text in page.locator(".hit time").all_inner_texts()]
    assert years == sorted(years)


@BOTH
def test_pages_of_results(open_page, javascript):
    page = open_page("/", javascript=javascript)
    first = page.locator(".hit h2").all_inner_texts()
    page.get_by_role("link", name="Sonraki").click()
    page.wait_for_url(re.compile("page=2"))
    assert not set(first) & set(page.locator(".hit h2").all_inner_texts())
    page.go_back()
    assert page.locator(".hit h2").all_inner_texts() == first


def test_the_question_mark_opens_the_help(open_page):
    page = open_page("/")
    page.keyboard.press("?")
    page.wait_for_url(re.compile("/help"))


def test_a_citation_is_copied_or_selected(open_page):
    page = open_page("/articles/ornek-afet-008")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".cite summary").click()
    page.get_by_role("button", name="Kopyala: BibTeX").click()
    expect(page.locator(".told").last).to_have_text("Kopyalandı")
    assert page.evaluate("navigator.clipboard.readText()").startswith("@article{")
    plain = open_page("/articles/ornek-afet-008", javascript=False)
    plain.locator(".cite summary").click()
    plain.locator(".cite pre").click()
    assert plain.locator(".cite pre").evaluate("e => getComputedStyle(e).userSelect") == "all"
