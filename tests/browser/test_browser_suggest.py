"""Suggestions as a combobox: by keyboard, by mouse, and told to a screen reader. Did you mean; similar articles."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def typed(page, text):
    box = page.get_by_role("combobox", name="Arşivde ara")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially(text)
    expect(page.get_by_role("listbox", name="Öneriler")).to_be_visible()
    return box


def test_a_person_is_suggested_and_becomes_a_filter_by_keyboard(open_page):
    page = open_page("/")
    box = typed(page, "turgut öz")
    expect(box).to_have_attribute("aria-expanded", "true")
    option = page.get_by_role("option", name=re.compile("Turgut Özal Kişi"))
    expect(option).to_have_attribute("aria-selected", "false")
    for _ in range(page.locator(".suggestions [role=option]").count()):
        page.keyboard.press("ArrowDown")
        if option.get_attribute("aria-selected") == "true":
            break
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    expect(box).to_be_focused()
    expect(box).to_have_value("turgut öz")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/people/Turgut"))
    expect(page.locator("h1")).to_have_text("Turgut Özal")
    expect(page.locator("#q")).to_have_value("")


def test_a_person_beside_other_words_or_filters_narrows_the_search(open_page):
    for path, text in (("/", "seçim turgut öz"), ("/?country=TR", "turgut öz")):
        page = open_page(path)
        typed(page, text)
        page.get_by_role("option", name=re.compile("Turgut Özal Kişi")).click()
        page.wait_for_url(re.compile("person=Turgut"))
        expect(page.locator(".chip", has_text="Turgut Özal")).to_have_count(1)
        page.locator(".about-page a").first.click()
        page.wait_for_url(re.compile("/(people|countries)/"))


def test_a_word_is_suggested_and_is_searched_for_by_mouse(open_page):
    page = open_page("/")
    typed(page, "istanbul depr")
    page.get_by_role("option", name=re.compile("^istanbul deprem")).first.click()
    page.wait_for_url(re.compile(r"q=istanbul\+deprem"))


def test_the_list_closes_and_enter_searches_what_was_typed(open_page):
    page = open_page("/")
    box = typed(page, "dep")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    assert box.get_attribute("aria-activedescendant") is None
    expect(box).to_have_value("dep")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(page.locator(".suggestions [role=option]").last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"q=dep$"))


def test_the_list_closes_when_the_focus_leaves(open_page):
    page = open_page("/")
    typed(page, "dep")
    page.keyboard.press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_how_many_there_are_is_told(open_page):
    page = open_page("/")
    typed(page, "dep")
    expect(page.locator("#search [role=status]")).to_have_text(re.compile(r"^Öneriler: \d+$"))
    page.locator("#q").fill("qqqzzz")
    expect(page.locator("#search [role=status]")).to_have_text("Öneri yok")


def test_without_javascript_the_box_is_a_plain_search_field(open_page):
    page = open_page("/", javascript=False)
    expect(page.get_by_role("searchbox", name="Arşivde ara")).to_be_visible()
    expect(page.get_by_role("combobox", name="Arşivde ara")).to_have_count(0)


def test_similar_articles_lead_on(open_page):
    page = open_page("/articles/ornek-afet-008")
    first = page.get_by_role("region", name="Benzer haberler").get_by_role("link").first
    title = first.inner_text()
    first.click()
    expect(page.locator("h1")).to_have_text(title)


def test_a_likelier_spelling_is_offered_and_leads_on(open_page):
    page = open_page("/?q=depren")
    link = page.locator(".meant a")
    meant = link.inner_text()
    link.click()
    expect(page.locator("#q")).to_have_value(meant)
    expect(page.locator(".hit").first).to_be_visible()
