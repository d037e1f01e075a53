"""Asks questions of an index. Imports `index`; knows nothing of `web`."""
