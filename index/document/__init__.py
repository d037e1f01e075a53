"""What is written of an article, without any engine in it.

values     a document: the terms of each field, the values of each facet, what is stored
schema     the fields of an index, and the fingerprint of everything that shaped it
tokenmap   where the tokens of a stored text are, and which lemma each has
"""

from index.document.values import UNDATED, Document, facet_values, to_document, unpack_mentions

__all__ = ["UNDATED", "Document", "facet_values", "to_document", "unpack_mentions"]
