"""From holdings in the order of their rows to the indexed graph."""

from __future__ import annotations

from math import lcm
from typing import TYPE_CHECKING, Any

import numpy as np

from holdfast.model.stakes import OPEN_END, Stakes, exact_bounds
from holdfast.ownership.graph import SMALL, Graph
from holdfast.ownership.kernels import PLAIN, compiled
from holdfast.ownership.rowtypes import PARTY, ROW, SHARE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import numpy.typing as npt

    from holdfast.model.holding import Holding
    from holdfast.model.origin import Origin
    from holdfast.model.stakes import Bounds

WIDEST = 1 << 59
"""Units that all stakes of a register may come to together; a register that needs more is wide."""
SPARE = 1 << 16
"""Parties that may be added later, who hold nothing, before the column of parties is copied for them."""
FEW = 1 << 14
"""Different shares of a unit for which there is room at first."""
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
    rows = np.empty(len(stakes), ROW)
    for name in ("owner", "owned", "right", "start", "end"):
        rows[name] = stakes.column(name)[order]
    room = np.zeros(count + 1 + min(count, SPARE), PARTY)
    parties = room[: count + 1]
    parties["out"] = _run_starts(rows["owner"], count)
    parties["held"], in_row = functions["index"](np.ascontiguousarray(rows["owned"]), count)
    parties["treasury"][rows["owned"][rows["owner"] == rows["owned"]]] = 1
    table = _Table(stakes.shares)
    share = stakes.column("share")[order]
    table.fill_units(parties, rows["owned"], share, functions)
    shares = table.fill_shares(rows, parties["unit"], share, functions)
    functions["note_traits"](rows, parties, in_row)
    wide = np.flatnonzero(parties["unit"][rows["owned"]] == 0)
    room[count + 1 :] = parties[-1]
    graph = Graph(
        names=stakes.names,
        rows=rows,
        parties=room,
        in_row=in_row,
        shares=shares,
        wide={row: exact_bounds(stakes.shares[share[row]]) for row in wide.tolist()},
        origins=Origins(stakes, order),
        flags=_reordered(stakes.flags, order),
        has_ends=bool((rows["end"] != OPEN_END).any()),
    )
    return graph.with_names(extra_names)


class Origins:
    """Where each row of the graph stands in the user's file."""

    def __init__(self, stakes: Stakes, order: npt.NDArray[np.int32]) -> None:
        self._stakes = stakes
        self.order = order
        """For each row of the graph, the holding that it is."""

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, row: int) -> Origin | None:
        return self._stakes.origin(int(self.order[row]))


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

    def fill_units(
        self,
        parties: npt.NDArray[np.void],
        owned: npt.NDArray[np.int32],
        share: npt.NDArray[np.int32],
        functions: Mapping[str, Callable[..., Any]],
    ) -> None:
        """Give each register its unit and grain; the unit of a wide one is 0."""
        opens = np.zeros(parties.size, np.int64)
        if self.opens.any():
            opens = np.bincount(owned, self.opens[share], parties.size).astype(np.int64)
        stakes = np.diff(parties["held"], append=owned.size)
        room = WIDEST // np.maximum(stakes, 1) // (opens + 1)
        unit = np.full(parties.size, LEAST, np.int64)
        functions["fill_units"](owned, share, self.whole, room, unit)
        unit[unit > room] = 0
        parties["unit"] = unit * (opens + 1)
        parties["grain"] = opens + 1

    def fill_shares(
        self,
        rows: npt.NDArray[np.void],
        units: npt.NDArray[np.int64],
        share: npt.NDArray[np.int32],
        functions: Mapping[str, Callable[..., Any]],
    ) -> npt.NDArray[np.void]:
        """Give each row the place of its bounds in the table of those that occur, which is returned."""
        owned, units = np.ascontiguousarray(rows["owned"]), np.ascontiguousarray(units)
        found = np.empty(rows.size, np.int32)
        room, count = FEW, -1
        while count < 0:
            pairs = np.empty(room, np.int32), np.empty(room, np.int64)
            table = np.zeros(2 * room, np.int32)
            count = int(functions["pair_up"](share, owned, units, table, pairs, found))
            room *= 4
        rows["share"] = found
        stated, unit = pairs[0][:count], pairs[1][:count]
        shares = np.zeros(count, SHARE)
        times = unit // np.maximum(self.whole, 1)[stated]
        shares["low"] = self.low[stated] * times + self.low_open[stated] * (unit > 0)
        shares["high"] = self.high[stated] * times - self.high_open[stated] * (unit > 0)
        shares["whole"] = unit
        return shares


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
