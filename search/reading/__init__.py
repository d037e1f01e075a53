"""Archives read instead of searched: trends, portraits of people and countries, on this day."""
