"""How well the project's own pairs of names are told apart: by set best F1, AUC, and what the default threshold finds.

    python benchmarks/name_pairs.py tests/screen/pairs [--wrong]

The pairs were written for this project (deviations, invented bodies, romanisations, translations), so they show which
kinds of difference are understood, not how often they occur. ``--wrong`` prints those that the default threshold misjudges.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from screening import auc, best_f1

from holdfast.screen.policy import policy
from holdfast.screen.screener import compare


def read(path: Path) -> list[tuple[str, str, str, bool]]:
    """Schema, both names, and whether they are one."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    rows = csv.DictReader(lines)
    return [(row["schema"], row["one"], row["other"], row["is_match"] == "true") for row in rows]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--wrong", action="store_true", help="print the pairs that the threshold misjudges")
    arguments = parser.parse_args()
    bar = policy("default").threshold
    print(
        "| set | pairs | best F1 (at) | AUC | found at the threshold | others alerted |\n|---|---|---|---|---|---|"
    )
    for path in sorted(arguments.folder.glob("*.csv")):
        pairs = read(path)
        scores = [compare(one, other, schema)[0] for schema, one, other, _ in pairs]
        truth = [match for *_, match in pairs]
        best, at = best_f1(scores, truth)
        found = sum(score >= bar and match for score, match in zip(scores, truth, strict=True)) / sum(truth)
        false = sum(score >= bar and not match for score, match in zip(scores, truth, strict=True))
        share = false / (len(truth) - sum(truth))
        area = auc(scores, truth)
        print(
            f"| {path.stem} | {len(pairs)} | {best:.3f} ({at:.2f}) | {area:.3f} | {found:.3f} | {share:.3f} |"
        )
        for (_, one, other, match), score in zip(pairs, scores, strict=True):
            if arguments.wrong and (score >= bar) is not match:
                print(f"    {'one' if match else 'two'} {score:.3f} {one} | {other}")


if __name__ == "__main__":
    main()
