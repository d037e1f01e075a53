"""Searches that others keep: feeds of any search, and the archive in a browser's address bar."""
