"""Shows the answers: the search page, the JSON endpoint and the `haberara` command."""
