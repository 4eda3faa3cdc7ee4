"""The ownership graph as columns: who holds how much of whom, when, under which right.

Shares are integers in a unit of their own for each register (each owned entity): the least common denominator of its
entries, so that ``1/6`` and ``16.67`` percent are both exact. "More than 25 percent" is kept apart from "25 percent" by
splitting the unit into grains and adding one. A register whose denominators are too wild for 64 bits keeps its exact
fractions beside the columns and is decided by them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any

import numpy as np

from holdfast.ownership.kernel import PLAIN, compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import numpy.typing as npt

    from holdfast.model.holding import Holding
    from holdfast.model.origin import Origin

RIGHTS = {"shares": 0, "votes": 1}
"""Place of a right in the columns."""
OPEN_START, OPEN_END = -(2**31), 2**31 - 1
"""Days that stand for no first and no last day."""
WIDEST = 1 << 40
"""Greatest unit of a register; beyond it the register is wide."""
HAIR = Fraction(1, 10**30)
"""What "more than" adds to a bound in a wide register."""
SMALL = 200_000
"""Up to so many holdings Python is done before a compiler would have been loaded."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Holdings sorted by owner, with an index by owned entity. All arrays may be memory-mapped."""

    names: Sequence[str]
    number: Mapping[str, int]
    """Place of each name."""
    owner: npt.NDArray[np.int32]
    owned: npt.NDArray[np.int32]
    low: npt.NDArray[np.int64]
    """At least so many units of the owned entity's register."""
    high: npt.NDArray[np.int64]
    right: npt.NDArray[np.int8]
    start: npt.NDArray[np.int32]
    """First day in force, as a proleptic ordinal (:meth:`datetime.date.toordinal`)."""
    end: npt.NDArray[np.int32]
    out_start: npt.NDArray[np.int64]
    in_start: npt.NDArray[np.int64]
    in_row: npt.NDArray[np.int32]
    """Rows in order of the owned entity."""
    unit: npt.NDArray[np.int64]
    """Units that make the whole of a register; 0 for a wide one."""
    grain: npt.NDArray[np.int32]
    """Units in the smallest stated share; a share is read to that grain, the rest says open or closed."""
    wide: Mapping[int, tuple[Fraction, Fraction]] = field(default_factory=dict)
    """Exact bounds of the rows of wide registers."""
    origins: Sequence[Origin | None] = ()
    """Where each row stands in the user's file; empty when nobody kept it."""
    flags: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """What the record says of a row, for the few rows that say anything."""
    has_ends: bool = False
    """Whether any stake has a last day."""

    @property
    def columns(self) -> tuple[npt.NDArray[Any], ...]:
        """What :mod:`holdfast.ownership.kernel` reads, in its order."""
        return (
            self.out_start,
            self.owner,
            self.owned,
            self.low,
            self.high,
            self.right,
            self.start,
            self.end,
            self.in_start,
            self.in_row,
            self.unit,
        )

    @property
    def functions(self) -> dict[str, Callable[..., Any]]:
        """The kernel, compiled when the graph is worth it."""
        return compiled() if self.owner.size > SMALL else PLAIN

    def register(self, entity: int, day: int | None = None) -> list[int]:
        """Rows of who holds the entity, on that day or ever."""
        rows = self.in_row[self.in_start[entity] : self.in_start[entity + 1]].tolist()
        return [row for row in rows if self.in_force(row, day)]

    def stakes(self, owner: int, day: int | None = None) -> list[int]:
        """Rows of what the owner holds, on that day or ever."""
        rows = range(int(self.out_start[owner]), int(self.out_start[owner + 1]))
        return [row for row in rows if self.in_force(row, day)]

    def in_force(self, row: int, day: int | None) -> bool:
        """Whether the row counts on that day; always when no day is asked."""
        return day is None or bool(self.start[row] <= day <= self.end[row])

    def bounds(self, row: int) -> tuple[Fraction, Fraction]:
        """The stake as stated: least and greatest share of the whole."""
        if row in self.wide:
            return self.wide[row]
        entity = int(self.owned[row])
        return self.share(entity, int(self.low[row])), self.share(entity, int(self.high[row]), up=True)

    def share(self, entity: int, units: int, *, up: bool = False) -> Fraction:
        """Units of a register as a share of the whole, read to the register's grain."""
        grain, unit = int(self.grain[entity]), int(self.unit[entity])
        grains = -(-units // grain) if up else units // grain
        return Fraction(grains * grain, unit)

    def origin(self, row: int) -> Origin | None:
        """Where the row stands in the user's file."""
        return self.origins[row] if len(self.origins) else None


def build_graph(holdings: Iterable[Holding], extra_names: Iterable[str] = ()) -> Graph:
    """The graph of these holdings, in any order; ``extra_names`` are parties that may hold nothing."""
    items = list(holdings)
    number: dict[str, int] = {}
    for item in items:
        number.setdefault(item.owner, len(number))
        number.setdefault(item.owned, len(number))
    for name in extra_names:
        number.setdefault(name, len(number))
    owned = np.fromiter((number[item.owned] for item in items), np.int32, len(items))
    unit, grain, wide_entities = _units(items, owned, len(number))
    low = np.zeros(len(items), np.int64)
    high = np.zeros(len(items), np.int64)
    wide: dict[int, tuple[Fraction, Fraction]] = {}
    for row, (item, entity) in enumerate(zip(items, owned.tolist(), strict=True)):
        if entity in wide_entities:
            wide[row] = (item.low + item.low_open * HAIR, item.high - item.high_open * HAIR)
            continue
        low[row] = int(item.low * int(unit[entity])) + item.low_open
        high[row] = int(item.high * int(unit[entity])) - item.high_open
    for entity in wide_entities:
        unit[entity] = 0
    rows = Columns(
        owner=np.fromiter((number[item.owner] for item in items), np.int32, len(items)),
        owned=owned,
        low=low,
        high=high,
        right=np.fromiter((RIGHTS[item.right] for item in items), np.int8, len(items)),
        start=np.fromiter((_ordinal(item.valid_from, OPEN_START) for item in items), np.int32, len(items)),
        end=np.fromiter((_ordinal(item.valid_to, OPEN_END) for item in items), np.int32, len(items)),
    )
    graph, order = index_columns(list(number), number, rows, unit, grain)
    place = {old: new for new, old in enumerate(order.tolist())} if wide else {}
    return replace(
        graph,
        wide={place[row]: value for row, value in wide.items()},
        origins=tuple(items[row].origin for row in order.tolist()),
        flags={new: items[old].flags for new, old in enumerate(order.tolist()) if items[old].flags},
    )


@dataclass(frozen=True, slots=True)
class Columns:
    """Holdings in any order, as :class:`Graph` has them."""

    owner: npt.NDArray[np.int32]
    owned: npt.NDArray[np.int32]
    low: npt.NDArray[np.int64]
    high: npt.NDArray[np.int64]
    right: npt.NDArray[np.int8]
    start: npt.NDArray[np.int32]
    end: npt.NDArray[np.int32]


def index_columns(
    names: Sequence[str],
    number: Mapping[str, int],
    rows: Columns,
    unit: npt.NDArray[np.int64],
    grain: npt.NDArray[np.int32],
) -> tuple[Graph, npt.NDArray[np.int32]]:
    """Sort and index columns; also the order in which the rows now stand."""
    functions = compiled() if rows.owner.size > SMALL else PLAIN
    out_start, order = functions["index"](rows.owner, len(names))
    owned = rows.owned[order]
    in_start, in_row = functions["index"](owned, len(names))
    graph = Graph(
        names=names,
        number=number,
        owner=rows.owner[order],
        owned=owned,
        low=rows.low[order],
        high=rows.high[order],
        right=rows.right[order],
        start=rows.start[order],
        end=rows.end[order],
        out_start=out_start,
        in_start=in_start,
        in_row=in_row,
        unit=unit,
        grain=grain,
        has_ends=bool((rows.end != OPEN_END).any()),
    )
    return graph, order


def _units(
    items: Sequence[Holding], owned: npt.NDArray[np.int32], count: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], set[int]]:
    """For each register its unit and grain, and which registers are wide."""
    whole: dict[int, int] = defaultdict(lambda: 1)
    opens: dict[int, int] = defaultdict(int)
    for item, entity in zip(items, owned.tolist(), strict=True):
        whole[entity] = lcm(whole[entity], item.low.denominator, item.high.denominator)
        opens[entity] += item.low_open + item.high_open
    # 1 percent and all thresholds in use divide 200 units, so a line always falls on a grain.
    unit = np.full(count, 200, np.int64)
    grain = np.ones(count, np.int32)
    wide = set()
    for entity, least in whole.items():
        grains = opens[entity] + 1
        whole_units = lcm(least, 200) * grains
        if whole_units > WIDEST:
            wide.add(entity)
            continue
        unit[entity], grain[entity] = whole_units, grains
    return unit, grain, wide


def _ordinal(day: date | None, open_end: int) -> int:
    return open_end if day is None else day.toordinal()


def day_of(ordinal: int) -> date | None:
    """The date of a column value; ``None`` for an open end."""
    return None if ordinal in {OPEN_START, OPEN_END} else date.fromordinal(int(ordinal))
