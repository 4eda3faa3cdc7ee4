"""A pack applied to a graph on a day: the fixed points from which verdicts are read."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from holdfast.model.finding import Verdict
from holdfast.ownership.control import Kind, in_force, read_kind
from holdfast.ownership.transfers import find_divestments, find_ended

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from fractions import Fraction

    from holdfast.model.holding import Control, Joint
    from holdfast.ownership.fixpoint import Snapshot
    from holdfast.ownership.graph import Graph
    from holdfast.ownership.listing import Listing
    from holdfast.ownership.pack import Period, RulePack
    from holdfast.ownership.points import Points
    from holdfast.ownership.transfers import Divestment


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known besides the holdings."""

    listings: tuple[Listing, ...] = ()
    """Who is listed; parties that the graph does not name are passed over."""
    restricted: tuple[Listing, ...] = ()
    """Who is on a list that does not block; their stakes are never added to those of the listed."""
    controls: tuple[Control, ...] = ()
    joints: tuple[Joint, ...] = ()
    trusts: frozenset[str] = frozenset()
    """Parties that a register calls a trust or similar arrangement."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """What to call a party in a sentence, where the graph names it by a number."""

    def label(self, name: str) -> str:
        """What to call the party."""
        return self.labels.get(name) or name

    def names(self) -> dict[str, None]:
        """Every party named, in order, so that a graph can have a place for it."""
        found = dict.fromkeys(listing.party for listing in (*self.listings, *self.restricted))
        for control in self.controls:
            found |= {control.controller: None, control.controlled: None}
        for joint in self.joints:
            found |= dict.fromkeys((*joint.parties, joint.controlled))
        return found


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What was read otherwise than recorded, for flags and explanations."""

    carries: Mapping[int, list[int]] = field(default_factory=dict)
    """Party of a joint arrangement -> the arrangement, which is caught with it."""
    signs: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Entity -> signs of a sham that its stakes bear."""
    unrecognised: frozenset[int] = frozenset()
    """Entities of which a transfer is not recognised."""


@dataclass(frozen=True)
class Evaluation:
    """The fixed points of one pack on one day."""

    graph: Graph
    """With joint arrangements and unrecognised transfers laid over it."""
    stated: Graph
    """As the register has it."""
    facts: Facts
    pack: RulePack
    period: Period | None
    as_of: date
    listed: Mapping[int, Listing]
    """Listed parties that the graph names and the pack takes."""
    certain: Points
    """One for each group of listed parties that the pack adds up."""
    possible: Points
    cautious: Snapshot | None
    """Who would be reached if the line were the level of a significant minority."""
    together: Snapshot | None
    """Who would be caught if all listed parties were added, for packs that do not add them."""
    adjustment: Adjustment = field(default_factory=Adjustment)

    @property
    def day(self) -> int:
        """The date as the graph counts days."""
        return self.as_of.toordinal()

    def answer(self, entity: int) -> Verdict:
        """Yes, no or review."""
        listing = self.listed.get(entity)
        if listing is not None and listing.certain:
            return Verdict.YES
        applies = self.period is not None and self.period.status != "suspended"
        if applies and entity in self.surely_caught:
            return Verdict.YES
        doubtful = listing is not None or (applies and entity in self.perhaps_caught)
        return Verdict.REVIEW if doubtful else Verdict.NO

    def decides(self, share: Fraction, margin: Fraction) -> bool:
        """Whether an entity so far above the line falls to it, or below, without a stake of that share."""
        inclusive = self.period is None or self.period.inclusive
        return share > margin or (share == margin and not inclusive)

    @cached_property
    def surely_caught(self) -> frozenset[int]:
        """Members of any certain fixed point."""
        return frozenset(self.certain.members().tolist())

    @cached_property
    def perhaps_caught(self) -> frozenset[int]:
        """Members of any possible fixed point."""
        return frozenset(self.possible.members().tolist())

    @cached_property
    def reached(self) -> frozenset[int]:
        """Entities in which a listed party holds or directs anything, or is suspected to."""
        found: set[int] = set(self.listed) | self.sold
        for points in (self.certain, self.possible):
            found.update(points.members().tolist())
            found.update(points.touched().tolist())
        for snapshot in filter(None, (self.cautious, self.together)):
            found.update(snapshot.members.tolist())
            found.update(snapshot.touched.tolist())
        return frozenset(found)

    @cached_property
    def suspects(self) -> frozenset[int]:
        """Listed parties, and those caught through them."""
        return self.surely_caught | self.perhaps_caught | self.listed.keys()

    @cached_property
    def sold(self) -> frozenset[int]:
        """Entities of which a suspect gave something away."""
        sellers = np.array(sorted(self.suspects), np.int32)
        return frozenset(find_ended(self.stated, sellers, self.day)[1].tolist())

    def touching(self, entity: int, *, possible: bool) -> Iterator[Snapshot]:
        """The fixed points of which the entity is a member, or is held by one."""
        return (self.possible if possible else self.certain).touching(entity)

    @cached_property
    def controls(self) -> Mapping[int, list[Control]]:
        """Records of control in force, by the entity controlled."""
        found: dict[int, list[Control]] = defaultdict(list)
        for control in self.facts.controls:
            if in_force(control, self.as_of):
                found[self.graph.number[control.controlled]].append(control)
        return found

    @cached_property
    def joints(self) -> Mapping[int, list[Joint]]:
        """Joint arrangements in force, by the entity controlled."""
        found: dict[int, list[Joint]] = defaultdict(list)
        for joint in self.facts.joints:
            if in_force(joint, self.as_of):
                found[self.graph.number[joint.controlled]].append(joint)
        return found

    @cached_property
    def restricted(self) -> frozenset[int]:
        """Parties on a list that does not block."""
        number = self.graph.number
        return frozenset(
            number[listing.party]
            for listing in self.facts.restricted
            if listing.covers(self.as_of) and listing.party in number
        )

    def is_arrangement(self, entity: int) -> bool:
        """Whether a record of control says that the entity is a trust or the like."""
        return any(read_kind(control.how) is Kind.TRUST for control in self.controls.get(entity, ()))

    def divestments(self, entity: int) -> list[Divestment]:
        """What suspects gave away of the entity."""
        if entity not in self.sold:
            return []
        owners = {self.stated.owner_of(row) for row in self.stated.register(entity)}
        return [
            divestment
            for seller in sorted(owners & self.suspects)
            for divestment in find_divestments(self.stated, seller, entity, self.as_of)
        ]
