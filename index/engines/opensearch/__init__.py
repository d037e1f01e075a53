"""OpenSearch written to: articles go there analyzed, so that a word means the same as on every other engine.

client     requests, and errors of the client as errors of ours
encoding   how terms and facet values are spelled in the cluster
mapping    fields and settings of an index, and what it says of itself
bulk       documents sent in bulk, with back-pressure and retries
years      an index for each year, if wanted
names      one spelling for each person
writer     documents into one index
erasing    removes articles for good, with the words and names that only they had
backend    an index laid out, verified, published by an alias, discarded
"""
