"""Files -> `Article` or `BadRecord`: never an exception for a bad record, never silence.

source      which files, of which kind, in which order; duplicate ids
streams     bytes: compression, lines of bounded length
encoding    bytes -> text
jsonl, delimited, text      one kind of file each -> raw records
fields      which name means which field
record      a raw record -> an article
mend        text as it should have been written
identity    the id of an article that brought none
"""

from index.readers.options import ReadOptions
from index.readers.source import SourceFile, read_files, read_source

__all__ = ["ReadOptions", "SourceFile", "read_files", "read_source"]
