"""The fixed points of one kind under one pack: one for all listed parties, or one for each whose stakes are not added.

Where all are added there is one :class:`Level`, which stays and is changed in place. Where each person or each directive
stands alone there may be thousands of small fixed points: they are made in one pass, as runs of common columns, and one
that changes is made anew at the end of these.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from holdfast.ownership.fixpoint import CAUGHT, LISTED, Level
from holdfast.ownership.neighbourhood import grown
from holdfast.ownership.points import Column, ManyPoints, OnePoint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    import numpy.typing as npt

    from holdfast.ownership.fixpoint import Line, Sums
    from holdfast.ownership.listing import Listing
    from holdfast.ownership.neighbourhood import Neighbourhood
    from holdfast.ownership.points import Points

Group = Any
"""What listed parties have in common whose stakes are added: a directive, or being the same one."""
Run = tuple["npt.NDArray[np.int64]", "npt.NDArray[np.int32]", int]
"""Where the slots of each group begin, the slots, and what they are as members."""
ROOM = 1 << 10
"""Entries of the columns for which there is room at first."""


class Family(Protocol):
    """Who is caught, in every group."""

    def add(
        self,
        seeds: npt.NDArray[np.int32],
        listed: Mapping[int, Listing],
        ties: Mapping[int, list[int]],
    ) -> npt.NDArray[np.int32]:
        """List these parties, as they are listed; whoever is caught now and was not."""

    def remove(self, seed: int, listing: Listing) -> set[int]:
        """List this party no longer; whoever was caught and is no longer."""

    def loosen(self, entities: Collection[int], owners: Iterable[int]) -> list[int]:
        """Before the registers of these change, of which those are or will be the owners."""

    def tighten(self, entities: Collection[int], gone: list[int]) -> set[int]:
        """After they changed: whoever is caught and was not, or the other way round."""

    def is_member(self, entity: int) -> bool:
        """Whether it is caught in any group."""

    def members(self) -> npt.NDArray[np.int32]:
        """Everybody who is caught in any group."""

    def points(self) -> Points:
        """Every fixed point that has a listed party, in the order of the groups."""


class Together:
    """All listed parties are added."""

    def __init__(self, home: Neighbourhood, line: Line, controllers: Mapping[int, Iterable[int]]) -> None:
        self._level = Level(home, line, controllers)

    def add(
        self,
        seeds: npt.NDArray[np.int32],
        listed: Mapping[int, Listing],  # noqa: ARG002 - how they are listed makes no groups here
        ties: Mapping[int, list[int]],
    ) -> npt.NDArray[np.int32]:
        """See :class:`Family`."""
        return self._level.add(seeds, ties)

    def remove(self, seed: int, listing: Listing) -> set[int]:  # noqa: ARG002 - the same
        """See :class:`Family`."""
        return self._level.remove(seed)

    def loosen(self, entities: Collection[int], owners: Iterable[int]) -> list[int]:  # noqa: ARG002 - the same
        """See :class:`Family`."""
        return self._level.loosen(entities)

    def tighten(self, entities: Collection[int], gone: list[int]) -> set[int]:
        """See :class:`Family`."""
        more, fewer = self._level.tighten(entities, gone)
        return more | fewer

    def is_member(self, entity: int) -> bool:
        """See :class:`Family`."""
        return self._level.is_member(entity)

    def members(self) -> npt.NDArray[np.int32]:
        """See :class:`Family`."""
        return self._level.members()

    def points(self) -> Points:
        """See :class:`Family`."""
        return OnePoint((self._level.snapshot(),))


class Apart:
    """Each person, or each group, stands alone."""

    def __init__(
        self, home: Neighbourhood, line: Line, controllers: Mapping[int, Iterable[int]], *, by_person: bool
    ) -> None:
        self._home = home
        self._line = line
        self._controllers = controllers
        self._by_person = by_person
        self._number: dict[Group, int] = {}
        """Of each group, in the order of first being seen."""
        self._listed: dict[int, int] = {}
        """Listed party -> the number of its group."""
        self._ties: dict[int, list[int]] = {}
        self._stale: set[int] = set()
        self._wide: dict[int, dict[int, Sums]] = {}
        self._runs = {name: np.zeros((2, 0), np.int64) for name in ("member", "touch")}
        """Where each group's run begins and ends, in the columns of that name."""
        self._columns = {"member": np.zeros(ROOM, np.int32), "touch": np.zeros(ROOM, np.int32)}
        self._sums = tuple(np.zeros(2 * ROOM, np.int64) for _ in range(2))
        self._ends = (0, 0, 0)
        self._scratch: tuple[npt.NDArray[Any], ...] = ()
        self._stamps = np.zeros(0, np.int32)
        self._caught = np.zeros(0, np.int32)
        """In how many groups each slot is caught."""

    def add(
        self,
        seeds: npt.NDArray[np.int32],
        listed: Mapping[int, Listing],
        ties: Mapping[int, list[int]],
    ) -> npt.NDArray[np.int32]:
        """See :class:`Family`."""
        self._ties |= ties
        places = seeds.tolist()
        keys = places if self._by_person else [listed[seed].group for seed in places]
        numbers = [self._number.setdefault(key, len(self._number)) for key in keys]
        self._listed.update(zip(places, numbers, strict=True))
        return self._renew(set(numbers))

    def remove(self, seed: int, listing: Listing) -> set[int]:  # noqa: ARG002 - the group is known
        """See :class:`Family`."""
        number = self._listed.pop(seed, None)
        if number is None:
            return set()
        self._ties.pop(seed, None)
        return set(self._renew({number}).tolist())

    def loosen(self, entities: Collection[int], owners: Iterable[int]) -> list[int]:
        """See :class:`Family`."""
        slots = self._home.slots_of(np.array([*entities, *owners], np.int32))
        slots = slots[slots > 0]
        for name in self._columns:
            self._stale.update(self._column(name).runs_with(slots).tolist())
        return []

    def tighten(self, entities: Collection[int], gone: list[int]) -> set[int]:  # noqa: ARG002 - all stale groups are made anew
        """See :class:`Family`."""
        stale, self._stale = self._stale, set()
        return set(self._renew(stale).tolist())

    def is_member(self, entity: int) -> bool:
        """See :class:`Family`."""
        slot = self._home.slot_of(entity)
        return bool(slot < self._caught.size and self._caught[slot])

    def members(self) -> npt.NDArray[np.int32]:
        """See :class:`Family`."""
        return self._home.party[np.flatnonzero(self._caught)]

    def points(self) -> Points:
        """See :class:`Family`."""
        sizes = np.bincount(list(self._listed.values()), minlength=len(self._number))
        order = [number for _, number in sorted(self._number.items()) if sizes[number]]
        places = {number: place for place, number in enumerate(order)} if self._wide else {}
        member, touch = (self._column(name, order) for name in ("member", "touch"))
        return ManyPoints(
            graph=self._home.graph,
            party=self._home.party,
            slot_of=self._home.slot_of,
            member=member,
            seeds=sizes[order],
            touch=touch,
            sums=self._sums,
            totals=self._home.totals(),
            wide={places[number]: held for number, held in self._wide.items()},
        )

    def _column(self, name: str, groups: list[int] | None = None) -> Column:
        first, last = self._runs[name] if groups is None else self._runs[name][:, groups]
        return Column(self._columns[name], first.copy(), last.copy())

    def _renew(self, groups: Collection[int]) -> npt.NDArray[np.int32]:
        """Make these fixed points anew; whose being caught changed."""
        if not groups:
            return np.zeros(0, np.int32)
        numbers = np.array(sorted(groups), np.int64)
        before = self._counts(numbers)
        lacking = len(self._number) - self._runs["member"].shape[1]
        for name, runs in self._runs.items():
            self._runs[name] = np.concatenate([runs, np.zeros((2, lacking), np.int64)], axis=1)
        for number in self._wide.keys() & groups:
            del self._wide[number]
        self._solve(numbers)
        after = self._counts(numbers)
        self._caught = grown(self._caught, max(self._home.room, self._caught.size))
        was = self._caught > 0
        self._caught[: after.size] += after
        self._caught[: before.size] -= before
        return self._home.party[np.flatnonzero(was != (self._caught > 0))]

    def _counts(self, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
        """In how many of these groups each slot is caught."""
        runs = self._runs["member"]
        first, last = runs[:, numbers[numbers < runs.shape[1]]]
        column = Column(self._columns["member"], first, last)
        return np.bincount(column.slots[column.live]).astype(np.int32)

    def _solve(self, numbers: npt.NDArray[np.int64]) -> None:
        """Run the kernel over these groups, as often as it asks for room or for edges."""
        plan = self._plan(numbers)
        member_last, touch_last = np.zeros(numbers.size, np.int64), np.zeros(numbers.size, np.int64)
        begin = self._ends
        group = 0
        while True:
            self._make_room()
            group, self._ends, lacking = self._home.graph.functions["spread_apart"](
                group,
                numbers.size,
                plan,
                self._home.day,
                self._home.graph.columns,
                self._home.graph.over.columns,
                self._home.near,
                self._home.edges,
                self._line.rule,
                self._scratch,
                self._stamps,
                (self._columns["member"], member_last, self._columns["touch"], touch_last, *self._sums),
                self._ends,
            )
            if group == numbers.size:
                break
            if lacking < 0:
                self._columns = {
                    name: grown(column, max(ROOM, 2 * column.size)) for name, column in self._columns.items()
                }
                self._sums = tuple(grown(column, 2 * self._columns["touch"].size) for column in self._sums)
            else:
                self._home.expand(self._columns["member"][self._ends[0] : self._ends[0] + lacking].copy())
        for name, start, last in (("member", begin[0], member_last), ("touch", begin[1], touch_last)):
            self._runs[name][:, numbers] = np.concatenate([[start], last[:-1]]), last
        self._solve_wide(numbers)

    def _plan(self, numbers: npt.NDArray[np.int64]) -> tuple[Run, Run]:
        """Who is listed in these groups, and whom they carry along."""
        seeds, groups = self._seeds(numbers)
        begins = np.searchsorted(groups, np.append(numbers, len(self._number)))
        ties: list[int] = []
        tie_begins = np.zeros_like(begins)
        for place in range(numbers.size) if self._ties else ():
            for seed in seeds[begins[place] : begins[place + 1]].tolist():
                ties += self._ties.get(seed, ())
            tie_begins[place + 1] = len(ties)
        tied = self._home.place(np.array(ties, np.int32))
        return (begins, self._home.place(seeds), LISTED), (tie_begins, tied, CAUGHT)

    def _seeds(self, numbers: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """Who is listed in these groups, and in which, in order."""
        seeds = np.fromiter(self._listed, np.int32, len(self._listed))
        groups = np.fromiter(self._listed.values(), np.int64, len(self._listed))
        asked = np.zeros(len(self._number), np.bool_)
        asked[numbers] = True
        seeds, groups = seeds[asked[groups]], groups[asked[groups]]
        order = np.lexsort((seeds, groups))
        return seeds[order], groups[order]

    def _make_room(self) -> None:
        size = self._home.room
        if size > self._stamps.size:
            self._stamps = grown(self._stamps, size)
            self._scratch = (
                np.zeros(size, np.uint8),
                np.zeros(size, np.int32),
                np.zeros(2 * size, np.int64),
                np.zeros(2 * size, np.int64),
            )

    def _solve_wide(self, numbers: npt.NDArray[np.int64]) -> None:
        """Solve again the groups that hold in registers which are decided by exact fractions."""
        touch = self._column("touch", numbers.tolist())
        wide = np.flatnonzero(self._home.whole[touch.slots[touch.live]] == 0)
        places = np.unique(np.searchsorted(np.cumsum(touch.last - touch.first), wide, "right"))
        for number in numbers[places].tolist():
            level = Level(self._home, self._line, self._controllers)
            level.add(self._seeds(np.array([number]))[0], self._ties)
            self._keep(number, level)

    def _keep(self, number: int, level: Level) -> None:
        """Put the outcome of a level in place of a group's."""
        point = level.snapshot()
        self._wide[number] = dict(point.wide)
        touched = np.flatnonzero(point.held_any)
        pairs = (2 * touched[:, None] + np.arange(2)).ravel()
        slots = {"member": self._home.slots_of(point.members), "touch": touched.astype(np.int32)}
        sums = [
            np.concatenate([old[: 2 * self._ends[1]], new[pairs]])
            for old, new in zip(self._sums, point.sums, strict=False)
        ]
        for name, begin in zip(slots, self._ends, strict=False):
            self._columns[name] = np.concatenate([self._columns[name][:begin], slots[name]])
            self._runs[name][:, number] = begin, begin + slots[name].size
        self._sums = tuple(sums)
        self._ends = (self._columns["member"].size, self._columns["touch"].size, self._ends[2])


def controllers_of(control: Mapping[int, list[int]]) -> dict[int, list[int]]:
    """Control the other way round: who carries an entity along."""
    found: dict[int, list[int]] = defaultdict(list)
    for controller, targets in control.items():
        for target in targets:
            found[target].append(controller)
    return found
