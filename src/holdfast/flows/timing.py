"""Whether a touch fell into the time in which an address or name was the actor's.

Servers are rented and given back. A touch counts in full between the first and the last sighting, less in the grace
around them, and hardly after that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast.flows.policy import Policy
    from holdfast.model.indicator import Indicator


class Timing(StrEnum):
    """Best first."""

    WINDOW = "window"
    UNDATED = "undated"
    GRACE = "grace"
    EARLY = "early"
    STALE = "stale"


ORDER = tuple(Timing)


@dataclass(frozen=True, slots=True)
class Window:
    """Seconds since 1970 UTC, open where the source does not say."""

    first: float = float("-inf")
    last: float = float("inf")
    dated: bool = False

    def timing(self, ts: float, policy: Policy) -> Timing:
        """Where a moment lies."""
        if not self.dated:
            return Timing.UNDATED
        before = policy.timing["grace_before_days"] * 86400.0
        after = policy.timing["grace_after_days"] * 86400.0
        if self.first <= ts <= self.last:
            return Timing.WINDOW
        if ts < self.first:
            return Timing.GRACE if ts >= self.first - before else Timing.EARLY
        return Timing.GRACE if ts <= self.last + after else Timing.STALE


def window_of(indicator: Indicator) -> Window:
    """The window of an indicator; a last day counts to its end."""
    first = read_moment(indicator.first_seen)
    last = read_moment(indicator.last_seen, end=True)
    return Window(
        first if first is not None else float("-inf"),
        last if last is not None else float("inf"),
        first is not None or last is not None,
    )


def read_moment(text: str, *, end: bool = False) -> float | None:
    """Seconds of an ISO date or time; a time without a zone is UTC, ``end`` takes the end of a bare date."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    if end and len(text) <= 10:
        moment += timedelta(days=1) - timedelta(microseconds=1)
    return moment.timestamp()


def days_after(indicator: Indicator, ts: float) -> int:
    """Whole days between the last sighting and a moment."""
    last = read_moment(indicator.last_seen, end=True)
    return int((ts - last) // 86400) if last is not None else 0
