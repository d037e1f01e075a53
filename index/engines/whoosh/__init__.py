"""Whoosh as a container: its segments, term dictionaries, postings and columns, written and read in bulk.

Whoosh's own per-posting loops are what makes it slow, so documents are written to and postings are read from its
blocks as arrays. The files remain those of Whoosh 2.7.4 and later.
"""
