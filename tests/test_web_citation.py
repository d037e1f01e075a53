"""Citations: what a list of references shows, and BibTeX that BibTeX can read whatever a title holds."""

from __future__ import annotations

import re
from html import unescape

import pytest
from web_support import client_of

from index.article import Article, Publication

AWKWARD = '100% zam: %{faiz} & {enflasyon} $5_6 #1 ~ ^ \\ "kur"\nyine'


def pages(tmp_path, article):
    client = client_of([article], tmp_path)
    for lang in ("tr", "en"):
        html = client.get(f"/articles/{article.id}?lang={lang}").text
        apa = re.search(r'<p class="quotable"[^>]*>(.*?)</p>', html, re.DOTALL).group(1)
        bibtex = re.search(r'<pre class="quotable"[^>]*><code>(.*?)</code>', html, re.DOTALL).group(1)
        yield unescape(re.sub("</?cite>", "*", apa)), unescape(bibtex)


def test_a_whole_article(tmp_path):
    article = Article(
        "a",
        "Ülkede “deprem” paniği",
        "",
        Publication.from_iso("2024-03-05T23:30:00+03:00"),
        "Çağdaş Gazete",
        "https://ornek.example/a?b=1&c={2}",
    )
    (turkish, bibtex), (english, _) = pages(tmp_path, article)
    assert turkish == "Ülkede “deprem” paniği. (2024, 5 Mart). *Çağdaş Gazete*. https://ornek.example/a?b=1&c={2}"
    assert english == "Ülkede “deprem” paniği. (2024, March 5). *Çağdaş Gazete*. https://ornek.example/a?b=1&c={2}"
    assert bibtex == (
        "@article{cagdasgazete2024ulkede,\n"
        "  title = {{Ülkede “deprem” paniği}},\n"
        "  journal = {Çağdaş Gazete},\n"
        "  year = {2024},\n"
        "  month = {03},\n"
        "  day = {05},\n"
        "  url = {https://ornek.example/a?b=1&c=%7B2%7D},\n"
        "  langid = {turkish}\n"
        "}"
    )


def test_what_is_missing_is_left_out(tmp_path):
    (turkish, bibtex), (english, _) = pages(tmp_path, Article("a", "Neden böyle oldu?", ""))
    assert turkish == "Neden böyle oldu? (t.y.)."
    assert english == "Neden böyle oldu? (n.d.)."
    assert bibtex == "@misc{neden,\n  title = {{Neden böyle oldu?}},\n  langid = {turkish}\n}"
    (turkish, bibtex), _ = pages(tmp_path, Article("a", "", "Yalnız metin", url="javascript:alert(1)"))
    assert turkish.startswith("[Başlıksız]. (t.y.)")
    assert "javascript" not in bibtex


@pytest.mark.parametrize("text", [AWKWARD, "}", "{{{", "\\", "a\x00b\x1bc", "}, url = {x", "%", "日本"])
def test_no_title_ends_its_field_or_the_entry(tmp_path, text):
    article = Article("a", text, "", Publication.from_iso("1999-08-17"), text, "https://ornek.example/{}%20\\")
    _, bibtex = next(iter(pages(tmp_path, article)))
    depth = 0
    for place, sign in enumerate(bibtex):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth > 0 or place in (len(bibtex) - 1, *range(bibtex.index("{"))), bibtex
    assert depth == 0
    assert [line.split(" = ")[0].strip() for line in bibtex.splitlines()[1:-1]] == [
        "title", "journal", "year", "month", "day", "url", "langid",
    ]  # fmt: skip
    assert re.fullmatch(r"@article\{[a-z0-9]+,", bibtex.splitlines()[0])
    bare = re.sub(
        r"\\(textbackslash|textbraceleft|textbraceright|textasciitilde|textasciicircum)\{\}|\\[$&#%_]", "", bibtex
    )
    assert not set(bare.split("url = ")[0]) & set("\\$&#%_~^")
