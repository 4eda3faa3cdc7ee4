"""The fixed points of one kind under one pack: one for all listed parties, or one for each whose stakes are not added.

Where all are added there is one :class:`Level`, which stays and is changed in place. Where each person or each directive
stands alone there may be thousands of small fixed points: each is kept as a snapshot and made anew when it changes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from holdfast.ownership.fixpoint import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from holdfast.ownership.fixpoint import Line, Snapshot
    from holdfast.ownership.graph import Graph
    from holdfast.ownership.listing import Listing

Group = Any
"""What listed parties have in common whose stakes are added: a directive, or being the same one."""


class Family:
    """Who is caught, in every group."""

    def __init__(
        self, graph: Graph, day: int, line: Line, control: Mapping[int, list[int]], aggregation: str
    ) -> None:
        self._level = Level(graph, day, line, control)
        self._aggregation = aggregation
        self._seeds: dict[Group, set[int]] = defaultdict(set)
        self._ties: dict[int, list[int]] = {}
        self._kept: dict[Group, Snapshot] = {}
        self._caught: Counter[int] = Counter()
        self._touching: dict[int, set[Group]] = defaultdict(set)
        self._stale: set[Group] = set()

    def add(self, seeds: Mapping[int, Listing], ties: Mapping[int, list[int]]) -> set[int]:
        """List these parties; whoever is caught now and was not."""
        if self._whole:
            return set(self._level.add(sorted(seeds), ties).tolist())
        self._ties |= ties
        groups = set()
        for seed, listing in seeds.items():
            group = self._group(seed, listing)
            self._seeds[group].add(seed)
            groups.add(group)
        return self._renew(groups)

    def remove(self, seed: int, listing: Listing) -> set[int]:
        """List this party no longer; whoever was caught and is no longer."""
        if self._whole:
            return self._level.remove(seed) if seed in self._level.seeds else set()
        group = self._group(seed, listing)
        if seed not in self._seeds[group]:
            return set()
        self._seeds[group].discard(seed)
        self._ties.pop(seed, None)
        return self._renew({group})

    def loosen(self, entity: int, owners: Iterable[int]) -> list[int]:
        """Before the register of an entity changes, of which these are or will be the owners."""
        if self._whole:
            return self._level.loosen(entity)
        for place in (entity, *owners):
            self._stale |= self._touching.get(place, set())
        return []

    def tighten(self, entity: int, gone: list[int]) -> set[int]:
        """After it changed: whoever is caught and was not, or the other way round."""
        if self._whole:
            more, fewer = self._level.tighten(entity, gone)
            return more | fewer
        stale, self._stale = self._stale, set()
        return self._renew(stale)

    def is_member(self, entity: int) -> bool:
        """Whether it is caught in any group."""
        return self._level.is_member(entity) if self._whole else self._caught[entity] > 0

    def members(self) -> set[int]:
        """Everybody who is caught in any group."""
        return set(self._level.members().tolist()) if self._whole else set(self._caught)

    def snapshots(self) -> tuple[Snapshot, ...]:
        """Every fixed point that has a listed party, in the order of the groups."""
        if self._whole:
            return (self._level.snapshot(),)
        return tuple(self._kept[group] for group in sorted(self._kept))

    @property
    def _whole(self) -> bool:
        return self._aggregation == "all"

    def _group(self, seed: int, listing: Listing) -> Group:
        return seed if self._aggregation == "person" else listing.group

    def _renew(self, groups: Iterable[Group]) -> set[int]:
        """Make these fixed points anew; whose being caught changed."""
        changed: set[int] = set()
        for group in sorted(groups):
            changed |= self._forget(group)
            if not self._seeds[group]:
                continue
            self._level.clear()
            self._level.add(sorted(self._seeds[group]), self._ties)
            snapshot = self._kept[group] = self._level.snapshot()
            for entity in snapshot.members.tolist():
                self._caught[entity] += 1
                if self._caught[entity] == 1:
                    changed ^= {entity}
            for entity in (*snapshot.members.tolist(), *snapshot.touched.tolist()):
                self._touching[entity].add(group)
        return changed

    def _forget(self, group: Group) -> set[int]:
        snapshot = self._kept.pop(group, None)
        if snapshot is None:
            return set()
        gone = set()
        for entity in snapshot.members.tolist():
            self._caught[entity] -= 1
            if not self._caught[entity]:
                del self._caught[entity]
                gone.add(entity)
        for entity in (*snapshot.members.tolist(), *snapshot.touched.tolist()):
            self._touching[entity].discard(group)
        return gone
