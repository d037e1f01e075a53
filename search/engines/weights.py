"""What the parts of a score weigh, the same on every engine."""

from __future__ import annotations

K1 = 1.2
B = 0.75
LEMMA_WEIGHT = 1.0
FORM_WEIGHT = 0.15
"""Lemmas decide; the surface field lifts articles with the typed form (measured: known-item MRR@10 .620 -> .628)."""

STEM_WEIGHT = 0.35
"""Words of one family that are different lemmas speak for one another (known-item MRR@10 .648 -> .658)."""

PAIR_WEIGHT = 0.2
"""Words that stand side by side as they were typed are one more term (known-item MRR@10 .640 -> .648).

A pair is scored by BM25 like a term of its own, as in Rasolofo and Savoy, "Term proximity scoring for keyword-based
retrieval systems", ECIR 2003; next to one another only, as wider windows were no better.
"""

COMPLETE = 1.1
"""What a relaxed query multiplies the score of an article with all of its words by."""

FRESHNESS = 0.2
"""The share by which `fresh` lifts the score of an article of the archive's newest day."""

HALF_LIFE = 365 * 24 * 3600
"""Seconds of age that halve the lift: among equally good articles a recent one comes first, but no better one falls
behind by more than `FRESHNESS`."""
