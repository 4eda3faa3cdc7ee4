"""Management of the firewall is allowed on an outside interface.

Interfaces by role or by name wan; ping and fgfm alone are passed over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.devices.checks.check import Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config


def _role(config: Config, section: str) -> str:
    for line in config.starting("set"):
        if line.section == section and line.text.startswith("set role "):
            return line.words[2]
    return ""


def find(config: Config, _allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.starting("set"):
        if not line.text.startswith("set allowaccess") or not line.section.startswith("system interface/"):
            continue
        name = line.section.split("/")[1]
        services = [word for word in line.words[2:] if word in {"https", "ssh", "http", "telnet"}]
        if services and (name.lower().startswith("wan") or _role(config, line.section) == "wan"):
            yield Hit(line.number, f"{name} allows management by {', '.join(services)}", Kind.RISK)


CHECK = Check(
    id="MGMT_ON_WAN",
    title="Management of the firewall is allowed on an outside interface",
    platforms=frozenset({"fortios"}),
    source="CISA catalogue texts on CVE-2024-21762 and CVE-2022-42475",
    guard="interfaces by role or by name wan; ping and fgfm alone are passed over",
    techniques=("T1190", "T1133"),
    find=find,
)
