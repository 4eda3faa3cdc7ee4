"""SSL VPN is on, which several flaws of FortiOS need.

Only with a source interface, or status enable; status disable is passed over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.devices.checks.check import Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config


def find(config: Config, _allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    inside = [line for line in config.starting("set") if line.section == "vpn ssl settings"]
    if any(line.text == "set status disable" for line in inside):
        return
    for line in inside:
        if line.text.startswith("set source-interface ") or line.text == "set status enable":
            yield Hit(line.number, "SSL VPN is on", Kind.RISK)
            return


CHECK = Check(
    id="SSLVPN_ENABLED",
    title="SSL VPN is on, which several flaws of FortiOS need",
    platforms=frozenset({"fortios"}),
    source="Fortinet on CVE-2024-21762, CVE-2023-27997 and CVE-2022-42475",
    guard="only with a source interface, or status enable; status disable is passed over",
    techniques=("T1190", "T1133"),
    find=find,
)
