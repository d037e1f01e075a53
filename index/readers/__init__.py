"""Reads files, feeds and pages into `Article`s; what can't become one is a `BadRecord`, neither raised nor dropped.

source      the files of a source: a file, a folder, an archive of files, an address
kinds       the format of a file, by its name and its content
file        one file -> articles
containers  the members of ZIP and tar
streams     bytes: decompression, lines of bounded length
naming      names of files -> text
encoding    bytes -> text: UTF-8 or the Turkish code page
jsonl, jsonarray, delimited, text, feed, warc       one kind of file each -> raw records
page, pagedata, pagebody, pagedate      an HTML page -> a raw record
fetch, feedstate        addresses over HTTP; ETag and Last-Modified of feeds
reach       connections: whom they may reach, and for how long
options     what the user says about a source, and the limits of what is read
fields, mapping         which name in a source means which field
record      a raw record -> an article
mend, markup    repairs text: markup, character references, wrong characters
language    the language of an article
"""

from index.readers.feedstate import FeedState
from index.readers.fetch import is_address
from index.readers.language import LANGUAGES, language_of
from index.readers.naming import origin_of, shown_name
from index.readers.options import ReadOptions
from index.readers.source import SourceFile, files_below, read_files, read_source

__all__ = [
    "LANGUAGES",
    "FeedState",
    "ReadOptions",
    "SourceFile",
    "files_below",
    "is_address",
    "language_of",
    "origin_of",
    "read_files",
    "read_source",
    "shown_name",
]
