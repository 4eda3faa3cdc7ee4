"""An SSH key or user was added to the host system of the device.

The file authorized_keys or new users on the host; keys of automation look the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import ADVISORY, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_KEYS = re.compile(r"\.ssh/authorized_keys|\buseradd\b|\badduser\b")


def find(config: Config, _allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.lines:
        found = _KEYS.search(line.text)
        if found:
            yield Hit(line.number, f"{found[0].split()[0]} on the host system", Kind.SIGN)


CHECK = Check(
    id="SHELL_KEY_OR_USER",
    title="An SSH key or user was added to the host system of the device",
    platforms=frozenset({"output", "log"}),
    source=ADVISORY,
    guard="the file authorized_keys or new users on the host; keys of automation look the same",
    techniques=("T1098.004",),
    find=find,
)
