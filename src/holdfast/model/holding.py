"""Who owns what share of whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from holdfast.model.origin import Origin


@dataclass(frozen=True, slots=True)
class Holding:
    """A stake of ``owner`` in ``owned``: a closed interval of the whole, in exact fractions of one."""

    owner: str
    owned: str
    low: Fraction
    """At least this share; 0 when nothing is known."""
    high: Fraction
    """At most this share; 1 when nothing is known."""
    right: str = "shares"
    """``shares`` or ``votes``: separate rights, never added to each other."""
    valid_from: date | None = None
    """First day, inclusive; open when absent."""
    valid_to: date | None = None
    """Last day, inclusive; open when absent."""
    origin: Origin | None = None
    flags: tuple[str, ...] = ()
    """What the record says that raises review: ``trust``, ``buy-back``, ``proxy``, …"""

    @property
    def known(self) -> bool:
        """Whether the share is a single number."""
        return self.low == self.high
