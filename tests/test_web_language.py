"""Turkish first, English second: the switch, the catalog, and that no text of the interface is left out of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from web_support import sample_app

import web
from index.article.facets import FACETS

ROOM = Path(web.__file__).parent
CATALOG = ROOM / "translations" / "tr" / "LC_MESSAGES"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
NAMES = {
    "OpenAPI",
    "APA",
    "BibTeX",
    "CSV",
    "Excel",
    "JSON",
    "Haberara",
    "haber",
    "ara",
    "plain",
    "searching",
    "reading",
    "listing",
    "Atom",
    "Feed",
    "failing",
    "helping",
    "daily",
    "trends",
    "numbers",
    "shares",
    "portrait",
}
"""Names, and the classes that pages give their body."""

METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]


@pytest.fixture
def client(tmp_path):
    return sample_app(tmp_path).test_client()


def test_every_message_has_its_turkish():
    used = {found[2] for found in extract_from_dir(ROOM, METHODS, keywords=KEYWORDS)}
    used |= {text for facet in FACETS for text in (facet.heading, facet.singular)}
    with (CATALOG / "messages.po").open("rb") as file:
        catalog = read_po(file)
    turkish = {message.id: message for message in catalog if message.id}
    assert used
    assert not {message for message in used if message not in turkish}
    assert not set(turkish) - used, "no longer used"
    assert not [message.id for message in turkish.values() if message.fuzzy or not message.string]
    for message in turkish.values():
        assert not list(message.check(catalog)), message.id


def test_the_compiled_catalog_is_that_of_the_text():
    with (CATALOG / "messages.po").open("rb") as file:
        text = {message.id: message.string for message in read_po(file) if message.id}
    with (CATALOG / "messages.mo").open("rb") as file:
        messages = [message for message in read_mo(file) if message.id]
    compiled = {_key(m.id): _key(m.string) for m in messages}
    assert compiled == text


def _key(strings):
    return tuple(strings) if isinstance(strings, list) else strings


def test_turkish_is_the_language_unless_another_is_asked_for(client):
    assert '<html lang="tr">' in client.get("/", headers={"Accept-Language": "en"}).text
    assert '<html lang="tr">' in client.get("/?lang=xx").text
    english = client.get("/?lang=en").text
    assert '<html lang="en">' in english
    assert "Newest articles" in english
    assert "En yeni haberler" not in english


def test_the_switch_keeps_the_search_and_is_remembered(client):
    html = client.get("/?q=parti&country=TR").text
    assert "/?q=parti&amp;country=TR&amp;lang=en" in html
    client.get("/?q=parti&country=TR&lang=en")
    assert '<html lang="en">' in client.get("/").text
    assert '<html lang="tr">' in client.get("/?lang=tr").text


def test_links_keep_the_language_that_the_address_asks_for(client):
    html = client.get("/?q=parti&lang=en").text
    internal = re.findall(r'href="(/(?:\?|articles/)[^"]*)"', html)
    assert internal
    others = [url for url in internal if "lang=en" not in url]
    assert others == ["/?q=parti&amp;lang=tr"]
    assert '<input type="hidden" name="lang" value="en">' in html


def test_labels_and_numbers_follow_the_language(client):
    assert ">Almanya<" in client.get("/").text
    assert ">Germany<" in client.get("/?lang=en").text


def test_errors_follow_the_language(client):
    assert "tanıdığımız bir ülke değil" in client.get("/?country=XX").text
    assert "not a country that we know" in client.get("/?country=XX&lang=en").text


def test_templates_hold_no_text_outside_of_messages():
    """Between tags and expressions there are only signs: a sentence would be in one language for ever."""
    for path in (ROOM / "templates").glob("*.html"):
        text = path.read_text("utf-8")
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!doctype html>|<code>.*?</code>", " ", text, flags=re.DOTALL)
        text = re.sub(r"<[^>]*>", " ", text)
        left = set(re.findall(r"[^\W\d_]{2,}", text)) - NAMES
        assert not left, (path.name, left)


def test_the_switch_keeps_odd_parameter_names_in_one_piece(client):
    html = client.get("/", query_string={"a&country=TR": "1", "q": "parti"}).text
    assert "/?a%26country%3DTR=1&amp;q=parti&amp;lang=en" in html
