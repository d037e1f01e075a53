"""Files that are made to keep a reader busy for hours are read at once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from test_readers_fuzz import RSS
from test_readers_pages import BODY, page

from index.readers import markup
from index.readers.markup import looks_like_html, strip_markup
from index.readers.mend import mend_body

READ = """
import sys
from pathlib import Path
from index.readers import ReadOptions, read_source
for path in sorted(Path(sys.argv[1]).iterdir()):
    (record,) = read_source(path, ReadOptions())
    print(path.name, getattr(record, "title", None) or record.reason, flush=True)
"""

SPACES = " " * 300_000
CRAFTED = {
    "a-comments.xml": b"<!---->" * 200 + b"<!-- x" + RSS,
    "b-source.rss": RSS.replace("Örnek - Spor".encode(), b"x" + SPACES.encode() + b"y"),
    "c-data.html": page(head=f'<script type="application/ld+json">{{"@type": {SPACES}x</script>'),
    "d-blocks.html": page(below="<div>" * 200 + "<div>" + BODY * 2_000 + "</div>" * 201),
    "e-declarations.html": b"<!a>" * 100_000 + page(),
}

MANY = 100_000
BODIES = {
    "start tags": "<p>x</p>" + "<a " * MANY,
    "start tags with names": "<p>x</p>" + "<a b " * MANY,
    "start tags with slashes": "<p>x</p>" + "<a/" * MANY,
    "quoted ends": "<p>x</p>" + "<a b='>' " * MANY,
    "open quotes": "<p>x</p>" + "<a b='" * MANY,
    "end tags": "<p>x</p>" + "</a " * MANY,
    "comments": "<!--" * MANY,
    "comments with ends of tags": "<!-- >" * MANY,
    "declarations": "<p>x</p>" + "<!a " * MANY,
    "sections": "<p>x</p>" + "<![CDATA[" * MANY,
    "instructions": "<p>x</p>" + "<?a " * MANY,
    "scripts": "<p>x</p><script>" + "</a " * MANY,
    "escaped start tags": "&lt;p&gt;x&lt;/p&gt;" + "&lt;a " * MANY,
    "equals signs": "<a " + "=" * MANY * 3,
    "long reference": "<p>x</p>&#" + "9" * MANY + ";",
    "tabs": "x" + "\t" * MANY + "y",
    "spaces on lines": ("x" + " " * MANY + "\n") * 3 + "y",
    "newlines": "x" + "\r\n" * MANY + "y",
    "marks in the wrong order": "a" + "\u0301" * MANY + "\u0327" * MANY,
}


def test_nothing_takes_for_ever(tmp_path: Path):
    """The limit is there only so that the test ends; before, the quickest of them took many minutes."""
    for name, content in CRAFTED.items():
        (tmp_path / name).write_bytes(content)
    command = [sys.executable, "-c", READ, str(tmp_path)]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=True)
    assert [line.split()[0] for line in run.stdout.splitlines()] == list(CRAFTED), run.stdout
    assert run.stdout.count("Köprü trafiğe açıldı") == 3
    assert run.stdout.count("Şişli’de şölen") == 1
    assert "a-comments.xml is not a feed" in run.stdout


def test_no_body_takes_for_ever(tmp_path: Path):
    """Before, most of them took minutes, at a tenth of the length."""
    for name, body in BODIES.items():
        record = json.dumps({"title": name, "body": body, "source": "x"})
        (tmp_path / f"{name.replace(' ', '-')}.jsonl").write_text(record, "utf-8")
    command = [sys.executable, "-c", READ, str(tmp_path)]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=True)
    assert sorted(run.stdout.splitlines()) == sorted(f"{name.replace(' ', '-')}.jsonl {name}" for name in BODIES)


@pytest.mark.parametrize("kind", [kind for kind, body in BODIES.items() if looks_like_html(body)])
def test_what_is_scanned_in_vain_is_bounded(monkeypatch: pytest.MonkeyPatch, kind: str):
    """Counted in characters, at two lengths: four times the text may be scanned four times as much, not sixteen."""
    monkeypatch.setattr(markup, "_MOST_SCANNED_IN_VAIN", 0)
    scanned = []
    for body in (BODIES[kind][: MANY // 4], BODIES[kind][:MANY]):
        parser = markup._Text()
        try:
            parser.feed(body)
            parser.close()
        except (markup._Hopeless, ValueError):
            pass
        scanned.append(parser._in_vain / len(body))
    assert max(scanned) <= 6, "in lengths of the text"


@pytest.mark.parametrize(
    ("broken", "text"),
    [
        ("<p>3 < 5 <b>ve</b> 7 > 2</p>", "3 < 5 ve 7 > 2"),
        ("<p>bir</p><a b='x>y'>iki</a><!-- a > b -->üç", "bir\nikiüç"),
        ("<p>bir</p>&#" + "9" * 5_000 + "; iki", "bir &#" + "9" * 5_000 + "; iki"),
    ],
)
def test_a_little_broken_markup_is_read_as_ever(broken: str, text: str):
    assert strip_markup(broken).strip() == text


def test_marks_of_ordinary_text_stay():
    text = "x" * 6_000 + " a\u0323\u0302 " + "\u0e01\u0e34\u0e48 " + "—" * 50 + "★" * 50
    assert mend_body(text) == "x" * 6_000 + " \u1ead " + "\u0e01\u0e34\u0e48 " + "—" * 50 + "★" * 50
    assert mend_body("x" * 6_000 + "e" + "\u0301" * 40) == "x" * 6_000 + "é" + "\u0301" * 29
