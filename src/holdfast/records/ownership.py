"""What a register of ownership holds, whatever its format: stakes, control, and the parties that it names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

    from holdfast.model.holding import Control, Holder, Holding, Joint


@dataclass(slots=True)
class Ownership:
    """Filled by a reader."""

    holdings: list[Holding] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    joints: list[Joint] = field(default_factory=list)
    parties: dict[str, Holder] = field(default_factory=dict)
    """By id."""
    unnamed: set[str] = field(default_factory=set)
    """Holders that the register does not name: they may be anyone."""
    doubled: dict[int, Fraction] = field(default_factory=dict)
    """Place of a holding whose row is repeated -> the share of one row."""

    def add(self, other: Ownership) -> None:
        """Take in another register; parties that both name keep what was said first."""
        self.holdings += other.holdings
        self.controls += other.controls
        self.joints += other.joints
        self.parties = {**other.parties, **self.parties}
        self.unnamed |= other.unnamed
