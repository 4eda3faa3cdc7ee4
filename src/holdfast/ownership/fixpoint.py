"""One level of the rule, certain or possible, run to its least fixed point over a graph.

:class:`Level` owns the mutable arrays. It can be extended by one more listed party, told of a changed stake, and taken
back, each at the cost of what that reaches; :meth:`Level.snapshot` is what verdicts are read from.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from holdfast.ownership.kernel import fill_total

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt

    from holdfast.ownership.graph import Graph


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


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A fixed point: who is caught, in the order of being caught, and what members hold in whom."""

    rank: Mapping[int, int]
    """Members with their place in the order; a member is caught by those before it."""
    seeds: frozenset[int]
    """Members that were listed rather than caught."""
    sums: Mapping[int, tuple[Fraction, Fraction, Fraction, Fraction]]
    """For each entity that members hold: least and most shares, least and most votes."""


class Level:
    """The state of one fixed point."""

    def __init__(self, graph: Graph, day: int, line: Line, control: Mapping[int, list[int]]) -> None:
        count = len(graph.names)
        self.graph = graph
        self.day = day
        self.line = line
        self.control = control
        self.seeds: set[int] = set()
        self._functions = graph.functions
        self._columns = graph.columns
        self._control = _index_control(control, count)
        self._queue = np.empty(count, np.int32)
        self._touched = np.empty(count, np.int32)
        self._tail = 0
        self._n_touched = 0
        flags, sums = (
            (np.zeros(count, np.uint8) for _ in range(2)),
            (np.zeros(2 * count, np.int64) for _ in range(5)),
        )
        self._state: tuple[npt.NDArray[Any], ...] = (*flags, *sums)
        self._wide = {int(graph.owned[row]) for row in graph.wide}

    def add(self, seeds: Iterable[int]) -> npt.NDArray[np.int32]:
        """List these parties too; whoever is caught in consequence, the parties included."""
        first = self._tail
        member = self._state[0]
        for seed in seeds:
            self.seeds.add(seed)
            if not member[seed]:
                member[seed] = 1
                self._queue[self._tail] = seed
                self._tail += 1
        self._work(first)
        return self._queue[first : self._tail].copy()

    def members(self) -> npt.NDArray[np.int32]:
        """Whoever is caught, in order."""
        return self._queue[: self._tail]

    def is_member(self, entity: int) -> bool:
        """Whether it is caught."""
        return bool(self._state[0][entity])

    def clear(self) -> None:
        """Back to nobody listed, at the cost of what was reached."""
        touched = self._touched[: self._n_touched]
        member, seen, *sums = self._state
        member[self._queue[: self._tail]] = 0
        seen[touched] = 0
        for array in sums:
            array[2 * touched] = 0
            array[2 * touched + 1] = 0
        self._tail = self._n_touched = 0
        self.seeds = set()

    def snapshot(self) -> Snapshot:
        """The fixed point as it stands."""
        touched = self._touched[: self._n_touched].tolist()
        return Snapshot(
            rank={int(entity): place for place, entity in enumerate(self.members())},
            seeds=frozenset(self.seeds),
            sums={entity: self.held(entity) for entity in touched},
        )

    def held(self, entity: int) -> tuple[Fraction, Fraction, Fraction, Fraction]:
        """What members hold in the entity: least and most shares, least and most votes, of the whole."""
        if entity in self._wide:
            exact = self._exact(entity)
            return (*exact[0][:2], *exact[1][:2])
        parts: list[Fraction] = []
        for s in (2 * entity, 2 * entity + 1):
            low, most = int(self._state[2][s]), self._most(entity, s)
            parts += [self.graph.share(entity, low), self.graph.share(entity, most, up=True)]
        return (parts[0], parts[1], parts[2], parts[3])

    def _most(self, entity: int, s: int) -> int:
        """Most that members hold in sum ``s``, limited by what the others hold at least."""
        _, _, held_lo, held_hi, total, self_lo, _ = self._state
        whole = int(self.graph.unit[entity])
        if total[s] == 0:
            fill_total(entity, self.day, self._columns, total, self_lo, self._state[6])  # type: ignore[no-untyped-call]  # compiled by numba
        every = int(total[s]) - 1 + int(self_lo[s])
        if every > whole:
            return int(held_hi[s])
        return min(int(held_hi[s]), whole - (every - int(held_lo[s])))

    def _work(self, head: int) -> None:
        """Spread from the queue on, deciding wide registers in between."""
        while True:
            self._tail, self._n_touched = self._functions["spread"](
                self._queue,
                self._tail,
                head,
                self.day,
                self._columns,
                self._control,
                self.line.rule,
                self._state,
                self._touched,
                self._n_touched,
            )
            head = self._tail
            for entity in self._wide:
                if self._state[1][entity] and not self.is_member(entity) and self._reaches_wide(entity):
                    self._state[0][entity] = 1
                    self._queue[self._tail] = entity
                    self._tail += 1
            if head == self._tail:
                return

    def _reaches_wide(self, entity: int) -> bool:
        rights = self._exact(entity)
        return any(self._meets(*right) for right in rights[: 2 if self.line.votes else 1])

    def _meets(self, low: Fraction, most: Fraction, own: Fraction) -> bool:
        held = most if self.line.possible else low
        whole = 1 - own if self.line.possible else Fraction(1)
        line = self.line.threshold * whole
        return held > 0 and (held > line or (self.line.inclusive and held == line))

    def _exact(self, entity: int) -> tuple[tuple[Fraction, Fraction, Fraction], ...]:
        """For shares and votes: least and most held by members, and what the entity holds in itself."""
        graph, found = self.graph, []
        for right in (0, 1):
            low = most = others = own = Fraction(0)
            for row in graph.register(entity, self.day):
                if graph.right[row] != right:
                    continue
                least, greatest = graph.wide[row]
                if graph.owner[row] == entity:
                    own += greatest
                elif self.is_member(int(graph.owner[row])):
                    low, most = low + least, most + greatest
                else:
                    others += least
            if low + others + own <= 1:
                most = min(most, 1 - others - own)
            found.append((low, most, own))
        return tuple(found)


def _index_control(
    control: Mapping[int, list[int]], count: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    starts = np.zeros(count + 1, np.int64)
    if not control:
        return starts, np.zeros(0, np.int32)
    for controller, targets in control.items():
        starts[controller + 1] = len(targets)
    targets_in_order = [target for controller in sorted(control) for target in control[controller]]
    return np.cumsum(starts), np.array(targets_in_order, np.int32)
