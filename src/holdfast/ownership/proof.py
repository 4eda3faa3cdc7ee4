"""Why an entity is caught: the fewest stakes that reach the line, and the chains from listed parties to it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from holdfast.ownership.fixpoint import Line, Snapshot
    from holdfast.ownership.graph import Graph

FARTHEST = 2000
"""Ancestors within which a proof is looked for that does not pass through the entity itself."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A stake or a control record that carries the entity."""

    owner: int
    row: int | None
    """Row of the stake; ``None`` for control."""
    right: int = 0


@dataclass(frozen=True, slots=True)
class _Earlier:
    """Those of a ranking who come before a place."""

    rank: Mapping[int, int]
    before: int

    def __contains__(self, member: object) -> bool:
        return isinstance(member, int) and self.rank.get(member, self.before) < self.before

    def __getitem__(self, member: int) -> int:
        return self.rank[member]

    def until(self, before: int) -> _Earlier:
        """Those who come before an earlier place."""
        return _Earlier(self.rank, before)


Rank = dict[int, int] | _Earlier


@dataclass(frozen=True, slots=True)
class Proof:
    """Reads reasons from a fixed point."""

    graph: Graph
    snapshot: Snapshot
    line: Line
    day: int
    control: Mapping[int, tuple[int, ...]]
    """Controllers of an entity that carry it when caught."""

    def grounds(self, entity: int) -> list[Ground]:
        """The fewest stakes of members that reach the line; the controllers where no stakes do.

        Only members that are caught without the entity count, so that a loop never proves itself.
        """
        return self._fewest(entity, self._rank_without(entity))

    def chains(self, entity: int) -> list[tuple[Ground, list[int]]]:
        """Each ground with the path from a listed party to its owner, along the greatest stakes."""
        rank = self._rank_without(entity)
        return [(ground, self._path(ground.owner, rank)) for ground in self._fewest(entity, rank)]

    def holdings(self, entity: int) -> list[tuple[Ground, list[int]]]:
        """Every stake of a member in the entity, with its path."""
        rank = self._rank_without(entity)
        return [
            (Ground(owner, row, self.graph.right_of(row)), self._path(owner, rank))
            for row in self.graph.register(entity, self.day)
            if (owner := self.graph.owner_of(row)) in rank and owner != entity and self._size(row) > 0
        ]

    def _size(self, row: int) -> Fraction:
        low, high = self.graph.bounds(row)
        return high if self.line.possible else low

    def _fewest(self, entity: int, rank: Container[int]) -> list[Ground]:
        rows = [
            row
            for row in self.graph.register(entity, self.day)
            if self.graph.owner_of(row) in rank and self.graph.owner_of(row) != entity
        ]
        best: list[int] = []
        for right in (0, 1) if self.line.votes else (0,):
            chosen = self._greatest([row for row in rows if self.graph.right_of(row) == right])
            if chosen and (not best or len(chosen) < len(best)):
                best = chosen
        if best:
            return [Ground(self.graph.owner_of(row), row, self.graph.right_of(row)) for row in best]
        return [Ground(owner, None) for owner in self.control.get(entity, ()) if owner in rank]

    def _greatest(self, rows: list[int]) -> list[int]:
        """The fewest of these rows that reach the line; empty when all together do not."""
        own = Fraction(0)
        if self.line.possible and rows:
            entity = self.graph.owned_of(rows[0])
            right = self.graph.right_of(rows[0])
            for row in self.graph.register(entity, self.day):
                if self.graph.owner_of(row) == entity and self.graph.right_of(row) == right:
                    own += self.graph.bounds(row)[1]
        line = self.line.threshold * (1 - own)
        total, chosen = Fraction(0), []
        for row in sorted(
            rows, key=lambda row: (-self._size(row), self.graph.names[self.graph.owner_of(row)])
        ):
            size = self._size(row)
            if size <= 0:
                break
            total += size
            chosen.append(row)
            # A strict line is crossed by "more than": the grain below the shown share decides, not the share.
            if total > line or (
                total == line and (self.line.inclusive or any(map(self.graph.is_open, chosen)))
            ):
                return chosen
        return []

    def _path(self, member: int, rank: Rank) -> list[int]:
        path = [member]
        while path[-1] not in self.snapshot.seeds:
            here = path[-1]
            before = rank[here]
            earlier = rank.until(before) if isinstance(rank, _Earlier) else _Earlier(rank, before)
            grounds = self._fewest(here, earlier)
            if not grounds:
                break
            path.append(grounds[0].owner)
        return path[::-1]

    def _rank_without(self, entity: int) -> Rank:
        """Members and their order, were the entity not there."""
        rank = self.snapshot.rank
        if entity not in rank:
            return rank
        later = [
            owner
            for row in self.graph.register(entity, self.day)
            if (owner := self.graph.owner_of(row)) in rank and rank[owner] > rank[entity]
        ]
        earlier = _Earlier(rank, rank[entity])
        if not later:
            return earlier
        return self._again_without(entity) or earlier

    def _again_without(self, entity: int) -> dict[int, int]:
        """The fixed point again over the entity's ancestors; empty when they are too many to look at."""
        rank = self.snapshot.rank
        around, stack = {entity}, [entity]
        while stack:
            here = stack.pop()
            owners = {self.graph.owner_of(row) for row in self.graph.register(here, self.day)}
            for owner in (owners | set(self.control.get(here, ()))) & rank.keys() - around:
                around.add(owner)
                stack.append(owner)
                if len(around) > FARTHEST:
                    return {}
        found = {seed: place for place, seed in enumerate(sorted(self.snapshot.seeds & around - {entity}))}
        waiting = around - found.keys() - {entity}
        while caught := [
            member for member in sorted(waiting, key=rank.__getitem__) if self._fewest(member, found)
        ]:
            for member in caught:
                found[member] = len(found)
            waiting -= set(caught)
        return found
