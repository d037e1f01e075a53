"""The pictures of the README: the search page of the sample archive, on a desk and on a phone.

    python tests/browser/screenshots.py

serves the sample archive as `haberara demo` does and writes the pictures into the folder `screenshots` beside this
file. Needs Chromium and playwright, as the other tests in a browser do. Letters look a little otherwise on each
machine, so that no test compares pictures; one makes sure that they can be taken and are the size that they should be.
"""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "screenshots"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-lcd-text"]
TURKISH = {"LANGUAGE": "tr"}
"""The fields of days are then written in Turkish, where Chromium has that (Debian's `chromium-l10n`)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its file, the search that it shows, and the window in CSS pixels, which are its own pixels too."""

    name: str
    address: str
    width: int
    height: int
    language: str
    mobile: bool = False


PICTURES = (
    Picture("desk.png", "/?q=deprem&country=TR&lang=tr", 1280, 860, "tr-TR"),
    Picture("phone.png", "/?q=deprem&country=TR&lang=tr", 390, 844, "tr-TR", mobile=True),
)


def take(browser: Any, site: str, folder: Path) -> list[Path]:
    """Take all pictures of the site at an address, in the light colours, and say where they are."""
    return [_taken(browser, site, picture, folder) for picture in PICTURES]


def _taken(browser: Any, site: str, picture: Picture, folder: Path) -> Path:
    path = folder / picture.name
    context = browser.new_context(
        base_url=site,
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="light",
        locale=picture.language,
        is_mobile=picture.mobile,
        has_touch=picture.mobile,
    )
    try:
        page = context.new_page()
        page.goto(picture.address, wait_until="networkidle")
        page.screenshot(path=path, animations="disabled")
    finally:
        context.close()
    return path


def size_of(picture: Path) -> tuple[int, int]:
    """Width and height of a PNG in pixels, as its header says."""
    header = picture.read_bytes()[:24]
    assert header.startswith(b"\x89PNG\r\n\x1a\n"), picture
    width, height = struct.unpack(">II", header[16:24])
    return width, height


def main() -> None:
    """Serve the sample archive and take the pictures into their folder."""
    from playwright.sync_api import sync_playwright

    command = [sys.executable, "-m", "web.cli", "demo", "--port", "0"]
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as server, sync_playwright() as driver:
        assert server.stdout
        try:
            site = next(m.group().rstrip("/") for line in server.stdout if (m := re.search(r"http://\S+/", line)))
            browser = driver.chromium.launch(executable_path=chromium, args=FLAGS, env=os.environ | TURKISH)
            for path in take(browser, site, FOLDER):
                sys.stdout.write(f"{path.name} {size_of(path)} {path.stat().st_size:,} bytes\n")
            browser.close()
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
