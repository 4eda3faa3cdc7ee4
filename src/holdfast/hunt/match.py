"""What the evaluation hands on: one rule, one event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from holdfast.hunt.rule import Rule
    from holdfast.model.event import Events


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule and the events of a block that it matches."""

    rule: Rule
    events: Events
    places: Sequence[int]
    """Positions in the block, ascending."""
    evidence: Sequence[dict[str, str]]
    """For each of them the fields that the rule looked at and found, with their values."""
