"""Views for reading an archive instead of searching it: trends, portraits of people and countries, on this day."""
