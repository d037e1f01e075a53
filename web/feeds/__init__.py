"""Searches outside of the pages: feeds of any search, and the archive in a browser's address bar."""
