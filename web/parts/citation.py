"""Citations of an article: in APA style (7th edition, newspaper article without a named author) and as BibTeX."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

from index.article import Publication
from index.turkish import fold
from search.results import ArticleView
from web import links, locale
from web.locale import gettext as _

KEY_WORD = 20
"""The most letters of each part of a BibTeX key."""

_LATEX = {
    "\\": r"\textbackslash{}",
    # Braces are replaced, not escaped as \{ and \}: BibTeX counts braces whether escaped or not.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
} | {sign: "\\" + sign for sign in "$&#%_"}


@dataclass(frozen=True, slots=True)
class Citation:
    """An article's entry in a list of references; of the APA entry, `source` is to be set in italics."""

    before: str
    source: str
    after: str
    bibtex: str


def citation(article: ArticleView) -> Citation:
    """The citation of an article in the visitor's language."""
    publication = Publication.from_iso(article.published) if article.published else None
    url = links.external(article.url)
    title, source = _plain(article.title) or f"[{_('Untitled')}]", _plain(article.source or "")
    ended = title if title.endswith((".", "?", "!", "…")) else title + "."
    return Citation(
        before=f"{ended} ({_day(publication)}).",
        source=source,
        after=("." if source else "") + (f" {url}" if url else ""),
        bibtex=_bibtex(title, source, publication, url),
    )


def _day(publication: Publication | None) -> str:
    return locale.citation_day(publication.day) if publication else _("n.d.")


def _bibtex(title: str, source: str, publication: Publication | None, url: str | None) -> str:
    day = publication.day if publication else None
    fields = [
        # Double braces keep BibTeX from changing the case of names.
        ("title", f"{{{_latex(title)}}}"),
        ("journal", _latex(source)),
        ("year", f"{day:%Y}" if day else ""),
        ("month", f"{day:%m}" if day else ""),
        ("day", f"{day:%d}" if day else ""),
        ("url", _url(url) if url else ""),
        ("langid", "turkish"),
    ]
    lines = [f"  {name} = {{{value}}}" for name, value in fields if value]
    key = _key(source, str(day.year) if day else "", title)
    return f"@{'article' if source else 'misc'}{{{key},\n" + ",\n".join(lines) + "\n}"


def _key(source: str, year: str, title: str) -> str:
    """The key, such as `ornekajansi1999depremde`, of characters that every version of BibTeX accepts."""
    words = [re.sub("[^a-z0-9]", "", fold(text))[:KEY_WORD] for text in (source, year, *title.split())]
    first = next((word for word in words[2:] if len(word) > 2), "")
    return (words[0] + words[1] + first) or "haber"


def _plain(text: str) -> str:
    """The text on one line, without control characters."""
    return " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text).split())


def _latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in text)


def _url(url: str) -> str:
    """The address with braces and the like escaped, which would end the BibTeX field."""
    return quote(url, safe="%/:=&?~#+!$,;'@()*[]-._")
