"""From holdings in the order of their rows to the indexed graph."""

from __future__ import annotations

from math import lcm
from typing import TYPE_CHECKING, Any

import numpy as np

from holdfast.model.stakes import OPEN_END, Stakes, exact_bounds
from holdfast.ownership.graph import SMALL, Graph
from holdfast.ownership.kernel import PLAIN, compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from fractions import Fraction

    import numpy.typing as npt

    from holdfast.model.holding import Holding
    from holdfast.model.origin import Origin
    from holdfast.model.stakes import Bounds

WIDEST = 1 << 59
"""Units that all stakes of a register may come to together; a register that needs more is wide."""
LEAST = 200
"""1 percent and all thresholds in use divide 200 units, so a line always falls on a unit."""


def build_graph(holdings: Iterable[Holding], extra_names: Iterable[str] = ()) -> Graph:
    """The graph of these holdings, in any order; ``extra_names`` are parties that may hold nothing."""
    stakes = Stakes.of(holdings)
    count = len(stakes.names)
    functions = compiled() if len(stakes) > SMALL else PLAIN
    _, by_owned = functions["index"](stakes.column("owned"), count)
    _, by_owner = functions["index"](stakes.column("owner")[by_owned], count)
    order = by_owned[by_owner]
    del by_owned, by_owner
    owner, owned, share = (stakes.column(name)[order] for name in ("owner", "owned", "share"))
    out_start = _run_starts(owner, count)
    in_start, in_row = functions["index"](owned, count)
    table = _Table(stakes.shares)
    unit, grain = table.units(owned, share, in_start, functions)
    end = stakes.column("end")[order]
    low, high = table.amounts(unit[owned], share)
    graph = Graph(
        names=stakes.names,
        number=stakes.number,
        owner=owner,
        owned=owned,
        low=low,
        high=high,
        right=stakes.column("right")[order],
        start=stakes.column("start")[order],
        end=end,
        out_start=out_start,
        in_start=in_start,
        in_row=in_row,
        unit=unit,
        grain=grain,
        wide=table.exact(np.flatnonzero(unit[owned] == 0), share),
        origins=Origins(stakes, order),
        flags=_reordered(stakes.flags, order),
        has_ends=bool((end != OPEN_END).any()),
    )
    return graph.with_names(extra_names)


class Origins:
    """Where each row of the graph stands in the user's file."""

    def __init__(self, stakes: Stakes, order: npt.NDArray[np.int32]) -> None:
        self._stakes, self._order = stakes, order

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, row: int) -> Origin | None:
        return self._stakes.origin(int(self._order[row]))


class _Table:
    """The shares that occur, as numerators and denominators."""

    def __init__(self, shares: Sequence[Bounds]) -> None:
        self.shares = shares
        wholes = [lcm(share.low.denominator, share.high.denominator, LEAST) for share in shares]
        tame = [whole <= WIDEST for whole in wholes]
        self.whole = np.array([whole if ok else 0 for whole, ok in zip(wholes, tame, strict=True)], np.int64)
        self.opens = np.array([share.low_open + share.high_open for share in shares], np.int64)
        self.low, self.high = (
            np.array(
                [
                    int(getattr(share, side) * whole) if ok else 0
                    for share, whole, ok in zip(shares, wholes, tame, strict=True)
                ],
                np.int64,
            )
            for side in ("low", "high")
        )
        self.low_open = np.array([share.low_open for share in shares], np.int64)
        self.high_open = np.array([share.high_open for share in shares], np.int64)

    def units(
        self,
        owned: npt.NDArray[np.int32],
        share: npt.NDArray[np.int32],
        in_start: npt.NDArray[np.int64],
        functions: Mapping[str, Callable[..., Any]],
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        """For each register its unit and grain; the unit of a wide one is 0."""
        count = in_start.size - 1
        unit = np.full(count, LEAST, np.int64)
        opens = np.zeros(count, np.int64)
        if self.opens.any():
            opens = np.bincount(owned, weights=self.opens[share], minlength=count).astype(np.int64)
        room = WIDEST // np.maximum(np.diff(in_start), 1) // (opens + 1)
        functions["fill_units"](owned, share, self.whole, room, unit)
        unit[unit > room] = 0
        return unit * (opens + 1), (opens + 1).astype(np.int32)

    def amounts(
        self, unit: npt.NDArray[np.int64], share: npt.NDArray[np.int32]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Least and greatest units of each row, whose register has that unit."""
        times = unit // np.maximum(self.whole, 1)[share]
        low = self.low[share] * times
        high = self.high[share] * times
        if self.opens.any():
            low += self.low_open[share] * (unit > 0)
            high -= self.high_open[share] * (unit > 0)
        return low, high

    def exact(
        self, rows: npt.NDArray[np.int64], share: npt.NDArray[np.int32]
    ) -> dict[int, tuple[Fraction, Fraction]]:
        """The bounds of rows in wide registers."""
        return {row: exact_bounds(self.shares[share[row]]) for row in rows.tolist()}


def _run_starts(keys: npt.NDArray[np.int32], count: int) -> npt.NDArray[np.int64]:
    """Where each key's run starts in a sorted column."""
    starts = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(keys, minlength=count), out=starts[1:])
    return starts


def _reordered(flags: dict[int, tuple[str, ...]], order: npt.NDArray[np.int32]) -> dict[int, tuple[str, ...]]:
    if not flags:
        return {}
    place = np.empty_like(order)
    place[order] = np.arange(order.size, dtype=order.dtype)
    return {int(place[row]): said for row, said in sorted(flags.items())}
