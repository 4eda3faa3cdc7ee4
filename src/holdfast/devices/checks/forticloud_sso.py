"""Administrators may log in through FortiCloud, which CVE-2025-59718 needs.

The setting itself.
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
    for line in config.starting("set"):
        if line.text == "set admin-forticloud-sso-login enable":
            yield Hit(line.number, "login of administrators through FortiCloud is on", Kind.RISK)


CHECK = Check(
    id="FORTICLOUD_SSO",
    title="Administrators may log in through FortiCloud, which CVE-2025-59718 needs",
    platforms=frozenset({"fortios"}),
    source="Fortinet on CVE-2025-59718, 2025-12",
    guard="the setting itself",
    techniques=("T1190",),
    find=find,
)
