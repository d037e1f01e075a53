"""Run by an interpreter that has Haberara installed from a wheel: is everything there, and does it answer?

    python tests/installed.py CHECKOUT

Needs nothing but what Haberara itself depends on.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from urllib.request import urlopen

ROOMS = ("index", "search", "web")
NOT_SHIPPED = {".po", ".pot", ".cfg", ".pyc"}
"""Translators' files: the program reads the compiled ones."""
PAPER = "README.md"
"""Read in a checkout, not needed by the program."""


def missing(checkout: Path) -> list[str]:
    """Files of the rooms that were not installed, or not as they are."""
    found = []
    for room in ROOMS:
        installed = Path(import_module(room).__file__).parent
        assert checkout not in installed.parents, f"{room} is the checkout's, not the wheel's"
        for path in sorted((checkout / room).rglob("*")):
            if path.is_dir() or path.suffix in NOT_SHIPPED or path.name == PAPER:
                continue
            twin = installed / path.relative_to(checkout / room)
            if not twin.is_file() or twin.read_bytes() != path.read_bytes():
                found.append(str(path.relative_to(checkout)))
    return found


def fetched(address: str) -> str:
    """A page as text. Raises on any status but 200."""
    with urlopen(address, timeout=60) as answer:
        return answer.read().decode("utf-8")


def check_demo() -> None:
    """The sample archive, the page in both languages, its style and the endpoint, all from the installed files."""
    command = [Path(sys.executable).with_name("haberara"), "demo", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as server:
        try:
            address = next(m.group() for line in server.stdout if (m := re.search(r"http://\S+/", line)))
            assert "Arşivde ara" in fetched(address + "?lang=tr")
            english = fetched(address + "?lang=en&q=deprem")
            assert "Arşivde ara" not in english
            for style in re.findall(r'href="(/static/[^"]+)"', english):
                assert fetched(address.rstrip("/") + style)
            answer = json.loads(fetched(address + "api/v1/search?q=depremler&country=TR"))
            assert answer["total"] > 0, answer
            assert {facet["name"] for facet in answer["facets"]} >= {"person", "country", "date"}
            assert "deprem" in fetched(address + "help?lang=en")
        finally:
            server.terminate()


if __name__ == "__main__":
    left_out = missing(Path(sys.argv[1]).resolve())
    assert not left_out, f"not in the wheel: {left_out}"
    check_demo()
    sys.stdout.write("The wheel holds every file of the rooms, and the demo answers from it.\n")
