"""What a person decided about a hit: that a customer is not the listed party, or is.

A decision stands while what it was made on stands: it carries a digest of the customer and one of the list entry, and
speaks for neither once they change (OFAC, false hit lists guidance, October 2015: a suppression must not survive a new or
changed entry, and a change of the customer's data opens it again).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Ruling(StrEnum):
    """What was decided."""

    FALSE_POSITIVE = "false_positive"
    TRUE_MATCH = "true_match"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision on one customer and one listed party."""

    query: str
    """Id of the customer as in the screening input; the name where there is no id."""
    party: str
    """Party id."""
    ruling: Ruling
    customer_digest: str
    """Of the customer's data when it was decided, as the hit gave it."""
    entry_digest: str
    """Of the list entry when it was decided, as the hit gave it."""
    by: str
    at: date
    reason: str
    until: date | None = None
    """Last day on which it stands; None leaves that to the policy."""

    def last_day(self, days: int) -> date:
        """The last day on which it stands, where a policy lets decisions stand for so many days."""
        return self.until or self.at + timedelta(days=days)
