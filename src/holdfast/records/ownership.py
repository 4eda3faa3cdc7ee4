"""What a register of ownership holds, whatever its format: stakes, control, and the parties that it names."""

from __future__ import annotations

from collections import ChainMap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from holdfast.model.stakes import Stakes
from holdfast.records.holders import Holders

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, MutableMapping
    from fractions import Fraction

    from holdfast.model.holding import Control, Holder, Joint


@dataclass(slots=True)
class Ownership:
    """Filled by a reader."""

    holdings: Stakes = field(default_factory=Stakes)
    controls: list[Control] = field(default_factory=list)
    joints: list[Joint] = field(default_factory=list)
    parties: MutableMapping[str, Holder] = field(default_factory=dict)
    """By id."""
    unnamed: set[str] = field(default_factory=set)
    """Holders that the register does not name: they may be anyone."""
    plain: bool = False
    """Whether nothing is known of the parties but their ids."""
    doubled: dict[int, Fraction] = field(default_factory=dict)
    """Place of a holding whose row is repeated -> the share of one row."""

    def add(self, other: Ownership) -> None:
        """Take in another register; parties that both name keep what was said first."""
        if len(self.holdings):
            self.holdings.extend(other.holdings)
            self.plain = self.plain and other.plain
        else:
            self.holdings, self.plain = other.holdings, other.plain
        self.controls += other.controls
        self.joints += other.joints
        self.parties = ChainMap(self.parties, other.parties) if self.parties else other.parties
        self.unnamed |= other.unnamed

    def owned(self, among: Collection[int] | None = None) -> list[str]:
        """Every party that somebody holds or directs, in the order of being named so; only those of these numbers."""
        names, column = self.holdings.names, self.holdings.column("owned")
        first = np.full(len(names), -1, np.int64)
        first[column[::-1]] = np.arange(column.size)[::-1]
        if among is not None:
            asked = np.fromiter(among, np.int64, len(among))
            asked = asked[asked < first.size]
            numbers = asked[first[asked] >= 0]
        else:
            numbers = np.flatnonzero(first >= 0)
        found = dict.fromkeys(names[number] for number in numbers[np.argsort(first[numbers])].tolist())
        directed = [item.controlled for item in self.controls] + [item.controlled for item in self.joints]
        found |= dict.fromkeys(name for name in directed if among is None or names.find(name) in among)
        return list(found)

    def trusts(self) -> frozenset[str]:
        """Parties that the register calls a trust or similar arrangement."""
        if self.plain:
            return frozenset()
        if isinstance(self.parties, Holders):
            return self.parties.trusts()
        return frozenset(party.id for party in self.parties.values() if party.trust)

    def labels(self) -> Mapping[str, str]:
        """What to call the parties whose id is not their name."""
        if self.plain:
            return {}
        if isinstance(self.parties, Holders):
            return self.parties.labels()
        return {party.id: party.name for party in self.parties.values() if party.name != party.id}
