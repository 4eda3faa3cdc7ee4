"""The web server of IOS XE is on, which CVE-2023-20198 needs.

Active-session-modules none for both servers makes the flaw unreachable; an access-class lowers it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import CISCO_WAVE, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_STATUS = re.compile(r"HTTP (?:secure )?server status: Enabled", re.IGNORECASE)


def find(config: Config, _allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    if config.platform == "output":
        for line in config.lines:
            if _STATUS.match(line.text):
                yield Hit(line.number, "the web server is reported as enabled", Kind.RISK)
        return
    closed = {
        "ip http server": config.has("ip http active-session-modules none"),
        "ip http secure-server": config.has("ip http secure-active-session-modules none"),
    }
    restricted = config.has("ip http access-class")
    for line in config.starting("ip"):
        if line.text in closed and not closed[line.text]:
            word = ", restricted by an access-class" if restricted else ", open to every address"
            yield Hit(line.number, f"{line.text}: the web server is on{word}", Kind.RISK)


CHECK = Check(
    id="WEBUI_ENABLED",
    title="The web server of IOS XE is on, which CVE-2023-20198 needs",
    platforms=frozenset({"ios", "output"}),
    source=CISCO_WAVE,
    guard="active-session-modules none for both servers makes the flaw unreachable; an access-class lowers it",
    techniques=("T1190",),
    find=find,
)
