"""`haberara watch`: folders, files and feeds that go on changing, followed by an archive.

looking   what is there, and whether it is finished being written
follow    one round: what is new or changed goes through `add`
"""

from index.watch.follow import Follower, Round

__all__ = ["Follower", "Round"]
