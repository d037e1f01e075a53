"""Stories: which articles are copies of one another, as when many papers print what an agency wrote.

shingles    compares two texts: runs of words, MinHash keys, containment
grouping    puts each article into the story of the copies that it has in the days around it
"""

from index.stories.grouping import WINDOW, Known, Stories
from index.stories.shingles import METHOD, band_keys, shingles

__all__ = ["METHOD", "WINDOW", "Known", "Stories", "band_keys", "shingles"]
