"""The host shell of IOS XR has an account or sudo right that was added.

Only the account cisco and writes to sudoers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import ADVISORY, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_SUDO = re.compile(r"(?:/etc/sudoers|visudo|usermod.*-a?G\s*sudo|NOPASSWD)")


def find(config: Config, _allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.lines:
        if "sudo" in line.text and _SUDO.search(line.text):
            yield Hit(line.number, "sudo rights on the router's host system were changed", Kind.SIGN)
        elif "useradd" in line.text or line.text.startswith("cisco:x:"):
            yield Hit(line.number, "a user account was added on the router's host system", Kind.SIGN)


CHECK = Check(
    id="XR_HOST_USER",
    title="The host shell of IOS XR has an account or sudo right that was added",
    platforms=frozenset({"output", "log", "ios_xr"}),
    source=ADVISORY,
    guard="only the account cisco and writes to sudoers",
    techniques=("T1098", "T1548.003"),
    find=find,
)
