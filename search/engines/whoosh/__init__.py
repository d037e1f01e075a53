"""Whoosh read in bulk: postings as arrays, scores and facet counts by numpy.

segment    one immutable segment: its postings, lengths and columns
view       the segments of one commit, and what is global to them: statistics, facet values
matching   a plan run against one segment: which documents match, with which score
ranking    the order of all hits
tally      facet counts, drill-sideways
engine     opens views and follows commits and generations
"""
