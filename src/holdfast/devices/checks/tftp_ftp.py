"""The device serves or sends its own configuration by TFTP or FTP.

Serving a configuration file, or copying one to a public address.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import ADVISORY, Check, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.devices.allow import AllowList
    from holdfast.devices.config import Config

_CONFIG = re.compile(r"config\.text|running-config|startup-config|\.cfg$|vlan\.dat", re.IGNORECASE)
_COPY = re.compile(
    r"copy (?:running-config|startup-config|\S+\.pcap) (?:tftp|ftp|scp|sftp)://(?:\S+@)?(\d+\.\d+\.\d+\.\d+)"
)


def find(config: Config, allow: AllowList) -> Iterator[Hit]:
    """Hits in one text."""
    for line in config.starting("tftp-server"):
        served = line.text.split()[1] if " " in line.text else ""
        sign = bool(_CONFIG.search(served))
        word = "its configuration" if sign else "a file"
        yield Hit(line.number, f"the device serves {word} by TFTP", Kind.SIGN if sign else Kind.RISK)
    if config.platform == "log":
        for line in config.lines:
            found = _COPY.search(line.text)
            if found and allow.outside(found[1]):
                yield Hit(line.number, f"a configuration or capture was copied to {found[1]}", Kind.SIGN)


CHECK = Check(
    id="TFTP_FTP",
    title="The device serves or sends its own configuration by TFTP or FTP",
    platforms=frozenset({"ios", "nxos", "log"}),
    source=ADVISORY,
    guard="serving a configuration file, or copying one to a public address",
    techniques=("T1602.002", "T1048.003"),
    find=find,
)
