"""The ownership engine against the brute-force reference of the tests, on many random graphs under all packs.

python benchmarks/ownership_agreement.py [GRAPHS] [SEED]
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from ownership_reference import difference

SHOWN = 3


def main(graphs: int = 1000, seed: int = 1) -> None:
    differ = 0
    for number in range(graphs):
        if told := difference(number, seed):
            differ += 1
            if differ <= SHOWN:
                print(told)
        if number % 10_000 == 9_999:
            print(f"{number + 1:,} graphs, {differ} differ", flush=True)
    print(f"{differ} of {graphs:,} graphs differ, seed {seed}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
