"""The file of the BadCandy implant.

The file by its place; a restart removes the implant, not the account it made.
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
    for line in config.lines:
        if "cisco_service.conf" in line.text:
            yield Hit(
                line.number, "nginx-conf/cisco_service.conf is the configuration of a web implant", Kind.SIGN
            )


CHECK = Check(
    id="IMPLANT_FILE",
    title="The file of the BadCandy implant",
    platforms=frozenset({"output", "log"}),
    source="Cisco Talos on BadCandy, 2023-10",
    guard="the file by its place; a restart removes the implant, not the account it made",
    techniques=("T1505.003",),
    find=find,
)
