"""Web management on a port of the form 18xxx.

Only five digits that begin with 18; 8443 and the like are not the pattern.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import ADVISORY, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_PORT = re.compile(
    r"^(?:ip http (?:secure-)?port|set admin-s?port|http server enable|nxapi https? port) (18\d{3})$"
)


def find(config: Config, _allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.starting("ip", "set", "http", "nxapi"):
        found = _PORT.match(line.text)
        if found:
            yield Hit(line.number, f"web management listens on port {found[1]}", Kind.SIGN)


CHECK = Check(
    id="WEBUI_PORT_18XXX",
    title="Web management on a port of the form 18xxx",
    platforms=frozenset({"ios", "nxos", "fortios", "asa"}),
    source=ADVISORY,
    guard="only five digits that begin with 18; 8443 and the like are not the pattern",
    techniques=("T1571",),
    find=find,
)
