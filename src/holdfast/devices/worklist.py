"""What to do first: devices in the order of what this actor really uses, how reachable it is, and whether a fix exists.

The order is a table, not a score: a sign of compromise comes before any exposure, an exposure that an authority ties to
a watched actor before one that others use, a seen service before an unseen one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Priority(IntEnum):
    """Why a device stands where it stands; lower is sooner."""

    SIGN = 1
    REACHABLE = 2
    EXPLOITED = 3
    CLAIMED = 4
    OTHERS = 5
    QUESTION = 6
    VULNERABLE = 7
    SERVICE = 8


WORDS = {
    Priority.SIGN: "shows a sign of compromise",
    Priority.REACHABLE: "open to what a watched actor uses, and the service is on",
    Priority.EXPLOITED: "open to what a watched actor uses",
    Priority.CLAIMED: "open to what is claimed of a watched actor",
    Priority.OTHERS: "open to what others exploit",
    Priority.QUESTION: "may be open to what a watched actor uses: to be confirmed",
    Priority.VULNERABLE: "has a known flaw that nobody is known to use",
    Priority.SERVICE: "runs a risky service, or is of a make to watch",
}


@dataclass(frozen=True, slots=True)
class Task:
    """One device to look into."""

    device: str
    priority: Priority
    why: str
    cves: tuple[str, ...]
    """Those that affect it, the most pressing first."""
    checks: tuple[str, ...]
    move_to: str
    """The release that mends most of it, as far as one is named."""

    def to_dict(self) -> dict[str, object]:
        """One row of the work list."""
        return {
            "device": self.device,
            "priority": int(self.priority),
            "why": self.why,
            "cves": list(self.cves),
            "checks": list(self.checks),
            "move_to": self.move_to,
        }


def plan(rows: Iterable[Mapping[str, Any]]) -> list[Task]:
    """The work list of the rows of a run, one task a device."""
    by_device: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_device.setdefault(str(row["device"]), []).append(row)
    tasks = [task for device, own in by_device.items() if (task := _task(device, own))]
    return sorted(tasks, key=lambda task: (task.priority, -len(task.cves), -len(task.checks), task.device))


def _task(device: str, rows: list[Mapping[str, Any]]) -> Task | None:
    ranks = [(rank, row) for row in rows if (rank := _rank(row)) is not None]
    if not ranks:
        return None
    first = min(rank for rank, _ in ranks)
    affected = [row for _, row in sorted(ranks, key=lambda pair: pair[0]) if row.get("verdict") == "affected"]
    fixes = [str(row["fixed"]) for row in affected if row.get("fixed")]
    return Task(
        device,
        first,
        WORDS[first],
        tuple(dict.fromkeys(str(row["cve"]) for row in affected)),
        tuple(dict.fromkeys(str(row["check"]) for _, row in ranks if "check" in row)),
        max(fixes, key=fixes.count) if fixes else "",
    )


def _rank(row: Mapping[str, Any]) -> Priority | None:
    if "check" in row:
        return Priority.SIGN if row["kind"] == "sign" else Priority.SERVICE
    users = " ".join(row["used_by"])
    tied = "(official)" in users or "(vendor)" in users
    if row["verdict"] == "review":
        return Priority.QUESTION if tied else None
    if row["verdict"] != "affected":
        return None
    if tied:
        return Priority.REACHABLE if row.get("reachable") else Priority.EXPLOITED
    if "(claimed)" in users:
        return Priority.CLAIMED
    return Priority.OTHERS if users else Priority.VULNERABLE
