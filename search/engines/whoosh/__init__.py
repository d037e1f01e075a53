"""Whoosh read in bulk: postings as arrays, scores and facet counts by numpy.

live         opens views, and follows commits and generations
view         the segments of one commit, and what is global to them
segment      one immutable segment: its postings, lengths and columns
bytescolumn  a column of byte strings
cache        postings that were read, kept within a limit of bytes

matching     a plan run against one segment: which documents match, with which score
statistics   what scoring needs to know of the whole index: document frequencies, field lengths
places       positions: phrases, and words next to one another
ranking      the order of all hits
copies       one article of each story among the hits
explaining   what each word adds to a score

facetvalues  the values of a facet over the whole index, by ordinal
facetcolumn  which documents of a segment have which values
tally        facet counts, drill-sideways

dictionary   the terms and facet values of a view, for resolving, suggestions and spelling
vocabulary   forms by their spelling, names by the beginnings of their words
titleforms   the forms of all titles, for suggestions
"""
