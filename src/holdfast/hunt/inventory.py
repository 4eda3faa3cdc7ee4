"""Remote-access tools as inventory: which run where, since when, by whom; which of them are new.

They are legitimate nearly everywhere, so an alert each would be noise; what an analyst needs is the list, and what
was not on it before.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from holdfast.model.event import Column, Events

NEW_DAYS = 30
"""A tool is new where it was first seen in the last days of the logs, and the logs reach further back."""
_PROCESS = {
    ("Microsoft-Windows-Sysmon/Operational", "1"): "Image",
    ("Security", "4688"): "NewProcessName",
    ("Linux-Sysmon/Operational", "1"): "Image",
    ("", ""): "Image",
}
"""Field of the program by channel and event id; without either for processes that the reader of audit logs makes."""
_SERVICE = {("System", "7045"), ("Security", "4697")}


@cache
def _table() -> dict[str, dict[str, str]]:
    """Name of the tool by what it is known by, in lower case: programs, original names, services."""
    content = tomllib.loads(
        resources.files("holdfast.hunt").joinpath("data/remote_tools.toml").read_text("utf-8")
    )
    table: dict[str, dict[str, str]] = {"programs": {}, "originals": {}, "services": {}}
    for tool in content["tool"]:
        for part, names in table.items():
            names.update((name.lower(), tool["name"]) for name in tool[part])
    return table


@dataclass(slots=True)
class Use:
    """One tool on one host."""

    tool: str
    host: str
    first: str
    last: str
    count: int = 0
    places: dict[str, None] = field(default_factory=dict)
    """Paths it runs from, or names of its services."""
    accounts: dict[str, None] = field(default_factory=dict)
    new: bool = False

    def to_dict(self) -> dict[str, object]:
        """For a table."""
        return {
            "tool": self.tool,
            "host": self.host,
            "first_seen": self.first,
            "last_seen": self.last,
            "count": self.count,
            "places": list(self.places)[:5],
            "accounts": list(self.accounts)[:5],
            "new": self.new,
        }


@dataclass(slots=True)
class Inventory:
    """Collects uses while events pass."""

    earliest: str = ""
    """Of the events looked at."""
    latest: str = ""
    _uses: dict[tuple[str, str], Use] = field(default_factory=dict)

    def take(self, events: Events) -> None:
        """Look at a block of events, on the different values of the fields that name programs and services."""
        kind = (events.kind.channel, events.kind.event_id)
        image = _PROCESS.get(kind) if kind[0] or events.kind.category == "process_creation" else None
        table = _table()
        if image is not None:
            self._span(events)
            self._look(events, events.column(image), table["programs"])
            if kind[1] != "4688":
                self._look(events, events.column("OriginalFileName"), table["originals"])
        elif kind in _SERVICE:
            self._span(events)
            self._look(events, events.column("ServiceName"), table["services"])

    def uses(self) -> list[Use]:
        """Every use, the new ones first."""
        for use in self._uses.values():
            use.new = bool(use.first) and days_between(self.latest, use.first) < NEW_DAYS <= days_between(
                self.latest, self.earliest
            )
        return sorted(self._uses.values(), key=lambda use: (not use.new, use.tool, use.host))

    def _span(self, events: Events) -> None:
        for place in (0, len(events) - 1):
            stamp = events.time(place)
            if stamp:
                self.earliest = min(self.earliest or stamp, stamp)
                self.latest = max(self.latest, stamp)

    def _look(self, events: Events, column: Column, names: dict[str, str]) -> None:
        known = {
            code: tool
            for code, value in enumerate(column.values)
            if isinstance(value, str) and (tool := names.get(_base(value)))
        }
        if not known:
            return
        for place in np.flatnonzero(np.isin(column.codes, list(known))).tolist():
            value = column.value(place)
            self._add(events, place, known[int(column.codes[place])], value if isinstance(value, str) else "")

    def _add(self, events: Events, place: int, tool: str, where: str) -> None:
        stamp, host = events.time(place), events.host(place)
        use = self._uses.get((tool, host))
        if use is None:
            use = self._uses[tool, host] = Use(tool, host, stamp, stamp)
        use.count += 1
        if stamp:
            use.first = min(use.first or stamp, stamp)
            use.last = max(use.last, stamp)
        if where and len(use.places) < 20:
            use.places[where] = None
        row = events.fields(place)
        account = row.get("User") or row.get("SubjectUserName")
        if account and len(use.accounts) < 20:
            use.accounts[str(account)] = None


def _base(path: str) -> str:
    """Name of the program as the table has it, whether it stands in a path of Windows or of Linux."""
    name = path.replace("/", "\\").rpartition("\\")[2].lower()
    return f"{name}.exe" if "/" in path and not name.endswith(".exe") else name


def days_between(late: str, early: str) -> float:
    """From one ISO time to a later one; zero where either is unknown."""
    if not late or not early:
        return 0
    return (datetime.fromisoformat(late) - datetime.fromisoformat(early)).total_seconds() / 86400
