"""Smart Install client is on, which CVE-2018-0171 needs.

On by default and not shown in a configuration: only output of show vstack config or the word vstack tells.
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
    for line in config.lines if config.platform == "output" else config.starting("vstack"):
        if (
            "SmartInstall enabled" in line.text
            or line.text == "vstack"
            or line.text.startswith("vstack director")
        ):
            yield Hit(
                line.number, "Smart Install is on: TCP 4786 gives away and takes configurations", Kind.RISK
            )


CHECK = Check(
    id="SMART_INSTALL",
    title="Smart Install client is on, which CVE-2018-0171 needs",
    platforms=frozenset({"ios", "output"}),
    source="Joint advisory AA25-239A, appendix B; Cisco Talos, 2025-02",
    guard="on by default and not shown in a configuration: only output of show vstack config or the word vstack tells",
    techniques=("T1190", "T1602.002"),
    find=find,
)
