"""What an article is: its values, its facets, the periods of its dates, and its address.

values     an article, its publication, a mention, the entities of a text, a rejected record
facets     which values of an article can be counted and filtered by
periods    the year, month or day that a value names
urls       when two addresses are the same page
"""

from index.article.values import ISTANBUL, Article, BadRecord, Entities, Field, Kind, Mention, Publication

__all__ = ["ISTANBUL", "Article", "BadRecord", "Entities", "Field", "Kind", "Mention", "Publication"]
