"""Files, feeds and pages -> `Article` or `BadRecord`: never an exception for a bad record, never silence.

source      which files: a file, a folder, an archive of files, an address
kinds       what kind of file this is
file        one file -> articles
containers  the members of ZIP and tar
streams     bytes: compression, lines of bounded length
encoding    bytes -> text
jsonl, jsonarray, delimited, text, feed, warc       one kind of file each -> raw records
page, pagedata, pagebody, pagedate      an HTML page -> a raw record
fetch, feedstate        addresses; what servers said of feeds
fields, mapping         which name means which field
record      a raw record -> an article
mend, markup    text as it should have been written
language    in which language it is
identity    the id of an article that brought none
"""

from index.readers.feedstate import FeedState
from index.readers.fetch import is_address
from index.readers.language import LANGUAGES, language_of
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
    "read_files",
    "read_source",
]
