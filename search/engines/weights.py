"""What the parts of a score weigh, the same on every engine."""

from __future__ import annotations

K1 = 1.2
B = 0.75
LEMMA_WEIGHT = 1.0
FORM_WEIGHT = 0.15
"""Lemmas decide; the field of surface forms lifts articles with the typed form (known-item MRR@10 .620 -> .628)."""

STEM_WEIGHT = 0.35
"""Articles with other lemmas of a word's family are lifted (known-item MRR@10 .648 -> .658)."""

PAIR_WEIGHT = 0.2
"""Two words that occur side by side as they were typed count as one more term (known-item MRR@10 .640 -> .648).

A pair is scored by BM25 like a term of its own, as in Rasolofo and Savoy, "Term proximity scoring for keyword-based
retrieval systems", ECIR 2003; next to one another only, as wider windows were no better.
"""

COMPLETE = 1.1
"""The factor by which a relaxed query raises the score of an article that has all of its words."""

FRESHNESS = 0.2
"""The share by which `fresh` lifts the score of an article of the archive's newest day."""

HALF_LIFE = 365 * 24 * 3600
"""Seconds of age that halve the lift: among equally good articles a recent one comes first, but no better one falls
behind by more than `FRESHNESS`."""
