"""Logging is off, was cleared, or lost its remote server.

A configuration without a remote server proves nothing by itself; off or removed does; check the collector first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import ADVISORY, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_CLEARED = re.compile(
    r"\bclear logging\b(?! onboard)|\bno logging (?:host|on|server)\b[\w. ]*|(?:rm|>|truncate)\s+\S*"
    r"(?:\.bash_history|/wtmp|/var/log/\S+)"
)
_HOST = re.compile(r"^logging (?:host |server )?(\d+\.\d+\.\d+\.\d+)")


def compare(before: Config, after: Config, _allow: AllowList) -> Iterator[Hit]:
    """Remote servers that were there and are gone."""
    left = {found[1] for line in after.starting("logging") if (found := _HOST.match(line.text))}
    for line in before.starting("logging"):
        if (found := _HOST.match(line.text)) and found[1] not in left:
            yield Hit(0, f"the log server {found[1]} was removed", Kind.SIGN)


def find(config: Config, _allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.starting("no logging", "no"):
        if line.text in {"no logging on", "no logging enable"}:
            yield Hit(line.number, "logging is switched off", Kind.SIGN)
    if config.platform == "log":
        for line in config.lines:
            found = _CLEARED.search(line.text)
            if found:
                yield Hit(line.number, f"command {found[0]} in the log", Kind.SIGN)


CHECK = Check(
    id="LOGGING_REMOVED",
    title="Logging is off, was cleared, or lost its remote server",
    platforms=frozenset({"ios", "nxos", "ios_xr", "log"}),
    source=ADVISORY,
    guard="a configuration without a remote server proves nothing by itself; off or removed does; check the collector first",
    techniques=("T1070", "T1562.001"),
    find=find,
    compare=compare,
)
