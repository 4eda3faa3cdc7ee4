"""What listed parties can reach, brought home from the graph: small, and shared by all fixed points of one day.

The graph is as large as the register, and every jump in it is a miss of the cache. Parties get a slot when they are
reached, and their edges are copied when they are first asked for; the fixed points then work on the copies.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import numpy as np

from holdfast.ownership.kernels.neighbourhood import OWN, SUMMED, seat

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt

    from holdfast.ownership.graph import Graph

SURE, PERHAPS = 2, 3
"""Kinds of an edge of control; the lesser ones are rights."""


@dataclass(frozen=True)
class Control:
    """Whom each controller carries along when caught."""

    certain: Mapping[int, list[int]] = field(default_factory=dict)
    possible: Mapping[int, list[int]] = field(default_factory=dict)
    """A superset, in the same order."""

    def edges(self) -> tuple[npt.NDArray[np.int32], ...]:
        """Controllers in order, where the run of each begins and ends, and targets and their kinds in these runs."""
        controllers = sorted(self.possible)
        targets: list[int] = []
        kinds: list[int] = []
        starts = [0]
        for controller in controllers:
            sure = set(self.certain.get(controller, ()))
            for target in self.possible[controller]:
                targets.append(target)
                kinds.append(SURE if target in sure else PERHAPS)
            starts.append(len(targets))
        return (
            np.array(controllers, np.int32),
            np.array(starts, np.int32),
            np.array(targets, np.int32),
            np.array(kinds, np.int8),
        )


class Neighbourhood:
    """Parties by slot, their registers summed, and the edges of those who were expanded."""

    def __init__(self, graph: Graph, day: int, control: Control) -> None:
        self.graph = graph
        self.day = day
        self.slots = 0
        """The last slot given; 0 is nobody's."""
        self._table = np.zeros(0, np.int32)
        """Slots, in a place that the hash of the party says; 0 where there is none."""
        self.party = np.zeros(0, np.int32)
        self._first, self._last = np.zeros(0, np.int32), np.zeros(0, np.int32)
        self.whole = np.zeros(0, np.int64)
        self._known = np.zeros(0, np.int8)
        self.sums = tuple(np.zeros(0, np.int64) for _ in range(3))
        self._edges: tuple[npt.NDArray[Any], ...] = tuple(
            np.zeros(0, kind) for kind in (np.int32, np.int8, np.int64, np.int64)
        )
        self._size = 0
        self._control = control.edges()
        self._lent: WeakSet[Totals] = WeakSet()
        self._functions = graph.functions
        self._room_for(1, 1)
        self.party[0] = self._first[0] = -1

    @property
    def room(self) -> int:
        """Slots for which there is room."""
        return self.party.size

    @property
    def near(self) -> tuple[npt.NDArray[Any], ...]:
        """As the kernel takes it."""
        return (self._table, self.party, self._first, self._last, self.whole, self._known, *self.sums)

    @property
    def edges(self) -> tuple[npt.NDArray[Any], ...]:
        """As the kernel takes them."""
        return self._edges

    def totals(self) -> Totals:
        """The registers of all slots, as they are now."""
        found = Totals(self)
        self._lent.add(found)
        return found

    def sum_up(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """What others than the party of each slot hold at least, and it itself, two a slot; a copy."""
        self.total_up(np.arange(1, self.slots + 1))
        end = 2 * self.slots + 2
        return self.sums[0][:end].copy(), self.sums[1][:end].copy()

    def total_up(self, slots: npt.NDArray[np.int64]) -> None:
        """Sum the registers of those of these slots that are not summed."""
        todo = slots[self._known[slots] != SUMMED]
        self._functions["total_up"](todo, self.day, self.graph.columns, self.graph.over.columns, self.near)

    def place(self, parties: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """The slots of these parties, new ones for those who have none."""
        self._room_for(parties.size, 0)
        found: npt.NDArray[np.int32]
        found, self.slots = self._functions["place"](
            parties, self.slots, self.graph.columns, self.graph.over.columns, self.near
        )
        return found

    def slot_of(self, party: int) -> int:
        """The slot of a party; 0 when it has none."""
        return int(self._table[seat(party, self._table, self.party)])  # type: ignore[no-untyped-call]  # of the kernel

    def slots_of(self, parties: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """The slots of these parties; 0 for who has none."""
        found: npt.NDArray[np.int32] = self._functions["find"](parties, self._table, self.party)
        return found

    def expand(self, members: npt.NDArray[np.int32]) -> None:
        """Bring home the edges of whoever among these slots is not expanded yet."""
        todo, begins, ends = self._functions["measure"](members, self.graph.columns, self.near)
        ties = self._ties(todo)
        edges = int((ends - begins).sum() + (ties[1] - ties[0]).sum()) + self.graph.over.extra + 1
        before = self.slots
        self._room_for(edges, edges)
        self._size, self.slots = map(
            int,
            self._functions["expand"](
                todo,
                begins,
                ends,
                ties,
                self.day,
                self.graph.columns,
                self.graph.over.columns,
                self.near,
                self._edges,
                self._size,
                before,
            ),
        )
        controllers = self._control[0]
        if controllers.size:
            # Who has no rows counts as expanded on arrival, but may carry others along.
            new = np.arange(before + 1, self.slots + 1)
            self._first[new[np.isin(self.party[new], controllers)]] = -1

    def settle(self) -> None:
        """Before registers change: sum for whoever was lent the totals as they are now."""
        for totals in list(self._lent):
            totals.sum_up()

    def renew(self, owners: Iterable[int], entities: Iterable[int]) -> None:
        """After the registers of these changed, of which those are or were the owners."""
        slots = self.slots_of(np.array(list(entities), np.int32))
        self._known[slots[slots > 0]] = OWN
        slots = self.slots_of(np.array(list(owners), np.int32))
        slots = slots[self._first[slots] >= 0]
        self._first[slots] = -1
        self.expand(slots)

    def _ties(self, todo: npt.NDArray[np.int32]) -> tuple[npt.NDArray[Any], ...]:
        """Whom each of these slots carries along, as the kernel takes it."""
        controllers, starts, targets, kinds = self._control
        if not controllers.size:
            none = np.zeros(todo.size, np.int32)
            return none, none, targets, kinds
        parties = self.party[todo]
        place = np.minimum(np.searchsorted(controllers, parties), controllers.size - 1)
        controls = controllers[place] == parties
        return np.where(controls, starts[place], 0), np.where(controls, starts[place + 1], 0), targets, kinds

    def _room_for(self, slots: int, edges: int) -> None:
        if self.slots + slots + 1 > self.room:
            size = max(self.slots + slots + 1, 2 * self.room)
            self.party, self._first, self._last, self.whole, self._known = (
                _longer(column, size)
                for column in (self.party, self._first, self._last, self.whole, self._known)
            )
            self.sums = tuple(_longer(column, 2 * size) for column in self.sums)
        if 3 * (self.slots + slots) > 2 * self._table.size:
            self._table = np.zeros(1 << (2 * (self.slots + slots)).bit_length(), np.int32)
            self._functions["refill"](self._table, self.party, self.slots)
        if self._size + edges > self._edges[0].size:
            size = max(self._size + edges, 2 * self._edges[0].size)
            self._edges = tuple(_longer(column, size) for column in self._edges)


class Totals:
    """What is held in the registers of all slots at a moment; summed when somebody asks, or when that is about to change."""

    def __init__(self, home: Neighbourhood) -> None:
        self._home: Neighbourhood | None = home
        self._columns = (np.zeros(0, np.int64),) * 2

    def sum_up(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """What others than the party of a slot hold at least, and it itself, two a slot."""
        if self._home is not None:
            self._columns = self._home.sum_up()
            self._home = None
        return self._columns


def _longer(column: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    """A longer copy, the rest not written yet."""
    found = np.empty(size, column.dtype)
    found[: column.size] = column
    return found


def grown(column: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    """A longer copy, the rest zeros."""
    found = np.zeros(size, column.dtype)
    found[: column.size] = column
    return found
