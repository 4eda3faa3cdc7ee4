"""A GlobalProtect gateway or portal is configured, which CVE-2024-3400 needs.

The gateway or portal itself; one hit a configuration.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_XML = re.compile(r"<global-protect-(?:gateway|portal)>")


def find(config: Config, _allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.lines:
        if (
            "global-protect-gateway" in line.text
            or "global-protect-portal" in line.text
            or _XML.search(line.text)
        ):
            yield Hit(line.number, "a GlobalProtect gateway or portal is configured", Kind.RISK)
            return


CHECK = Check(
    id="GLOBALPROTECT_ENABLED",
    title="A GlobalProtect gateway or portal is configured, which CVE-2024-3400 needs",
    platforms=frozenset({"panos"}),
    source="Palo Alto Networks on CVE-2024-3400, 2024-04",
    guard="the gateway or portal itself; one hit a configuration",
    techniques=("T1190",),
    find=find,
)
