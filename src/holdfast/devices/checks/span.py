"""Traffic of a port is copied to another port.

A session that is shut is passed over; monitoring projects look the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import ADVISORY, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_SESSION = re.compile(
    r"^monitor(?:-| )session \S+(?: (?:type )?(?:local|rx|tx|both|source|destination|rspan).*)?$"
)
_JUNOS = ("set forwarding-options port-mirroring", "set forwarding-options analyzer")


def find(config: Config, _allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.starting("monitor", "monitor-session", "set"):
        if _SESSION.match(line.text):
            if any(inner.text in {"shut", "shutdown"} for inner in config.under(line)):
                continue
            yield Hit(line.number, "a session copies traffic to another port", Kind.RISK)
        elif line.text.startswith(_JUNOS):
            yield Hit(line.number, "port mirroring is configured", Kind.RISK)


CHECK = Check(
    id="SPAN_SESSION",
    title="Traffic of a port is copied to another port",
    platforms=frozenset({"ios", "nxos", "ios_xr", "junos", "output"}),
    source=ADVISORY,
    guard="a session that is shut is passed over; monitoring projects look the same",
    techniques=("T1040",),
    find=find,
)
