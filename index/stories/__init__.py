"""Stories: which articles are copies of one another, as when many papers print what an agency wrote.

shingles    what makes two texts one story
grouping    which story each article belongs to
"""

from index.stories.grouping import WINDOW, Known, Stories
from index.stories.shingles import METHOD, band_keys, shingles

__all__ = ["METHOD", "WINDOW", "Known", "Stories", "band_keys", "shingles"]
