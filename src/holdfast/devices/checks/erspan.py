"""Traffic of a port is copied to a remote address.

Only with a destination; one inside the network is a risk, one outside a sign.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import ADVISORY, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_DESTINATION = re.compile(r"^(?:destination ip|ip address|destination ipv4) (\d+\.\d+\.\d+\.\d+)$")


def find(config: Config, allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for head in config.starting("monitor", "monitor-session"):
        if "erspan" not in head.text:
            continue
        for line in config.under(head):
            found = _DESTINATION.match(line.text)
            if found and "type erspan-source" in head.text:
                outside = allow.outside(found[1])
                word = "outside" if outside else "inside"
                kind = Kind.SIGN if outside else Kind.RISK
                yield Hit(line.number, f"traffic is copied to {found[1]}, {word} the network", kind)


CHECK = Check(
    id="ERSPAN_REMOTE",
    title="Traffic of a port is copied to a remote address",
    platforms=frozenset({"ios", "nxos", "ios_xr"}),
    source=ADVISORY,
    guard="only with a destination; one inside the network is a risk, one outside a sign",
    techniques=("T1040", "T1020.001"),
    find=find,
)
