"""Ownership graphs of any size in the shape of real ones.

Nothing real with percentages and of that size can be had freely, so the shape is taken from two samples: OFAC's "Linked To"
remarks (6,367 edges, 3 May 2024) for depth, owners a company has, and companies an owner has; and 354 shareholdings of
the UK register of control in BODS (August 2026) for bands, votes beside shares, and stakes that have ended. `python
benchmarks/ownership_shapes.py DIR` measures the same figures again, where DIR holds `ofac_linked_to_2024-05-03.csv` and
`bods_edges_flat.csv`.

What is assumed: half of the registers state exact shares of two decimals and half bands; a band of shares has a like one of
votes beside it; owners of one company share what there is; one stake in a thousand closes a loop.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.model.mapped import load, save
from holdfast.model.names import NameBook
from holdfast.model.stakes import KINDS, OPEN_END, OPEN_START, Bounds, Stakes

DEPTHS = [3636, 1325, 457, 205, 77, 14, 81, 2, 6, 2]
"""Companies by the longest chain above them, 1 to 10 (OFAC)."""
ROOTS = 0.167
"""Parties that nobody owns, for each owned one (OFAC: 973 for 5,805)."""
OWNERS = [0.945, 0.039, 0.009, 0.003, 0.004]
"""Companies with 1, 2, 3, 4, 5 owners (OFAC; the few with up to 16 count as 5)."""
MIDDLE = 0.12
"""Owned companies that own others themselves (OFAC: 700 of 5,816)."""
OWNED = [
    (0.529, 1),
    (0.161, 2),
    (0.091, 3),
    (0.055, 4),
    (0.064, 6),
    (0.05, 10),
    (0.03, 20),
    (0.015, 44),
    (0.005, 130),
]
"""How many companies owners have (OFAC: mean 3.83, 99th percentile 44, greatest 130)."""
BANDS = [(296, 75, 100), (7, 50, 75), (51, 25, 50)]
"""Bands of shareholdings (UK)."""
ENDED = 63 / 354
"""Stakes that have ended (UK)."""
FIRST_DAY, LAST_DAY = 733773, 739945
"""1 January 2010 and 23 November 2026."""
LOOPS = 0.001


def number_names(count: int) -> NameBook:
    """``P0``, ``P1``, …: names as short as they can be, kept as those of a real register are."""
    texts = pc.binary_join_element_wise("P", pa.array(np.arange(count)).cast(pa.string()), "")
    _, offsets, content = texts.buffers()
    return NameBook(
        np.frombuffer(offsets, np.int32)[: count + 1].astype(np.int64), np.frombuffer(content, np.uint8)
    )


@dataclass(frozen=True)
class Shape:
    """A register of holdings."""

    stakes: Stakes
    owners: np.ndarray
    """Whoever holds something."""


def save_shape(shape: Shape, folder: Path) -> None:
    """Write the columns, so that a process that measures does not hold what making them takes."""
    stakes, names = shape.stakes, shape.stakes.names
    save(folder, owners=shape.owners, **{name: stakes.column(name) for name in KINDS})
    save(folder, offsets=names.offsets, content=names.content)
    low, high = (
        np.array([int(getattr(share, side) * 10_000) for share in stakes.shares]) for side in ("low", "high")
    )
    save(folder, shares=np.stack([low, high]))


def open_shape(folder: Path) -> Shape:
    """The same columns, mapped."""
    stakes = Stakes()
    stakes.names = NameBook(load(folder, "offsets"), load(folder, "content"))
    stakes.shares = [
        Bounds(Fraction(low, 10_000), Fraction(high, 10_000))
        for low, high in load(folder, "shares").T.tolist()
    ]
    stakes.columns = {name: load(folder, name) for name in KINDS}
    return Shape(stakes, load(folder, "owners"))


def make(holdings: int, seed: int) -> Shape:
    """About so many holdings, always the same for one seed."""
    dice = np.random.default_rng(seed)
    # A company has 1.09 owners on average, and half of the registers state votes beside shares.
    companies = int(holdings / 1.09 / 1.5)
    roots = int(companies * ROOTS)
    depth = np.sort(dice.choice(len(DEPTHS), companies, p=np.array(DEPTHS) / sum(DEPTHS))) + 1
    first = np.searchsorted(depth, np.arange(1, len(DEPTHS) + 2))
    pools = [_weights(roots, 1.0, dice)]
    pools += [_weights(int(last - start), MIDDLE, dice) for start, last in pairwise(first)]
    start_of = np.concatenate([[0], roots + first])
    count = dice.choice(len(OWNERS), companies, p=OWNERS) + 1
    owned = np.repeat(np.arange(companies), count)
    place = np.arange(owned.size) - np.repeat(np.cumsum(count) - count, count)
    above = np.where(place == 0, depth[owned] - 1, (dice.random(owned.size) * depth[owned]).astype(int))
    owner = np.empty(owned.size, np.int64)
    for level, pool in enumerate(pools):
        rows = np.flatnonzero(above == level)
        if pool.size and rows.size:
            owner[rows] = start_of[level] + np.searchsorted(pool, dice.random(rows.size) * pool[-1], "right")
        elif rows.size:
            owner[rows] = dice.integers(0, roots, rows.size)
    target = owned + roots
    loops = np.flatnonzero(dice.random(owner.size) < LOOPS)
    owner[loops] = target[dice.integers(0, target.size, loops.size)]
    return _columns(owner, target, count[owned], dice, roots + companies)


def _weights(size: int, share: float, dice: np.random.Generator) -> np.ndarray:
    """Cumulative weights of a layer: few of its parties own others, and some of those own many."""
    odds, sizes = (np.array(column) for column in zip(*OWNED, strict=True))
    weight = sizes[dice.choice(len(sizes), size, p=odds / odds.sum())] * (dice.random(size) < share)
    if size and not weight.any():
        weight[0] = 1
    return np.cumsum(weight)


def _columns(
    owner: np.ndarray, owned: np.ndarray, holders: np.ndarray, dice: np.random.Generator, parties: int
) -> Shape:
    banded = dice.random(parties)[owned] < 0.5
    shares = [Bounds(Fraction(low, 100), Fraction(high, 100)) for _, low, high in BANDS]
    exact = len(shares)
    shares += [Bounds(Fraction(cents, 10000), Fraction(cents, 10000)) for cents in range(10001)]
    counts = np.array([count for count, _, _ in BANDS])
    band = dice.choice(len(BANDS), owner.size, p=counts / counts.sum())
    band[holders > 1] = len(BANDS) - 1
    cents = (10000 * dice.beta(2, 1, owner.size) / holders).astype(np.int64)
    cents[dice.random(owner.size) < 0.4] = 10000
    share = np.where(banded, band, exact + np.minimum(cents, 10000 // holders))
    start = dice.integers(FIRST_DAY, LAST_DAY, owner.size)
    start[dice.random(owner.size) < 0.3] = OPEN_START
    end = np.where(
        dice.random(owner.size) < ENDED,
        np.minimum(np.maximum(start, FIRST_DAY) + dice.integers(30, 4000, owner.size), LAST_DAY),
        OPEN_END,
    )
    twins = np.flatnonzero(banded)
    order = dice.permutation(owner.size + twins.size)

    def column(values: np.ndarray, kind: str) -> np.ndarray:
        return np.concatenate([values, values[twins]]).astype(kind)[order]

    stakes = Stakes()
    stakes.names, stakes.shares = number_names(parties), shares
    right = np.zeros(order.size, "i1")
    right[owner.size :] = 1
    stakes.columns = {
        "owner": column(owner, "i4"),
        "owned": column(owned, "i4"),
        "share": column(share, "i4"),
        "right": right[order],
        "start": column(start, "i4"),
        "end": column(end, "i4"),
        "file": np.full(order.size, -1, "i2"),
        "place": np.zeros(order.size, "i8"),
    }
    return Shape(stakes, np.unique(owner))


def measure(folder: Path) -> None:
    """Print the figures above from the samples."""
    with (folder / "ofac_linked_to_2024-05-03.csv").open(newline="") as lines:
        linked = {(row["parent_ent_num"], row["child_ent_num"]) for row in csv.DictReader(lines)}
    with (folder / "bods_edges_flat.csv").open(newline="") as lines:
        stakes = [row for row in csv.DictReader(lines) if row["interest_type"] == "shareholding"]
    above = defaultdict(list)
    for parent, child in linked:
        above[child].append(parent)
    depth: dict[str, int] = {}

    def deep(party: str, seen: tuple[str, ...] = ()) -> int:
        if party not in depth:
            found = [1 + deep(owner, (*seen, party)) for owner in above[party] if owner not in (*seen, party)]
            depth[party] = max(found, default=0)
        return depth[party]

    parties = {party for edge in linked for party in edge}
    print("depths", sorted(Counter(map(deep, parties)).items()))
    owners = Counter(Counter(child for _, child in linked).values())
    print("owners a company has", {size: round(n / owners.total(), 3) for size, n in sorted(owners.items())})
    owned = sorted(Counter(parent for parent, _ in linked).values())
    print(
        f"companies an owner has: mean {np.mean(owned):.2f}, 99 % {np.quantile(owned, 0.99):.0f}, greatest {owned[-1]}"
    )
    print("bands", Counter((row["min"], row["max"]) for row in stakes))
    print("ended", sum(bool(row["end"]) for row in stakes), "of", len(stakes))


if __name__ == "__main__":
    measure(Path(sys.argv[1]))
