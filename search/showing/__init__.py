"""From stored texts to what is shown: hits, articles and exports, with their matches marked."""
