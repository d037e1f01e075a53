"""A hundred texts that try to leave their place in a page: tags, attributes, addresses, templates, odd bytes.

Whatever runs calls `alert`; whatever is taken for a tag shows as an element `x-evil` or as another that no page has.
"""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import urlsplit

from web_support import FakeEngine, stored

from index.article import Article, Kind, Mention, Publication

TAGS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<script >alert(1)</script >",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script/x>alert(1)</script>",
    "<script\x0c>alert(1)</script>",
    "<svg><script>alert(1)</script></svg>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<svg><use href=data:image/svg+xml;base64,PHN2Zy8+></svg>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror='alert(1)'//",
    "<image src=x onerror=alert(1)>",
    "<img/src=//evil.example/p.png>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=//evil.example/x.swf>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<x-evil onclick=alert(1) style=position:fixed;inset:0>x</x-evil>",
    "<x-evil contenteditable onblur=alert(1) autofocus>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>*{background:url(//evil.example)}</style>",
    "<style>@import '//evil.example/x.css';</style>",
    "<form action=//evil.example><button>x</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href=data:text/html,<script>alert(1)</script>>x</a>",
    "<template><x-evil></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<plaintext>",
    "<xmp><x-evil></xmp>",
    "<frameset onload=alert(1)>",
    "<x-evil>",
    "</x-evil><x-evil>",
    "<x-evil",
    "<!--><x-evil>-->",
    "<![CDATA[<x-evil>]]>",
    "<?xml version='1.0'?><x-evil>",
]
ENDS = [
    "</title><x-evil>",
    "</textarea></select></option><x-evil>",
    "</script><script>alert(1)</script>",
    "</style><x-evil>",
    "</svg></a></li></main></body></html><x-evil>",
    "</mark></h1><x-evil>",
    "</noscript><x-evil>",
    "--><x-evil>",
    "--!><x-evil>",
    "]]><x-evil>",
    "'\"></q></p><x-evil>",
]
ATTRIBUTES = [
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    '" onfocus=alert(1) autofocus="',
    "' onmouseover='alert(1)",
    "x onmouseover=alert(1) ",
    '" style="background:url(//evil.example)" x="',
    '"/onmouseover="alert(1)" x="',
    '"\nonmouseover\n=\nalert(1)\nx="',
    "`onmouseover=alert(1)`",
    '"><script>alert(1)</script><x y="',
    '\\" onmouseover=alert(1) \\"',
]
ADDRESSES = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "javascript&colon;alert(1)",
    "javascript:alert(1)//https://evil.example",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "//evil.example/<x-evil>",
    "/\\evil.example/x",
    'http://evil.example/"onmouseover=alert(1)',
    "https://evil.example/'><x-evil>",
    "?q=a&country=TR#<x-evil>",
    "../../etc/passwd%00<x-evil>",
]
CODES = [
    "{{ 7 * 7 }}{% raw %}",
    "{{ config.items() }}",
    "{% include 'base.html' %}",
    "%(shown)s %s %(x",
    "${alert(1)}#{alert(1)}",
    "&lt;x-evil&gt;&#60;x-evil&#62;",
    "&#x3c;script&#x3e;alert(1)&#x3c;/script&#x3e;",
    "\u202e\u2066<x-evil>\u2069",
    "<x-evil\x0b\x0c>",
    "\ufeff<x-evil>\ufffe",
    "＜script＞alert(1)＜/script＞",
]
HOSTILE = tuple(TAGS + ENDS + ATTRIBUTES + ADDRESSES + CODES)


def hostile_engine(texts=HOSTILE, tail=""):
    """An archive with an article for each text, which stands in every field; in names and organisations, too.

    FakeEngine has no opinion on what a name is, so that any text can be one. `tail` is harmless text for every body.
    """
    articles = []
    for number, text in enumerate(texts):
        day = Publication.from_iso(f"2024-03-{number % 28 + 1:02}")
        articles.append(Article(f"{number}{text}", text, f"{text}\n{text} {tail}", day, text, text, text))
    engine = FakeEngine(articles)
    for article, text in zip(articles, texts, strict=True):
        places = (0, Kind.PERSON), (len(text) + 1, Kind.ORGANISATION)
        mentions = tuple(Mention("body", at, at + len(text), kind, text, text) for at, kind in places)
        engine.stored[article.id] = replace(stored(article), mentions=mentions)
    return engine


class Page(HTMLParser):
    """Every tag with its attributes, and the text."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags = []
        self.words = []
        self.inside = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.inside = tag

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        assert self.inside not in ("script", "style") or not data.strip(), "inline code"
        self.words.append(data)

    def check(self, where):
        known = {
            "html", "head", "meta", "title", "link", "script", "body", "header", "footer", "main", "nav", "aside",
            "section", "article", "div", "span", "p", "h1", "h2", "h3", "a", "b", "q", "mark", "time", "code", "pre",
            "strong", "cite", "kbd", "ul", "ol", "li", "dl", "dt", "dd", "form", "fieldset", "legend", "label", "input",
            "button", "select", "option", "details", "summary", "table", "caption", "thead", "tbody", "tr", "th", "td",
            "svg", "path", "line", "rect", "text", "polyline", "desc", "figure", "figcaption",
        }  # fmt: skip
        for tag, attributes in self.tags:
            assert tag in known, (where, tag)
            for name, value in attributes.items():
                assert not name.startswith("on"), (where, tag, name)
                assert name != "style", (where, tag)
                if name in ("href", "src", "action"):
                    assert urlsplit(value).scheme in ("", "http", "https"), (where, value)
                    if tag != "a":
                        assert value.startswith("/"), (where, tag, value)
            if tag == "script":
                assert attributes["src"].startswith("/static/"), where
