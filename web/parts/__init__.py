"""Pieces of pages, each a value that a template draws: filters, charts, chips, page links, texts, citations."""
