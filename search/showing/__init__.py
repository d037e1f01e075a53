"""Turns stored documents into what is shown: hits, articles and exported articles, with their matches marked."""
