"""Whoosh as a container: its segments, term dictionaries, posting lists and columns, written and read in bulk.

Whoosh's own loops take a Python call for each posting, which is what makes it slow. Here documents are written to and
posting lists are read from its blocks as arrays. The files remain those of Whoosh 2.7.4 and later.

backend      the engine boundary: the `Backend` of a directory
container    commits and segment files; the one module that touches Whoosh's private parts
unpickling   reads what Whoosh pickled without running anything
layout       the schema, and a storage that makes commits durable
writer       writes documents, one segment for each commit, and holds the merge policy
blocks       posting lists as Whoosh's blocks of arrays
merging      all posting lists of a field at once, for writing them into another segment
terms        the term dictionary and the posting lists of a segment, read in place
termcolumns  all terms of a field as arrays
filebytes    bytes of a file at any place, for any number of threads
files        which files belong to the latest commit, and whether they are as they were written
inspection   whether an index holds what it should and can be read to the end
purge        removes documents so that nothing of them is left in any file
tidying      removes what a crash left
"""
