"""Finds the article's text in a page: removes what surrounds it, then picks the best of three candidate texts."""

from __future__ import annotations

import logging
import re

from lxml.html import HtmlElement

from index.readers.fields import plain_name
from index.readers.markup import strip_markup
from index.readers.mend import mend_body
from index.readers.pagedate import SHOWN_DATE
from index.turkish.casing import lower

_UNSHOWN = (
    *(
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "svg",
        "form",
        "button",
        "select",
        "object",
        "video",
        "audio",
    ),
    *("nav", "footer", "dialog", "textarea", "input", "label"),
)
_BLOCKS = frozenset(
    {
        "address",
        "article",
        "blockquote",
        "br",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
    }
    | {"h6", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tbody", "td", "tr", "ul"}
)

# The words of class names and ids: a name is split at capitals, digits, hyphens and underscores.
_AROUND = frozenset(
    {
        "aside",
        "ads",
        "adv",
        "advert",
        "advertisement",
        "banner",
        "reklam",
        "breadcrumb",
        "breadcrumbs",
        "footer",
        "menu",
    }
    | {"nav", "navbar", "navigation", "sidebar", "sticky", "masthead", "topbar", "toolbar", "ticker", "weather", "hava"}
    | {
        "share",
        "sharing",
        "paylas",
        "paylaş",
        "paylasim",
        "social",
        "sosyal",
        "comment",
        "comments",
        "yorum",
        "yorumlar",
    }
    | {"cookie", "cookies", "cerez", "kvkk", "gdpr", "consent", "newsletter", "bulten", "abone"}
    | {"subscribe", "subscription", "popup", "modal", "related", "ilgili", "benzer", "onerilen", "oneri"}
    | {"recommend", "recommended", "recommendation", "populer", "popular", "encok", "tags", "etiket"}
    | {"etiketler", "keywords", "copyright", "telif", "login", "search", "arama", "skip", "pagination", "feedback"}
    | {"caption", "figcaption", "yazarlar", "taboola", "outbrain", "promo", "widget", "piyasa", "doviz", "borsa"}
)
_MASTHEADS = (["header"], ["site", "header"], ["ust"], ["top"], ["header", "top"], ["bugun"], ["today"])
"""Only these whole names are a masthead: the header of an article itself holds its date."""

_PAIRS = re.compile(
    r"diger haber|son dakika|cok okunan|one cikan|sonraki haber|oneri liste|haber kart|diger yazi|siradaki haber"
    r"|(?:other|more) news|next article|read more|social media|news card|most read|font size|print icon"
)
_WORDS = re.compile(r"[A-ZÇĞİÖŞÜ]?[a-zçğıöşü]+|[A-ZÇĞİÖŞÜ]+")

_LEAD_IN = re.compile(
    r"(?:ilgili (?:haber|içerik|konu)|bu haber(?:ler)? de ilgini|ilginizi çekebilir|bunlar da ilgini|"
    r"diğer haberler|haberin devamı|ayrıca (?:oku|bak)|okumadan geçme|öne çıkan haber|çok okunan|"
    r"son dakika haberleri|editörün seçtikleri|"
    r"paylaş$|reklam$|advertisement$|yorum(?:lar|\s+yap|\s+yaz)|abone ol|tüm hakları saklı|©|kaynak gösterilmeden|"
    r"(?:haber|kaynak|yazan|yazar|editör|muhabir|derleyen)\s*:|"
    r"(?:daha fazlası|devamı) için tıkla|etiketler\s*:|bizi takip ed|google news|whatsapp|"
    r"foto(?:ğraf)?\s*:|fotoğraf altı)",
)

_LEAST = 200
"""The fewest characters from which on a marked body is taken for the whole text."""

_LINES = ("p", "li", "div", "h2", "h3", "h4")
"""Elements that may consist of nothing but a link to other news."""

_LINK_LINE = 2_000
"""The most characters of a block of blocks that is checked as one link; in a longer one each inner block is checked."""

_MOST_ELEMENTS = 60_000
_log = logging.getLogger(__name__)


def without_surroundings(tree: HtmlElement) -> HtmlElement:
    """Remove masthead, menus, lists of other news, share bars, comments and footer from the tree; returns it.

    An element that holds the headline or most of the page's text stays, whatever its class says.

    Raises:
        ValueError: the page has more elements than any page of news.
    """
    if sum(1 for _ in tree.iter()) > _MOST_ELEMENTS:
        raise ValueError(f"has more than {_MOST_ELEMENTS:,} elements")
    _drop([e for e in tree.iter(*_UNSHOWN) if not _has_article(e)])
    _drop([e for e in tree.iter("header", "aside") if not _has_article(e)])
    whole = len(tree.text_content())
    around = [e for e in tree.iter() if isinstance(e.tag, str) and e.tag not in ("html", "body") and _is_around(e)]
    _drop([e for e in around if not _has_article(e) and len(e.text_content()) < whole * 0.6])
    return tree


def article_body(tree: HtmlElement, title: str, declared: str) -> str:
    """The text, one paragraph per line; empty if the page has no article. `declared` is the body in its JSON-LD."""
    marked = _marked(tree, title)
    cell = _main_cell(tree)
    found = _extracted(tree) if cell is None else block_text(cell)
    declared_text = _cleaned(mend_body(strip_markup(declared) if "<" in declared else declared), title)
    shown = _cleaned(found, title)
    best = marked if len(marked) >= _LEAST and len(marked) >= 0.5 * len(shown) else shown
    # JSON-LD usually has the same text without its paragraphs, or only its beginning: it must be much longer to win.
    return declared_text if len(declared_text) > 1.5 * len(best) else best


def _drop(elements: list[HtmlElement]) -> None:
    for element in elements:
        if element.getparent() is not None:
            element.drop_tree()


def _has_article(element: HtmlElement) -> bool:
    return element.find(".//h1") is not None or element.find(".//*[@itemprop='articleBody']") is not None


def _is_around(element: HtmlElement) -> bool:
    if element.get("itemprop") in ("articleBody", "headline"):
        return False
    if element.get("role") in ("navigation", "banner", "complementary", "contentinfo", "search", "dialog"):
        return True
    if element.get("hidden") is not None or re.search(r"display\s*:\s*none", element.get("style") or ""):
        return True
    words = [plain_name(word) for name in ("class", "id") for word in _WORDS.findall(element.get(name) or "")]
    joined = " ".join(words)
    return not _AROUND.isdisjoint(words) or words in _MASTHEADS or _PAIRS.search(joined) is not None


def _marked(tree: HtmlElement, title: str) -> str:
    """The text of what the page itself marks as the article's body (`itemprop="articleBody"`)."""
    marks = tree.xpath("//*[contains(concat(' ', normalize-space(@itemprop), ' '), ' articleBody ')]")
    return _cleaned("\n".join(block_text(mark) for mark in marks[:5]), title)


def block_text(element: HtmlElement) -> str:
    """The text of an element, with a line for each block."""
    parts: list[str] = []

    def walk(node: HtmlElement) -> None:
        is_block = node.tag in _BLOCKS
        if is_block:
            parts.append("\n")
        if isinstance(node.tag, str):
            if _is_link_line(node):
                parts.append("\n")
            else:
                parts.append(" ".join((node.text or "").split()) + (" " if (node.text or "")[-1:].isspace() else ""))
                for child in node:
                    walk(child)
        if is_block:
            parts.append("\n")
        tail = node.tail or ""
        if node is not element and tail:
            parts.append(
                (" " if tail[0].isspace() else "") + " ".join(tail.split()) + (" " if tail[-1].isspace() else "")
            )

    walk(element)
    return "".join(parts)


def _main_cell(tree: HtmlElement) -> HtmlElement | None:
    """The table cell that holds the article, where a page is laid out by tables, as was usual until about 2005."""
    whole = _own_length(tree)
    main = None
    for cell in tree.iter("td"):
        # The last, which is the innermost, that still holds most of the text outside of links.
        if _own_length(cell) >= 0.6 * whole:
            main = cell
    return main


def _own_length(element: HtmlElement) -> int:
    """The number of characters of text outside of links."""
    return len(element.text_content()) - sum(len(a.text_content()) for a in element.iter("a"))


def _is_link_line(node: HtmlElement) -> bool:
    """Whether a paragraph consists of one long link, which leads to other news."""
    if node.tag not in _LINES or _holds_much(node):
        return False
    text = SHOWN_DATE.sub("", lower(" ".join(node.text_content().split())))
    linked = " ".join(" ".join(a.text_content() for a in node.iter("a")).split())
    return len(linked.split()) >= 4 and len(linked) >= 0.8 * len(text)


def _holds_much(node: HtmlElement) -> bool:
    """Whether a block is too long for one line and has blocks in it. Stops reading as soon as that is clear.

    Reading every nested block to its end would take time proportional to their number times the length of the page.
    """
    length = 0
    for text in node.itertext():
        length += len(text.strip())
        if length > _LINK_LINE:
            return any(block is not node for block in node.iter(*_LINES))
    return False


def _extracted(tree: HtmlElement) -> str:
    """The text that trafilatura, which knows many layouts, takes for the article."""
    import trafilatura  # the import takes a fifth of a second, and few sources are pages

    for element in list(tree.iter(*_LINES)):
        if _is_link_line(element) and not _has_article(element) and element.getparent() is not None:
            element.drop_tree()
    try:
        text = trafilatura.extract(
            tree, include_comments=False, include_tables=True, favor_recall=True, deduplicate=False, with_metadata=False
        )
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, AssertionError) as error:
        _log.info("trafilatura gave up: %r", error)
        text = None
    return text or ""


def _cleaned(text: str, title: str) -> str:
    """The text without the headline and what stands above it, datelines, and lines that advertise something else."""
    lines = [line.strip() for line in mend_body(text).split("\n")]
    headline = lower(title)
    above = next((n for n, line in enumerate(lines[:12]) if headline and lower(line) == headline), -1)
    kept: list[str] = []
    for line in lines[above + 1 :]:
        lowered = lower(line)
        is_short = len(line) < 120
        if not line or (is_short and (_LEAD_IN.match(lowered) or (not kept and _is_dateline(lowered)))):
            continue
        kept.append(line)
    return "\n".join(kept)


def _is_dateline(line: str) -> bool:
    """Whether a line has only date, author and counters: few words are left of it without the dates."""
    rest, dates = SHOWN_DATE.subn("", line)
    return dates > 0 and len(re.findall(r"[^\W\d_]{2,}", rest)) <= 8 and not rest.rstrip().endswith(".")
