"""Files that are made to keep a reader busy for hours are read at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from test_readers_fuzz import RSS
from test_readers_pages import BODY, page

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
}


def test_nothing_takes_for_ever(tmp_path: Path):
    """The limit is there only so that the test ends; before, the quickest of them took many minutes."""
    for name, content in CRAFTED.items():
        (tmp_path / name).write_bytes(content)
    command = [sys.executable, "-c", READ, str(tmp_path)]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=True)
    assert [line.split()[0] for line in run.stdout.splitlines()] == list(CRAFTED), run.stdout
    assert run.stdout.count("Köprü trafiğe açıldı") == 2
    assert run.stdout.count("Şişli’de şölen") == 1
    assert "a-comments.xml is not a feed" in run.stdout
