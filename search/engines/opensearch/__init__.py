"""The reading side of OpenSearch: plans as its queries, its answers as values of ours.

compiling   a plan as a query, scored as far as the cluster can like on every other engine
phrases     words that stand together
filters     what is selected, excluded and between which days
facets      aggregations, drill-sideways, and the counts out of them
dictionary  terms and facet values, for resolving queries, suggestions and spelling
cursor      all hits in order, one at a time
explaining  what each word adds to a score
view        one commit of the index
live        follows the alias and its commits
"""
