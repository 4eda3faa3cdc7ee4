"""One level of the rule, certain or possible, run to its least fixed point over a graph.

:class:`Level` owns the mutable arrays. It is extended by one more listed party, told of a changed register, and relieved
of a listed party, each at the cost of what that reaches; :meth:`Level.snapshot` is what verdicts are read from.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from holdfast.ownership.kernel import reaches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt

    from holdfast.ownership.graph import Graph

Sums = tuple[Fraction, Fraction, Fraction, Fraction]
"""What members hold in an entity: least and most shares, least and most votes, of the whole."""
NOTHING: Sums = (Fraction(0),) * 4
CAUGHT = 1
"""In the member column, for one who is not listed."""
ROOM = 1 << 12
"""Entities that can be reached before the arrays grow for the first time."""


@dataclass(frozen=True, slots=True)
class Line:
    """Where the line is for one level."""

    threshold: Fraction
    inclusive: bool
    possible: bool
    """Whether bounds are read in favour of reaching the line, or against it."""
    votes: bool
    """Whether votes reach it like shares; the two are never added."""

    @property
    def rule(self) -> tuple[int, int, int, int, int]:
        """As the kernel takes it."""
        return (
            int(self.possible),
            self.threshold.numerator,
            self.threshold.denominator,
            int(self.inclusive),
            0b11 if self.votes else 0b01,
        )


@dataclass(frozen=True)
class Snapshot:
    """A fixed point: who is caught, in the order of being caught, and what members hold in whom."""

    graph: Graph
    members: npt.NDArray[np.int32]
    """In order; a member is caught by those before it."""
    seeds: frozenset[int]
    """Members that were listed rather than caught."""
    wide: Mapping[int, Sums]
    """What members hold in entities whose registers are decided by exact fractions."""
    entities: npt.NDArray[np.int32]
    """Entities that members hold a stake of, in no order."""
    sums: tuple[npt.NDArray[np.int64], ...]
    """As the kernel keeps them, two for each of these entities: ``held_lo``, ``held_hi``, ``total``, ``self_lo``."""

    @cached_property
    def _order(self) -> npt.NDArray[np.int64]:
        return np.argsort(self.entities)

    @cached_property
    def touched(self) -> npt.NDArray[np.int32]:
        """Entities that members hold a stake of, sorted."""
        return self.entities[self._order]

    @cached_property
    def rank(self) -> dict[int, int]:
        """Members with their place in the order."""
        return {entity: place for place, entity in enumerate(self.members.tolist())}

    def held(self, entity: int) -> Sums:
        """What members hold in the entity."""
        if entity in self.wide:
            return self.wide[entity]
        place = int(np.searchsorted(self.touched, entity))
        if place == self.touched.size or self.touched[place] != entity:
            return NOTHING
        first = 2 * int(self._order[place])
        shares, votes = self._bounds(entity, first), self._bounds(entity, first + 1)
        return (*shares, *votes)

    def _bounds(self, entity: int, s: int) -> tuple[Fraction, Fraction]:
        """Least and most of sum ``s``; the most is limited by what the others hold at least, where that is known."""
        low, most, total, own = (int(column[s]) for column in self.sums)
        whole = int(self.graph.unit[entity])
        every = total - 1 + own
        if total and every <= whole:
            most = min(most, whole - (every - low))
        return self.graph.share(entity, low), self.graph.share(entity, most, up=True)


class Level:
    """The state of one fixed point; :mod:`holdfast.ownership.kernel` says what its arrays hold."""

    def __init__(self, graph: Graph, day: int, line: Line, control: Mapping[int, list[int]]) -> None:
        count = len(graph.names)
        self.graph = graph
        self.day = day
        self.line = line
        self.seeds: set[int] = set()
        self._functions = graph.functions
        self._control = _index_control(control, count)
        self._controllers = _turned(control)
        self._ties: dict[int, list[int]] = {}
        self._tail = 0
        self._slots = 0
        self._slot = np.zeros(count, np.int32)
        self._queue = np.zeros(0, np.int32)
        self._entity = np.zeros(0, np.int32)
        self._member = np.zeros(0, np.uint8)
        self._seen = np.zeros(0, np.int32)
        self._sums = tuple(np.zeros(0, np.int64) for _ in range(5))
        self._wide: set[int] = set()
        """Entities reached that are decided by exact fractions."""
        self._looked = 0
        """Slots up to which that was looked for."""
        self._make_room(min(count, ROOM))

    def add(self, seeds: Iterable[int], ties: Mapping[int, list[int]]) -> npt.NDArray[np.int32]:
        """List these parties too; who is caught in consequence, the parties included.

        ``ties`` are entities that a party carries along for its list alone.
        """
        before = self._tail
        new = list(seeds)
        self.seeds.update(new)
        self._make_room(len(new))
        self._tail, self._slots = self._functions["enlist"](
            np.array(new, np.int32), self._queue, self._tail, self._state, self._slots
        )
        for seed in ties.keys() & set(new):
            self._ties[seed] = ties[seed]
            for entity in ties[seed]:
                self._push(entity)
        self._work(before)
        return self._queue[before : self._tail].copy()

    def remove(self, seed: int) -> set[int]:
        """List this party no longer; who is caught no longer in consequence."""
        self.seeds.discard(seed)
        self._member[self._slot[seed]] = 0
        gone = [seed]
        for entity in self._ties.pop(seed, []):
            if self._member[self._slot[entity]] == CAUGHT:
                self._member[self._slot[entity]] = 0
                gone.append(entity)
        gone = self._retract(gone)
        return set(gone) - self._again(gone)

    def loosen(self, entity: int) -> list[int]:
        """Before the register of an entity changes: forget what it holds; who must be looked at again."""
        slot = int(self._slot[entity])
        if not slot:
            return []
        gone: list[int] = []
        if self._member[slot] == CAUGHT:
            self._member[slot] = 0
            gone = self._retract([entity])
        self._seen[slot] = 0
        for column in self._sums:
            column[2 * slot : 2 * slot + 2] = 0
        return gone

    def tighten(self, entity: int, gone: list[int]) -> tuple[set[int], set[int]]:
        """After it changed: count it anew; who is caught and who is caught no longer in consequence."""
        graph = self.graph
        stakes = [
            row
            for row in graph.register(entity, self.day)
            if (owner := graph.owner_of(row)) != entity and self.is_member(owner)
        ]
        if stakes:
            slot = self._reach(entity)
            for row in stakes:
                self._sums[0][2 * slot + graph.right_of(row)] += graph.cell("low", row)
                self._sums[1][2 * slot + graph.right_of(row)] += graph.cell("high", row)
            self._seen[slot] = len(stakes)
            self._fill(entity)
            if not graph.unit[entity]:
                self._wide.add(entity)
        before = set(gone)
        doubtful = entity not in before and not self.is_member(entity)
        back = self._again([*gone, entity] if doubtful else gone)
        return back - before, before - back

    def members(self) -> npt.NDArray[np.int32]:
        """Whoever is caught, in order."""
        return self._queue[: self._tail]

    def is_member(self, entity: int) -> bool:
        """Whether it is caught."""
        return bool(self._member[self._slot[entity]])

    def is_touched(self, entity: int) -> bool:
        """Whether a member holds a stake of it."""
        return bool(self._seen[self._slot[entity]])

    def clear(self) -> None:
        """Back to nobody listed, at the cost of what was reached."""
        used = self._slots + 1
        self._slot[self._entity[1:used]] = 0
        self._member[:used] = 0
        self._seen[:used] = 0
        for column in self._sums:
            column[: 2 * used] = 0
        self._tail = self._slots = self._looked = 0
        self.seeds = set()
        self._ties = {}
        self._wide = set()

    def snapshot(self) -> Snapshot:
        """The fixed point as it stands."""
        slots = np.flatnonzero(self._seen[: self._slots + 1])
        pairs = (2 * slots[:, None] + np.arange(2)).ravel()
        return Snapshot(
            graph=self.graph,
            members=self.members().copy(),
            seeds=frozenset(self.seeds),
            wide={entity: self._held_exactly(entity) for entity in self._wide if self.is_touched(entity)},
            entities=self._entity[slots],
            sums=tuple(column[pairs] for column in self._sums[:4]),
        )

    @property
    def _state(self) -> tuple[npt.NDArray[Any], ...]:
        """As the kernel takes it."""
        return (self._slot, self._entity, self._member, self._seen, *self._sums)

    def _make_room(self, slots: int) -> None:
        """See that so many more entities can be reached."""
        size = self._slots + slots + 1
        if size > self._entity.size:
            size = max(size, 2 * self._entity.size)
            self._queue, self._entity, self._member, self._seen = (
                _grown(column, size) for column in (self._queue, self._entity, self._member, self._seen)
            )
            self._sums = tuple(_grown(column, 2 * size) for column in self._sums)

    def _reach(self, entity: int) -> int:
        self._make_room(1)
        self._slots = self._functions["reach"](entity, self._slots, self._state)
        return int(self._slot[entity])

    def _push(self, entity: int) -> None:
        slot = self._reach(entity)
        if not self._member[slot]:
            self._member[slot] = CAUGHT
            self._queue[self._tail] = entity
            self._tail += 1

    def _work(self, head: int) -> None:
        """Spread from the queue on, deciding wide registers in between."""
        while True:
            head, self._tail, self._slots = self._functions["spread"](
                self._queue,
                self._tail,
                head,
                self.day,
                self.graph.columns,
                self.graph.over.columns,
                self._control,
                self.line.rule,
                self._state,
                self._slots,
            )
            if head < self._tail:
                self._make_room(self._needed(int(self._queue[head])))
                continue
            new = self._entity[self._looked + 1 : self._slots + 1]
            self._looked = self._slots
            self._wide.update(new[self.graph.unit[new] == 0].tolist())
            for entity in self._wide:
                if self.is_touched(entity) and not self.is_member(entity) and self._reaches_wide(entity):
                    self._push(entity)
            if head == self._tail:
                return

    def _needed(self, member: int) -> int:
        """How many entities the member may reach at most."""
        first, last = self.graph.parties["out"][member : member + 2].tolist()
        targets = np.diff(self._control[0][member : member + 2]).sum()
        return int(last - first + targets) + self.graph.over.extras.size

    def _retract(self, gone: list[int]) -> list[int]:
        """Take back what these hold, and all who may have been caught through them."""
        found = np.empty(self._slots + len(gone), np.int32)
        found[: len(gone)] = gone
        size = self._functions["retract"](
            found,
            len(gone),
            self.day,
            self.graph.columns,
            self.graph.over.columns,
            self._control,
            self._state,
        )
        queue = self.members()
        kept = queue[self._member[self._slot[queue]] > 0]
        self._tail = kept.size
        self._queue[: kept.size] = kept
        every: list[int] = found[:size].tolist()
        return every

    def _again(self, gone: list[int]) -> set[int]:
        """Add those of the gone who are caught by others; they, and whoever they catch."""
        before = self._tail
        for entity in gone:
            if not self.is_member(entity) and (self._is_carried(entity) or self._reaches(entity)):
                self._push(entity)
        self._work(before)
        return set(self._queue[before : self._tail].tolist())

    def _is_carried(self, entity: int) -> bool:
        return any(map(self.is_member, self._controllers.get(entity, ()))) or any(
            entity in carried for carried in self._ties.values()
        )

    def _reaches(self, entity: int) -> bool:
        if not self.is_touched(entity):
            return False
        whole = int(self.graph.unit[entity])
        if not whole:
            return self._reaches_wide(entity)
        first = 2 * int(self._slot[entity])
        if self._sums[2][first] == 0:
            self._fill(entity)
        return any(
            self._functions["reaches"](first + right, whole, self.line.rule, self._state)
            for right in range(2 if self.line.votes else 1)
        )

    def _fill(self, entity: int) -> None:
        """Sum up the register where that matters: what is certain is not limited by what others hold."""
        graph = self.graph
        if self.line.possible:
            self._functions["fill_total"](entity, self.day, graph.columns, graph.over.columns, self._state)

    def _reaches_wide(self, entity: int) -> bool:
        state = self._exact(entity)
        return any(
            reaches(right, Fraction(1), self.line.rule, state)  # type: ignore[no-untyped-call]  # of the kernel
            for right in range(2 if self.line.votes else 1)
        )

    def _held_exactly(self, entity: int) -> Sums:
        _, _, _, _, low, most, total, own, _ = self._exact(entity)
        if self.line.possible:
            for right in (0, 1):
                every = total[right] - 1 + own[right]
                if every <= 1:
                    most[right] = min(most[right], 1 - (every - low[right]))
        return (low[0], most[0], low[1], most[1])

    def _exact(self, entity: int) -> tuple[list[Fraction], ...]:
        """The register of an entity as the kernel has the state of one, in shares of the whole instead of units."""
        graph = self.graph
        low, most, own_low, own_most = ([Fraction(0), Fraction(0)] for _ in range(4))
        total = [Fraction(1), Fraction(1)]
        for row in graph.register(entity, self.day):
            right, owner = graph.right_of(row), graph.owner_of(row)
            least, greatest = graph.bounds(row)
            if owner == entity:
                own_low[right] += least
                own_most[right] += greatest
                continue
            total[right] += least
            if self.is_member(owner):
                low[right] += least
                most[right] += greatest
        return ([], [], [], [], low, most, total, own_low, own_most)


def _grown(column: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    grown = np.zeros(size, column.dtype)
    grown[: column.size] = column
    return grown


def _turned(control: Mapping[int, list[int]]) -> dict[int, list[int]]:
    turned: dict[int, list[int]] = defaultdict(list)
    for controller, targets in control.items():
        for target in targets:
            turned[target].append(controller)
    return turned


def _index_control(
    control: Mapping[int, list[int]], count: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    if not control:
        return np.zeros(1, np.int64), np.zeros(0, np.int32)
    starts = np.zeros(count + 1, np.int64)
    for controller, targets in control.items():
        starts[controller + 1] = len(targets)
    targets_in_order = [target for controller in sorted(control) for target in control[controller]]
    return np.cumsum(starts), np.array(targets_in_order, np.int32)
