"""The pictures of the README can be taken again, and those that are there are what it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from .screenshots import FOLDER, PICTURES, size_of, take

ROOT = Path(__file__).resolve().parents[2]
MOST_BYTES = 200_000


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_the_picture_is_there_and_shown(picture):
    path = FOLDER / picture.name
    assert size_of(path) == (picture.width, picture.height)
    assert path.stat().st_size < MOST_BYTES
    assert f"]({path.relative_to(ROOT).as_posix()})" in (ROOT / "README.md").read_text("utf-8")


def test_there_are_no_other_pictures():
    assert {path.name for path in FOLDER.iterdir()} == {picture.name for picture in PICTURES}


def test_the_pictures_can_be_taken_again(chromium, site, tmp_path):
    taken = take(chromium, site, tmp_path)
    assert [size_of(path) for path in taken] == [(picture.width, picture.height) for picture in PICTURES]
