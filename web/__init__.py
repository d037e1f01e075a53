"""What users meet: the search page, the JSON endpoint and the `haberara` command."""
