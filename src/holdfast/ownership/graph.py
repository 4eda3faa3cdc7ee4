"""The ownership graph as columns: who holds how much of whom, when, under which right.

Shares are integers in a unit of their own for each register (each owned entity): the least common denominator of its
entries, so that ``1/6`` and ``16.67`` percent are both exact. "More than 25 percent" is kept apart from "25 percent" by
splitting the unit into grains and adding one. A register whose denominators are too wild for 64 bits keeps its exact
fractions beside the columns and is decided by them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import chain
from math import lcm
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from holdfast.model.names import NameBook, Numbers
from holdfast.ownership.kernels import PLAIN, compiled
from holdfast.ownership.overlay import Overlay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import numpy.typing as npt

    from holdfast.model.holding import Holding
    from holdfast.model.origin import Origin

SMALL = 200_000
"""Up to so many holdings Python is done before a compiler would have been loaded."""


class Places(Protocol):
    """Where rows stand in the user's file."""

    def __len__(self) -> int: ...

    def __getitem__(self, row: int, /) -> Origin | None: ...


@dataclass(frozen=True)
class Graph:
    """Holdings in order of their owner and, for each owner, of the owned entity. All arrays may be memory-mapped."""

    names: NameBook
    rows: npt.NDArray[np.void]
    """Holdings, as :data:`~holdfast.ownership.rowtypes.ROW`."""
    parties: npt.NDArray[np.void]
    """Parties by number and at least one more, as :data:`~holdfast.ownership.rowtypes.PARTY`; the last are nobody's."""
    in_row: npt.NDArray[np.int32]
    """Rows in order of the owned entity."""
    shares: npt.NDArray[np.void]
    """Bounds that rows have, as :data:`~holdfast.ownership.rowtypes.SHARE`."""
    wide: Mapping[int, tuple[Fraction, Fraction]] = field(default_factory=dict)
    """Exact bounds of the rows of wide registers."""
    origins: Places = ()
    """Where each row stands in the user's file; empty when nobody kept it."""
    flags: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """What the record says of a row, for the few rows that say anything."""
    has_ends: bool = False
    """Whether any stake has a last day."""
    over: Overlay = field(default_factory=lambda: Overlay(0, 0))
    """What is read otherwise than the columns have it."""

    @cached_property
    def number(self) -> Mapping[str, int]:
        """Place of each name."""
        return Numbers(self.names)

    @cached_property
    def _cells(self) -> dict[str, npt.NDArray[Any]]:
        """The rows by column: views, which are read faster than a record."""
        return {name: self.rows[name] for name in self.rows.dtype.names or ()}

    @property
    def columns(self) -> tuple[npt.NDArray[Any], ...]:
        """What :mod:`holdfast.ownership.kernels` reads, in its order."""
        return (self.rows, self.parties, self.in_row, self.shares)

    @property
    def owner(self) -> npt.NDArray[np.int32]:
        """Who holds, by row."""
        return self.rows["owner"]

    @property
    def owned(self) -> npt.NDArray[np.int32]:
        """Of whom it is a stake, by row."""
        return self.rows["owned"]

    @property
    def unit(self) -> npt.NDArray[np.int64]:
        """Units that make the whole of a register; 0 for a wide one."""
        return self.parties["unit"]

    @property
    def grain(self) -> npt.NDArray[np.int32]:
        """Units in the smallest stated share; a share is read to that grain, the rest says open or closed."""
        return self.parties["grain"]

    @property
    def functions(self) -> dict[str, Callable[..., Any]]:
        """The kernel, compiled when the graph is worth it."""
        return compiled() if self.rows.size > SMALL else PLAIN

    def with_names(self, more: Iterable[str]) -> Graph:
        """The same graph with places for parties that hold nothing and are held by nobody."""
        new = [name for name in dict.fromkeys(more) if name not in self.number]
        if not new:
            return self
        return self.with_book(self.names.with_more(new))

    def with_book(self, names: NameBook) -> Graph:
        """The same graph with a book that goes on where its own ends."""
        parties = self.parties
        if len(names) >= parties.size:
            parties = np.concatenate([parties, np.repeat(parties[-1:], len(names) + 1 - parties.size)])
        return replace(self, names=names, parties=parties)

    def places(self, names: Sequence[str]) -> npt.NDArray[np.int32]:
        """The number of each name; -1 where the graph does not know it."""
        return self.names.find_all(names)

    def overlaid(self) -> Graph:
        """The same columns with an overlay of its own, empty yet."""
        return replace(self, over=Overlay(self.rows.size, len(self.names)))

    def fits(self, entity: int, holding: Holding) -> bool:
        """Whether the register of the entity has a unit in which the share is a whole number."""
        unit = int(self.unit[entity]) // int(self.grain[entity])
        whole = lcm(holding.low.denominator, holding.high.denominator)
        return unit > 0 and unit % whole == 0 and not (holding.low_open or holding.high_open)

    def register(self, entity: int, day: int | None = None) -> list[int]:
        """Rows of who holds the entity, on that day or ever."""
        rows = self.stated_register(entity)
        return [row for row in chain(rows, self.over.rows_of("owned", entity)) if self.in_force(row, day)]

    def stated_register(self, entity: int) -> list[int]:
        """Rows of who holds the entity or held it, without what is laid over them."""
        first, last = int(self.parties[entity]["held"]), int(self.parties[entity + 1]["held"])
        rows: list[int] = self.in_row[first:last].tolist()
        return rows

    def stakes(self, owner: int, day: int | None = None) -> list[int]:
        """Rows of what the owner holds, on that day or ever."""
        rows = range(int(self.parties[owner]["out"]), int(self.parties[owner + 1]["out"]))
        return [row for row in chain(rows, self.over.rows_of("owner", owner)) if self.in_force(row, day)]

    def in_force(self, row: int, day: int | None) -> bool:
        """Whether the row counts on that day; when no day is asked, whether it counts at all."""
        if row in self.over.struck:
            return False
        return day is None or self.cell("start", row) <= day <= self.cell("end", row)

    def cell(self, column: str, row: int) -> int:
        """What a row, the graph's or an extra one, has in a column."""
        if row < self.rows.size:
            if column in {"low", "high"}:
                return int(self.shares[column][self._cells["share"][row]])
            return int(self._cells[column][row])
        return int(self.over.extras[row - self.rows.size][column])

    def owner_of(self, row: int) -> int:
        """Who holds the stake."""
        return self.cell("owner", row)

    def owned_of(self, row: int) -> int:
        """Of whom it is a stake."""
        return self.cell("owned", row)

    def right_of(self, row: int) -> int:
        """Which right it is, as in :data:`holdfast.model.stakes.RIGHTS`."""
        return self.cell("right", row)

    def bounds(self, row: int) -> tuple[Fraction, Fraction]:
        """The stake as stated: least and greatest share of the whole."""
        exact = self.wide.get(row) or self.over.wide.get(row)
        if exact is not None:
            return exact
        entity = self.owned_of(row)
        return self.share(entity, self.cell("low", row)), self.share(entity, self.cell("high", row), up=True)

    def is_wide(self, row: int) -> bool:
        """Whether the row is of a register that is decided by exact fractions."""
        return int(self.unit[self.owned_of(row)]) == 0

    def is_open(self, row: int) -> bool:
        """Whether the stake is more than its least share, as ``more than 50`` is."""
        return not self.is_wide(row) and self.cell("low", row) % int(self.grain[self.owned_of(row)]) > 0

    def share(self, entity: int, units: int, *, up: bool = False) -> Fraction:
        """Units of a register as a share of the whole, read to the register's grain."""
        grain, unit = int(self.grain[entity]), int(self.unit[entity])
        grains = -(-units // grain) if up else units // grain
        return _fraction(grains * grain, unit)

    def origin(self, row: int) -> Origin | None:
        """Where the row stands in the user's file."""
        stated = self.stated(row)
        return self.origins[stated] if len(self.origins) and stated >= 0 else None

    def flags_of(self, row: int) -> tuple[str, ...]:
        """What the record says of the row."""
        return self.flags.get(self.stated(row), ())

    def stated(self, row: int) -> int:
        """The row of the columns that a row is, or is like; -1 for a stake that is in no register."""
        return row if row < self.rows.size else self.over.like[row - self.rows.size]


_fraction = lru_cache(maxsize=1 << 12)(Fraction)
"""The shares of a register are few, and each is asked for often."""
