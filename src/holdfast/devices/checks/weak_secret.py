"""A stored secret that can be read or cracked: type 0, 4, 5 or 7.

Types 8 and 9 are clean; NX-OS type 5 is a salted hash of its own and is passed over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import ADVISORY, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_TYPE = re.compile(r"\b(password|secret|key) (0|4|5|7) \S")


def find(config: Config, _allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.starting(
        "enable", "username", "password", "secret", "key", "tacacs-server", "radius-server"
    ):
        found = _TYPE.search(line.text)
        if found and not (config.platform == "nxos" and found[2] == "5"):
            whose = f" of {line.words[1]}" if line.text.startswith("username ") else ""
            yield Hit(line.number, f"{found[1]}{whose} is stored as type {found[2]}", Kind.RISK)


CHECK = Check(
    id="WEAK_SECRET_TYPE",
    title="A stored secret that can be read or cracked: type 0, 4, 5 or 7",
    platforms=frozenset({"ios", "nxos", "ios_xr", "asa"}),
    source=ADVISORY,
    guard="types 8 and 9 are clean; NX-OS type 5 is a salted hash of its own and is passed over",
    techniques=("T1110.002",),
    find=find,
)
