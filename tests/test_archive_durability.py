"""What was committed survives a process that is killed; what was not is gone without a trace."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from index.archive import Archive
from index.article import Article, Entities

WRITER = """
import sys
from pathlib import Path
from index.archive import Archive
from index.article import Article, Entities

with Archive.open(Path(sys.argv[1])) as archive:
    for batch in range(10_000):
        with archive.transaction():
            for number in range(7):
                article = Article(f"{batch}-{number}", "", "metin " * 400)
                archive.store(article, Entities(), origin="f", entities_fingerprint="1")
        print(batch, flush=True)   # acknowledged
"""


def test_kill_loses_nothing_that_was_acknowledged(tmp_path: Path):
    for round_number, acknowledged in enumerate((1, 4, 9, 23)):
        data = tmp_path / str(round_number)
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(data)], stdout=subprocess.PIPE, encoding="utf-8"
        ) as writer:
            assert writer.stdout is not None
            batches = [int(writer.stdout.readline()) for _ in range(acknowledged)]
            writer.kill()
            batches += [int(line) for line in writer.stdout.read().splitlines() if line]
        with Archive.open(data) as archive:
            found = {item.article.id for item in archive.current()}
            assert {f"{batch}-{number}" for batch in batches for number in range(7)} <= found
            assert len(found) % 7 == 0, "no transaction is there in part"
            assert archive.max_seq() == len(found)
            archive.store(Article("sonra", "Sonra", ""), Entities(), origin="f", entities_fingerprint="1")
        assert [path.name for path in data.iterdir()] == ["archive.db"]


def test_two_processes_that_create_the_archive_at_once(tmp_path: Path):
    code = "import sys; from pathlib import Path; from index.archive import Archive; Archive.open(Path(sys.argv[1]))"
    code = code.replace("Archive.open(Path(sys.argv[1]))", "Archive.open(Path(sys.argv[1])).close()")
    starters = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "data")]) for _ in range(3)]
    assert [starter.wait(timeout=30) for starter in starters] == [0, 0, 0]
