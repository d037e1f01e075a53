"""Offers beside an answer: suggestions while typing, corrected spellings ("did you mean"), similar articles."""
