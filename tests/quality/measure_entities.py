"""Prints the table of figures: `python tests/quality/measure_entities.py [-v]` (with -v also each error)."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from entities_measure import GOLD, gold_scores, wrong_expressions, wrong_publications, wrong_traps


def main() -> int:
    if not GOLD.is_dir():
        print(f"nothing measured: {GOLD} is not there", file=sys.stderr)
        return 1
    for name, score in gold_scores().items():
        print(f"{name:26} {score}")
        if "-v" in sys.argv:
            print(*(f"    {note}" for note in score.notes), sep="\n")
    for name, wrong in (
        ("country_traps.tsv", wrong_traps()),
        ("date_expressions.tsv", wrong_expressions()),
        ("publication_dates.tsv", wrong_publications()),
    ):
        print(f"{name:26} wrong {len(wrong)}", *wrong, sep="\n    ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
