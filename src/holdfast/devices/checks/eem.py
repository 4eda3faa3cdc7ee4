"""An event applet that changes logging, accounts or access-lists.

Reads what the applet does, not its name; saving or showing the configuration is normal.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import ADVISORY, IOS, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_ACTION = re.compile(
    r'^action \S+ cli command "?\s*((?:no logging|no username|username|no access-list|access-list|no ip access-list|'
    r'no aaa|clear log|no snmp-server|no tacacs|no event manager)\b[^"]*)'
)


def _says(command: str) -> str:
    """What the command does, without its arguments, which may hold a secret."""
    words = command.split()
    return f"runs {' '.join(words[:2])}"


def find(config: Config, _allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for head in config.starting("event"):
        if not head.text.startswith("event manager applet"):
            continue
        for line in config.under(head):
            found = _ACTION.match(line.text)
            if found:
                yield Hit(line.number, f"applet {head.words[3]} {_says(found[1])}", Kind.SIGN)


CHECK = Check(
    id="EEM_SUSPECT",
    title="An event applet that changes logging, accounts or access-lists",
    platforms=IOS,
    source=ADVISORY,
    guard="reads what the applet does, not its name; saving or showing the configuration is normal",
    techniques=("T1546",),
    find=find,
)
