"""J-Web is on, which CVE-2023-36844 needs.

The setting itself; one hit a configuration.
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
        if line.text.startswith("set system services web-management http"):
            yield Hit(line.number, "the web interface J-Web is on", Kind.RISK)
            return


CHECK = Check(
    id="JWEB_ENABLED",
    title="J-Web is on, which CVE-2023-36844 needs",
    platforms=frozenset({"junos"}),
    source="Juniper on CVE-2023-36844, 2023-08",
    guard="the setting itself; one hit a configuration",
    techniques=("T1190",),
    find=find,
)
