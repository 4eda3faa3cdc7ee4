"""One level of the rule, certain or possible, run to its least fixed point over a graph.

:class:`Level` owns the mutable arrays. It is extended by one more listed party, told of a changed register, and relieved
of a listed party, each at the cost of what that reaches; :meth:`Level.snapshot` is what verdicts are read from.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from holdfast.ownership.kernels.fixpoint import reaches
from holdfast.ownership.neighbourhood import PERHAPS, SURE, grown

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    import numpy.typing as npt

    from holdfast.ownership.graph import Graph
    from holdfast.ownership.neighbourhood import Neighbourhood, Totals

Sums = tuple[Fraction, Fraction, Fraction, Fraction]
"""What members hold in an entity: least and most shares, least and most votes, of the whole."""
NOTHING: Sums = (Fraction(0),) * 4
CAUGHT = 1
"""In the member column, for one who is not listed."""
LISTED = 2
"""In the same, for one who is."""


@dataclass(frozen=True, slots=True)
class Line:
    """Where the line is for one level."""

    threshold: Fraction
    inclusive: bool
    possible: bool
    """Whether bounds are read in favour of reaching the line, or against it."""
    votes: bool
    """Whether votes reach it like shares; the two are never added."""
    control: str = ""
    """Which control carries: none, the ``certain``, or the ``possible`` too."""

    @property
    def rule(self) -> tuple[int, int, int, int, int]:
        """As the kernel takes it."""
        kinds = 0b11 if self.votes else 0b01
        if self.control:
            kinds |= 1 << SURE
        if self.control == "possible":
            kinds |= 1 << PERHAPS
        return (
            int(self.possible),
            self.threshold.numerator,
            self.threshold.denominator,
            int(self.inclusive),
            kinds,
        )


@dataclass(frozen=True)
class Snapshot:
    """A fixed point: who is caught, in the order of being caught, and what members hold in whom."""

    graph: Graph
    members: npt.NDArray[np.int32]
    """In order; a member is caught by those before it."""
    listed: npt.NDArray[np.int32]
    """Members that were listed rather than caught."""
    wide: Mapping[int, Sums]
    """What members hold in entities whose registers are decided by exact fractions."""
    entities: npt.NDArray[np.int32]
    """Entities that members may hold a stake of, in no order, each once."""
    held_any: npt.NDArray[np.bool_]
    """Whether they do hold one."""
    sums: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]
    """``held_lo`` and ``held_hi`` of the kernel, two for each of these entities."""
    slots: npt.NDArray[np.int32]
    """The slot of each of these entities."""
    totals: Totals
    """What others hold in them, by slot."""

    @cached_property
    def _order(self) -> npt.NDArray[np.int64]:
        return np.argsort(self.entities)

    @cached_property
    def _sorted(self) -> npt.NDArray[np.int32]:
        return self.entities[self._order]

    @property
    def touched(self) -> npt.NDArray[np.int32]:
        """Entities that members hold a stake of, in no order."""
        return self.entities[self.held_any]

    @cached_property
    def seeds(self) -> frozenset[int]:
        """Members that were listed rather than caught."""
        return frozenset(self.listed.tolist())

    @cached_property
    def rank(self) -> dict[int, int]:
        """Members with their place in the order."""
        return {entity: place for place, entity in enumerate(self.members.tolist())}

    def held(self, entity: int) -> Sums:
        """What members hold in the entity."""
        return self._recently(entity)

    @cached_property
    def _recently(self) -> Callable[[int], Sums]:
        """The same; a ruling asks several times for its entity."""
        return lru_cache(maxsize=8)(self._held)

    def _held(self, entity: int) -> Sums:
        if entity in self.wide:
            return self.wide[entity]
        # Of the same type, or the whole array would be changed to that of a Python number.
        place = int(np.searchsorted(self._sorted, np.int32(entity)))
        if place == self._sorted.size or self._sorted[place] != entity:
            return NOTHING
        place = int(self._order[place])
        if not self.held_any[place]:
            return NOTHING
        shares, votes = (self._bounds(entity, place, right) for right in range(2))
        return (*shares, *votes)

    def _bounds(self, entity: int, place: int, right: int) -> tuple[Fraction, Fraction]:
        """Least and most of a right in the entity at that place; the most is limited by what the others hold at least."""
        low, most = (int(column[2 * place + right]) for column in self.sums)
        total, own = (int(column[2 * self.slots[place] + right]) for column in self.totals.sum_up())
        whole = int(self.graph.unit[entity])
        if total + own <= whole:
            most = min(most, whole - (total + own - low))
        return self.graph.share(entity, low), self.graph.share(entity, most, up=True)


class Level:
    """The state of one fixed point; :mod:`holdfast.ownership.kernels` says what its arrays hold."""

    def __init__(self, home: Neighbourhood, line: Line, controllers: Mapping[int, Iterable[int]]) -> None:
        """``controllers`` are those that carry an entity along, by entity."""
        self.line = line
        self._home = home
        self._graph = home.graph
        self._functions = home.graph.functions
        self._controllers = controllers
        self._ties: dict[int, list[int]] = {}
        self._tail = 0
        self._queue = np.zeros(0, np.int32)
        self._member = np.zeros(0, np.uint8)
        self._seen = np.zeros(0, np.int32)
        self._held = tuple(np.zeros(0, np.int64) for _ in range(2))
        self._lent = False
        """Whether a snapshot reads these sums."""
        self._wide: set[int] = set()
        """Entities reached that are decided by exact fractions."""
        self._looked = 0
        """Slots up to which that was looked for."""
        self._make_room()

    def add(self, seeds: npt.NDArray[np.int32], ties: Mapping[int, list[int]]) -> npt.NDArray[np.int32]:
        """List these parties too; who is caught in consequence, the parties included.

        ``ties`` are entities that a party carries along for its list alone.
        """
        self._part()
        before = self._tail
        slots = self._home.place(seeds)
        self._make_room()
        self._tail = int(self._functions["enlist"](slots, self._queue, self._tail, self._state))
        for seed in ties.keys() & set(seeds.tolist()) if ties else ():
            self._ties[seed] = ties[seed]
            for entity in ties[seed]:
                self._push(entity)
        self._work(before)
        return self._entities(self._queue[before : self._tail])

    def remove(self, seed: int) -> set[int]:
        """List this party no longer; who is caught no longer in consequence."""
        self._part()
        slot = self._home.slot_of(seed)
        if self._member[slot] != LISTED:
            return set()
        self._member[slot] = 0
        gone = [seed]
        for entity in self._ties.pop(seed, []):
            if self._member[self._home.slot_of(entity)] == CAUGHT:
                self._member[self._home.slot_of(entity)] = 0
                gone.append(entity)
        gone = self._retract(gone)
        return set(gone) - self._again(gone)

    def loosen(self, entities: Collection[int]) -> list[int]:
        """Before the registers of these change: forget what was counted in them; who must be looked at again."""
        self._part()
        self._make_room()
        slots = self._home.slots_of(np.array(list(entities), np.int32))
        slots = slots[slots > 0]
        caught = slots[self._member[slots] == CAUGHT]
        self._member[caught] = 0
        gone = self._retract(self._entities(caught).tolist()) if caught.size else []
        self._seen[slots] = 0
        for column in self._held:
            column[2 * slots] = column[2 * slots + 1] = 0
        return gone

    def tighten(self, entities: Collection[int], gone: list[int]) -> tuple[set[int], set[int]]:
        """After they changed: count them anew; who is caught and who is caught no longer in consequence."""
        self._part()
        graph = self._graph
        slots = self._home.place(np.fromiter(entities, np.int32, len(entities)))
        self._make_room()
        self._functions["recount"](
            slots, self._home.day, graph.columns, graph.over.columns, self._home.near, self._state
        )
        before = set(gone)
        doubtful = [entity for entity in entities if entity not in before and not self.is_member(entity)]
        back = self._again([*gone, *doubtful])
        return back - before, before - back

    def members(self) -> npt.NDArray[np.int32]:
        """Whoever is caught, in order."""
        return self._entities(self._queue[: self._tail])

    def is_member(self, entity: int) -> bool:
        """Whether it is caught."""
        slot = self._home.slot_of(entity)
        return bool(slot < self._member.size and self._member[slot])

    def is_touched(self, entity: int) -> bool:
        """Whether a member holds a stake of it."""
        slot = self._home.slot_of(entity)
        return bool(slot < self._seen.size and self._seen[slot])

    def snapshot(self) -> Snapshot:
        """The fixed point as it stands."""
        end = self._home.slots + 1
        self._make_room()
        self._lent = True
        queue = self._queue[: self._tail]
        return Snapshot(
            graph=self._graph,
            members=self._entities(queue),
            listed=self._entities(queue[self._member[queue] == LISTED]),
            wide={entity: self._held_exactly(entity) for entity in self._wide if self.is_touched(entity)},
            entities=self._home.party[:end],
            held_any=self._seen[:end] > 0,
            sums=(self._held[0][: 2 * end], self._held[1][: 2 * end]),
            slots=np.arange(end, dtype=np.int32),
            totals=self._home.totals(),
        )

    @property
    def _state(self) -> tuple[npt.NDArray[Any], ...]:
        """As the kernel takes it."""
        return (self._member, self._seen, *self._held)

    def _entities(self, slots: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        return self._home.party[slots]

    def _part(self) -> None:
        """Before anything changes: leave a snapshot the sums that it reads."""
        if self._lent:
            self._held = tuple(column.copy() for column in self._held)
            self._lent = False

    def _make_room(self) -> None:
        """A place for every slot that there is."""
        size = self._home.slots + 1
        if size > self._member.size:
            size = max(size, 2 * self._member.size)
            self._queue, self._member, self._seen = (
                grown(column, size) for column in (self._queue, self._member, self._seen)
            )
            self._held = tuple(grown(column, 2 * size) for column in self._held)

    def _reach(self, entity: int) -> int:
        slot = int(self._home.place(np.array([entity], np.int32))[0])
        self._make_room()
        return slot

    def _push(self, entity: int) -> None:
        slot = self._reach(entity)
        if not self._member[slot]:
            self._member[slot] = CAUGHT
            self._queue[self._tail] = slot
            self._tail += 1

    def _work(self, head: int) -> None:
        """Spread from the queue on, deciding wide registers in between."""
        while True:
            head, self._tail = map(
                int,
                self._functions["spread"](
                    self._queue,
                    self._tail,
                    head,
                    self._home.day,
                    self._graph.columns,
                    self._graph.over.columns,
                    self._home.near,
                    self._home.edges,
                    self.line.rule,
                    self._state,
                ),
            )
            if head < self._tail:
                self._home.expand(self._queue[head : self._tail])
                self._make_room()
                continue
            end = self._home.slots + 1
            new = np.flatnonzero(self._home.whole[self._looked + 1 : end] == 0) + self._looked + 1
            self._looked = end - 1
            self._wide.update(self._home.party[new].tolist())
            for entity in self._wide:
                if self.is_touched(entity) and not self.is_member(entity) and self._reaches_wide(entity):
                    self._push(entity)
            if head == self._tail:
                return

    def _retract(self, gone: list[int]) -> list[int]:
        """Take back what these hold, and all who may have been caught through them."""
        found = np.zeros(self._home.room + len(gone), np.int32)
        found[: len(gone)] = self._home.slots_of(np.array(gone, np.int32))
        head, tail = 0, len(gone)
        while head < tail:
            head, tail = map(
                int,
                self._functions["retract"](
                    found, tail, head, self._home.near, self._home.edges, self.line.rule, self._state
                ),
            )
            if head < tail:
                self._home.expand(found[head:tail])
                self._make_room()
        queue = self._queue[: self._tail]
        kept = queue[self._member[queue] > 0]
        self._tail = kept.size
        self._queue[: kept.size] = kept
        every: list[int] = self._entities(found[:tail]).tolist()
        return every

    def _again(self, gone: list[int]) -> set[int]:
        """Add those of the gone who are caught by others; they, and whoever they catch."""
        before = self._tail
        for entity in gone:
            if not self.is_member(entity) and (self._is_carried(entity) or self._reaches(entity)):
                self._push(entity)
        self._work(before)
        return set(self._entities(self._queue[before : self._tail]).tolist())

    def _is_carried(self, entity: int) -> bool:
        return any(map(self.is_member, self._controllers.get(entity, ()))) or any(
            entity in carried for carried in self._ties.values()
        )

    def _reaches(self, entity: int) -> bool:
        if not self.is_touched(entity):
            return False
        whole = int(self._graph.unit[entity])
        if not whole:
            return self._reaches_wide(entity)
        slot = self._home.slot_of(entity)
        self._home.total_up(np.array([slot]))
        sums = (*self._held, *self._home.sums)
        return any(
            self._functions["reaches"](*(column[2 * slot + right] for column in sums), whole, self.line.rule)
            for right in range(2 if self.line.votes else 1)
        )

    def _reaches_wide(self, entity: int) -> bool:
        sums = self._exact(entity)
        return any(
            reaches(*(column[right] for column in sums), Fraction(1), self.line.rule)  # type: ignore[call-arg, no-untyped-call]  # of the kernel
            for right in range(2 if self.line.votes else 1)
        )

    def _held_exactly(self, entity: int) -> Sums:
        low, most, total, own, _ = self._exact(entity)
        for right in (0, 1):
            every = total[right] + own[right]
            if every <= 1:
                most[right] = min(most[right], 1 - (every - low[right]))
        return (low[0], most[0], low[1], most[1])

    def _exact(self, entity: int) -> tuple[list[Fraction], ...]:
        """What members hold of an entity, others and itself, by right, in shares of the whole instead of units."""
        graph = self._graph
        low, most, total, own_low, own_most = ([Fraction(0), Fraction(0)] for _ in range(5))
        for row in graph.register(entity, self._home.day):
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
        return low, most, total, own_low, own_most
