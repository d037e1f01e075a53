"""Tests in a real browser. A package, so that this folder's conftest is not taken for the one of `tests`."""
