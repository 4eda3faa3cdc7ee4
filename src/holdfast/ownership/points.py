"""Fixed points to read verdicts from: one, or one for each of thousands of groups, made into objects when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, overload

import numpy as np

from holdfast.ownership.fixpoint import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import numpy.typing as npt

    from holdfast.ownership.fixpoint import Sums
    from holdfast.ownership.graph import Graph
    from holdfast.ownership.neighbourhood import Totals


class Points(Protocol):
    """The fixed points of one kind, in the order of their groups."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Snapshot]: ...

    def __getitem__(self, place: int, /) -> Snapshot: ...

    def members(self) -> npt.NDArray[np.int32]:
        """Whoever is caught in any of them, each once, sorted."""

    def touched(self) -> npt.NDArray[np.int32]:
        """Whoever a member of any of them holds a stake of; some more than once."""

    def touching(self, entity: int) -> Iterator[Snapshot]:
        """Those of which the entity is a member, or is held by one."""


class OnePoint(tuple[Snapshot, ...]):
    """A single fixed point, or none."""

    __slots__ = ()

    def members(self) -> npt.NDArray[np.int32]:
        """Whoever is caught."""
        return np.sort(self[0].members) if self else np.zeros(0, np.int32)

    def touched(self) -> npt.NDArray[np.int32]:
        """Whoever a member holds a stake of."""
        return self[0].touched if self else np.zeros(0, np.int32)

    def touching(self, entity: int) -> Iterator[Snapshot]:  # noqa: ARG002 - of many, few touch it
        """The one."""
        yield from self


@dataclass(frozen=True)
class Column:
    """Runs of slots, one for each group; what no run covers is old."""

    slots: npt.NDArray[np.int32]
    first: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]

    @cached_property
    def live(self) -> npt.NDArray[np.int64]:
        """Places that a run covers, run by run."""
        sizes = self.last - self.first
        return np.repeat(self.first - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())

    def runs_with(self, slots: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
        """Numbers of the runs in which one of these slots stands."""
        found = np.flatnonzero(np.isin(self.slots[self.live], slots))
        ends = np.cumsum(self.last - self.first)
        return np.searchsorted(ends, found, "right")


@dataclass(frozen=True)
class ManyPoints(Sequence[Snapshot]):
    """A fixed point for each group, as runs of common columns."""

    graph: Graph
    party: npt.NDArray[np.int32]
    """Party of each slot."""
    slot_of: Callable[[int], int]
    """Slot of a party, 0 when it has none."""
    member: Column
    """Members of each group in order of being caught."""
    seeds: npt.NDArray[np.int64]
    """How many of these were listed: they come first."""
    touch: Column
    """Of whom members hold a stake."""
    sums: tuple[npt.NDArray[np.int64], ...]
    """What they hold, by place in ``touch``: two each, at least and at most."""
    totals: Totals
    """What others hold, by slot."""
    wide: Mapping[int, Mapping[int, Sums]] = field(default_factory=dict)
    """By group: what members hold in entities that are decided by exact fractions."""

    def __len__(self) -> int:
        return self.seeds.size

    @overload
    def __getitem__(self, place: int) -> Snapshot: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Snapshot]: ...

    def __getitem__(self, place: int | slice) -> Snapshot | Sequence[Snapshot]:
        if isinstance(place, slice):
            return [self[each] for each in range(len(self))[place]]
        if not 0 <= place < len(self):
            raise IndexError(place)
        begin, end = int(self.touch.first[place]), int(self.touch.last[place])
        first = int(self.member.first[place])
        members = self.party[self.member.slots[first : self.member.last[place]]]
        slots = self.touch.slots[begin:end]
        return Snapshot(
            graph=self.graph,
            members=members,
            listed=members[: self.seeds[place]],
            wide=self.wide.get(place, {}),
            entities=self.party[slots],
            held_any=np.ones(slots.size, np.bool_),
            sums=(self.sums[0][2 * begin : 2 * end], self.sums[1][2 * begin : 2 * end]),
            slots=slots,
            totals=self.totals,
        )

    def members(self) -> npt.NDArray[np.int32]:
        """Whoever is caught in any group, each once, sorted."""
        return np.unique(self.party[self.member.slots[self.member.live]])

    def touched(self) -> npt.NDArray[np.int32]:
        """Whoever a member of any group holds a stake of."""
        return self.party[self.touch.slots[self.touch.live]]

    def touching(self, entity: int) -> Iterator[Snapshot]:
        """Those of which the entity is a member, or is held by one, in order."""
        slot = self.slot_of(entity)
        if slot:
            for place in self._places.get(slot, ()):
                yield self[place]

    @cached_property
    def _places(self) -> dict[int, list[int]]:
        """Groups by each slot that stands in them."""
        pairs = np.concatenate(
            [
                column.slots[column.live] * np.int64(len(self))
                + np.repeat(np.arange(len(self)), column.last - column.first)
                for column in (self.member, self.touch)
            ]
        )
        found: dict[int, list[int]] = {}
        for pair in np.unique(pairs).tolist():
            found.setdefault(pair // len(self), []).append(pair % len(self))
        return found
