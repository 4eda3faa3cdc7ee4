"""What the traffic part finds: one source, one destination, the reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Why:
    """One reason."""

    feature: str
    score: float
    """What it contributes: a share of one, or a factor."""
    says: str
    """For an analyst: what was seen, against what, and what follows."""

    def to_dict(self) -> dict[str, object]:
        """For JSON."""
        return {"feature": self.feature, "score": round(self.score, 4), "says": self.says}


class Sample(NamedTuple):
    """One flow behind a finding, exact enough for the operator of a carrier NAT to find the subscriber."""

    ts: float
    sport: int | None
    dport: int | None
    proto: int | None
    record: int
    timing: str = ""
    """When it happened, seen from the indicator (:class:`holdfast.flows.timing.Timing`)."""

    def to_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "ts": show_time(self.ts),
            "sport": self.sport,
            "dport": self.dport,
            "proto": self.proto,
            "record": self.record,
            "timing": self.timing,
        }


@dataclass(frozen=True, slots=True)
class TrafficFinding:
    """One touch, one rhythm or one sign."""

    kind: str
    """``indicator``, ``beacon``, ``member``, ``long``, ``fan-out``, ``population``."""
    source: str
    """Address that opened the connections."""
    destination: str
    """Address or name that it reached for."""
    score: float
    """0 to 1; of what, says the kind's heading in ``docs/reference/flows.md``."""
    why: tuple[Why, ...]
    first_seen: float
    """Seconds since 1970 UTC."""
    last_seen: float
    flows: int
    indicator: str = ""
    """Value of the indicator that was touched."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """Further columns of the output: ports, bytes, timing, actor, the file and record of the first flow."""
    samples: tuple[Sample, ...] = ()
    """The first flows, for notifications."""
    hours: tuple[tuple[int, int], ...] = ()
    """Pairs of hour (counted from 1970-01-01 UTC) and flows in it, in order."""

    def to_dict(self) -> dict[str, object]:
        """One line of output."""
        return {
            "kind": self.kind,
            "source": self.source,
            "destination": self.destination,
            "score": round(self.score, 4),
            "why": [why.to_dict() for why in self.why],
            "first_seen": show_time(self.first_seen),
            "last_seen": show_time(self.last_seen),
            "flows": self.flows,
            "indicator": self.indicator,
            **self.details,
        }


def show_time(seconds: float) -> str:
    """ISO 8601 in UTC, to the millisecond."""
    moment = datetime.fromtimestamp(round(seconds, 3), UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
