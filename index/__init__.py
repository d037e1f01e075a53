"""What an archive and an index are, and how they are built. Imports nothing of `search` or `web`."""
