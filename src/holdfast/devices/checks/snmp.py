"""SNMP by community, or a version without encryption.

Version 3 with privacy is clean; an access-list lowers it and is said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import ADVISORY, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_CISCO = re.compile(r"^snmp-server community (?:\d )?(\S+)")


def find(config: Config, _allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.starting("snmp-server", "set"):
        found = _CISCO.match(line.text)
        if found:
            write = bool(re.search(r"\bRW\b|network-operator-rw|network-admin", line.text, re.IGNORECASE))
            default = found[1].lower() in {"public", "private", "cisco"}
            parts = [
                "a default community" if default else "a community",
                "may write" if write else "may read",
            ]
            word = (
                ", restricted by an access-list"
                if re.search(r"\b(?:RO|RW) \S+$", line.text, re.IGNORECASE)
                else ""
            )
            yield Hit(line.number, f"{' '.join(parts)} by SNMP without encryption{word}", Kind.RISK)
        elif line.text.startswith("set snmp community ") or (
            line.section.startswith("system snmp community") and line.text.startswith("set name ")
        ):
            yield Hit(line.number, "a community may read by SNMP without encryption", Kind.RISK)


CHECK = Check(
    id="SNMP_WEAK",
    title="SNMP by community, or a version without encryption",
    platforms=frozenset({"ios", "nxos", "ios_xr", "asa", "fortios", "junos"}),
    source=ADVISORY,
    guard="version 3 with privacy is clean; an access-list lowers it and is said",
    techniques=("T1021", "T1602.001"),
    find=find,
)
